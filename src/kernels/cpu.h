/* cpu.h - what this CPU and this system can run. */
#ifndef KERNELS_CPU_H
#define KERNELS_CPU_H

#include <stdbool.h>

enum cpu_level {
    CPU_SCALAR, /* plain C: defines what is right */
    CPU_AVX2,   /* AVX2, FMA, F16C */
    CPU_AVX512, /* AVX-512 F BW DQ VL and VNNI */
    CPU_NEON,   /* AArch64 NEON with dot products; never timed */
};

/* The best level that CPU, system and build all have. */
enum cpu_level cpu_best(void);
const char *cpu_level_name(enum cpu_level level); /* "scalar", "avx2"... */
bool cpu_level_parse(const char *name, enum cpu_level *level);
/* Whether a level asked for by the user can run here. */
bool cpu_can(enum cpu_level level);
/* Whether it also multiplies pairs of bfloat16 (AVX-512 BF16), for training. */
bool cpu_has_bf16(void);
/* "AMD EPYC 9R14", from the CPU itself; "unknown CPU" where it does not say. */
const char *cpu_name(void);

#endif
