/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/scalar/scalar.h"

#include "kernels/block.h"

static void mix_f32_scalar(size_t n, const void *rows, size_t row_bytes,
                           size_t n_rows, const float *p, size_t ldp,
                           size_t n_cols, float *y, size_t ldy)
{
    for (size_t c = 0; c < n_cols; c++)
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t r = 0; r < n_rows; r++) {
                float x;
                memcpy(&x, (const char *)rows + r * row_bytes + 4 * i, 4);
                sum += (double)p[c * ldp + r] * x;
            }
            y[c * ldy + i] = (float)sum;
        }
}

static void mix_f16_scalar(size_t n, const void *rows, size_t row_bytes,
                           size_t n_rows, const float *p, size_t ldp,
                           size_t n_cols, float *y, size_t ldy)
{
    for (size_t c = 0; c < n_cols; c++)
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t r = 0; r < n_rows; r++)
                sum += (double)p[c * ldp + r] *
                       f16_load((const char *)rows + r * row_bytes + 2 * i);
            y[c * ldy + i] = (float)sum;
        }
}

void rows_init_scalar(struct kernels *k)
{
    k->mix_f32 = mix_f32_scalar;
    k->mix_f16 = mix_f16_scalar;
}
