/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include "kernels/x86/mul_q8_avx2.h"
#include "kernels/x86/unpack_table_avx2.h"

MUL_Q8(iq4_nl)
MUL_Q8(iq4_xs)
MUL_Q8(mxfp4)

void mul_q8_table_init_avx2(struct kernels *k)
{
    k->weight[WEIGHT_IQ4_NL].mul_q8 = mul_iq4_nl_q8_avx2;
    k->weight[WEIGHT_IQ4_XS].mul_q8 = mul_iq4_xs_q8_avx2;
    k->weight[WEIGHT_MXFP4].mul_q8 = mul_mxfp4_q8_avx2;
}
