/* SPDX-License-Identifier: Apache-2.0 */
/* Attention of many tokens, head by head, with operands rounded to bfloat16
 * (kernels/gemm_bf16.h): a segment's keys and values meet all queries of the batch
 * in two products. */
#include <math.h>
#include <string.h>

#include "kernels/gemm_bf16.h"
#include "model/attn.h"

bool attn_rounded(const struct batch *b)
{
    return b->c->kernels.gemm_bf16 && !b->c->exact && b->act.coarse &&
           b->pos + b->n > ATTN_SEGMENT;
}

/* The segment's weights of a query that sees `seen` of its rows and had found max
 * and sum before: relative to the larger maximum, as is what it had found. */
static void weigh(const struct kernels *k, float *scores, uint32_t seen, uint32_t n,
                  float *out, uint32_t dim, float *max, float *sum)
{
    float top = -INFINITY, mine = 1;
    float total = (float)k->exp_sum(scores, seen, &top);
    if (top > *max) {
        float old = expf(*max - top);
        for (uint32_t i = 0; i < dim; i++)
            out[i] *= old;
        *sum *= old;
        *max = top;
    } else {
        mine = expf(top - *max);
        for (uint32_t i = 0; i < seen; i++)
            scores[i] *= mine;
    }
    *sum += mine * total;
    memset(scores + seen, 0, (n - seen) * sizeof *scores);
}

void attn_rounded_meet(const struct kernels *k, const struct attn_segment *s,
                       struct attn_room *room)
{
    uint32_t begin = s->from > s->pos ? s->from - s->pos : 0;
    uint32_t queries = s->n_tokens - begin, first = s->pos + begin - s->from;
    float *out = s->out + begin * s->ldo, *scores = room->token_scores;
    k->gemm_bf16(&(struct gemm_product){
                     .tb = true, .m = queries, .n = s->n, .k = s->key_dim,
                     .a = s->q + begin * s->ldq, .lda = s->ldq,
                     .b = s->keys, .ldb = s->key_dim,
                     .c = scores, .ldc = ATTN_SEGMENT,
                     .causal = CAUSAL_C, .first = first},
                 room->gemm);
    for (uint32_t j = 0; j < queries; j++) {
        uint32_t seen = first + j + 1 < s->n ? first + j + 1 : s->n;
        float *row = scores + (size_t)j * ATTN_SEGMENT;
        float *max = room->token_max + begin + j, *sum = room->token_sum + begin + j;
        if (s->from == 0) { /* whatever stands in `out` is overwritten below */
            *max = -INFINITY;
            *sum = 0;
        }
        weigh(k, row, seen, s->n, out + j * s->ldo, s->value_dim, max, sum);
    }
    k->gemm_bf16(&(struct gemm_product){
                     .add = s->from > 0, .m = queries, .n = s->value_dim, .k = s->n,
                     .a = scores, .lda = ATTN_SEGMENT,
                     .b = s->values, .ldb = s->value_dim,
                     .c = out, .ldc = s->ldo,
                     .causal = CAUSAL_A, .first = first},
                 room->gemm);
}
