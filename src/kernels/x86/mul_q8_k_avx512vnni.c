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
    USE(WEIGHT_Q2_K, q2_k);
    USE(WEIGHT_Q3_K, q3_k);
    USE(WEIGHT_Q4_K, q4_k);
    USE(WEIGHT_Q5_K, q5_k);
    USE(WEIGHT_Q6_K, q6_k);
}
