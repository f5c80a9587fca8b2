/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "train/data/batch.h"
#include "train/data/tokenizer.h"
#include "train/rl/quiz.h"
#include "train/training.h"

/* The MTP block guesses what the model will say, so it learns from what the model
 * says. Answers are written UPDATES updates at a time: side by side they cost a
 * fraction. The trunk stands still, so round i is the same whenever it is
 * written. */
enum { LANES = 2, SEQS = 128, MAX_PROMPT = 320, UPDATES = 8, MAX_ANSWER = 2048 };

struct tuning {
    struct training t;
    struct schedule schedule;
    struct quiz quiz;
    struct rollout_room *room; /* owned */
    struct batch batch;        /* one chunk */
    uint64_t round;            /* 1 + the one in the quiz; 0: none */
};

/* What an update says, over its chunks. */
struct update {
    double loss, norm, seconds;
    uint64_t rows, right, tokens;
    float *grads;
};

/* --- answers -------------------------------------------------------------- */

/* *done false: somebody said stop in the middle. */
static bool write_round(struct tuning *u, uint64_t round, bool *done,
                        struct err *err)
{
    struct training *t = &u->t;
    const struct dataset *d = &t->run->corpus.dataset;
    uint64_t key = rng_mix(rng_mix(t->state.seed + STAGE_MTP) + round);
    const struct rollout_options o = {
        .group = 1, .max_new = t->plan->answer,
        .temperature = t->plan->temperature, .key = rng_mix(key),
        .end = t->run->tokenizer.eos, .stop = t->run->o->stop};
    size_t want = (size_t)t->plan->prompts * UPDATES;
    struct rng rng = rng_init(key);
    quiz_reset(&u->quiz);
    for (size_t tries = 0; u->quiz.n < want && tries < 20 * want; tries++)
        quiz_draw(&u->quiz, &d->mixture, SPLIT_TRAIN, rng_next(&rng));
    progress_note(&t->run->progress, "mtp-tune: %zu answers are being written",
                  u->quiz.n);
    if (!quiz_answer(&u->quiz, u->room, net_pool(t->net), &t->run->params, &o,
                     err))
        return false;
    *done = !run_must_stop(t->run) || t->run->end != TRAINER_STOPPED;
    u->round = *done ? round + 1 : 0;
    return true;
}

/* --- an update ------------------------------------------------------------ */

static bool flush(struct tuning *u, double norm, struct update *sum,
                  struct err *err)
{
    struct training *t = &u->t;
    const struct net_options o = {.mtp_weight = 1, .mtp_rows = 1,
                                  .mtp_only = true};
    struct net_report r;
    bool ok = true;
    if (u->batch.n_docs > 0) {
        double own = u->batch.norm;
        u->batch.norm = norm;
        ok = net_step_add(t->net, &t->run->params, &u->batch, &o, sum->grads, &r,
                          err);
        sum->tokens += ok ? r.n_tokens : 0;
        sum->rows += ok ? r.n_mtp_rows : 0;
        sum->right += ok ? r.n_mtp_right : 0;
        /* The net divides by the rows that the block sees, two less a document. */
        sum->loss += ok ? r.mtp_loss * own / norm : 0;
    }
    batch_reset(&u->batch);
    return ok;
}

/* Answers [begin, end) of the round; what the model wrote counts. */
static bool learn(struct tuning *u, size_t begin, size_t end, struct update *sum,
                  struct err *err)
{
    int32_t tokens[MAX_PROMPT + MAX_ANSWER];
    float weight[MAX_PROMPT + MAX_ANSWER];
    double norm = 0;
    for (size_t i = begin; i < end; i++)
        norm += u->quiz.answers[i].n;
    batch_reset(&u->batch);
    for (size_t i = begin; i < end; i++) {
        const struct rollout_prompt *p = &u->quiz.prompts[i];
        const struct rollout *a = &u->quiz.answers[i];
        uint32_t n = p->n + a->n;
        memcpy(tokens, p->tokens, p->n * sizeof *tokens);
        memcpy(tokens + p->n, a->tokens, a->n * sizeof *tokens);
        for (uint32_t k = 0; k < n; k++)
            weight[k] = k >= p->n;
        if (!batch_add(&u->batch, tokens, weight, n) &&
            (!flush(u, norm, sum, err) ||
             !batch_add(&u->batch, tokens, weight, n)))
            return false;
    }
    return norm == 0 || flush(u, norm, sum, err);
}

