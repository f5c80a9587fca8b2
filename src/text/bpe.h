/* bpe.h - byte-pair merging of one piece of text.
 *
 * Merges are kept as pairs of token ids, so that encoding never touches text:
 * a piece becomes one id per byte, and the adjacent pair of lowest rank is
 * joined, leftmost first, until none is left. */
#ifndef TEXT_BPE_H
#define TEXT_BPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "text/merge_queue.h"

struct ids;

struct bpe {
    struct bpe_pair *pairs; /* owned; open addressing */
    uint32_t mask;
    int32_t id_of_byte[256]; /* TOKEN_NONE: no token holds this byte alone */
};

void bpe_init(struct bpe *b, uint32_t max_merges);
void bpe_clear(struct bpe *b);
/* Ranks are added in order; the first rank of a pair stays. */
void bpe_add(struct bpe *b, int32_t left, int32_t right, uint32_t rank,
             int32_t joined);
/* Sends for the place that bpe_add of this pair will need soon. */
void bpe_announce(const struct bpe *b, int32_t left, int32_t right);

/* Room for long pieces, used over and over within one call. */
struct bpe_work {
    struct bpe_link *links; /* owned */
    size_t max_links;
    struct merge_queue queue;
};

void bpe_work_clear(struct bpe_work *w);

/* Append the ids of one piece. Bytes that no token holds are left out. */
void bpe_encode(const struct bpe *b, struct str piece, struct bpe_work *w,
                struct ids *out);

#endif
