/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/scalar/scalar.h"

#include "kernels/block.h"
#include "kernels/flat.h"

/* One block of weights times the activations under it: q from its first
 * weight, d and s from its first activation block of 32. */
typedef double (*block_dot_fn)(const void *block, const int8_t *q,
                               const float *d, const float *s);

static double dot_q8_0(const void *block, const int8_t *q, const float *d,
                       const float *s)
{
    const struct block_q8_0 *b = block;
    int sum = 0;
    (void)s;
    for (int j = 0; j < 32; j++)
        sum += b->q[j] * q[j];
    return (double)f16_load(b->d) * *d * sum;
}

static double dot_q4_0(const void *block, const int8_t *q, const float *d,
                       const float *s)
{
    const struct block_q4_0 *b = block;
    int sum = 0;
    (void)s;
    for (int j = 0; j < 16; j++)
        sum += ((b->q[j] & 15) - 8) * q[j] + ((b->q[j] >> 4) - 8) * q[j + 16];
    return (double)f16_load(b->d) * *d * sum;
}

static double dot_q4_1(const void *block, const int8_t *q, const float *d,
                       const float *s)
{
    const struct block_q4_1 *b = block;
    int sum = 0;
    for (int j = 0; j < 16; j++)
        sum += (b->q[j] & 15) * q[j] + (b->q[j] >> 4) * q[j + 16];
    return (double)f16_load(b->d) * *d * sum + (double)f16_load(b->m) * *s;
}

static double dot_q4_k(const void *block, const int8_t *q, const float *d,
                       const float *s)
{
    const struct block_q4_k *b = block;
    uint8_t scale[8], min[8];
    double total = 0, minimum = 0;
    q4_k_scales(b->scales, scale, min);
    for (int j = 0; j < 8; j++) {
        const uint8_t *p = b->q + j / 2 * 32;
        int sum = 0;
        for (int l = 0; l < 32; l++)
            sum += (p[l] >> j % 2 * 4 & 15) * q[32 * j + l];
        total += (double)d[j] * (scale[j] * sum);
        minimum += (double)s[j] * min[j];
    }
    return f16_load(b->d) * total - f16_load(b->dmin) * minimum;
}

static double dot_q6_k(const void *block, const int8_t *q, const float *d,
                       const float *s)
{
    const struct block_q6_k *b = block;
    int8_t code[256];
    double total = 0;
    (void)s;
    q6_k_codes(b, code);
    for (int j = 0; j < 16; j++) {
        int sum = 0;
        for (int l = 0; l < 16; l++)
            sum += code[16 * j + l] * q[16 * j + l];
        total += (double)d[j / 2] * (b->scales[j] * sum);
    }
    return f16_load(b->d) * total;
}

/* Types without a product of their own (flat.h). */
static inline double dot_flat(flat_fn flat, size_t len, bool has_min,
                              const void *block, const int8_t *q,
                              const float *d)
{
    struct flat f;
    double total = 0;
    flat(block, &f);
    for (size_t i = 0; i < len; i += 16) {
        int product = 0, sum = 0;
        for (size_t j = i; j < i + 16; j++) {
            product += f.q[j] * q[j];
            sum += q[j];
        }
        double part = (double)f.scale[i / 16] * product;
        if (has_min)
            part -= (double)f.min[i / 16] * sum;
        total += part * d[i / ACT_BLOCK];
    }
    return total;
}

#define DOT_FLAT(NAME, name, LEN, MIN)                                    \
    static double dot_##name(const void *block, const int8_t *q,          \
                             const float *d, const float *s)              \
    {                                                                     \
        (void)s;                                                          \
        return dot_flat(flat_##name, LEN, MIN, block, q, d);              \
    }

FLAT_TYPES(DOT_FLAT)

static inline void mul_q8(block_dot_fn dot, size_t block_len,
                          size_t block_bytes, size_t k, const void *w,
                          size_t row_bytes, size_t n_rows, struct act_q8 x,
                          size_t n_cols, float *y, size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t c = 0; c < n_cols; c++) {
            const char *block = (const char *)w + r * row_bytes;
            const int8_t *q = x.q + c * k;
            const float *d = x.d + c * (k / ACT_BLOCK);
            const float *s = x.s + c * (k / ACT_BLOCK);
            double sum = 0;
            for (size_t i = 0; i < k; i += block_len, block += block_bytes)
                sum += dot(block, q + i, d + i / ACT_BLOCK, s + i / ACT_BLOCK);
            y[c * ldy + r] = (float)sum;
        }
    }
}

#define MUL_Q8(TYPE, BLOCK_LEN)                                          \
    static void mul_##TYPE##_q8_scalar(                                  \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,        \
        struct act_q8 x, size_t n_cols, float *y, size_t ldy)            \
    {                                                                    \
        mul_q8(dot_##TYPE, BLOCK_LEN, sizeof(struct block_##TYPE), k, w, \
               row_bytes, n_rows, x, n_cols, y, ldy);                    \
    }

MUL_Q8(q8_0, 32)
MUL_Q8(q4_0, 32)
MUL_Q8(q4_1, 32)
MUL_Q8(q4_k, 256)
MUL_Q8(q6_k, 256)

#define MUL_FLAT_Q8(NAME, name, LEN, MIN) MUL_Q8(name, LEN)
FLAT_TYPES(MUL_FLAT_Q8)

static void quantize_block(const float *x, int8_t *q, float *d, float *s)
{
    /* Compared as integers, magnitudes order as floats do, and a NaN is
     * larger than everything: it cannot get lost. */
    uint32_t max = 0;
    for (int i = 0; i < ACT_BLOCK; i++) {
        uint32_t mag = bits_of_float(x[i]) & 0x7FFFFFFF;
        max = mag > max ? mag : max;
    }
    float amax = float_of_bits(max);
    bool finite = max < 0x7F800000;
    float inverse = finite && amax >= ACT_AMAX_MIN ? 127 / amax : 0;
    int sum = 0;
    for (int i = 0; i < ACT_BLOCK; i++) {
        q[i] = finite ? (int8_t)lrintf(x[i] * inverse) : 0;
        sum += q[i];
    }
    /* Not finite: d says so, and every product becomes NaN. */
    *d = inverse || !finite ? amax / 127 : 0;
    *s = *d * (float)sum;
}

static void quantize_scalar(const float *x, size_t ldx, size_t k, size_t n_cols,
                            struct act_q8 out)
{
    size_t n_blocks = k / ACT_BLOCK;
    for (size_t c = 0; c < n_cols; c++)
        for (size_t b = 0; b < n_blocks; b++)
            quantize_block(x + c * ldx + b * ACT_BLOCK,
                           out.q + c * k + b * ACT_BLOCK,
                           out.d + c * n_blocks + b, out.s + c * n_blocks + b);
}

void mul_q8_init_scalar(struct kernels *k)
{
    k->quantize = quantize_scalar;
    k->weight[WEIGHT_Q8_0].mul_q8 = mul_q8_0_q8_scalar;
    k->weight[WEIGHT_Q4_0].mul_q8 = mul_q4_0_q8_scalar;
    k->weight[WEIGHT_Q4_1].mul_q8 = mul_q4_1_q8_scalar;
    k->weight[WEIGHT_Q4_K].mul_q8 = mul_q4_k_q8_scalar;
    k->weight[WEIGHT_Q6_K].mul_q8 = mul_q6_k_q8_scalar;
#define ENTRY(NAME, name, LEN, MIN) \
    k->weight[WEIGHT_##NAME].mul_q8 = mul_##name##_q8_scalar;
    FLAT_TYPES(ENTRY)
#undef ENTRY
}
