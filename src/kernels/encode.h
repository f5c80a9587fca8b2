/* encode.h - float32 weights into blocks, for `mull quantize`.
 *
 * One function per type: n weights, a multiple of the type's block length, into
 * the blocks of block.h. Nothing is remembered between calls, so threads share
 * the work in any way they like and the bytes are the same.
 *
 * False: a weight is not finite, or larger than the type can hold; `blocks` is
 * then half written. Weights too small for the type become zero.
 *
 * Where a type has few codes, its scale is searched for (encode_search.h), and
 * the codes are rounded with the scales as they are stored. The idea of trying
 * scales beside the obvious one is that of the public GGML tools, and so are the
 * errors reached: relative rms on fixtures/quants/source.f32 here and there
 *
 *   Q8_0 .0054 .0054   Q6_K .0175 .0176   Q5_K .0350 .0353   Q4_K .0703 .0714
 *   IQ4_NL .0763 .0768   Q4_0 .0818 .0827   Q5_0 .0405 .0408   Q5_1 .0329 .0333
 */
#ifndef KERNELS_ENCODE_H
#define KERNELS_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

typedef bool (*encode_fn)(const float *x, void *blocks, size_t n);

/* encode_simple.c */
bool encode_f16(const float *x, void *blocks, size_t n);
bool encode_bf16(const float *x, void *blocks, size_t n);
bool encode_q8_0(const float *x, void *blocks, size_t n);
bool encode_q4_0(const float *x, void *blocks, size_t n);
bool encode_q5_0(const float *x, void *blocks, size_t n);
bool encode_q5_1(const float *x, void *blocks, size_t n);

/* encode_k.c */
bool encode_q4_k(const float *x, void *blocks, size_t n);
bool encode_q5_k(const float *x, void *blocks, size_t n);
bool encode_q6_k(const float *x, void *blocks, size_t n);

/* encode_iq4_nl.c */
bool encode_iq4_nl(const float *x, void *blocks, size_t n);

#endif
