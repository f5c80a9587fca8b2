/* evalset.h - questions with known answers, put to a model, and what came.
 *
 * Exercises of the splits that training never saw, or the wild prompts. Answers
 * come greedily from the engine, on several threads, each with an engine of its
 * own; which thread answers what makes no difference. */
#ifndef TRAIN_EVALSET_H
#define TRAIN_EVALSET_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "train/asker.h"
#include "train/gen/gen.h"
#include "train/wild.h"

struct bank;
struct err;
struct mixture;

struct eval_item {
    const char *task;       /* borrowed */
    struct problem problem; /* of wild items: prompt, language and answer alone */
    const struct wild_row *wild; /* or NULL */
    struct answer answer;
    double score;           /* 0 to 1; -1: not asked */
    bool well_formed;       /* thought closed, not empty; one bold result; ended.
                               zero: the form of the tags (rl/reward.h) */
};

struct evalset {
    struct eval_item *items; /* owned */
    size_t n;
    const struct bank *bank; /* borrowed */
};

void evalset_clear(struct evalset *e);

/* Which exercises. */
struct eval_choice {
    const char *task;        /* a task or a group; NULL: all */
    enum split split;
    unsigned level;          /* EVAL_ALL_LEVELS: by turns */
    uint32_t n;              /* of each task */
    uint64_t seed;
    double chinese;          /* share, 0 to 1 */
};
#define EVAL_ALL_LEVELS UINT32_MAX

/* Tasks that have nothing for a split are left out. */
bool evalset_add_tasks(struct evalset *e, const struct eval_choice *c,
                       struct err *err);
/* n of each task of a mixture, in its levels and its part of Chinese. */
void evalset_add_mixture(struct evalset *e, const struct mixture *m,
                         enum split split, uint32_t n, uint64_t seed);
/* The rows are borrowed. */
void evalset_add_wild(struct evalset *e, const struct wild *w, const char *task);

struct eval_options {
    unsigned threads;
    uint32_t max_tokens;     /* of an answer */
    bool zero;               /* asked in the template of the Zero arm (data/zero.h),
                                the answer stands in its tags */
    /* Every token with its experts, and the exercise it is of; called from any
     * thread, one at a time. NULL: not wanted. */
    void (*token)(void *arg, const struct eval_item *item,
                  const struct token_info *t);
    void *token_arg;
    const volatile sig_atomic_t *stop; /* or NULL */
    void (*progress)(void *arg, size_t done, size_t n); /* or NULL */
    void *arg;
};

/* ERR_CANCELLED when stopped: what was asked by then has its score. */
bool evalset_ask(struct evalset *e, struct str model,
                 const struct eval_options *o, struct err *err);

/* --- summing up ----------------------------------------------------------- */

struct tally {
    uint32_t n, well_formed;
    uint32_t refused;        /* though it lay within the domain */
    double right;            /* sum of the scores */
    uint64_t think_tokens, drafted, accepted;
};

void tally_add(struct tally *t, const struct eval_item *item);
/* Whether a reply to an exercise of the task refuses what it should not. */
bool refused_wrongly(struct str task, struct str reply);
/* The Wilson interval at 95 % of right out of n. */
void tally_interval(const struct tally *t, double *low, double *high);

#endif
