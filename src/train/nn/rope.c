/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/rope.h"

#include <math.h>

#include "base/arena.h"
#include "model/rope.h"
#include "train/nn/vec.h"

void rope_table_layout(struct rope_table *t, const struct shape *s,
                       uint32_t n_pos, struct arena *mem)
{
    t->half = s->rope_dim / 2;
    t->n_pos = n_pos;
    t->freq = arena_take(mem, t->half, sizeof *t->freq);
    t->cos_sin =
        arena_take(mem, (size_t)n_pos * t->half, 2 * sizeof *t->cos_sin);
}

static struct rope_config config_of(const struct shape *s)
{
    bool yarn = s->yarn_factor > 1;
    return (struct rope_config){
        .pairing = ROPE_ADJACENT,
        .scaling = yarn ? ROPE_SCALE_YARN : ROPE_SCALE_NONE,
        .dim = s->rope_dim,
        .base = s->rope_base,
        .factor = yarn ? s->yarn_factor : 1,
        .original_ctx = s->yarn_original_ctx,
        .ext_factor = 1,
        .beta_fast = 32,
        .beta_slow = 1,
        .magnitude = 1,
    };
}

void rope_table_init(struct rope_table *t, const struct shape *s)
{
    struct rope_config cfg = config_of(s);
    t->vec = vec_best();
    struct rope engine = {.half = t->half, .freq = t->freq};
    rope_init(&engine, &cfg, NULL);
    real *out = t->cos_sin;
    for (uint32_t pos = 0; pos < t->n_pos; pos++)
        for (uint32_t i = 0; i < t->half; i++) {
            *out++ = (real)cos(pos * t->freq[i]);
            *out++ = (real)sin(pos * t->freq[i]);
        }
}

static void turn(const struct rope_table *t, uint32_t pos, real sign, real *u)
{
    t->vec->rotate(u, t->cos_sin + (size_t)pos * t->half * 2, sign, t->half);
}

void rope_turn(const struct rope_table *t, uint32_t pos, real *u)
{
    turn(t, pos, 1, u);
}

void rope_turn_back(const struct rope_table *t, uint32_t pos, real *u)
{
    turn(t, pos, -1, u);
}

double rope_attn_scale(const struct shape *s)
{
    double g = s->yarn_factor > 1 ? 0.1 * log(s->yarn_factor) + 1 : 1;
    return g * g / sqrt(shape_head_dim(s));
}
