/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "bench/peak.h"

#include <stdint.h>

#include "base/clock.h"
#include "kernels/cpu.h"

#if HAVE_AVX512_KERNELS
#include <immintrin.h>

enum { ROUNDS = 200000, CHAINS = 8, PASSES = 20 };

/* Chains that do not wait for each other; four would do. */
__attribute__((target("avx512f,avx512vnni"))) static void
chains_part(void *arg, unsigned part, unsigned n_parts)
{
    (void)arg, (void)part, (void)n_parts;
    __m512i x = _mm512_setzero_si512();
    __m512i a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x;
#define STEP(v) __asm__ volatile("vpdpbusd %1, %1, %0" : "+v"(v) : "v"(x))
    for (int i = 0; i < ROUNDS; i++) {
        STEP(a);
        STEP(b);
        STEP(c);
        STEP(d);
        STEP(e);
        STEP(f);
        STEP(g);
        STEP(h);
    }
#undef STEP
}

double peak_int8(struct pool *pool)
{
    if (!cpu_can(CPU_AVX512))
        return 0;
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < PASSES; i++) {
        uint64_t began = clock_ns();
        pool_run(pool, chains_part, NULL);
        uint64_t t = clock_ns() - began;
        best = t < best ? t : best;
    }
    return 64.0 * CHAINS * ROUNDS * pool_size(pool) / (double)best;
}
#else
double peak_int8(struct pool *pool)
{
    (void)pool;
    return 0;
}
#endif
