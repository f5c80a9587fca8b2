/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/flat.h"

/* Decoding from the flat form, and the formats of small blocks. As in decode.c,
 * the order of the float operations is part of the formats. */

static inline void decode(flat_fn flat, size_t len, size_t bytes, bool has_min,
                          const uint8_t *p, float *out, size_t n)
{
    for (size_t i = 0; i < n; i += len, p += bytes) {
        struct flat f;
        flat(p, &f);
        for (size_t j = 0; j < len; j++) {
            float w = f.scale[j / 16] * f.q[j];
            *out++ = has_min ? w - f.min[j / 16] : w;
        }
    }
}

#define DECODE(NAME, name, LEN, MIN)                                         \
    void decode_##name##_scalar(const void *blocks, float *out, size_t n)    \
    {                                                                        \
        decode(flat_##name, LEN, sizeof(struct block_##name), MIN, blocks,   \
               out, n);                                                      \
    }

FLAT_TYPES(DECODE)

static void fill(float *to, float v, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = v;
}

void flat_q5_0(const void *block, struct flat *out)
{
    const struct block_q5_0 *b = block;
    fill(out->scale, f16_load(b->d), 2);
    q5_codes(b->q, b->qh, out->q);
    for (int j = 0; j < 32; j++)
        out->q[j] = (int8_t)(out->q[j] - 16);
}

void flat_q5_1(const void *block, struct flat *out)
{
    const struct block_q5_1 *b = block;
    fill(out->scale, f16_load(b->d), 2);
    fill(out->min, -f16_load(b->m), 2);
    q5_codes(b->q, b->qh, out->q);
}

void flat_iq4_nl(const void *block, struct flat *out)
{
    const struct block_iq4_nl *b = block;
    fill(out->scale, f16_load(b->d), 2);
    for (int j = 0; j < 32; j++)
        out->q[j] = iq4_nl_values[b->q[j % 16] >> j / 16 * 4 & 15];
}

void flat_mxfp4(const void *block, struct flat *out)
{
    const struct block_mxfp4 *b = block;
    fill(out->scale, e8m0_half(b->e), 2);
    for (int j = 0; j < 32; j++)
        out->q[j] = fp4_values[b->q[j % 16] >> j / 16 * 4 & 15];
}

void flat_nvfp4(const void *block, struct flat *out)
{
    const struct block_nvfp4 *b = block;
    for (int j = 0; j < 64; j++) {
        int byte = b->q[j / 16 * 8 + j % 8];
        out->scale[j / 16] = ue4m3_half(b->scales[j / 16]);
        out->q[j] = fp4_values[byte >> j / 8 % 2 * 4 & 15];
    }
}

void flat_q1_0(const void *block, struct flat *out)
{
    const struct block_q1_0 *b = block;
    fill(out->scale, f16_load(b->d), 8);
    for (int j = 0; j < 128; j++)
        out->q[j] = b->q[j / 8] >> j % 8 & 1 ? 1 : -1;
}

void flat_q2_0(const void *block, struct flat *out)
{
    const struct block_q2_0 *b = block;
    fill(out->scale, f16_load(b->d), 4);
    for (int j = 0; j < 64; j++)
        out->q[j] = (int8_t)((b->q[j / 4] >> j % 4 * 2 & 3) - 1);
}
