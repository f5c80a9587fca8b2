/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/scalar/scalar.h"

#include "kernels/flat.h"

#define CHUNK 256 /* weights decoded at a time; every block length divides it \
                   */

/* Weights that are decoded to float32 and multiplied as such. */
static inline void mul_f32(decode_fn decode, size_t chunk_bytes, size_t k,
                           const void *w, size_t row_bytes, size_t n_rows,
                           const float *x, size_t ldx, size_t n_cols, float *y,
                           size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t c = 0; c < n_cols; c++) {
            const char *row = (const char *)w + r * row_bytes;
            double sum = 0;
            for (size_t i = 0; i < k; i += CHUNK, row += chunk_bytes) {
                float part[CHUNK];
                size_t n = k - i < CHUNK ? k - i : CHUNK;
                decode(row, part, n);
                for (size_t j = 0; j < n; j++)
                    sum += (double)part[j] * x[c * ldx + i + j];
            }
            y[c * ldy + r] = (float)sum;
        }
    }
}

#define MUL_F32(TYPE, BLOCK_LEN, BLOCK_BYTES)                                  \
    static void mul_##TYPE##_f32_scalar(                                       \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,              \
        const float *x, size_t ldx, size_t n_cols, float *y, size_t ldy)       \
    {                                                                          \
        mul_f32(decode_##TYPE##_scalar, CHUNK / BLOCK_LEN * BLOCK_BYTES, k, w, \
                row_bytes, n_rows, x, ldx, n_cols, y, ldy);                    \
    }

MUL_F32(f32, 1, 4)
MUL_F32(f16, 1, 2)
MUL_F32(bf16, 1, 2)
MUL_F32(q8_0, 32, 34)
MUL_F32(q4_0, 32, 18)
MUL_F32(q4_1, 32, 20)
MUL_F32(q4_k, 256, 144)
MUL_F32(q6_k, 256, 210)

#define MUL_FLAT_F32(NAME, name, LEN, MIN) \
    MUL_F32(name, LEN, sizeof(struct block_##name))
FLAT_TYPES(MUL_FLAT_F32)

void mul_f32_init_scalar(struct kernels *k)
{
    struct weight_kernels *w = k->weight;
    w[WEIGHT_F32].mul_f32 = mul_f32_f32_scalar;
    w[WEIGHT_F16].mul_f32 = mul_f16_f32_scalar;
    w[WEIGHT_BF16].mul_f32 = mul_bf16_f32_scalar;
    w[WEIGHT_Q8_0].mul_f32 = mul_q8_0_f32_scalar;
    w[WEIGHT_Q4_0].mul_f32 = mul_q4_0_f32_scalar;
    w[WEIGHT_Q4_1].mul_f32 = mul_q4_1_f32_scalar;
    w[WEIGHT_Q4_K].mul_f32 = mul_q4_k_f32_scalar;
    w[WEIGHT_Q6_K].mul_f32 = mul_q6_k_f32_scalar;
#define ENTRY(NAME, name, LEN, MIN) \
    w[WEIGHT_##NAME].mul_f32 = mul_##name##_f32_scalar;
    FLAT_TYPES(ENTRY)
#undef ENTRY
}
