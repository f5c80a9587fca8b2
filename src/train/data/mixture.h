/* mixture.h - which exercises a stage sees, and how often which. */
#ifndef TRAIN_DATA_MIXTURE_H
#define TRAIN_DATA_MIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "train/gen/gen.h"

struct err;

enum { MIXTURE_MAX_LEVELS = 16 };

struct mixture_row {
    const struct task *task;
    double share;
    unsigned n_levels;          /* 0: the usual ones, evenly */
    unsigned levels[MIXTURE_MAX_LEVELS];
};

struct mixture {
    struct mixture_row *rows;   /* owned */
    size_t n;
    double sum;                 /* of the shares */
    double chinese;             /* share of problems in Chinese, 0 to 1 */
};

void mixture_clear(struct mixture *m);

/* "5", or "5 : 0 1 2": a share and the levels that are drawn. ERR_USAGE for a
 * task that is not there or does not have the level. */
bool mixture_add(struct mixture *m, struct str task, struct str value,
                 struct err *err);

/* Every row gives an exercise in some language: what is missing is said before
 * training begins. */
bool mixture_check(const struct mixture *m, const struct bank *bank,
                   struct err *err);

/* One problem. ctx: rng, split and bank are the caller's; language and level are drawn
 * here. A row that has nothing in the language drawn gives the other one. */
bool mixture_draw(const struct mixture *m, struct gen_ctx *ctx,
                  struct problem *p);

/* The same of a given row, where language and level are given as well. */
bool mixture_make(const struct mixture_row *row, struct gen_ctx *ctx,
                  struct problem *p);

#endif
