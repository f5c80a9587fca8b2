/* merge_queue.h - neighbours that may be joined, the best pair first.
 *
 * Both kinds of vocabulary join pairs of a text until none is left, always the
 * best one (for byte-level BPE the lowest rank, for SentencePiece the highest
 * score), of equal ones the first. Pairs are put in when they arise and never
 * taken out: whoever takes one sees for himself whether it is still there. */
#ifndef TEXT_MERGE_QUEUE_H
#define TEXT_MERGE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct merge_pair {
    uint32_t order;      /* the lowest comes first */
    uint32_t at;         /* the left one's place in the text */
    uint32_t left, right; /* what they were, to be compared with what is there */
    int32_t joined;      /* what they become */
};

struct merge_queue {
    struct merge_pair *heap;  /* owned */
    size_t n, max;
};

void merge_queue_clear(struct merge_queue *q);
void merge_queue_push(struct merge_queue *q, struct merge_pair m);
struct merge_pair merge_queue_pop(struct merge_queue *q); /* n > 0 */

/* An order in which higher scores come first; equal for equal ones, and the
 * last of all for NaN. */
uint32_t merge_order_of_score(float score);

#endif
