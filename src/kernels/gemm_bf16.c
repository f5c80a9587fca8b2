/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "kernels/gemm_bf16.h"

#include "kernels/cpu.h"

gemm_bf16_fn gemm_bf16_best(void)
{
#ifdef HAVE_AVX512BF16_KERNELS
    if (cpu_best() == CPU_AVX512 && cpu_has_bf16())
        return gemm_bf16_avx512;
#endif
    return NULL;
}

static size_t row(const uint32_t *rows, size_t i)
{
    return rows ? rows[i] : i;
}

/* Whether op(A)[i][l] counts, and C[i][j]. */
static bool has_term(const struct gemm_product *p, size_t i, size_t l)
{
    return (p->causal != CAUSAL_A || l <= i + p->first) &&
           (p->causal != CAUSAL_TURNED || i <= l + p->first);
}

static bool is_wanted(const struct gemm_product *p, size_t i, size_t j)
{
    return p->causal != CAUSAL_C || j <= i + p->first;
}

static float rounded_a(const struct gemm_product *p, size_t i, size_t l)
{
    const float *x = p->ta ? p->a + row(p->a_rows, l) * p->lda + i
                           : p->a + row(p->a_rows, i) * p->lda + l;
    return bf16_value(bf16_from(*x));
}

static float rounded_b(const struct gemm_product *p, size_t l, size_t j)
{
    const float *y = p->tb ? p->b + j * p->ldb + l
                           : p->b + row(p->b_rows, l) * p->ldb + j;
    return bf16_value(bf16_from(*y));
}

void gemm_bf16_plain(const struct gemm_product *p, struct gemm_bf16_room *room)
{
    (void)room;
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++) {
            float *c = p->c + row(p->c_rows, i) * p->ldc + j, sum = 0;
            for (size_t l = 0; l < p->k; l++)
                if (has_term(p, i, l))
                    sum += rounded_a(p, i, l) * rounded_b(p, l, j);
            if (is_wanted(p, i, j))
                *c = p->add ? *c + sum : sum;
        }
}
