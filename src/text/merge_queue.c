/* SPDX-License-Identifier: Apache-2.0 */
#include "text/merge_queue.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

void merge_queue_clear(struct merge_queue *q)
{
    mem_free(q->heap);
    *q = (struct merge_queue){0};
}

static bool before(const struct merge_pair *a, const struct merge_pair *b)
{
    return a->order != b->order ? a->order < b->order : a->at < b->at;
}

void merge_queue_push(struct merge_queue *q, struct merge_pair m)
{
    if (q->n == q->max) {
        q->max = q->max ? q->max * 2 : 256;
        q->heap = mem_realloc(q->heap, q->max * sizeof *q->heap);
    }
    size_t i = q->n++;
    for (; i > 0 && before(&m, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        q->heap[i] = q->heap[(i - 1) / 2];
    q->heap[i] = m;
}

struct merge_pair merge_queue_pop(struct merge_queue *q)
{
    assert(q->n > 0);
    struct merge_pair top = q->heap[0], last = q->heap[--q->n];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= q->n)
            break;
        if (child + 1 < q->n && before(&q->heap[child + 1], &q->heap[child]))
            child++;
        if (!before(&q->heap[child], &last))
            break;
        q->heap[i] = q->heap[child];
        i = child;
    }
    q->heap[i] = last;
    return top;
}

/* The bits of a float rise with its absolute value. */
uint32_t merge_order_of_score(float score)
{
    uint32_t bits;
    score += 0.0f; /* one zero */
    memcpy(&bits, &score, sizeof bits);
    if (score != score)
        return UINT32_MAX;
    return bits & 0x80000000u ? bits : ~bits & 0x7fffffffu;
}
