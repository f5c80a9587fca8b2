/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "kernels/kernels.h"

#include <assert.h>

#include "kernels/arm/neon.h"
#include "kernels/block.h"
#include "kernels/flat.h"
#include "kernels/gemm_bf16.h"
#include "kernels/scalar/scalar.h"
#include "kernels/x86/x86.h"

static const struct weight_kernels formats[WEIGHT_TYPES] = {
    [WEIGHT_F32] = {"F32", 1, 4, .decode = decode_f32_scalar},
    [WEIGHT_F16] = {"F16", 1, 2, .decode = decode_f16_scalar},
    [WEIGHT_BF16] = {"BF16", 1, 2, .decode = decode_bf16_scalar},
    [WEIGHT_Q8_0] = {"Q8_0", 32, sizeof(struct block_q8_0),
                     .decode = decode_q8_0_scalar},
    [WEIGHT_Q4_0] = {"Q4_0", 32, sizeof(struct block_q4_0),
                     .decode = decode_q4_0_scalar},
    [WEIGHT_Q4_1] = {"Q4_1", 32, sizeof(struct block_q4_1),
                     .decode = decode_q4_1_scalar},
    [WEIGHT_Q4_K] = {"Q4_K", 256, sizeof(struct block_q4_k),
                     .decode = decode_q4_k_scalar},
    [WEIGHT_Q6_K] = {"Q6_K", 256, sizeof(struct block_q6_k),
                     .decode = decode_q6_k_scalar},
#define FORMAT(NAME, name, LEN, MIN)                           \
    [WEIGHT_##NAME] = {#NAME, LEN, sizeof(struct block_##name), \
                       .decode = decode_##name##_scalar},
    FLAT_TYPES(FORMAT)
#undef FORMAT
};

/* Start from the readable version of everything, then let each level put its
 * own faster ones over it. A level may leave any of them alone. */
void kernels_init(struct kernels *k, enum cpu_level level)
{
    assert(cpu_can(level));
    *k = (struct kernels){.level = level};
    for (int t = 0; t < WEIGHT_TYPES; t++)
        k->weight[t] = formats[t];
    mul_f32_init_scalar(k);
    mul_q8_init_scalar(k);
    vector_init_scalar(k);
    rows_init_scalar(k);
#if HAVE_AVX2_KERNELS
    if (level == CPU_AVX2 || level == CPU_AVX512) {
        mul_f32_init_avx2(k);
        mul_flat_init_avx2(k);
        mul_q8_plain_init_avx2(k);
        mul_q8_k_init_avx2(k);
        mul_q8_table_init_avx2(k);
        vector_init_avx2(k);
    }
#endif
#if HAVE_AVX512_KERNELS
    if (level == CPU_AVX512) {
        mul_q8_plain_init_avx512(k);
        mul_q8_k_init_avx512(k);
        mul_q8_table_init_avx512(k);
        vector_init_avx512(k);
        k->gemm_bf16 = gemm_bf16_best();
    }
#endif
#if HAVE_NEON_KERNELS
    if (level == CPU_NEON) {
        vector_init_neon(k);
        mul_f32_init_neon(k);
        mul_q8_init_neon(k);
    }
#endif
    for (int t = 0; t < WEIGHT_TYPES; t++)
        if (!k->weight[t].mul_q8_hi)
            k->weight[t].mul_q8_hi = k->weight[t].mul_q8;
}
