/* peak.h - how many int8 products this machine could do. */
#ifndef TESTS_BENCH_PEAK_H
#define TESTS_BENCH_PEAK_H

#include "base/pool.h"

/* 10^9 multiply-adds a second of all threads of the pool, where the instruction
 * for 64 of them is all that runs; 0 where the CPU has none (AVX-512 VNNI). The
 * best of some passes. */
double peak_int8(struct pool *pool);

#endif
