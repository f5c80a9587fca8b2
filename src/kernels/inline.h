/* inline.h - what the loops of vector kernels ask of a compiler. */
#ifndef KERNELS_INLINE_H
#define KERNELS_INLINE_H

#define INLINE static inline __attribute__((always_inline))

/* Before a loop with a constant count: whole, so that arrays become registers.
 * gcc -O2 would keep them in memory. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#endif
