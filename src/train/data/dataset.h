/* dataset.h - what a step of training sees, as a pure function of its number.
 *
 * Document `row` of step `step` of a stage is drawn by random numbers whose key
 * is (seed, stage, step, row) and nothing else: no reader whose place would have
 * to be saved, any step can be made again, by any thread. */
#ifndef TRAIN_DATA_DATASET_H
#define TRAIN_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "train/data/document.h"
#include "train/data/mixture.h"
#include "train/data/warmup.h"

struct batch;
struct tokenizer;

enum doc_kind {
    DOC_WARMUP,   /* procedural */
    DOC_SPELL,    /* pieces of the vocabulary, letter by letter */
    DOC_TEXT,     /* stories, explanations: the text sources */
    DOC_WORKED,   /* exercises as plain worked text */
    DOC_UNTAGGED, /* exercises as chats without think tags */
    DOC_CHAT,     /* exercises as chats with thoughts */
    DOC_LONG,     /* codes to recall, long dialogues: up to the whole context */
    DOC_ZERO,     /* exercises as the Zero arm asks them (zero.h), most of what is
                     in tags another question's */
    N_DOC_KINDS,
};
const char *doc_kind_name(enum doc_kind kind);

/* How a stage mixes. */
struct data_plan {
    double share[2][N_DOC_KINDS]; /* [0] before the decay of the rate, [1] in it */
    bool prompt_counts;           /* loss on all tokens, not on answers alone */
    double no_think, turns, system; /* parts of the chats: thought off, two or
                                       three turns, a system line */
    double hidden;                /* part of the words of a prompt, in every second
                                     chat that is trained on (document_hide) */
    uint32_t context;             /* no document has more tokens */
    enum split split;             /* of problems and texts; training by default */
};

/* Document `index` of a source of text, a pure function of (seed, index). Every
 * fiftieth (index % 50 == 49) is for validation and never trained on. */
typedef bool (*data_text_fn)(const void *source, uint64_t seed, uint64_t index,
                             struct buf *out);
struct data_text {
    const char *name;    /* borrowed, as is source */
    const void *source;
    data_text_fn next;
    double share;
};

struct dataset {
    uint64_t seed;
    const struct bank *bank;           /* borrowed; phrases of the exercises */
    const struct tokenizer *tokenizer; /* borrowed */
    struct mixture mixture;            /* owned */
    struct data_text *texts;           /* owned */
    size_t n_texts;
    struct spell_list spell;
};

void dataset_clear(struct dataset *d);
void dataset_add_text(struct dataset *d, const struct data_text *text);
/* Once the tokenizer is there. */
void dataset_set_tokenizer(struct dataset *d, const struct tokenizer *t);

/* Scratch of one thread. Zero is ready. */
enum { DATA_MAX_TURNS = 24 };
struct data_work {
    struct document doc;
    struct problem problems[DATA_MAX_TURNS];
    struct buf text;
};
void data_work_clear(struct data_work *w);

/* One document into w->doc. */
enum doc_kind dataset_draw(const struct dataset *d, const struct data_plan *plan,
                           unsigned stage, uint64_t step, uint32_t row,
                           bool decay, struct data_work *w);

/* Documents until the batch has at least `tokens`; it has room for that and one
 * context more. Its norm is never 0. */
void dataset_batch(const struct dataset *d, const struct data_plan *plan,
                   unsigned stage, uint64_t step, uint32_t tokens, bool decay,
                   struct data_work *w, struct batch *out);

/* A piece of what pretraining reads, as text: the sample of which the tokenizer
 * is learned. Needs none. */
void dataset_sample(const struct dataset *d, const struct data_plan *plan,
                    uint64_t index, struct data_work *w, struct buf *out);

#endif
