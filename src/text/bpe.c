/* SPDX-License-Identifier: Apache-2.0 */
#include "text/bpe.h"

#include <stdbool.h>

#include "base/mem.h"
#include "base/rng.h"
#include "text/encode.h"
#include "text/vocab.h"

#define NO_RANK UINT32_MAX

/* Words are short: up to here scanning all pairs for the lowest rank beats any
 * clever structure. */
#define SHORT_PIECE 48

/* Positions are 32 bits; a piece this long is cut, whatever it says. */
#define MAX_PIECE ((size_t)1 << 28)

struct bpe_pair {
    int32_t left, right;
    uint32_t rank; /* one more than it is, so that zeroed slots are free */
    int32_t joined;
};

void bpe_init(struct bpe *b, uint32_t max_merges)
{
    uint64_t slots = 16;
    while (slots * 3 / 5 < max_merges)
        slots *= 2;
    b->pairs = mem_array(slots, sizeof *b->pairs);
    b->mask = (uint32_t)(slots - 1);
    for (int i = 0; i < 256; i++)
        b->id_of_byte[i] = TOKEN_NONE;
}

void bpe_clear(struct bpe *b)
{
    mem_free(b->pairs);
    b->pairs = NULL;
}

static uint32_t first_slot(const struct bpe *b, int32_t left, int32_t right)
{
    uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    return (uint32_t)(rng_mix(key) >> 32) & b->mask;
}

void bpe_announce(const struct bpe *b, int32_t left, int32_t right)
{
    __builtin_prefetch(&b->pairs[first_slot(b, left, right)], 1);
}

static struct bpe_pair *slot_for(const struct bpe *b, int32_t left,
                                 int32_t right)
{
    uint32_t i = first_slot(b, left, right);
    while (b->pairs[i].rank != 0 &&
           (b->pairs[i].left != left || b->pairs[i].right != right))
        i = (i + 1) & b->mask;
    return &b->pairs[i];
}

void bpe_add(struct bpe *b, int32_t left, int32_t right, uint32_t rank,
             int32_t joined)
{
    struct bpe_pair *p = slot_for(b, left, right);
    if (p->rank == 0)
        *p = (struct bpe_pair){left, right, rank + 1, joined};
}

static uint32_t rank_of(const struct bpe *b, int32_t left, int32_t right,
                        int32_t *joined)
{
    if (left < 0 || right < 0)
        return NO_RANK;
    const struct bpe_pair *p = slot_for(b, left, right);
    *joined = p->joined;
    return p->rank - 1; /* a free slot gives NO_RANK */
}

/* --- short pieces --------------------------------------------------------- */

static void encode_short(const struct bpe *b, struct str piece, struct ids *out)
{
    int32_t sym[SHORT_PIECE], joined[SHORT_PIECE] = {0};
    uint32_t rank[SHORT_PIECE]; /* of sym[i] with sym[i + 1] */
    size_t n = piece.len;
    for (size_t i = 0; i < n; i++)
        sym[i] = b->id_of_byte[(uint8_t)piece.p[i]];
    for (size_t i = 0; i + 1 < n; i++)
        rank[i] = rank_of(b, sym[i], sym[i + 1], &joined[i]);

    while (n > 1) {
        size_t at = 0;
        for (size_t i = 1; i + 1 < n; i++) {
            if (rank[i] < rank[at])
                at = i;
        }
        if (rank[at] == NO_RANK)
            break;
        sym[at] = joined[at];
        n--;
        for (size_t i = at + 1; i < n; i++) {
            sym[i] = sym[i + 1];
            rank[i - 1] = rank[i];
            joined[i - 1] = joined[i];
        }
        if (at + 1 < n)
            rank[at] = rank_of(b, sym[at], sym[at + 1], &joined[at]);
        if (at > 0)
            rank[at - 1] = rank_of(b, sym[at - 1], sym[at], &joined[at - 1]);
    }
    for (size_t i = 0; i < n; i++) {
        if (sym[i] >= 0)
            ids_add(out, sym[i]);
    }
}

/* --- long pieces: pairs wait in a queue ----------------------------------- */

#define NOWHERE UINT32_MAX

struct bpe_link {
    int32_t sym; /* TOKEN_NONE: a byte without token, or joined to the left */
    uint32_t prev, next;
};

static void consider(const struct bpe *b, struct bpe_work *w, uint32_t at)
{
    if (at == NOWHERE || w->links[at].next == NOWHERE)
        return;
    int32_t left = w->links[at].sym, right = w->links[w->links[at].next].sym;
    struct merge_pair m = {.at = at, .left = (uint32_t)left,
                      .right = (uint32_t)right};
    m.order = rank_of(b, left, right, &m.joined);
    if (m.order != NO_RANK)
        merge_queue_push(&w->queue, m);
}

static void lay_out(const struct bpe *b, struct str piece, struct bpe_work *w)
{
    if (piece.len > w->max_links) {
        w->max_links = piece.len;
        w->links = mem_realloc(w->links, piece.len * sizeof *w->links);
    }
    w->queue.n = 0;
    for (uint32_t i = 0; i < piece.len; i++)
        w->links[i] = (struct bpe_link){
            .sym = b->id_of_byte[(uint8_t)piece.p[i]],
            .prev = i ? i - 1 : NOWHERE,
            .next = i + 1 < piece.len ? i + 1 : NOWHERE,
        };
    for (uint32_t i = 0; i < piece.len; i++)
        consider(b, w, i);
}

static void encode_long(const struct bpe *b, struct str piece,
                        struct bpe_work *w, struct ids *out)
{
    lay_out(b, piece, w);
    struct bpe_link *links = w->links;
    while (w->queue.n > 0) {
        struct merge_pair m = merge_queue_pop(&w->queue);
        struct bpe_link *left = &links[m.at];
        uint32_t next = left->next;
        if ((uint32_t)left->sym != m.left || next == NOWHERE ||
            (uint32_t)links[next].sym != m.right)
            continue; /* one of them was joined to another since */
        left->sym = m.joined;
        left->next = links[next].next;
        links[next].sym = TOKEN_NONE;
        if (left->next != NOWHERE)
            links[left->next].prev = m.at;
        consider(b, w, left->prev);
        consider(b, w, m.at);
    }
    for (uint32_t i = 0; i != NOWHERE; i = links[i].next) {
        if (links[i].sym >= 0)
            ids_add(out, links[i].sym);
    }
}

void bpe_work_clear(struct bpe_work *w)
{
    mem_free(w->links);
    merge_queue_clear(&w->queue);
    *w = (struct bpe_work){0};
}

void bpe_encode(const struct bpe *b, struct str piece, struct bpe_work *w,
                struct ids *out)
{
    for (; piece.len > MAX_PIECE;
         piece = str_n(piece.p + MAX_PIECE, piece.len - MAX_PIECE))
        encode_long(b, str_n(piece.p, MAX_PIECE), w, out);
    if (piece.len <= SHORT_PIECE)
        encode_short(b, piece, out);
    else
        encode_long(b, piece, w, out);
}
