/* arch_table.h - the architectures, one per arch_NAME.c. */
#ifndef MODEL_ARCH_TABLE_H
#define MODEL_ARCH_TABLE_H

#include "model/arch.h"

extern const struct arch arch_deepseek;
extern const struct arch arch_deepseek2;
extern const struct arch arch_deepseek32;
extern const struct arch arch_llama;
extern const struct arch arch_qwen2;
extern const struct arch arch_qwen3;
extern const struct arch arch_qwen3moe;

#endif
