/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include "kernels/x86/mul_q8_avx512vnni.h"
#include "kernels/x86/unpack_table_avx512vnni.h"

MUL_Q8(iq4_nl)
MUL_Q8(iq4_xs)
MUL_Q8(mxfp4)

void mul_q8_table_init_avx512(struct kernels *k)
{
    USE(WEIGHT_IQ4_NL, iq4_nl);
    USE(WEIGHT_IQ4_XS, iq4_xs);
    USE(WEIGHT_MXFP4, mxfp4);
}
