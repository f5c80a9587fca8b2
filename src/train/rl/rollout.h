/* rollout.h - answers written by the model in training, hundreds at a time.
 *
 * Prompts are dealt to lanes, a lane to a thread; each lane keeps `seqs`
 * sequences going and starts the next as one ends. A prompt is read once for its
 * whole group. What is written is a pure function of parameters, prompts and
 * options (lanes and seqs among them), whatever the number of threads: every
 * token is drawn with a number that only key, prompt, member and position
 * decide.
 *
 * At temperature 1 without cuts the draw is from the model's own distribution,
 * which is what the policy gradient wants; at 0 it is the best token, for
 * measuring. */
#ifndef TRAIN_RL_ROLLOUT_H
#define TRAIN_RL_ROLLOUT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "train/nn/params.h"

struct err;
struct pool;
struct rollout_room;

struct rollout_limits {
    unsigned lanes;       /* not the number of threads: it decides results */
    uint32_t seqs;        /* at once in a lane */
    uint32_t max_prompt, max_new; /* tokens */
};

struct rollout_prompt {
    const int32_t *tokens; /* borrowed */
    uint32_t n;            /* 1 .. max_prompt */
};

struct rollout_options {
    uint32_t group;        /* answers to each prompt */
    uint32_t max_new;      /* at most the limits' */
    double temperature;    /* 0: the best token */
    uint64_t key;
    int32_t end;           /* the token that ends an answer */
    const volatile sig_atomic_t *stop; /* looked at between steps, may be
                              NULL; not 0: what there is so far counts as cut
                              off */
};

/* One answer. tokens [max_new of the limits]: the room's, until the next run. */
struct rollout {
    int32_t *tokens;
    uint32_t n;            /* the end token included */
    bool ended;            /* by itself */
    double logprob;        /* sum over its tokens, at temperature 1 */
    double entropy;        /* sum over its positions, nats */
};

struct rollout_room *rollout_room_new(const struct shape *s,
                                      const struct rollout_limits *limits,
                                      struct err *err);
void rollout_room_free(struct rollout_room *r); /* NULL is fine */

/* out: [n * group], the answers to a prompt side by side. */
bool rollout_run(struct rollout_room *r, struct pool *pool,
                 const struct params *params,
                 const struct rollout_prompt *prompts, uint32_t n,
                 const struct rollout_options *o, struct rollout *out,
                 struct err *err);

#endif
