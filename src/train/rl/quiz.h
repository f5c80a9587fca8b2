/* quiz.h - exercises put to the model in training, and its answers.
 *
 * Prompts are laid out as the engine lays them out, so what is measured and
 * rewarded here is what a user will see. Reuse one quiz for many rounds. */
#ifndef TRAIN_RL_QUIZ_H
#define TRAIN_RL_QUIZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "train/data/document.h"
#include "train/data/mixture.h"
#include "train/rl/reward.h"
#include "train/rl/rollout.h"

struct bank;
struct dataset;
struct err;
struct pool;
struct tokenizer;

/* Which exercise: a row of the mixture at one level in one language. */
struct quiz_kind {
    const struct mixture_row *row;
    unsigned level;
    enum lang lang;
};

struct quiz {
    const struct bank *bank;           /* borrowed, like the next */
    const struct tokenizer *tokenizer;
    enum reward_form form;
    uint32_t max_prompt;               /* tokens; longer ones are not asked */
    struct problem *problems;          /* [n]; all owned */
    size_t *start;                     /* [n] of the prompt in ids */
    struct rollout_prompt *prompts;
    struct rollout *answers;           /* [n * group] after quiz_answer */
    struct ids ids;
    size_t n, cap, n_answers;
    struct document doc;               /* scratch */
    struct buf text;
};

void quiz_init(struct quiz *q, const struct dataset *d, enum reward_form form,
               uint32_t max_prompt);
void quiz_clear(struct quiz *q);
void quiz_reset(struct quiz *q);

/* One more exercise, drawn by `key`. False where the kind has none of this split
 * or its prompt is too long. */
bool quiz_add(struct quiz *q, const struct quiz_kind *kind, enum split split,
              uint64_t key);

/* One more, any of a mixture. */
bool quiz_draw(struct quiz *q, const struct mixture *mixture, enum split split,
               uint64_t key);

/* All of them answered, o->group times each. */
bool quiz_answer(struct quiz *q, struct rollout_room *room, struct pool *pool,
                 const struct params *params, const struct rollout_options *o,
                 struct err *err);

/* What an answer says, tags as text; good until the next call. */
struct str quiz_text(struct quiz *q, const struct rollout *r);
struct reward quiz_reward(struct quiz *q, size_t problem,
                          const struct rollout *r);

#endif
