/* kernels.h - the table of everything that is computed fast.
 *
 * A kernel takes pointers and sizes and knows no model, no file and no thread;
 * model/ splits rows among threads above it. kernels_init fills the table with
 * the readable scalar versions, then lets each level put its own over it. The
 * scalar version defines what is right: every level is tested against it.
 *
 * Products. Weights are rows of quantized blocks (block.h). Activations are
 * either float32 columns or columns of integers (act_group.h), quantized once
 * per product input and shared by every matrix that reads it; there is one
 * integer format for all weight types. What comes out of a column of integers is
 * the same, bit for bit, whatever other columns are computed with it: a token
 * that is computed beside its drafts must be the token that is computed alone.
 * Columns of a long prompt may have one plane (act_group.h), which is half the
 * work; model/ decides when.
 *
 * Against OpenBLAS (one core, AVX-512, k 1536): products of integers win for
 * every number of columns, 90-150 GFLOP/s against 6-99; with AVX2 30-73 up to
 * 128 of them. Float products win for fewer than KERNELS_BLAS_COLS columns;
 * from there on F32, F16 and BF16 weights are better decoded into a panel for
 * blas_sgemm_nt. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/act_group.h"
#include "kernels/cpu.h"

#define KERNELS_BLAS_COLS 16

struct gemm_bf16_room;
struct gemm_product;

/* Weight types the kernels know. Not the numbers of any file format:
 * model/weights.c translates. */
enum weight_type {
    WEIGHT_F32,
    WEIGHT_F16,
    WEIGHT_BF16,
    WEIGHT_Q8_0,
    WEIGHT_Q4_0,
    WEIGHT_Q4_1,
    WEIGHT_Q5_0,
    WEIGHT_Q4_K,
    WEIGHT_Q6_K,
    WEIGHT_Q5_1,
    WEIGHT_Q2_K,
    WEIGHT_Q3_K,
    WEIGHT_Q5_K,
    WEIGHT_IQ4_NL,
    WEIGHT_IQ4_XS,
    WEIGHT_MXFP4,
    WEIGHT_NVFP4,
    WEIGHT_Q1_0,
    WEIGHT_Q2_0,
    WEIGHT_TQ1_0,
    WEIGHT_TQ2_0,
    WEIGHT_IQ1_S,
    WEIGHT_IQ1_M,
    WEIGHT_IQ2_XXS,
    WEIGHT_IQ2_XS,
    WEIGHT_IQ2_S,
    WEIGHT_IQ3_XXS,
    WEIGHT_IQ3_S,
    WEIGHT_TYPES,
};

/* Rows [0, n_rows) of weights, row r at w + r * row_bytes, each k long, times
 * n_cols columns: y[c * ldy + r] = sum_i w[r][i] * x[c][i]. k is a multiple of
 * the type's block_len (F32, F16, BF16: any). Column c of integers begins at
 * x[c * act_groups(k)]. Nothing is read beyond a row, and weights need no
 * alignment. */
typedef void (*mul_q8_fn)(size_t k, const void *w, size_t row_bytes,
                          size_t n_rows, const struct act_group *x,
                          size_t n_cols, float *y, size_t ldy);
typedef void (*mul_f32_fn)(size_t k, const void *w, size_t row_bytes,
                           size_t n_rows, const float *x, size_t ldx,
                           size_t n_cols, float *y, size_t ldy);
typedef void (*decode_fn)(const void *blocks, float *out, size_t n);
/* The other way round: rows [0, n_rows), of which the first n values count, are
 * added up with weights. y[c * ldy + i] = sum_r p[c * ldp + r] * row_r[i]. What
 * comes out of a column is the same whatever stands beside it. */
typedef void (*mix_fn)(size_t n, const void *rows, size_t row_bytes,
                       size_t n_rows, const float *p, size_t ldp,
                       size_t n_cols, float *y, size_t ldy);

struct weight_kernels {
    const char *name;
    uint32_t block_len;
    uint32_t block_bytes;
    decode_fn decode;    /* n weights (a multiple of block_len) to float32 */
    mul_f32_fn mul_f32;  /* float32 activations: exact mode and F32/F16/BF16 */
    mul_q8_fn mul_q8;    /* integer activations; NULL for F32, F16, BF16 */
    mul_q8_fn mul_q8_hi; /* the same, bit for bit, of columns with one plane;
                            never NULL where mul_q8 is not */
};

enum { CLASS_MAXIMA = 32 };

struct kernels {
    enum cpu_level level;
    struct weight_kernels weight[WEIGHT_TYPES];

    /* n_cols columns of k floats, ldx apart, to integers (k % 32 == 0) of two
     * planes, or of one. */
    void (*quantize)(const float *x, size_t ldx, size_t k, size_t n_cols,
                     int planes, struct act_group *out);

    float (*dot)(const float *a, const float *b, size_t n);
    float (*dot_f16)(const uint16_t *a, const float *b, size_t n);
    void (*axpy)(float a, const float *x, float *y, size_t n); /* y += a x */
    void (*axpy_f16)(float a, const uint16_t *x, float *y, size_t n);
    mix_fn mix_f32, mix_f16;
    /* Operands rounded (gemm_bf16.h); NULL where the CPU is no faster so. */
    void (*gemm_bf16)(const struct gemm_product *p, struct gemm_bf16_room *room);
    void (*to_f16)(const float *x, uint16_t *y, size_t n);
    void (*from_f16)(const uint16_t *x, float *y, size_t n);

    /* y = x / sqrt(mean(x^2) + eps) * w; y may be x. RMSNorm, 1910.07467. */
    void (*rms_norm)(const float *x, const float *w, float eps, float *y,
                     size_t n);
    /* In place; returns nothing. Subtracts the maximum first. */
    void (*softmax)(float *x, size_t n);
    /* Without the division: x[i] = e^(x[i] - *max), returns their sum. n > 0. */
    double (*exp_sum)(float *x, size_t n, float *max);
    /* With x' = x - max: the sums of e^x' (returned) and of x' e^x', both of
     * which the entropy of a softmax needs. NaN and -Inf count for nothing; max
     * is finite and no x is larger. To about 1e-6 of the sums. */
    double (*exp_moments)(const float *x, size_t n, float max, double *xz);
    /* out[j] = the largest x[i] with i mod CLASS_MAXIMA = j, where n is cut to
     * a multiple of it; NaN is passed over, -Inf stands for nothing. */
    void (*class_maxima)(const float *x, size_t n, float out[CLASS_MAXIMA]);
    /* The first i >= from with x[i] above the limit; n where there is none. */
    size_t (*next_above)(const float *x, size_t from, size_t n, float limit);
    /* y[i] = silu(g[i]) * u[i], silu(z) = z / (1 + e^-z); y may be g or u. */
    void (*swiglu)(const float *g, const float *u, float *y, size_t n);
};

/* level must be one that cpu_can run. */
void kernels_init(struct kernels *k, enum cpu_level level);

#endif