static void tell(struct tuning *u, const struct update *sum, double lr)
{
    struct training *t = &u->t;
    double right = sum->rows ? (double)sum->right / (double)sum->rows : 0;
    FILE *f = runlog_line(&t->log, "mtp-tune", t->state.step);
    if (f)
        fprintf(f,
                ",\"tokens\":%" PRIu64 ",\"mtp_loss\":%.6f,\"mtp_right\":%.5f,"
                "\"lr\":%.6g,\"grad_norm\":%.5g,\"rows\":%" PRIu64
                ",\"seconds\":%.3f,\"tok_s\":%.1f}\n",
                t->state.tokens, sum->loss, right, lr, sum->norm, sum->rows,
                sum->seconds, (double)sum->tokens / sum->seconds);
    progress_note(&t->run->progress,
                  "mtp-tune %" PRIu64 "  %.0f %%  mtp %.3f  right %.1f %%  |g| %.2f",
                  t->state.step,
                  100.0 * (double)t->state.tokens / (double)t->plan->tokens,
                  sum->loss, 100 * right, sum->norm);
}

/* *done false: stopped in the middle, nothing was changed. */
static bool update(struct tuning *u, bool *done, struct err *err)
{
    struct training *t = &u->t;
    uint64_t round = t->state.step / UPDATES, part = t->state.step % UPDATES;
    struct update sum = {.grads = t->grads};
    double begun = clock_ms();
    *done = true;
    if (u->round != round + 1 && !write_round(u, round, done, err))
        return false;
    if (!*done)
        return true;
    const struct optim_options up = {
        .lr = schedule_rate(&u->schedule, t->state.tokens),
        .decay = t->plan->weight_decay, .clip = t->plan->clip, .mtp_only = true};
    memset(t->grads, 0, t->run->params.len * sizeof *t->grads);
    if (!learn(u, u->quiz.n * part / UPDATES, u->quiz.n * (part + 1) / UPDATES,
               &sum, err) ||
        !optim_step(&t->optim, &t->run->params, t->grads, &up, &sum.norm, err))
        return err_context(err, "mtp-tune, step %" PRIu64, t->state.step + 1);
    t->state.step++;
    t->state.tokens += sum.tokens;
    sum.seconds = (clock_ms() - begun) / 1e3;
    t->state.seconds += sum.seconds;
    tell(u, &sum, up.lr);
    return true;
}

/* --- the stage ------------------------------------------------------------ */

static bool tuning_open(struct tuning *u, struct run *r, struct err *err)
{
    const struct stage_recipe *s = &r->recipe.stages[STAGE_MTP];
    const struct rollout_limits limits = {.lanes = LANES, .seqs = SEQS,
                                          .max_prompt = MAX_PROMPT,
                                          .max_new = s->answer};
    uint32_t longest = MAX_PROMPT + s->answer, chunk = s->batch[0].tokens;
    bool resumed;
    if (r->recipe.shape.n_mtp == 0)
        return err_set(err, ERR_USAGE, "[mtp-tune] wants a shape with MTP");
    if (s->data.context < longest || chunk < s->data.context)
        return err_set(err, ERR_USAGE,
                       "[mtp-tune] wants a context of at least %u tokens and "
                       "batches not below it", longest);
    quiz_init(&u->quiz, &r->corpus.dataset, REWARD_CHAT, MAX_PROMPT);
    batch_init(&u->batch, chunk, chunk);
    if (!training_open(&u->t, r, STAGE_MTP, r->recipe.optimizer, chunk, &resumed,
                       err))
        return false;
    u->t.state.total = s->tokens;
    u->schedule = (struct schedule){
        .kind = s->schedule, .peak = s->lr, .final = s->lr_final,
        .warmup = s->warmup, .total = s->tokens,
        .decay_from = (uint64_t)((double)s->tokens * (1 - s->decay_part))};
    u->room = rollout_room_new(&u->t.shape, &limits, err);
    return u->room != NULL;
}

static bool train(struct tuning *u, struct err *err)
{
    struct training *t = &u->t;
    bool done;
    while (t->state.tokens < t->plan->tokens) {
        if (training_must_stop(t))
            return training_save(t, err);
        if (!update(u, &done, err))
            return false;
        if (done && training_save_is_due(t) && !training_save(t, err))
            return false;
    }
    t->state.done = true;
    return true;
}

bool stage_mtp(struct run *r, struct err *err)
{
    struct tuning u = {0};
    bool ok = tuning_open(&u, r, err) && train(&u, err) &&
              (r->end != TRAINER_DONE || training_finish(&u.t, NULL, err));
    rollout_room_free(u.room);
    quiz_clear(&u.quiz);
    batch_clear(&u.batch);
    return training_close(&u.t, ok, err);
}
