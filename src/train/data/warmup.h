/* warmup.h - procedural text that needs no knowledge: copying, reversing,
 * matching brackets, recalling, sorting, spelling.
 *
 * A few per cent of pretraining, to learn what attention is for before there is
 * anything to say. Repeated characters are drawn more often than chance would:
 * copying 887870 right is where the pilot's sums failed. */
#ifndef TRAIN_DATA_WARMUP_H
#define TRAIN_DATA_WARMUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"

struct vocab;

/* A document of a few lines of one kind. */
void warmup_text(struct rng *r, struct buf *out);

/* A document that tells the codes of many things and then asks for some of them,
 * at any depth: about `bytes` long. For learning to look back far. Of each code
 * that is told only the question teaches something: ask for many when training,
 * for a few where what is asked shall lie far back. */
enum { RECALL_FEW = 4 };
void warmup_recall(struct rng *r, size_t bytes, bool many, struct buf *out);

/* The words among a vocabulary's tokens: letters alone, one after a space at
 * most, and what is Chinese. Spelled out and copied in pretraining, no piece stays
 * opaque when letters are to be counted or names to be said again. */
struct spell_list {
    int32_t *ids; /* owned */
    size_t n;
    int32_t *han; /* owned */
    size_t n_han;
};
void spell_list_init(struct spell_list *l, const struct vocab *v);
void spell_list_clear(struct spell_list *l);

/* Some lines that spell pieces, alone and joined to longer words, or copy some. */
void spell_text(const struct spell_list *l, const struct vocab *v,
                struct rng *r, struct buf *out);

#endif
