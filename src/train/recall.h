/* recall.h - does a model find again what it was told far back?
 *
 * Documents of a given length tell codes of many things and then ask for some of
 * them (data/warmup.h). A code counts as recalled when each of its digits was the
 * likeliest token. What is asked for lies anywhere: the figures are by depth, the
 * first quarter of the document being the farthest away. */
#ifndef TRAIN_RECALL_H
#define TRAIN_RECALL_H

#include <stdbool.h>
#include <stdint.h>

struct document;
struct err;
struct params;
struct tokenizer;

enum { RECALL_DEPTHS = 4 };

struct recall {
    uint32_t asked[RECALL_DEPTHS], right[RECALL_DEPTHS];
    uint32_t tokens; /* of the documents, on average */
};

/* Document i of a seed, of nearly `tokens` tokens and never more. */
void recall_document(const struct tokenizer *t, uint32_t tokens, uint64_t seed,
                     uint32_t i, struct document *d);

/* n documents of nearly `tokens` tokens. */
bool recall_measure(const struct params *p, const struct tokenizer *t,
                    uint32_t tokens, uint32_t n, uint64_t seed,
                    unsigned threads, struct recall *out, struct err *err);

#endif
