/* denormals.h - numbers below 1e-38 count as 0 while a thread trains.
 *
 * Gradients that fade away end as denormals, which CPUs multiply a hundred times
 * slower. The setting is the thread's; put back what was there before. */
#ifndef TRAIN_NN_DENORMALS_H
#define TRAIN_NN_DENORMALS_H

#if defined __x86_64__
#include <xmmintrin.h>

static inline unsigned denormals_off(void)
{
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u); /* FTZ, DAZ */
    return before;
}

static inline void denormals_restore(unsigned before)
{
    _mm_setcsr(before);
}
#else
static inline unsigned denormals_off(void)
{
    return 0;
}

static inline void denormals_restore(unsigned before)
{
    (void)before;
}
#endif

#endif
