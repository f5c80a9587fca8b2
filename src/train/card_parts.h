/* card_parts.h - the card's sections. For the card*.c files only. */
#ifndef TRAIN_CARD_PARTS_H
#define TRAIN_CARD_PARTS_H

#include <stdio.h>

#include <jansson.h>

#include "base/buf.h"
#include "train/corpus.h"
#include "train/data/tokenizer.h"
#include "train/evalfile.h"
#include "train/history.h"
#include "train/nn/params.h"
#include "train/recipe.h"

enum card_split { CARD_TEST, CARD_UNSEEN, CARD_WILD, CARD_DEV, CARD_SPLITS };

/* A measurement of reinforcement learning, greedy, on held-out exercises. */
struct card_measure {
    uint64_t step;
    double macro, formed, think;
    double countdown3, countdown4; /* negative: not asked */
};

struct card {
    const char *dir;             /* borrowed */
    FILE *out;                   /* borrowed */
    char name[48];               /* of the recipe, and so of the file */
    enum stage_id last;
    struct recipe recipe;
    struct params layout;        /* shape and counts, no weights */
    struct corpus corpus;
    struct tokenizer tokenizer;
    struct history history;
    struct card_measure first, best; /* of reinforcement learning */
    unsigned n_measures;
    struct eval_sum sums[CARD_SPLITS];
    bool there[CARD_SPLITS];
    json_t *figures;             /* owned; eval.json, or NULL */
};

/* A number of the figures, "held_out", "maxvio"; NaN: not there. */
double card_figure(const struct card *c, const char *group, const char *key);

/* card_data.c */
void card_put_data(struct card *c);
void card_put_stages(struct card *c);
/* card_eval.c */
void card_put_domain(struct card *c);
void card_put_accuracy(struct card *c);
void card_put_figures(struct card *c);
void card_put_reinforcement(struct card *c);
void card_put_failures(struct card *c);

#endif
