/* gemm.h - every matrix product of training, counted.
 *
 * Row-major, C[m][n] (+)= op(A) op(B), rows lda, ldb, ldc apart. The letters
 * say which operand is turned: nt is a layer forward (both by rows, as weights
 * lie in a file), nn its input's gradient, tn its weights' gradient. float goes
 * to OpenBLAS with one thread, or rounded to bfloat16 (gemm_bf16.h) where the
 * meter says so; a double build has a plain loop. The router's products
 * stay float32: which experts a token goes to is no matter of rounding. */
#ifndef TRAIN_NN_GEMM_H
#define TRAIN_NN_GEMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/gemm_bf16.h"
#include "kernels/real.h"

/* What a recipe asks for: operands as they are, or rounded where the CPU is
 * faster so. */
enum products { PRODUCTS_F32, PRODUCTS_BF16 };

/* What a product belongs to: the lines of a bench. */
enum gemm_site {
    GEMM_PROJECTION, /* of attention: q, latent, k, v, output */
    GEMM_ATTENTION,  /* scores and values */
    GEMM_DENSE,      /* dense and shared FFN */
    GEMM_ROUTER,
    GEMM_EXPERTS,
    GEMM_MTP,        /* eh_proj */
    GEMM_HEAD,
    GEMM_SITES,
};
const char *gemm_site_name(enum gemm_site site);

struct err;

/* Whether there is a library to multiply with; for who is about to start. */
bool gemm_available(struct err *err);

/* What a thread multiplies with, and what it did. */
struct gemm_meter {
    gemm_bf16_fn rounded;        /* NULL: float32 */
    struct gemm_bf16_room *room; /* of it; borrowed */
    bool timed;      /* fill ns as well: two looks at the clock per product */
    uint64_t flop[GEMM_SITES];
    uint64_t ns[GEMM_SITES];
};

/* Any product. Only rounded ones take lists of rows; float32 computes also what a
 * mask leaves out, with zeros where the caller has put them. */
void gemm(struct gemm_meter *meter, enum gemm_site site,
          const struct gemm_product *p);

/* C = A[m][k] B[n][k]^T */
void gemm_nt(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add);
/* C = A[m][k] B[k][n] */
void gemm_nn(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add);
/* C = A[k][m]^T B[k][n] */
void gemm_tn(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add);

#endif
