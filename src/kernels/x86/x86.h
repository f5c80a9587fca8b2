/* x86.h - what the levels for x86-64 put into the table.
 *
 * Each level's files are built with its own instruction set and include kernel
 * headers only: an inline function of anything else, compiled here, could be
 * the copy that the linker keeps for an older CPU. */
#ifndef KERNELS_X86_X86_H
#define KERNELS_X86_X86_H

#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* Before a loop with a constant count: whole, so that arrays become registers.
 * gcc -O2 would keep them in memory. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

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
