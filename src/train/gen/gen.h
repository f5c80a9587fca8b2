/* gen.h - exercises with known answers, as many as are asked for.
 *
 * A task is one file: a generator that draws a problem with its thought and its
 * reply, and a check that scores any reply to it. The same check serves data
 * tests, evaluation and the reward of reinforcement learning.
 *
 * Split by construction. A problem has a canonical key (operands of + sorted, a
 * countdown's sorted numbers, a task and its word, ...); gen_split says to which
 * split a key belongs, and a generator draws again until it fits the one asked
 * for. So nothing that is tested was ever trained on, whatever the seed.
 * Wordings are split as well: SPLIT_UNSEEN has keys of the test split told with
 * templates that training never uses. */
#ifndef TRAIN_GEN_GEN_H
#define TRAIN_GEN_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"

struct bank;

enum lang { LANG_EN, LANG_ZH };

enum split { SPLIT_TRAIN, SPLIT_VALIDATION, SPLIT_TEST, SPLIT_UNSEEN };

/* What a generator draws from and must fit. */
struct gen_ctx {
    struct rng rng;
    enum split split;
    enum lang lang;
    unsigned level;     /* below the task's n_levels; 0 is the easiest */
    bool plain;         /* no noise on the prompt: tests, samples to read */
    const struct bank *bank; /* the phrases (bank.h); borrowed */
    char lacks[80];     /* what a generator wanted of the bank and did not find:
                           make returned false; empty where all is well */
};

/* Bytes [from, to) of the thought that carry no loss: a planted slip, which is to
 * be found and mended but not learned. */
struct span {
    size_t from, to;
};

enum { PROBLEM_MAX_SLIPS = 4 };

/* Text is UTF-8 without tags. Reuse one struct for many problems: problem_reset
 * keeps its room. */
struct problem {
    const char *task;   /* borrowed from struct task */
    unsigned level;
    enum lang lang;
    uint64_t key;       /* canonical: what the split goes by */
    struct buf prompt;  /* what the user types */
    struct buf think;   /* the worked thought, one step a line */
    struct buf reply;   /* one short sentence, the result in **bold** */
    struct buf answer;  /* what the check compares with, in the task's own form */
    struct span slips[PROBLEM_MAX_SLIPS];
    size_t n_slips;
};

void problem_reset(struct problem *p);
void problem_clear(struct problem *p);

struct task {
    const char *name;      /* add, mul, countdown3, ...: stable, used in logs */
    const char *group;     /* line of the model card: arithmetic, words, ... */
    const char *domain;    /* what its usual levels hold, for the card: who asks for
                              more is outside of what was trained */
    unsigned n_levels;
    const char *needs;     /* Debian package with its data, or NULL */
    /* False where the split or level holds nothing (a bug of the caller). */
    bool (*make)(struct gen_ctx *ctx, struct problem *p);
    /* 1 right, 0 wrong, between: partly (facts of which some were hit). `reply`
     * is what follows the thought. */
    double (*check)(const struct problem *p, struct str reply);
};

const struct task *task_find(const char *name);          /* NULL: unknown */
const struct task *const *task_all(size_t *n);           /* in the order of the card */
/* How many levels, from the easiest on, are drawn where a recipe names none: those
 * that a model of some million parameters can learn. It may name the others. */
unsigned task_usual(const struct task *task);

/* The split of a key: 0-1 of 100 validation, 2-4 test (and unseen), else train. */
enum split gen_split(uint64_t key);
bool gen_fits(const struct gen_ctx *ctx, uint64_t key);
uint64_t gen_key(struct str canonical);                  /* a well mixed hash */

/* The last **...** of a reply, without the stars; empty where there is none. */
struct str gen_bold(struct str reply);

#endif
