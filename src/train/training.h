/* training.h - what every training stage has in hand: net, optimizer, log, and
 * where its weights come from and go to.
 *
 * A stage begins with the weights that the stage before left (or new ones), or
 * goes on from where it was cut off; it saves itself now and then, and leaves
 * NAME.ckpt and a stamp at its end. What a step is, is the stage's own affair:
 * stage_train.c takes documents, stage_rl.c lets the model answer. */
#ifndef TRAIN_TRAINING_H
#define TRAIN_TRAINING_H

#include "train/checkpoint.h"
#include "train/nn/net.h"
#include "train/optim.h"
#include "train/run.h"
#include "train/runlog.h"

struct training {
    struct run *run;            /* borrowed */
    enum stage_id id;
    const struct stage_recipe *plan;
    struct shape shape;
    uint64_t n_params;          /* of it */
    struct net *net;
    struct optim optim;
    float *grads;               /* owned; params.len, as mem_big gives it */
    struct train_state state;
    struct runlog log;
    double saved_ms;            /* when the last checkpoint was written */
};

/* From zero to weights in run->params and the log open behind the last step.
 * max_batch: tokens of the largest batch. *resumed: goes on from a checkpoint.
 * Whatever it returns, training_close comes next. */
bool training_open(struct training *t, struct run *r, enum stage_id id,
                   enum optim_kind kind, uint32_t max_batch, bool *resumed,
                   struct err *err);
/* ok false: err says why already. */
bool training_close(struct training *t, bool ok, struct err *err);

/* All of it, so that the stage can go on from here. */
bool training_save(struct training *t, struct err *err);
/* Whether the last time is long enough ago. */
bool training_save_is_due(const struct training *t);
/* The weights alone, under a name. */
bool training_keep(struct training *t, const char *name, struct err *err);
/* Weights that were kept, back again. */
bool training_take(struct training *t, const char *name, struct err *err);
/* NAME.ckpt and the stamp; what was there to go on from goes. facts: the inside
 * of a JSON object, or NULL. */
bool training_finish(struct training *t, const char *facts, struct err *err);

/* Time is up or somebody said stop, and the stage is to save and leave. */
bool training_must_stop(struct training *t);

#endif
