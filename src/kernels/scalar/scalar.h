/* scalar.h - the readable versions: what every faster kernel must agree with.
 *
 * They are short and never tuned. Sums are kept in double, so that a fast
 * kernel is compared with the true value and not with another rounding. */
#ifndef KERNELS_SCALAR_SCALAR_H
#define KERNELS_SCALAR_SCALAR_H

#include "kernels/kernels.h"

/* decode.c */
void decode_f32_scalar(const void *blocks, float *out, size_t n);
void decode_f16_scalar(const void *blocks, float *out, size_t n);
void decode_bf16_scalar(const void *blocks, float *out, size_t n);
void decode_q8_0_scalar(const void *blocks, float *out, size_t n);
void decode_q4_0_scalar(const void *blocks, float *out, size_t n);
void decode_q4_1_scalar(const void *blocks, float *out, size_t n);
void decode_q4_k_scalar(const void *blocks, float *out, size_t n);
void decode_q6_k_scalar(const void *blocks, float *out, size_t n);

/* Each part puts its own entries into the table. */
void mul_f32_init_scalar(struct kernels *k);
void mul_q8_init_scalar(struct kernels *k);
void vector_init_scalar(struct kernels *k);
void rows_init_scalar(struct kernels *k);

#endif
