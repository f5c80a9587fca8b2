/* grpo.h - group relative policy optimisation (2402.03300, 4.1), one update.
 *
 * Each prompt is answered `group` times; an answer's advantage is its reward
 * minus the mean of its group, not divided by the deviation (which would make
 * easy and hopeless prompts loud). The gradient is that of
 *
 *   - sum over answers and their tokens of advantage * log p / constant
 *
 * with one constant for all (2503.20783): dividing by an answer's own length
 * would reward long wrong answers. On-policy, one update per batch, so there is no
 * ratio to clip. Groups whose answers all got the same are left out and replaced
 * by fresh prompts. */
#ifndef TRAIN_RL_GRPO_H
#define TRAIN_RL_GRPO_H

#include "train/data/batch.h"
#include "train/nn/net.h"
#include "train/rl/arms.h"

struct grpo_plan {
    uint32_t prompts, group; /* of an update */
    uint32_t max_new;        /* tokens of an answer */
    uint32_t chunk;          /* tokens of a batch given to the net at once */
};

struct grpo_report {
    uint32_t groups, kept;   /* answered, and with something to learn */
    uint32_t answers, ended;
    double reward, accuracy, format, language; /* means over all answers */
    double think;            /* mean bytes of a thought */
    double entropy;          /* nats a token */
    uint64_t tokens;         /* written by the model */
    uint64_t learned;        /* tokens in the update, prompts included */
};

struct grpo {
    struct grpo_plan plan;
    struct quiz quiz;
    struct rollout_room *room; /* owned */
    struct batch batch;        /* one chunk */
    float *weight;             /* owned; of one document */
};

bool grpo_open(struct grpo *g, const struct grpo_plan *plan, const struct shape *s,
               const struct dataset *d, enum reward_form form,
               uint32_t max_prompt, unsigned lanes, struct err *err);
void grpo_close(struct grpo *g);

/* Adds the gradient of one update to `grads`. key: (seed, step) mixed. */
bool grpo_update(struct grpo *g, const struct arms *arms, struct net *net,
                 const struct params *params, uint64_t key,
                 const volatile sig_atomic_t *stop, float *grads,
                 struct grpo_report *report, struct err *err);

#endif
