/* loader.h - the next batch is made while this one is computed.
 *
 * A thread of its own draws batch after batch of a stage, one ahead. Which batch
 * comes depends on the place alone, so it makes no difference to what is
 * learned, only to when. */
#ifndef TRAIN_DATA_LOADER_H
#define TRAIN_DATA_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "train/data/dataset.h"

struct batch;
struct err;
struct loader;

/* Where a stage is. */
struct loader_place {
    uint64_t step, tokens;
};

/* What batch comes at a place: how many tokens, and whether the rate decays. */
typedef void (*loader_size_fn)(const void *arg, uint64_t tokens,
                               uint32_t *batch, bool *decay);

struct loader_options {
    const struct dataset *dataset; /* this and the next two: borrowed */
    const struct data_plan *plan;
    const void *arg;
    loader_size_fn size;
    uint32_t max_batch;
    unsigned stage;
    struct loader_place from;
};

struct loader *loader_new(const struct loader_options *o, struct err *err);
void loader_free(struct loader *l); /* NULL is fine */

/* Waits for it. Borrowed until the next call. */
const struct batch *loader_next(struct loader *l);

#endif
