/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#define VEC vec_plain
#include "train/nn/vec_body.h"

#include "kernels/cpu.h"

const struct vec *vec_best(void)
{
#if defined HAVE_AVX512_KERNELS && !defined NN_DOUBLE
    if (cpu_best() == CPU_AVX512)
        return &vec_avx512;
#endif
#if defined HAVE_AVX2_KERNELS && !defined NN_DOUBLE
    if (cpu_best() >= CPU_AVX2 && cpu_can(CPU_AVX2))
        return &vec_avx2;
#endif
    return &vec_plain;
}
