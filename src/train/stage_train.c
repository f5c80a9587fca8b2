/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "train/data/batch.h"
#include "train/data/loader.h"
#include "train/stage_watch.h"
#include "train/training.h"

/* A stage over documents. */
struct reading {
    struct training t;
    struct schedule schedule;
    struct loader *loader;
    struct watch watch;
};

/* --- beginning and end ---------------------------------------------------- */

static void set_schedule(struct reading *r)
{
    struct training *t = &r->t;
    const struct stage_recipe *s = t->plan;
    struct train_state *at = &t->state;
    if (at->total == 0) {
        at->total = s->tokens;
        at->decay_from = (uint64_t)((double)s->tokens * (1 - s->decay_part));
    }
    if (t->run->o->decay_now && s->schedule == SCHEDULE_WSD &&
        at->tokens < at->decay_from) {
        at->decay_from = at->tokens;
        at->total = (uint64_t)((double)at->tokens / (1 - s->decay_part));
    }
    r->schedule = (struct schedule){
        .kind = s->schedule, .peak = s->lr, .final = s->lr_final,
        .warmup = s->warmup, .decay_from = at->decay_from, .total = at->total};
}

static void size_of_batch(const void *arg, uint64_t tokens, uint32_t *batch,
                          bool *decay)
{
    const struct reading *r = arg;
    const struct training *t = &r->t;
    *batch = stage_batch(t->plan, tokens, t->state.total);
    *decay = schedule_in_decay(&r->schedule, tokens);
}

static bool open_data(struct reading *r, struct err *err)
{
    struct training *t = &r->t;
    struct loader_options o = {
        .dataset = &t->run->corpus.dataset, .plan = &t->plan->data, .arg = r,
        .size = size_of_batch, .max_batch = stage_largest_batch(t->plan),
        .stage = (unsigned)t->id,
        .from = {t->state.step, t->state.tokens}};
    watch_open(&r->watch, o.dataset, t->plan, o.stage);
    r->loader = loader_new(&o, err);
    return r->loader != NULL;
}

static bool reading_open(struct reading *r, struct run *run, enum stage_id id,
                         struct err *err)
{
    const struct stage_recipe *s = &run->recipe.stages[id];
    bool resumed;
    if (!training_open(&r->t, run, id, run->recipe.optimizer,
                       stage_largest_batch(s) + s->data.context, &resumed, err))
        return false;
    set_schedule(r);
    return open_data(r, err);
}

static bool reading_close(struct reading *r, bool ok, struct err *err)
{
    loader_free(r->loader);
    watch_close(&r->watch);
    return training_close(&r->t, ok, err);
}

/* --- a step --------------------------------------------------------------- */

static struct net_options net_options_at(const struct reading *r)
{
    const struct training *t = &r->t;
    const struct stage_recipe *s = t->plan;
    double part = (double)t->state.tokens / (double)t->state.total;
    bool decay = schedule_in_decay(&r->schedule, t->state.tokens);
    uint64_t key = rng_mix(rng_mix(t->state.seed + (uint64_t)t->id) +
                           t->state.step);
    return (struct net_options){
        .mtp_weight = t->shape.n_mtp == 0 || part < s->mtp_from ? 0
                      : decay                                   ? s->mtp_decay
                                                                : s->mtp,
        .mtp_rows = s->mtp_rows, .key = key, .balance = s->balance};
}

static bool step(struct reading *r, struct err *err)
{
    struct training *t = &r->t;
    struct run *run = t->run;
    const struct stage_recipe *s = t->plan;
    struct net_report report;
    double begun = clock_ms(), norm;
    const struct batch *batch = loader_next(r->loader);
    struct net_options o = net_options_at(r);
    struct optim_options up = {.lr = schedule_rate(&r->schedule, t->state.tokens),
                               .decay = s->weight_decay, .clip = s->clip};
    double part = (double)t->state.tokens / (double)t->state.total;
    if (!net_step(t->net, &run->params, batch, &o, t->grads, &report, err) ||
        !optim_step(&t->optim, &run->params, t->grads, &up, &norm, err))
        return err_context(err, "%s, step %" PRIu64, stage_name(t->id),
                           t->state.step + 1);
    if (s->bias_speed > 0 && part < s->bias_until)
        net_update_bias(t->net, &run->params, s->bias_speed);
    t->state.step++;
    t->state.tokens += batch->n_tokens;
    double seconds = (clock_ms() - begun) / 1e3;
    t->state.seconds += seconds;
    runlog_step(&t->log,
                &(struct runlog_step){stage_name(t->id), t->state.step,
                                      t->state.tokens, up.lr, norm, seconds},
                &report);
    progress_step(&run->progress,
                  &(struct progress_step){stage_name(t->id), t->state.step,
                                          t->state.tokens, t->state.total, norm,
                                          seconds, up.lr, &run->params, 0, 0},
                  &report);
    return true;
}

/* How it does on what it was not trained on; the best so far is kept. */
static bool validate(struct reading *r, struct err *err)
{
    struct training *t = &r->t;
    double loss, right;
    if (!watch_validate(&r->watch, t->net, &t->run->params, &loss, &right, err))
        return false;
    runlog_validation(&t->log, stage_name(t->id), t->state.step,
                      t->state.tokens, loss, right);
    if (t->state.best_loss > 0 && loss >= t->state.best_loss)
        return true;
    t->state.best_loss = loss;
    return training_keep(t, "best.ckpt", err);
}

static bool end_stable_part(struct reading *r, bool was_stable, struct err *err)
{
    if (!was_stable || r->t.id != STAGE_PRETRAIN ||
        !schedule_in_decay(&r->schedule, r->t.state.tokens))
        return true;
    return training_keep(&r->t, "pretrain-stable.ckpt", err);
}

static bool train(struct reading *r, struct err *err)
{
    struct training *t = &r->t;
    while (t->state.tokens < t->state.total) {
        bool stable = !schedule_in_decay(&r->schedule, t->state.tokens);
        if (training_must_stop(t))
            return training_save(t, err);
        if (!step(r, err) || !end_stable_part(r, stable, err))
            return false;
        if (training_save_is_due(t) &&
            (!validate(r, err) || !training_save(t, err)))
            return false;
    }
    t->state.done = true;
    return validate(r, err);
}

static bool finish(struct reading *r, struct err *err)
{
    char facts[64];
    snprintf(facts, sizeof facts, "\"validation_loss\":%.5f",
             r->t.state.best_loss);
    return training_finish(&r->t, facts, err);
}

bool stage_train(struct run *run, enum stage_id id, struct err *err)
{
    struct reading r = {0};
    bool ok = reading_open(&r, run, id, err) && train(&r, err) &&
              (run->end != TRAINER_DONE || finish(&r, err));
    return reading_close(&r, ok, err);
}
