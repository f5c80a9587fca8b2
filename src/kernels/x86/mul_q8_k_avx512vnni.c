/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include "kernels/x86/mul_q8_avx512vnni.h"
#include "kernels/x86/unpack_k_avx512vnni.h"

MUL_Q8(q2_k)
MUL_Q8(q3_k)
MUL_Q8(q4_k)
MUL_Q8(q5_k)
MUL_Q8(q6_k)

void mul_q8_k_init_avx512(struct kernels *k)
{
    k->weight[WEIGHT_Q2_K].mul_q8 = mul_q2_k_q8_avx512;
    k->weight[WEIGHT_Q3_K].mul_q8 = mul_q3_k_q8_avx512;
    k->weight[WEIGHT_Q4_K].mul_q8 = mul_q4_k_q8_avx512;
    k->weight[WEIGHT_Q5_K].mul_q8 = mul_q5_k_q8_avx512;
    k->weight[WEIGHT_Q6_K].mul_q8 = mul_q6_k_q8_avx512;
}
