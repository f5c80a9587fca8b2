/* run.h - one run in hand: recipe, folder, data, weights. For the files of the
 * trainer that carry out stages. */
#ifndef TRAIN_RUN_H
#define TRAIN_RUN_H

#include <stdbool.h>

#include "base/buf.h"
#include "train/corpus.h"
#include "train/data/tokenizer.h"
#include "train/nn/params.h"
#include "train/progress.h"
#include "train/recipe.h"
#include "train/trainer.h"

struct err;

struct run {
    const struct trainer_options *o;
    struct recipe recipe;
    struct buf dir;             /* owned; the folder, without a slash behind */
    int lock;                   /* descriptor that keeps others out, or -1 */
    struct tokenizer tokenizer; /* from its stage on */
    struct corpus corpus;
    struct params params;       /* of the stage last trained or read */
    bool has_params;
    struct progress progress;
    double deadline_ms;         /* 0: none */
    enum trainer_end end;
};

/* The folder is made, locked and rid of what a killed run left half written. */
bool run_open(struct run *r, const struct trainer_options *o, struct err *err);
void run_close(struct run *r);

/* dir/name, good until the next call with the same buffer. */
const char *run_path(const struct run *r, const char *name, struct buf *buf);
bool run_has(const struct run *r, const char *name);

/* NAME.done: whether it is there, and to write it. `facts` is the inside of a
 * JSON object. */
bool run_is_stamped(const struct run *r, const char *stage);
bool run_stamp(const struct run *r, const char *stage, const char *facts,
               struct err *err);

/* The last stage that the recipe has, and the weights of a checkpoint of the
 * folder, into r->params. */
enum stage_id run_last_stage(const struct run *r);
bool run_take_weights(struct run *r, const char *name, struct err *err);

/* The time is up, or somebody said stop: r->end says which. */
bool run_must_stop(struct run *r);

/* stage_tokenizer.c: a vocabulary from a sample of what pretraining reads. */
bool stage_tokenizer(struct run *r, struct err *err);
/* stage_train.c: a stage over tokens; leaves its weights in r->params. Stopped
 * early it returns true, and r->end says so. */
bool stage_train(struct run *r, enum stage_id id, struct err *err);
/* stage_rl.c: reinforcement learning on answers of its own. The same. */
bool stage_rl(struct run *r, struct err *err);
/* stage_mtp.c: the MTP block alone learns what the model says. The same. */
bool stage_mtp(struct run *r, struct err *err);
/* stage_export.c: the model files. */
bool stage_export(struct run *r, struct err *err);
/* stage_eval.c: how good the exported file is, eval-SPLIT.jsonl and eval.json. */
bool stage_eval(struct run *r, struct err *err);

#endif
