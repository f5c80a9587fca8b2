/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding far into a conversation: one token, and perhaps its drafts, look at
 * many rows. Their heads share the walk, the threads share the rows. */
#include <assert.h>

#include "model/attn.h"

struct walk {
    const struct attn_few *f;
    struct attn_queue queue;
    uint32_t n_units;        /* of the token that has most */
    uint32_t heads;          /* in an item, all of one cache head */
    uint32_t n_groups;       /* of such heads */
};

static uint32_t seen_by(const struct attn_few *f, uint32_t t)
{
    return f->chosen ? f->n_chosen : f->b->pos + f->first + t + 1;
}

/* Whole segments, at most ATTN_UNITS units: they grow with the position. */
static uint32_t unit_rows(uint32_t seen)
{
    uint32_t segments = (seen + ATTN_SEGMENT - 1) / ATTN_SEGMENT;
    return (segments + ATTN_UNITS - 1) / ATTN_UNITS * ATTN_SEGMENT;
}

static uint32_t units_of(uint32_t seen)
{
    return (seen + unit_rows(seen) - 1) / unit_rows(seen);
}

static size_t unit_at(const struct attn_few *f, uint32_t t, uint32_t head,
                      uint32_t unit)
{
    size_t column = (size_t)t * f->b->cfg->n_heads + head;
    return column * f->a->max_units + unit;
}

static uint32_t heads_per_row(const struct model_config *cfg)
{
    return cfg->attn == ATTN_MLA ? cfg->n_heads
                                 : cfg->n_heads / cfg->n_kv_heads;
}

/* Heads [head, head + n) of token t over one unit. */
static void walk_unit(const struct attn_few *f, uint32_t t, uint32_t head,
                      uint32_t n, uint32_t unit, struct attn_room *room)
{
    const struct model_config *cfg = f->b->cfg;
    uint32_t seen = seen_by(f, t), len = unit_rows(seen);
    uint32_t from = unit * len, D = f->a->value_dim;
    if (from >= seen)
        return;
    uint32_t to = seen - from < len ? seen : from + len;
    struct attn_rows rows = attn_rows_of(f->b, f->layer,
                                         head / heads_per_row(cfg));
    if (f->chosen)
        rows.chosen = f->chosen + (size_t)t * f->n_chosen;
    size_t at = unit_at(f, t, head, unit), next = f->a->max_units;
    struct attn_columns c = {
        .n = n,
        .q = f->q + ((size_t)t * cfg->n_heads + head) * f->a->key_dim,
        .ldq = f->a->key_dim,
        .seen = room->seen,
        .out = f->a->unit_out + at * D,
        .ldo = next * D,
        .max = room->max,
        .sum = room->sum,
    };
    for (uint32_t j = 0; j < n; j++)
        room->seen[j] = seen;
    attn_walk(&f->b->c->kernels, &rows, &c, from, to, room);
    for (uint32_t j = 0; j < n; j++) {
        f->a->unit_max[at + j * next] = room->max[j];
        f->a->unit_sum[at + j * next] = room->sum[j];
    }
}

/* Unit by unit: the tokens of one follow each other while its rows are near. */
static void walk_part(void *arg, unsigned part, unsigned n_parts)
{
    struct walk *w = arg;
    const struct attn_few *f = w->f;
    uint32_t per_row = heads_per_row(f->b->cfg);
    uint32_t groups = (per_row + w->heads - 1) / w->heads;
    (void)n_parts;
    for (uint32_t i; attn_next(&w->queue, &i);) {
        uint32_t unit = i / (w->n_groups * f->n);
        uint32_t group = i / f->n % w->n_groups;
        uint32_t first = group % groups * w->heads;
        uint32_t left = per_row - first;
        walk_unit(f, i % f->n, group / groups * per_row + first,
                  left < w->heads ? left : w->heads, unit, &f->a->room[part]);
    }
}

void attn_few_walk(const struct attn_few *f)
{
    const struct model_config *cfg = f->b->cfg;
    uint32_t per_row = heads_per_row(cfg), last = seen_by(f, f->n - 1);
    struct walk w = {.f = f, .n_units = 1};
    assert(f->n <= FEW_TOKENS);
    for (uint32_t t = 0; t < f->n; t++)
        if (units_of(seen_by(f, t)) > w.n_units)
            w.n_units = units_of(seen_by(f, t));
    assert(w.n_units <= f->a->max_units);
    uint32_t cache_heads = cfg->n_heads / per_row;
    uint64_t work = (uint64_t)f->n * cfg->n_heads * last *
                    (f->a->key_dim + f->a->value_dim);
    w.heads = attn_heads_per_item(f->b->c, work, w.n_units * f->n * cache_heads,
                                  per_row, ATTN_COLUMNS);
    w.n_groups = (per_row + w.heads - 1) / w.heads * cache_heads;
    w.queue.n = w.n_units * w.n_groups * f->n;
    compute_run(f->b->c, work, walk_part, &w);
}

void attn_few_result(const struct attn_few *f, uint32_t t, uint32_t head,
                     float *out)
{
    const struct attn *a = f->a;
    uint32_t n = units_of(seen_by(f, t)), D = a->value_dim;
    size_t at = unit_at(f, t, head, 0);
    float max = a->unit_max[at], sum = a->unit_sum[at];
    for (uint32_t i = 0; i < D; i++)
        out[i] = a->unit_out[at * D + i];
    for (uint32_t u = 1; u < n; u++)
        attn_merge(&f->b->c->kernels, D, out, &max, &sum,
                   a->unit_out + (at + u) * D, a->unit_max[at + u],
                   a->unit_sum[at + u]);
    attn_divide(D, out, sum);
}
