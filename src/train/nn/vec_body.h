/* vec_body.h - the loops of vec.h, included once per instruction set.
 *
 * VEC is the name of the table. `omp simd` asks for nothing but vector code: no
 * threads and no library come with it. */
#include <math.h>
#include <string.h>

#include "train/nn/vec.h"
#include "train/nn/vec_math.h"

static void add(real *restrict y, const real *restrict x, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

static void scale_by(real *y, real a, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] *= a;
}

static real dot(const real *x, const real *y, size_t n)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* In double: of anything between denormal and huge. */
static double squares(const real *x, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sum;
}

static void combine(real *out, real a, const real *x, real b, const real *y,
                    size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = a * x[i] + b * y[i];
}

static void descend(real *restrict w, real step, const real *restrict x,
                    real decay, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        w[i] -= step * x[i] + decay * w[i];
}

static void norm(const real *x, size_t ldx, const real *w, real eps, size_t n,
                 size_t d, real *y, size_t ldy, real *inv)
{
    for (size_t r = 0; r < n; r++, x += ldx, y += ldy) {
        real f = 1 / (real)sqrt(dot(x, x, d) / (real)d + eps);
        inv[r] = f;
#pragma omp simd
        for (size_t i = 0; i < d; i++)
            y[i] = x[i] * f * w[i];
    }
}

/* With h = x * inv: dh = dy w, dx = inv (dh - h mean(dh h)), dw = dy h. */
static void norm_back_row(const real *restrict x, const real *restrict w,
                          real inv, const real *restrict dy, size_t d,
                          real *restrict dx, real *restrict dw, bool keep)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < d; i++) {
        real t = dy[i] * x[i];
        sum += t * w[i];
        dw[i] += t * inv;
    }
    real back = sum / (real)d * inv * inv;
    if (!keep)
        memset(dx, 0, d * sizeof *dx);
#pragma omp simd
    for (size_t i = 0; i < d; i++)
        dx[i] += inv * (dy[i] * w[i] - x[i] * back);
}

static void norm_back(const real *x, size_t ldx, const real *w,
                      const real *inv, const real *dy, size_t lddy, size_t n,
                      size_t d, real *dx, size_t lddx, real *dw, bool keep)
{
    for (size_t r = 0; r < n; r++)
        norm_back_row(x + r * ldx, w, inv[r], dy + r * lddy, d, dx + r * lddx,
                      dw, keep);
}

static void swiglu(const real *gu, const real *weight, size_t n, size_t f,
                   real *act)
{
    for (size_t r = 0; r < n; r++) {
        const real *g = gu + 2 * f * r, *u = g + f;
        real *a = act + f * r, w = weight ? weight[r] : 1;
#pragma omp simd
        for (size_t i = 0; i < f; i++)
            a[i] = w * g[i] * vec_sigmoid(g[i]) * u[i];
    }
}

static void swiglu_back(real *gu, const real *dact, const real *weight,
                        size_t n, size_t f, real *act, real *dweight)
{
    for (size_t r = 0; r < n; r++) {
        real *restrict g = gu + 2 * f * r, *restrict u = g + f;
        real *restrict a = act + f * r, w = weight ? weight[r] : 1, dw = 0;
        const real *restrict da = dact + f * r;
#pragma omp simd reduction(+ : dw)
        for (size_t i = 0; i < f; i++) {
            real s = vec_sigmoid(g[i]), silu = g[i] * s, d = w * da[i];
            real out = silu * u[i];
            dw += da[i] * out;
            a[i] = w * out;
            g[i] = d * u[i] * (s + silu * (1 - s));
            u[i] = d * silu;
        }
        if (weight)
            dweight[r] = dw;
    }
}

static void sigmoid(real *x, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] = vec_sigmoid(x[i]);
}

static void rotate(real *restrict u, const real *restrict cs, real sign,
                   size_t n_pairs)
{
#pragma omp simd
    for (size_t i = 0; i < n_pairs; i++) {
        real c = cs[2 * i], s = sign * cs[2 * i + 1];
        real a = u[2 * i], b = u[2 * i + 1];
        u[2 * i] = a * c - b * s;
        u[2 * i + 1] = a * s + b * c;
    }
}

static real max_of(const real *z, size_t n)
{
    real max = -INFINITY;
#pragma omp simd reduction(max : max)
    for (size_t i = 0; i < n; i++)
        max = z[i] > max ? z[i] : max;
    return max;
}

static real exp_sum(real *z, size_t n, real max)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        z[i] = vec_exp(z[i] - max);
        sum += z[i];
    }
    return sum;
}

static void exp_sums(const real *z, size_t n, real max, real *sum, real *mean)
{
    real s = 0, m = 0;
#pragma omp simd reduction(+ : s, m)
    for (size_t i = 0; i < n; i++) {
        real e = vec_exp(z[i] - max);
        s += e;
        m += e * z[i];
    }
    *sum = s;
    *mean = m;
}

static void softmax(real *s, size_t ld, size_t n_rows, size_t first,
                    size_t n_cols, real scale, real *lse)
{
    for (size_t r = 0; r < n_rows; r++, s += ld) {
        size_t n = first + r + 1;
        real max = max_of(s, n) * scale, sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < n; i++) {
            s[i] = vec_exp(s[i] * scale - max);
            sum += s[i];
        }
        scale_by(s, 1 / sum, n);
        memset(s + n, 0, (n_cols - n) * sizeof *s);
        lse[r] = max + (real)log(sum);
    }
}

static void softmax_again(real *s, size_t ld, size_t n_rows, size_t first,
                          size_t n_cols, real scale, const real *lse)
{
    for (size_t r = 0; r < n_rows; r++, s += ld) {
        size_t n = first + r + 1;
        real log_sum = lse[r];
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            s[i] = vec_exp(s[i] * scale - log_sum);
        memset(s + n, 0, (n_cols - n) * sizeof *s);
    }
}

static void softmax_back(const real *restrict p, real *restrict dp, size_t ld,
                         size_t n_rows, size_t first, size_t n_cols,
                         real scale, const real *restrict delta)
{
    for (size_t r = 0; r < n_rows; r++, p += ld, dp += ld) {
        size_t n = first + r + 1;
        real d = delta[r];
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            dp[i] = p[i] * (dp[i] - d) * scale;
        memset(dp + n, 0, (n_cols - n) * sizeof *dp);
    }
}

const struct vec VEC = {
    .add = add,
    .scale = scale_by,
    .dot = dot,
    .squares = squares,
    .combine = combine,
    .descend = descend,
    .norm = norm,
    .norm_back = norm_back,
    .swiglu = swiglu,
    .swiglu_back = swiglu_back,
    .sigmoid = sigmoid,
    .rotate = rotate,
    .softmax = softmax,
    .softmax_again = softmax_again,
    .softmax_back = softmax_back,
    .max = max_of,
    .exp_sum = exp_sum,
    .exp_sums = exp_sums,
};
