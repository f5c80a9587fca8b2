/* SPDX-License-Identifier: Apache-2.0 */
#include "train/trainer.h"

#include <string.h>

#include "base/err.h"
#include "train/run.h"

/* The stages, in order. One that the recipe does not have is left out; each of
 * the others runs once and leaves its stamp. */
static bool train_pretrain(struct run *r, struct err *err)
{
    return stage_train(r, STAGE_PRETRAIN, err);
}

static bool train_extend(struct run *r, struct err *err)
{
    return stage_train(r, STAGE_EXTEND, err);
}

static bool train_sft(struct run *r, struct err *err)
{
    return stage_train(r, STAGE_SFT, err);
}

enum { ALWAYS = -1, WITH_EVAL = -2 };

static const struct row {
    const char *name;
    int recipe_stage; /* its section, or one of the above */
    bool always;      /* also where it was done: what later stages need */
    bool (*run)(struct run *r, struct err *err);
} rows[] = {
    {"tokenizer", ALWAYS, true, stage_tokenizer},
    {"pretrain", STAGE_PRETRAIN, false, train_pretrain},
    {"extend", STAGE_EXTEND, false, train_extend},
    {"sft", STAGE_SFT, false, train_sft},
    {"rl", STAGE_RL, false, stage_rl},
    {"mtp-tune", STAGE_MTP, false, stage_mtp},
    {"export", ALWAYS, false, stage_export},
    {"eval", WITH_EVAL, false, stage_eval},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static bool check_until(const struct trainer_options *o, struct err *err)
{
    for (int i = 0; i < N_ROWS; i++) {
        if (!o->until || strcmp(o->until, rows[i].name) == 0)
            return true;
    }
    return err_set(err, ERR_USAGE, "there is no stage \"%s\"", o->until);
}

static bool run_row(struct run *r, const struct row *row, struct err *err)
{
    bool wanted = row->recipe_stage == ALWAYS ||
                  (row->recipe_stage == WITH_EVAL
                       ? r->recipe.eval.present
                       : r->recipe.stages[row->recipe_stage].present);
    bool done = run_is_stamped(r, row->name);
    if (row->recipe_stage >= 0)
        wanted &= row->recipe_stage >= (int)recipe_first_stage(&r->recipe);
    if (!wanted || (done && !row->always))
        return true;
    if (!row->run(r, err))
        return false;
    /* Training wrote its stamp, with its figures; the others have none. */
    return done || row->recipe_stage >= 0 || r->end != TRAINER_DONE ||
           run_stamp(r, row->name, "", err);
}

static bool run_rows(struct run *r, struct err *err)
{
    if (!corpus_open(&r->corpus, &r->recipe, r->o->data, err))
        return false;
    for (int i = 0; i < N_ROWS && r->end == TRAINER_DONE; i++) {
        if (!run_row(r, &rows[i], err))
            return false;
        if (r->o->until && strcmp(r->o->until, rows[i].name) == 0)
            break;
    }
    return true;
}

bool trainer_run(const struct trainer_options *o, enum trainer_end *end,
                 struct err *err)
{
    struct run r;
    if (!check_until(o, err) || !run_open(&r, o, err))
        return false;
    bool ok = run_rows(&r, err);
    *end = r.end;
    run_close(&r);
    return ok;
}
