/* weights.h - rows of weights for the tests: ordinary and hostile. */
#ifndef TESTS_KERNELS_WEIGHTS_H
#define TESTS_KERNELS_WEIGHTS_H

#include "kernels/levels.h"

enum weight_mood {
    MOOD_RANDOM,  /* any codes, scales as models have them */
    MOOD_ZERO,    /* every byte 0 */
    MOOD_LOWEST,  /* every code at its lower end, scales at the largest f16 */
    MOOD_HIGHEST, /* every code at its upper end, scales at the largest f16 */
    MOOD_TINY,    /* scales below the smallest normal f16 */
    MOOD_BROKEN,  /* some scales are infinite or not a number */
    WEIGHT_MOODS,
};

/* Where the float16 fields of a block stand. */
static inline int scale_fields(enum weight_type t, int offset[2])
{
    offset[0] = t == WEIGHT_Q6_K ? 208 : 0;
    offset[1] = 2;
    switch (t) {
    case WEIGHT_F32:
    case WEIGHT_F16:
    case WEIGHT_BF16:
        return 0;
    case WEIGHT_Q4_1:
    case WEIGHT_Q4_K:
        return 2;
    default:
        return 1;
    }
}

static inline uint16_t f16_in_mood(struct rng *rng, enum weight_mood mood)
{
    switch (mood) {
    case MOOD_LOWEST:
    case MOOD_HIGHEST:
        return 0x7BFF;
    case MOOD_TINY:
        return (uint16_t)(1 + rng_below(rng, 1023)) |
               (uint16_t)(rng_below(rng, 2) << 15);
    case MOOD_BROKEN:
        if (rng_below(rng, 6) == 0)
            return (uint16_t)(0x7C00 | rng_below(rng, 2) << 9 |
                              rng_below(rng, 2) << 15);
        break;
    default:
        break;
    }
    return f16_of_f32((float)(rng_normal(rng) * 0.02));
}

static inline void fill_floats(struct rng *rng, enum weight_type t,
                               enum weight_mood mood, uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float f = f32_of_f16(f16_in_mood(rng, mood));
        uint32_t bits = bits_of_float(mood == MOOD_LOWEST ? -f : f);
        uint16_t f16 = f16_of_f32(float_of_bits(bits));
        uint16_t bf16 = (uint16_t)(bits >> 16);
        if (t == WEIGHT_F32)
            memcpy(p + 4 * i, &bits, 4);
        else
            memcpy(p + 2 * i, t == WEIGHT_F16 ? &f16 : &bf16, 2);
    }
}

static inline void fill_weights(struct rng *rng,
                                const struct weight_kernels *wk,
                                enum weight_type t, enum weight_mood mood,
                                void *weights, size_t n_blocks)
{
    uint8_t *p = weights;
    int offset[2], n_fields = scale_fields(t, offset);
    if (mood == MOOD_ZERO) {
        memset(p, 0, n_blocks * wk->block_bytes);
        return;
    }
    if (n_fields == 0) {
        fill_floats(rng, t, mood, p, n_blocks);
        return;
    }
    int ends = mood == MOOD_LOWEST ? (t == WEIGHT_Q8_0 ? 0x80 : 0)
                                   : (t == WEIGHT_Q8_0 ? 0x7F : 0xFF);
    for (size_t i = 0; i < n_blocks * wk->block_bytes; i++)
        p[i] = mood == MOOD_LOWEST || mood == MOOD_HIGHEST
                   ? (uint8_t)ends
                   : (uint8_t)rng_next(rng);
    for (size_t b = 0; b < n_blocks; b++, p += wk->block_bytes) {
        for (int f = 0; f < n_fields; f++) {
            uint16_t h = f16_in_mood(rng, mood);
            memcpy(p + offset[f], &h, 2);
        }
        if (t == WEIGHT_Q6_K && (mood == MOOD_LOWEST || mood == MOOD_HIGHEST))
            memset(p + 192, rng_below(rng, 2) ? 0x80 : 0x7F, 16);
    }
}

/* The same blocks with every code at its largest and every scale positive (a
 * Q4_K minimum negative, because it is subtracted): their product with |x|
 * bounds what rounding may do. */
static inline void worst_weights(const struct weight_kernels *wk,
                                 enum weight_type t, void *weights,
                                 size_t n_blocks)
{
    uint8_t *p = weights;
    int offset[2], n_fields = scale_fields(t, offset);
    for (size_t b = 0; b < n_blocks; b++, p += wk->block_bytes) {
        if (n_fields == 0) {
            p[wk->block_bytes - 1] &= 0x7F;
            continue;
        }
        if (t == WEIGHT_Q8_0)
            memset(p + 2, 0x7F, 32);
        else if (t == WEIGHT_Q4_0)
            memset(p + 2, 0xFF, 16);
        else if (t == WEIGHT_Q4_1)
            memset(p + 4, 0xFF, 16);
        else if (t == WEIGHT_Q5_0)
            memset(p + 2, 0xFF, 20);
        else if (t == WEIGHT_Q4_K)
            memset(p + 16, 0xFF, 128);
        else if (t == WEIGHT_Q6_K) {
            memset(p, 0xFF, 192);
            for (int i = 0; i < 16; i++)
                p[192 + i] = (uint8_t)(abs((int8_t)p[192 + i]) > 127
                                           ? 127
                                           : abs((int8_t)p[192 + i]));
        }
        for (int f = 0; f < n_fields; f++)
            p[offset[f] + 1] &= 0x7F;
        if (t == WEIGHT_Q4_K)
            p[3] |= 0x80;
    }
}

#endif
