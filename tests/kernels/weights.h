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

/* Where the float16 fields of a block stand; fewer than two: -1. */
static inline void scale_fields(enum weight_type t, int offset[2])
{
    static const int8_t first[WEIGHT_TYPES] = {
        [WEIGHT_F32] = -1,   [WEIGHT_F16] = -1,   [WEIGHT_BF16] = -1,
        [WEIGHT_MXFP4] = -1, [WEIGHT_NVFP4] = -1, [WEIGHT_IQ1_M] = -1,
        [WEIGHT_Q2_K] = 80,  [WEIGHT_Q3_K] = 108, [WEIGHT_TQ1_0] = 52,
        [WEIGHT_TQ2_0] = 64,
    };
    static const int8_t second[WEIGHT_TYPES] = {
        [WEIGHT_Q4_1] = 2, [WEIGHT_Q5_1] = 2, [WEIGHT_Q4_K] = 2,
        [WEIGHT_Q5_K] = 2, [WEIGHT_Q2_K] = 82,
    };
    offset[0] = t == WEIGHT_Q6_K ? 208 : first[t];
    offset[1] = second[t] ? second[t] : -1;
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

/* Scales that are not float16 fields. */
static inline void fill_odd_scales(struct rng *rng, enum weight_type t,
                                   enum weight_mood mood, uint8_t *p)
{
    bool end = mood == MOOD_LOWEST || mood == MOOD_HIGHEST;
    uint16_t h = f16_in_mood(rng, mood);
    switch (t) {
    case WEIGHT_Q6_K:
        if (end)
            memset(p + 192, rng_below(rng, 2) ? 0x80 : 0x7F, 16);
        break;
    case WEIGHT_MXFP4: /* as a model's; at the end so that sums are finite */
        p[0] = (uint8_t)(end ? 230 : mood == MOOD_TINY ? rng_below(rng, 4)
                                                       : 110 + rng_below(rng, 20));
        break;
    case WEIGHT_IQ1_M: /* the float16 in quarters */
        for (int i = 0; i < 4; i++)
            p[49 + 2 * i] =
                (uint8_t)((p[49 + 2 * i] & 15) | (h >> 4 * i & 15) << 4);
        break;
    default:
        break;
    }
}

static inline void fill_weights(struct rng *rng,
                                const struct weight_kernels *wk,
                                enum weight_type t, enum weight_mood mood,
                                void *weights, size_t n_blocks)
{
    uint8_t *p = weights;
    int offset[2];
    scale_fields(t, offset);
    if (mood == MOOD_ZERO) {
        memset(p, 0, n_blocks * wk->block_bytes);
        return;
    }
    if (wk->block_len == 1) {
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
        for (int f = 0; f < 2 && offset[f] >= 0; f++) {
            uint16_t h = f16_in_mood(rng, mood);
            memcpy(p + offset[f], &h, 2);
        }
        fill_odd_scales(rng, t, mood, p);
    }
}

#endif
