/* vector_loops.h - the vector kernels, written once for every vector length.
 *
 * The including file says what a vector is: `vec` of LANES floats, `sums`
 * (LANES doubles), and the v_ operations on them. A part vector of n < LANES
 * floats reads and writes n floats and no more; what it lacks is zero. */
#ifndef KERNELS_VECTOR_LOOPS_H
#define KERNELS_VECTOR_LOOPS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* e^x = 2^n e^r with n = x / ln 2 rounded and |r| <= ln(2) / 2; e^r by its
 * series up to r^7 / 7!: 3e-9 is left over. ln 2 in two parts keeps r exact. A
 * NaN comes through the clamping because min and max return their second
 * operand then. */
INLINE vec v_exp(vec x)
{
    x = v_max(v_set(-105), v_min(v_set(89), x));
    vec n = v_round(v_mul(x, v_set(1.44269504f)));
    vec r = v_fma(n, v_set(-0.693359375f), x);
    r = v_fma(n, v_set(2.12194440e-4f), r);
    vec e = v_set(1.0f / 5040);
    e = v_fma(e, r, v_set(1.0f / 720));
    e = v_fma(e, r, v_set(1.0f / 120));
    e = v_fma(e, r, v_set(1.0f / 24));
    e = v_fma(e, r, v_set(1.0f / 6));
    e = v_fma(e, r, v_set(0.5f));
    e = v_fma(e, r, v_set(1));
    e = v_fma(e, r, v_set(1));
    return v_scale_by_power(e, n);
}

/* Sums in four vectors: one alone would wait for its own additions. */
#define DOT(NAME, TYPE, LOAD, LOAD_PART)                                       \
    static float NAME(const TYPE *a, const float *b, size_t n)                 \
    {                                                                          \
        vec sum[4] = {v_set(0), v_set(0), v_set(0), v_set(0)};                 \
        size_t i = 0;                                                          \
        for (; i + 4 * LANES <= n; i += 4 * LANES)                             \
            UNROLL for (size_t j = 0; j < 4; j++) sum[j] =                     \
                v_fma(LOAD(a + i + j * LANES), v_load(b + i + j * LANES),      \
                      sum[j]);                                                 \
        for (; i + LANES <= n; i += LANES)                                     \
            sum[0] = v_fma(LOAD(a + i), v_load(b + i), sum[0]);                \
        if (i < n)                                                             \
            sum[1] = v_fma(LOAD_PART(a + i, n - i), v_load_part(b + i, n - i), \
                           sum[1]);                                            \
        return v_total(v_add(v_add(sum[0], sum[1]), v_add(sum[2], sum[3])));   \
    }

DOT(dot, float, v_load, v_load_part)
DOT(dot_f16, uint16_t, v_load_f16, v_load_part_f16)

#define AXPY(NAME, TYPE, LOAD, LOAD_PART)                                   \
    static void NAME(float a, const TYPE *x, float *y, size_t n)            \
    {                                                                       \
        size_t i = 0;                                                       \
        for (; i + LANES <= n; i += LANES)                                  \
            v_store(y + i, v_fma(v_set(a), LOAD(x + i), v_load(y + i)));    \
        if (i < n)                                                          \
            v_store_part(y + i, n - i,                                      \
                         v_fma(v_set(a), LOAD_PART(x + i, n - i),           \
                               v_load_part(y + i, n - i)));                 \
    }

AXPY(axpy, float, v_load, v_load_part)
AXPY(axpy_f16, uint16_t, v_load_f16, v_load_part_f16)

static void to_f16(const float *x, uint16_t *y, size_t n)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store_f16(y + i, v_load(x + i));
    if (i < n)
        v_store_part_f16(y + i, n - i, v_load_part(x + i, n - i));
}

static void from_f16(const uint16_t *x, float *y, size_t n)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store(y + i, v_load_f16(x + i));
    if (i < n)
        v_store_part(y + i, n - i, v_load_part_f16(x + i, n - i));
}

static void rms_norm(const float *x, const float *w, float eps, float *y,
                     size_t n)
{
    sums squares = s_zero();
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        squares = s_add_square(squares, v_load(x + i));
    if (i < n)
        squares = s_add_square(squares, v_load_part(x + i, n - i));
    vec scale = v_set((float)(1 / sqrt(s_total(squares) / (double)n + eps)));
    for (i = 0; i + LANES <= n; i += LANES)
        v_store(y + i, v_mul(v_mul(v_load(x + i), scale), v_load(w + i)));
    if (i < n)
        v_store_part(y + i, n - i,
                     v_mul(v_mul(v_load_part(x + i, n - i), scale),
                           v_load_part(w + i, n - i)));
}

static float largest(const float *x, size_t n)
{
    vec max = v_set(-INFINITY);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        max = v_max(max, v_load(x + i));
    float all = v_largest(max);
    for (; i < n; i++)
        all = x[i] > all ? x[i] : all;
    return all;
}

static double exp_sum(float *x, size_t n, float *max_out)
{
    *max_out = largest(x, n);
    vec max = v_set(*max_out);
    sums total = s_zero();
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        vec e = v_exp(v_sub(v_load(x + i), max));
        v_store(x + i, e);
        total = s_add(total, e);
    }
    if (i < n) {
        vec e = v_exp(v_sub(v_load_part(x + i, n - i), max));
        v_store_part(x + i, n - i, e);
        total = s_add(total, v_load_part(x + i, n - i));
    }
    return s_total(total);
}

/* Below this e^x is 0 in floats. As the second operand of v_max it takes the
 * place of a NaN as well. */
#define NOTHING (-104.0f)

/* e^x = 2^n 2^r for x from NOTHING to 0, |r| <= 1/2; 2^r by the polynomial of fifth
 * degree whose largest relative error, 7.5e-8, is the least. */
