/* SPDX-License-Identifier: Apache-2.0 */
/* IQ4_NL: one scale for 32 weights, codes from a table of 16 values. */
#include "kernels/encode.h"

#include "kernels/encode_block.h"

enum { LEN = 32, TRIALS = 7 };

static const int8_t *const table = iq4_nl_values;

/* Twice a middle between two neighbours is a whole number, so a value's nearest
 * code follows from the whole part of its double: of[] is indexed by that + 256.
 * Made anew for each run of blocks; comparing with 15 middles took 5 times as
 * long. */
struct codes {
    uint8_t of[512];
};

static void codes_fill(struct codes *c)
{
    int code = 0;
    for (int twice = -256; twice < 256; twice++) {
        while (code < 15 && twice >= table[code] + table[code + 1])
            code++;
        c->of[twice + 256] = (uint8_t)code;
    }
}

static int nearest_code(const struct codes *c, float v)
{
    float twice = 2 * v;
    twice = twice < -255 ? -255 : twice > 255 ? 255 : twice;
    return c->of[(int)(twice + 256)];
}

/* As in encode_search.c, but the codes stand for the table's values. */
struct fit {
    float scale, merit; /* merit: how much of the squares is explained */
};

static struct fit fit_codes(const struct codes *c, const float x[LEN],
                            float inverse)
{
    float xq = 0, qq = 0;
    for (int j = 0; j < LEN; j++) {
        float q = table[nearest_code(c, inverse * x[j])];
        xq += q * x[j];
        qq += q * q;
    }
    return (struct fit){xq / qq, xq / qq * xq};
}

static float best_scale(const struct codes *c, const float x[LEN])
{
    float extreme = encode_extreme(x, LEN);
    if (fabsf(extreme) < ENCODE_TINY)
        return 0;
    struct fit best = fit_codes(c, x, (float)-table[0] / extreme);
    for (int t = -TRIALS; t <= TRIALS; t++) {
        struct fit f = fit_codes(c, x, (float)(t + table[0]) / extreme);
        if (f.merit > best.merit)
            best = f;
    }
    return best.scale;
}

bool encode_iq4_nl(const float *x, void *blocks, size_t n)
{
    struct block_iq4_nl *b = blocks;
    struct codes c;
    codes_fill(&c);
    for (size_t i = 0; i < n; i += LEN, b++, x += LEN) {
        if (!encode_within(x, LEN, 100 * F16_MAX))
            return false;
        float d = encode_f16_store(b->d, best_scale(&c, x));
        float id = d != 0 ? 1 / d : 0;
        for (int j = 0; j < 16; j++)
            b->q[j] = (uint8_t)(nearest_code(&c, id * x[j]) |
                                nearest_code(&c, id * x[j + 16]) << 4);
    }
    return true;
}
