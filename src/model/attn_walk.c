/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/attn.h"

/* A segment as the kernels take it: rows of floats or half floats. */
struct view {
    const void *keys, *values;
    size_t key_bytes, value_bytes;
    bool f16;
};

static const char *row_at(const struct attn_rows *rows, const char *base,
                          size_t row_bytes, uint32_t i)
{
    return base + (rows->chosen ? rows->chosen[i] : i) * row_bytes;
}

void attn_unpack(const struct kernels *k, const struct attn_rows *rows,
                 const char *base, size_t row_bytes, uint32_t dim, uint32_t from,
                 uint32_t n, float *to)
{
    decode_fn decode = k->weight[kv_type_weights(rows->type)].decode;
    for (uint32_t r = 0; r < n; r++)
        decode(row_at(rows, base, row_bytes, from + r), to + (size_t)r * dim,
               dim);
}

static struct view view_of(const struct kernels *k,
                           const struct attn_rows *rows, uint32_t from,
                           uint32_t n, struct attn_room *room)
{
    bool one = rows->keys == rows->values;
    if (!rows->chosen && rows->type != KV_Q8_0)
        return (struct view){rows->keys + from * rows->key_bytes,
                             rows->values + from * rows->value_bytes,
                             rows->key_bytes, rows->value_bytes,
                             rows->type == KV_F16};
    attn_unpack(k, rows, rows->keys, rows->key_bytes, rows->key_dim, from, n,
                room->keys);
    if (!one)
        attn_unpack(k, rows, rows->values, rows->value_bytes, rows->value_dim,
                    from, n, room->values);
    size_t key_bytes = rows->key_dim * sizeof(float);
    return (struct view){room->keys, one ? room->keys : room->values, key_bytes,
                         one ? key_bytes : rows->value_dim * sizeof(float),
                         false};
}

/* Rows that a column does not see get the weight 0. */
static void weigh(const struct kernels *k, const struct attn_columns *c,
                  uint32_t from, uint32_t n, float *scores, float *max,
                  float *sum)
{
    for (uint32_t j = 0; j < c->n; j++, scores += ATTN_SEGMENT) {
        uint32_t seen = c->seen[j] > from ? c->seen[j] - from : 0;
        seen = seen < n ? seen : n;
        max[j] = -INFINITY;
        sum[j] = seen ? (float)k->exp_sum(scores, seen, &max[j]) : 0;
        memset(scores + seen, 0, (n - seen) * sizeof *scores);
    }
}

static void segment(const struct kernels *k, const struct attn_rows *rows,
                    const struct attn_columns *c, uint32_t from, uint32_t n,
                    struct attn_room *room, float *out, size_t ldo, float *max,
                    float *sum)
{
    struct view v = view_of(k, rows, from, n, room);
    const struct weight_kernels *w =
        &k->weight[v.f16 ? WEIGHT_F16 : WEIGHT_F32];
    w->mul_f32(rows->key_dim, v.keys, v.key_bytes, n, c->q, c->ldq, c->n,
               room->scores, ATTN_SEGMENT);
    weigh(k, c, from, n, room->scores, max, sum);
    (v.f16 ? k->mix_f16 : k->mix_f32)(rows->value_dim, v.values, v.value_bytes,
                                      n, room->scores, ATTN_SEGMENT, c->n, out,
                                      ldo);
}

void attn_merge(const struct kernels *k, uint32_t n, float *out, float *max,
                float *sum, const float *other, float other_max,
                float other_sum)
{
    if (other_sum == 0)
        return;
    float top = *max > other_max ? *max : other_max;
    float mine = expf(*max - top), its = expf(other_max - top);
    for (uint32_t i = 0; mine != 1 && i < n; i++)
        out[i] *= mine;
    k->axpy(its, other, out, n);
    *sum = *sum * mine + other_sum * its;
    *max = top;
}

void attn_divide(uint32_t n, float *out, float sum)
{
    float scale = 1 / sum;
    for (uint32_t i = 0; i < n; i++)
        out[i] *= scale;
}

void attn_walk_on(const struct kernels *k, const struct attn_rows *rows,
                  const struct attn_columns *c, uint32_t from, uint32_t to,
                  struct attn_room *room)
{
    uint32_t D = rows->value_dim;
    assert(c->n <= ATTN_COLUMNS && to - from <= ATTN_SEGMENT);
    segment(k, rows, c, from, to - from, room, room->part_out, D,
            room->part_max, room->part_sum);
    for (uint32_t j = 0; j < c->n; j++)
        attn_merge(k, D, c->out + j * c->ldo, &c->max[j], &c->sum[j],
                   room->part_out + (size_t)j * D, room->part_max[j],
                   room->part_sum[j]);
}

void attn_walk(const struct kernels *k, const struct attn_rows *rows,
               const struct attn_columns *c, uint32_t from, uint32_t to,
               struct attn_room *room)
{
    assert(c->n <= ATTN_COLUMNS && from < to);
    uint32_t end = to - from < ATTN_SEGMENT ? to : from + ATTN_SEGMENT;
    segment(k, rows, c, from, end - from, room, c->out, c->ldo, c->max, c->sum);
    for (uint32_t at = end; at < to; at = end) {
        end = to - at < ATTN_SEGMENT ? to : at + ATTN_SEGMENT;
        attn_walk_on(k, rows, c, at, end, room);
    }
}
