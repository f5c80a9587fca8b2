/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/arena.h"
#include "model/matmul.h"

void act_layout(struct act *a, uint32_t max_k, uint32_t max_n,
                struct arena *mem)
{
    size_t columns = 2 * (size_t)max_n;
    size_t blocks = (max_k + ACT_BLOCK - 1) / ACT_BLOCK;
    *a = (struct act){.max_k = max_k, .max_n = max_n};
    a->q8.q = arena_take(mem, columns, max_k);
    a->q8.d = arena_take(mem, columns, blocks * sizeof(float));
    a->q8.s = arena_take(mem, columns, blocks * sizeof(float));
}

void act_set(struct act *a, const float *x, size_t ldx, uint32_t k, uint32_t n)
{
    assert(k <= a->max_k && n <= a->max_n);
    a->x = x;
    a->ldx = ldx;
    a->k = k;
    a->n = n;
    a->quantized = false;
}

/* int8 columns have no gaps between them: kernels.h. */
static struct act_q8 at(struct act_q8 q8, size_t i)
{
    return (struct act_q8){q8.q + i, q8.d + i / ACT_BLOCK,
                           q8.s + i / ACT_BLOCK};
}

struct act_q8 act_q8_from(const struct act *a, uint32_t first)
{
    return at(a->q8, (size_t)a->k * 2 * first);
}

/* n values of one column, n a multiple of ACT_BLOCK. */
static void quantize_piece(const struct kernels *k, const float *x, size_t n,
                           struct act_q8 high, struct act_q8 low)
{
    float rest[512];
    assert(n <= sizeof rest / sizeof rest[0]);
    k->quantize(x, n, n, 1, high);
    for (size_t i = 0; i < n; i += ACT_BLOCK) {
        float d = high.d[i / ACT_BLOCK];
        for (size_t j = i; j < i + ACT_BLOCK; j++)
            rest[j] = x[j] - d * high.q[j];
    }
    k->quantize(rest, n, n, 1, low);
}

void act_quantize(struct act *a, const struct kernels *k, uint32_t first,
                  uint32_t n)
{
    enum { PIECE = 512 };
    for (uint32_t c = first; c < first + n; c++) {
        struct act_q8 high = act_q8_from(a, c), low = at(high, a->k);
        for (uint32_t i = 0; i < a->k; i += PIECE) {
            uint32_t len = a->k - i < PIECE ? a->k - i : PIECE;
            quantize_piece(k, a->x + c * a->ldx + i, len, at(high, i),
                           at(low, i));
        }
    }
}
