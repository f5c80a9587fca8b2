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
    USE(WEIGHT_Q8_0, q8_0);
    USE(WEIGHT_Q4_0, q4_0);
    USE(WEIGHT_Q4_1, q4_1);
    USE(WEIGHT_Q5_0, q5_0);
    USE(WEIGHT_Q5_1, q5_1);
}
