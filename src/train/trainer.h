/* trainer.h - a recipe carried out: stage after stage, stopped and gone on with
 * at any moment.
 *
 * Everything a run makes lies in one folder:
 *
 *   recipe.conf          the recipe as it was when the run last began
 *   tokenizer.gguf       its vocabulary
 *   last.ckpt previous.ckpt best.ckpt     while a stage trains
 *   pretrain.ckpt sft.ckpt ...            the weights at the end of each stage
 *   pretrain-stable.ckpt the weights before the decay: where the Zero arm begins
 *   NAME.done            the stamp of a finished stage: what it took
 *   NAME.gguf            the model
 *   eval-SPLIT.jsonl     every answer of the evaluation
 *   eval.json            its other figures: balance, recall, cache
 *   log.jsonl            one line per step
 *   before.jsonl         that of the goes before, in brief (history_brief.h); put
 *                        there by whoever goes on from a model file
 *
 * A stage with a stamp is not done again. One that was cut off, by --max-time, a
 * signal or a power loss, goes on from its last checkpoint. */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct err;
struct progress_sink;

struct trainer_options {
    const char *recipe;     /* file */
    const char *settings;   /* laid over it (recipe_read_with); may be NULL */
    const char *out;        /* folder; NULL: run/NAME */
    const char *data;       /* folder with bank/ and the texts */
    const char *until;      /* stage after which to stop; NULL: all */
    unsigned threads;       /* 0: as many as there are CPUs */
    double max_minutes;     /* 0: no limit */
    double checkpoint_minutes; /* 0: 5 */
    bool compact;           /* checkpoints a third smaller (checkpoint.h) */
    bool decay_now;         /* the stage that runs begins its decay */
    bool plain;             /* lines, also on a terminal */
    FILE *screen;           /* NULL: silent */
    const struct progress_sink *sink; /* told instead; or NULL */
    const volatile sig_atomic_t *stop; /* not 0: save and leave; may be NULL */
    uint64_t stop_at_step;  /* for tests: leave after this step; 0: do not */
};

enum trainer_end {
    TRAINER_DONE,           /* every stage asked for has its stamp */
    TRAINER_OUT_OF_TIME,
    TRAINER_STOPPED,        /* by the signal */
};

bool trainer_run(const struct trainer_options *o, enum trainer_end *end,
                 struct err *err);

#endif
