/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "train/nn/gemm_bf16.h"

#include "kernels/cpu.h"

gemm_bf16_fn gemm_bf16_best(void)
{
#ifdef HAVE_AVX512BF16_KERNELS
    if (cpu_best() == CPU_AVX512 && cpu_has_bf16())
        return gemm_bf16_avx512;
#endif
    return NULL;
}

void gemm_bf16_plain(bool ta, bool tb, size_t m, size_t n, size_t k,
                     const float *a, size_t lda, const float *b, size_t ldb,
                     float *c, size_t ldc, bool add,
                     struct gemm_bf16_room *room)
{
    (void)room;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            float sum = 0;
            for (size_t l = 0; l < k; l++) {
                float x = ta ? a[l * lda + i] : a[i * lda + l];
                float y = tb ? b[j * ldb + l] : b[l * ldb + j];
                sum += bf16_value(bf16_from(x)) * bf16_value(bf16_from(y));
            }
            c[i * ldc + j] = add ? c[i * ldc + j] + sum : sum;
        }
}