INLINE vec exp_of_fall(vec x)
{
    vec t = v_mul(x, v_set(1.44269504f)), n = v_round(t), r = v_sub(t, n);
    vec e = v_set(0x1.5c08e6p-10f);
    e = v_fma(e, r, v_set(0x1.3d0c54p-7f));
    e = v_fma(e, r, v_set(0x1.c6b6e4p-5f));
    e = v_fma(e, r, v_set(0x1.ebf918p-3f));
    e = v_fma(e, r, v_set(0x1.62e428p-1f));
    e = v_fma(e, r, v_set(0x1.000002p+0f));
    return v_scale_by_power(e, n);
}

INLINE void add_moments(vec x, vec max, vec *z, vec *xz)
{
    x = v_max(v_sub(x, max), v_set(NOTHING));
    vec e = exp_of_fall(x);
    *z = v_add(*z, e);
    *xz = v_fma(x, e, *xz);
}

/* Sixteen vectors are added up as floats before they go to the sums. */
static double exp_moments(const float *x, size_t n, float max, double *xz_out)
{
    enum { FEW = 16 };
    sums z = s_zero(), xz = s_zero();
    size_t i = 0;
    while (i + LANES <= n) {
        vec few_z = v_set(0), few_xz = v_set(0);
        for (int j = 0; j < FEW && i + LANES <= n; j++, i += LANES)
            add_moments(v_load(x + i), v_set(max), &few_z, &few_xz);
        z = s_add(z, few_z);
        xz = s_add(xz, few_xz);
    }
    if (i < n) {
        vec few_z = v_set(0), few_xz = v_set(0);
        float rest[LANES];
        for (size_t j = 0; j < LANES; j++)
            rest[j] = i + j < n ? x[i + j] : -INFINITY;
        add_moments(v_load(rest), v_set(max), &few_z, &few_xz);
        z = s_add(z, few_z);
        xz = s_add(xz, few_xz);
    }
    *xz_out = s_total(xz);
    return s_total(z);
}

static void class_maxima(const float *x, size_t n, float out[CLASS_MAXIMA])
{
    enum { VECTORS = CLASS_MAXIMA / LANES };
    vec best[VECTORS];
    for (int j = 0; j < VECTORS; j++)
        best[j] = v_set(-INFINITY);
    for (size_t i = 0; i + CLASS_MAXIMA <= n; i += CLASS_MAXIMA)
        for (int j = 0; j < VECTORS; j++)
            best[j] = v_max(v_load(x + i + (size_t)j * LANES), best[j]);
    for (int j = 0; j < VECTORS; j++)
        v_store(out + (size_t)j * LANES, best[j]);
}

static size_t next_above(const float *x, size_t from, size_t n, float limit)
{
    enum { VECTORS = 4 };
    size_t i = from;
    for (; i + VECTORS * LANES <= n; i += VECTORS * LANES) {
        vec best = v_set(-INFINITY);
        for (size_t j = 0; j < VECTORS; j++)
            best = v_max(v_load(x + i + j * LANES), best);
        if (v_any_above(best, v_set(limit)))
            break;
    }
    while (i < n && !(x[i] > limit))
        i++;
    return i;
}

static void softmax(float *x, size_t n)
{
    float max;
    vec scale = v_set((float)(1 / exp_sum(x, n, &max)));
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store(x + i, v_mul(v_load(x + i), scale));
    if (i < n)
        v_store_part(x + i, n - i, v_mul(v_load_part(x + i, n - i), scale));
}

INLINE vec v_swiglu(vec g, vec u)
{
    vec e = v_exp(v_sub(v_set(0), g));
    return v_mul(v_div(g, v_add(v_set(1), e)), u);
}

static void swiglu(const float *g, const float *u, float *y, size_t n)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store(y + i, v_swiglu(v_load(g + i), v_load(u + i)));
    if (i < n)
        v_store_part(y + i, n - i,
                     v_swiglu(v_load_part(g + i, n - i),
                              v_load_part(u + i, n - i)));
}

enum { UNIT = 4 * ACT_BLOCK };

/* Zeros behind n values of a group. Codes of units that have no block at all are
 * met by codes or scales of 0 in every product. */
static void clear_behind(struct act_group *g, size_t n)
{
    size_t unit = n / UNIT * UNIT;
    if (unit < n) {
        memset(g->hi + unit, 0, UNIT);
        memset(g->lo + unit, 0, UNIT);
    }
    memset(g->d, 0, sizeof *g - offsetof(struct act_group, d));
}

static void quantize(const float *x, size_t ldx, size_t k, size_t n_cols,
                     int planes, struct act_group *out)
{
    for (size_t c = 0; c < n_cols; c++, x += ldx) {
        struct act_group *g = out + c * act_groups(k);
        for (size_t i = 0; i < k; i += ACT_GROUP, g++) {
            size_t n = k - i < ACT_GROUP ? k - i : ACT_GROUP;
            if (n < ACT_GROUP)
                clear_behind(g, n);
            for (size_t b = 0; b < n / ACT_BLOCK; b++)
                quantize_block(x + i + b * ACT_BLOCK, (unsigned)b, planes, g);
        }
    }
}

INLINE void vector_init(struct kernels *k)
{
    k->quantize = quantize;
    k->dot = dot;
    k->dot_f16 = dot_f16;
    k->axpy = axpy;
    k->axpy_f16 = axpy_f16;
    k->to_f16 = to_f16;
    k->from_f16 = from_f16;
    k->rms_norm = rms_norm;
    k->softmax = softmax;
    k->exp_sum = exp_sum;
    k->exp_moments = exp_moments;
    k->class_maxima = class_maxima;
    k->next_above = next_above;
    k->swiglu = swiglu;
}

#endif
