/* x86.h - what the levels for x86-64 put into the table.
 *
 * Each level's files are built with its own instruction set and include kernel
 * headers only: an inline function of anything else, compiled here, could be
 * the copy that the linker keeps for an older CPU. */
#ifndef KERNELS_X86_X86_H
#define KERNELS_X86_X86_H

#include "kernels/inline.h"
#include "kernels/kernels.h"

void mul_q8_plain_init_avx2(struct kernels *k);
void mul_q8_k_init_avx2(struct kernels *k);
void mul_q8_table_init_avx2(struct kernels *k);
void mul_flat_init_avx2(struct kernels *k);
void mul_f32_init_avx2(struct kernels *k);
void vector_init_avx2(struct kernels *k);

void mul_q8_plain_init_avx512(struct kernels *k);
void mul_q8_k_init_avx512(struct kernels *k);
void mul_q8_table_init_avx512(struct kernels *k);
void vector_init_avx512(struct kernels *k);

#endif
