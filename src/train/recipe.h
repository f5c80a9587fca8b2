/* recipe.h - everything that decides what a training run becomes: a text file.
 *
 *   # a comment
 *   [model]
 *   shape = mini
 *   [tasks]
 *   add = 5 : 0 1 2         # share : levels
 *   [pretrain]
 *   tokens = 24M
 *   shares = worked 40, text 38, untagged 16, warmup 2, spell 4
 *
 * Shares are of documents, not of tokens: 3 % of long ones, nine times the length of
 * a chat, are a fifth of what is read.
 *
 * Sections: model, tokenizer, tasks, texts, eval, then one per stage; one without
 * a section does not happen. What is not said has the default of the table in
 * recipe_keys.c. A wrong line is an error that names it: nobody should train a
 * night with a setting that did nothing. */
#ifndef TRAIN_RECIPE_H
#define TRAIN_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "train/data/dataset.h"
#include "train/nn/shape.h"
#include "train/optim.h"
#include "train/schedule.h"

struct err;

/* Stages that train, in their order. */
enum stage_id { STAGE_PRETRAIN, STAGE_EXTEND, STAGE_SFT, STAGE_RL, STAGE_MTP,
                N_STAGES };
const char *stage_name(enum stage_id id); /* "pretrain", "mtp-tune" */

enum { RECIPE_MAX_BATCHES = 4, RECIPE_MAX_FAVOURS = 8 };

/* A batch grows in the course of a stage. */
struct batch_plan {
    uint32_t tokens;
    double from;        /* part of the stage's tokens, 0 to 1 */
};

struct stage_recipe {
    bool present;
    uint64_t tokens;
    struct batch_plan batch[RECIPE_MAX_BATCHES];
    unsigned n_batches;
    uint32_t shards;
    enum schedule_kind schedule;
    double lr, lr_final;
    double decay_part;      /* of the tokens: the end of warm-up, stable, decay */
    uint64_t warmup;        /* tokens; of reinforcement: updates */
    double weight_decay, clip;
    double mtp, mtp_decay;  /* weight of the MTP loss, and in the decay */
    double mtp_from;        /* part of the stage before which it is 0 */
    double mtp_rows;        /* share of the rows that its head sees */
    double bias_speed, bias_until, balance;
    /* Reinforcement: updates (warm-up and schedule count them as well), prompts of
     * each and answers to a prompt, tokens of an answer; how often every kind is
     * measured, with how many exercises; part of an update that is fine-tuning
     * data, against forgetting. */
    uint32_t steps, prompts, group, answer, measure_every, measure_n;
    double replay;
    struct { char task[24]; double times; } favour[RECIPE_MAX_FAVOURS];
    unsigned n_favours;     /* tasks that are drawn so many times as often */
    double temperature;     /* of the answers that the MTP block learns from */
    char from[64];          /* checkpoint or model file to begin with, seen from
                               the run's folder: stages before this one are left
                               out. Empty: what the stage before left */
    bool tags;              /* the Zero arm: asked as data/zero.h says, no chat */
    double yarn;            /* this stage and those after it; 0: as before */
    struct data_plan data;
};

/* What is measured of the finished model, and written into its card. */
struct eval_recipe {
    bool present;
    uint32_t n;             /* exercises of each task, in each split */
    uint32_t max_tokens;    /* of an answer */
    uint64_t held_out;      /* tokens read for loss and balance */
    uint32_t recall;        /* documents that tell codes and ask for them */
    uint32_t labels;        /* exercises of each task by which the experts get
                               their names; 0: they get none */
};

/* What keeps the load of the experts even: the bias that follows it (and a little
 * of the loss), the sequence balance loss alone, or nothing; the latter two for
 * comparison. */
enum balancing { BALANCE_BIAS, BALANCE_AUXILIARY, BALANCE_NONE };

struct recipe_text {
    char name[48];
    double share;
};

struct recipe {
    char name[48];
    char shape_name[16];
    uint64_t seed;
    struct shape shape;
    enum optim_kind optimizer;
    enum balancing balancing;
    enum products products; /* may change while a run goes on */
    uint64_t sample;        /* bytes of text that the tokenizer is learned from */
    struct mixture mixture; /* owned */
    struct recipe_text *texts; /* owned */
    size_t n_texts;
    struct stage_recipe stages[N_STAGES];
    struct eval_recipe eval;
    struct buf source;      /* owned; the file as it was read */
    uint64_t hash;          /* of it, comments and blanks left out */
};

bool recipe_read(struct recipe *r, const char *path, struct err *err);
/* With "section.name=value; ..." laid over the file; NULL: nothing. */
bool recipe_read_with(struct recipe *r, const char *path, const char *settings,
                      struct err *err);
/* name: of the run, and what errors begin with. */
bool recipe_parse(struct recipe *r, struct str text, const char *name,
                  struct err *err);
void recipe_clear(struct recipe *r);

/* The first stage that trains: the last one that begins `from` a file (it needs none
 * before it), else the first there is. */
enum stage_id recipe_first_stage(const struct recipe *r);
/* The shape that a stage trains: the extension stretches it. */
struct shape recipe_shape(const struct recipe *r, enum stage_id stage);
/* The longest context of this stage and those before it. */
uint32_t recipe_context(const struct recipe *r, enum stage_id stage);
/* Tokens of a batch after `done` of `total` tokens. */
uint32_t stage_batch(const struct stage_recipe *s, uint64_t done,
                     uint64_t total);
uint32_t stage_largest_batch(const struct stage_recipe *s);

#endif
