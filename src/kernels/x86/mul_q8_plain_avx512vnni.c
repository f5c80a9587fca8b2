/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include "kernels/x86/mul_q8_avx512vnni.h"

MUL_Q8(q8_0)
MUL_Q8(q4_0)
MUL_Q8(q4_1)
MUL_Q8(q5_0)
MUL_Q8(q5_1)

void mul_q8_plain_init_avx512(struct kernels *k)
{
    k->weight[WEIGHT_Q8_0].mul_q8 = mul_q8_0_q8_avx512;
    k->weight[WEIGHT_Q4_0].mul_q8 = mul_q4_0_q8_avx512;
    k->weight[WEIGHT_Q4_1].mul_q8 = mul_q4_1_q8_avx512;
    k->weight[WEIGHT_Q5_0].mul_q8 = mul_q5_0_q8_avx512;
    k->weight[WEIGHT_Q5_1].mul_q8 = mul_q5_1_q8_avx512;
}
