/* blas.h - OpenBLAS, loaded on first need and with the right kernel.
 *
 * A build older than the CPU may take an SSE kernel (27 GFLOP/s instead of 87
 * on one AVX-512 core). Which one is read from OPENBLAS_CORETYPE only while the
 * library is being loaded, so we load it ourselves, after setting that (a
 * choice the user made stays): no second start of the program, and a chat with
 * a model that never needs a large float product never pays for the library.
 * It runs with one thread; our pool splits the work. */
#ifndef KERNELS_BLAS_H
#define KERNELS_BLAS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether blas_sgemm can be called; loads the library the first time. Call it
 * before worker threads need it: it is not thread safe, blas_sgemm is. */
bool blas_available(void);
/* "OpenBLAS 0.3.21 SkylakeX", or why it could not be loaded. */
const char *blas_description(void);

/* C[m][n] = A[m][k] * B[n][k]^T (+ C when accumulate), rows lda, ldb, ldc
 * apart. This is the one shape that inference needs: both operands by rows. */
void blas_sgemm_nt(size_t m, size_t n, size_t k, const float *a, size_t lda,
                   const float *b, size_t ldb, float *c, size_t ldc,
                   bool accumulate);

/* C[m][n] = op(A) op(B) (+ C), op turning an operand where its flag says so: A
 * is [m][k], or [k][m] with ta; B is [k][n], or [n][k] with tb. For training,
 * whose gradients need every form. */
void blas_sgemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a,
                size_t lda, const float *b, size_t ldb, float *c, size_t ldc,
                bool accumulate);

#endif
