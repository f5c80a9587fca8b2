/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/scalar/scalar.h"

#include "kernels/block.h"
#include "kernels/flat.h"

/* One block of weights times the activations under it: v = 256 * hi + lo from
 * its first weight, d and s from its first activation block of 32. */
typedef double (*block_dot_fn)(const void *block, const int16_t *v,
                               const float *d, const float *s);

static double dot_q8_0(const void *block, const int16_t *v, const float *d,
                       const float *s)
{
    const struct block_q8_0 *b = block;
    int sum = 0;
    (void)s;
    for (int j = 0; j < 32; j++)
        sum += b->q[j] * v[j];
    return (double)f16_load(b->d) * *d * sum;
}

static double dot_q4_0(const void *block, const int16_t *v, const float *d,
                       const float *s)
{
    const struct block_q4_0 *b = block;
    int sum = 0;
    (void)s;
    for (int j = 0; j < 16; j++)
        sum += ((b->q[j] & 15) - 8) * v[j] + ((b->q[j] >> 4) - 8) * v[j + 16];
    return (double)f16_load(b->d) * *d * sum;
}

static double dot_q4_1(const void *block, const int16_t *v, const float *d,
                       const float *s)
{
    const struct block_q4_1 *b = block;
    int sum = 0;
    for (int j = 0; j < 16; j++)
        sum += (b->q[j] & 15) * v[j] + (b->q[j] >> 4) * v[j + 16];
    return (double)f16_load(b->d) * *d * sum + (double)f16_load(b->m) * *s;
}

static double dot_q4_k(const void *block, const int16_t *v, const float *d,
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
            sum += (p[l] >> j % 2 * 4 & 15) * v[32 * j + l];
        total += (double)d[j] * (scale[j] * sum);
        minimum += (double)s[j] * min[j];
    }
    return f16_load(b->d) * total - f16_load(b->dmin) * minimum;
}

static double dot_q6_k(const void *block, const int16_t *v, const float *d,
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
            sum += code[16 * j + l] * v[16 * j + l];
        total += (double)d[j / 2] * (b->scales[j] * sum);
    }
    return f16_load(b->d) * total;
}

/* Types without a product of their own (flat.h). */
static inline double dot_flat(flat_fn flat, size_t len, bool has_min,
                              const void *block, const int16_t *v,
                              const float *d)
{
    struct flat f;
    double total = 0;
    flat(block, &f);
    for (size_t i = 0; i < len; i += 16) {
        int product = 0, sum = 0;
        for (size_t j = i; j < i + 16; j++) {
            product += f.q[j] * v[j];
            sum += v[j];
        }
        double part = (double)f.scale[i / 16] * product;
        if (has_min)
            part -= (double)f.min[i / 16] * sum;
        total += part * d[i / ACT_BLOCK];
    }
    return total;
}

#define DOT_FLAT(NAME, name, LEN, MIN)                                    \
    static double dot_##name(const void *block, const int16_t *v,         \
                             const float *d, const float *s)              \
    {                                                                     \
        (void)s;                                                          \
        return dot_flat(flat_##name, LEN, MIN, block, v, d);              \
    }

FLAT_TYPES(DOT_FLAT)

/* The values of one block of 32, in order. */
static void load_values(const struct act_group *x, unsigned b, int16_t v[32])
{
    for (unsigned j = 0; j < 32; j++) {
        unsigned at = act_at(b) + j % 16 + j / 16 * ACT_SECOND;
        v[j] = (int16_t)(256 * x->hi[at] + x->lo[at]);
    }
}

static inline double dot_row(block_dot_fn dot, size_t block_len,
                             size_t block_bytes, size_t k, const char *block,
                             const struct act_group *x)
{
    double sum = 0;
    for (size_t i = 0; i < k; i += block_len, block += block_bytes) {
        int16_t v[256];
        float d[8], s[8];
        for (size_t j = 0; j < block_len / ACT_BLOCK; j++) {
            const struct act_group *g = x + (i / ACT_BLOCK + j) / ACT_GROUP_BLOCKS;
            unsigned b = (unsigned)(i / ACT_BLOCK + j) % ACT_GROUP_BLOCKS;
            load_values(g, b, v + j * ACT_BLOCK);
            d[j] = g->d[act_block_at(b)];
            s[j] = g->s[act_block_at(b)];
        }
        sum += dot(block, v, d, s);
    }
    return sum;
}

static inline void mul_q8(block_dot_fn dot, size_t block_len,
                          size_t block_bytes, size_t k, const void *w,
                          size_t row_bytes, size_t n_rows,
                          const struct act_group *x, size_t n_cols, float *y,
                          size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c++)
            y[c * ldy + r] = (float)dot_row(
                dot, block_len, block_bytes, k,
                (const char *)w + r * row_bytes, x + c * act_groups(k));
}

#define MUL_Q8(TYPE, BLOCK_LEN)                                              \
    static void mul_##TYPE##_q8_scalar(                                      \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,            \
        const struct act_group *x, size_t n_cols, float *y, size_t ldy)      \
    {                                                                        \
        mul_q8(dot_##TYPE, BLOCK_LEN, sizeof(struct block_##TYPE), k, w,     \
               row_bytes, n_rows, x, n_cols, y, ldy);                        \
    }

MUL_Q8(q8_0, 32)
MUL_Q8(q4_0, 32)
MUL_Q8(q4_1, 32)
MUL_Q8(q4_k, 256)
MUL_Q8(q6_k, 256)

#define MUL_FLAT_Q8(NAME, name, LEN, MIN) MUL_Q8(name, LEN)
FLAT_TYPES(MUL_FLAT_Q8)

static void quantize_block(const float *x, unsigned b, int planes,
                           struct act_group *out)
{
    const int most = planes == 1 ? 0 : 127;
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
    int32_t *half_sum = out->half_sum[b / 8] + act_half_at(b);
    half_sum[0] = half_sum[1] = 0;
    for (unsigned i = 0; i < ACT_BLOCK; i++) {
        unsigned at = act_at(b) + i % 16 + i / 16 * ACT_SECOND;
        float v = finite ? x[i] * inverse : 0;
        int hi = (int)lrintf(v);
        /* Half way between two it would be 128, which has no int8. */
        int lo = (int)lrintf((v - (float)hi) * 256);
        lo = lo > most ? most : lo < -most ? -most : lo;
        out->hi[at] = (int8_t)hi;
        out->lo[at] = (int8_t)lo;
        half_sum[i / 16] += 256 * hi + lo;
    }
    unsigned at = act_block_at(b);
    /* Not finite: d says so, and every product becomes NaN. */
    out->d[at] = inverse || !finite ? amax / ACT_MAX : 0;
    out->sum[at] = half_sum[0] + half_sum[1];
    out->s[at] = out->d[at] * (float)out->sum[at];
}

static void quantize_scalar(const float *x, size_t ldx, size_t k, size_t n_cols,
                            int planes, struct act_group *out)
{
    const size_t n_groups = act_groups(k);
    memset(out, 0, n_cols * n_groups * sizeof *out);
    for (size_t c = 0; c < n_cols; c++)
        for (size_t b = 0; b < k / ACT_BLOCK; b++)
            quantize_block(x + c * ldx + b * ACT_BLOCK,
                           b % ACT_GROUP_BLOCKS, planes,
                           out + c * n_groups + b / ACT_GROUP_BLOCKS);
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
