/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "train/checkpoint.h"
#include "train/data/batch.h"
#include "train/data/loader.h"
#include "train/nn/net.h"
#include "train/run.h"
#include "train/runlog.h"
#include "train/stage_watch.h"

#define LAST "last.ckpt"
#define PREVIOUS "previous.ckpt"

/* What a stage holds while it trains. */
struct training {
    struct run *run;
    enum stage_id id;
    const struct stage_recipe *plan;
    struct shape shape;
    struct net *net;
    struct optim optim;
    float *grads;               /* owned; params.len, as mem_big gives it */
    struct schedule schedule;
    struct train_state state;
    struct loader *loader;
    struct runlog log;
    struct watch watch;
    double saved_ms;            /* when the last checkpoint was written */
};

/* --- checkpoints ----------------------------------------------------------------------- */

static bool save_as(struct training *t, const char *name, bool whole,
                    struct err *err)
{
    struct buf path = {0};
    bool ok = checkpoint_write(run_path(t->run, name, &path), &t->state,
                               &t->run->params, whole ? &t->optim : NULL,
                               buf_str(&t->run->tokenizer.file), err);
    buf_clear(&path);
    return ok;
}

/* The one before stays: should the new one turn out damaged, a run loses minutes
 * and not all. Between the two renames there is only the older one. */
static bool save_last(struct training *t, struct err *err)
{
    struct buf last = {0}, previous = {0};
    run_path(t->run, LAST, &last);
    run_path(t->run, PREVIOUS, &previous);
    t->state.optim_step = t->optim.step;
    bool ok = rename(last.p, previous.p) == 0 || errno == ENOENT ||
              err_system(err, errno, "%s cannot be renamed", LAST);
    ok = ok && save_as(t, LAST, true, err);
    buf_clear(&last);
    buf_clear(&previous);
    t->saved_ms = clock_ms();
    return ok;
}

static void drop(const struct run *r, const char *name)
{
    struct buf path = {0};
    unlink(run_path(r, name, &path));
    buf_clear(&path);
}

/* Takes weights, and moments where the stage is this one, from a file. */
static bool take(struct training *t, const char *name, bool resume,
                 struct err *err)
{
    struct run *r = t->run;
    struct checkpoint c;
    struct buf path = {0};
    bool ok = checkpoint_open(&c, run_path(r, name, &path), err);
    buf_clear(&path);
    if (!ok)
        return false;
    if (resume && strcmp(c.state.stage, stage_name(t->id)) != 0) {
        checkpoint_close(&c);
        return err_set(err, ERR_FORMAT, "%s is of another stage", name);
    }
    if (r->has_params)
        params_clear(&r->params);
    r->has_params = checkpoint_params(&c, &r->params, err);
    ok = r->has_params &&
         (r->params.n_params == t->watch.n_params ||
          err_set(err, ERR_FORMAT, "its model is not that of the recipe"));
    if (ok && resume)
        ok = checkpoint_moments(&c, &t->optim, err);
    if (ok && resume) {
        if (c.state.recipe_hash != r->recipe.hash)
            progress_say(&r->progress,
                         "%s: the recipe has changed since the last checkpoint; "
                         "going on with the new one", stage_name(t->id));
        t->state = c.state;
        t->state.recipe_hash = r->recipe.hash;
    }
    checkpoint_close(&c);
    return ok || err_context(err, "%s", name);
}

/* From where this stage was cut off. *found: there was such a place. */
static bool resume(struct training *t, bool *found, struct err *err)
{
    static const char *const names[] = {LAST, PREVIOUS};
    struct err why;
    *found = false;
    for (int i = 0; i < 2 && !*found; i++) {
        if (!run_has(t->run, names[i]))
            continue;
        *found = take(t, names[i], true, &why);
        if (!*found && why.kind == ERR_MEMORY)
            *err = why;
        if (!*found && why.kind == ERR_MEMORY)
            return false;
        if (!*found)
            progress_say(&t->run->progress, "not going on from there: %s",
                         why.msg);
    }
    return true;
}

/* The weights that the stage before left, or new ones. */
static bool begin_weights(struct training *t, struct err *err)
{
    struct run *r = t->run;
    char name[32];
    for (int i = (int)t->id - 1; i >= 0; i--) {
        snprintf(name, sizeof name, "%s.ckpt", stage_name((enum stage_id)i));
        if (r->recipe.stages[i].present)
            return take(t, name, false, err);
    }
    if (r->has_params)
        params_clear(&r->params);
    r->has_params = params_init(&r->params, &t->shape, err);
    if (r->has_params)
        params_randomize(&r->params, r->recipe.seed);
    return r->has_params;
}

/* --- beginning and end ------------------------------------------------------------------- */

static void set_schedule(struct training *t)
{
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
    t->schedule = (struct schedule){
        .kind = s->schedule, .peak = s->lr, .final = s->lr_final,
        .warmup = s->warmup, .decay_from = at->decay_from, .total = at->total};
}

static void size_of_batch(const void *arg, uint64_t tokens, uint32_t *batch,
                          bool *decay)
{
    const struct training *t = arg;
    *batch = stage_batch(t->plan, tokens, t->state.total);
    *decay = schedule_in_decay(&t->schedule, tokens);
}

static bool open_net(struct training *t, struct err *err)
{
    const struct stage_recipe *s = t->plan;
    struct net_limits limits = {
        .n_threads = t->run->o->threads ? t->run->o->threads
                                        : pool_default_threads(),
        .n_shards = s->shards,
        .max_tokens = stage_largest_batch(s) + s->data.context,
        .max_doc = s->data.context};
    t->net = net_new(&t->shape, &limits, err);
    return t->net != NULL;
}

static bool open_optim(struct training *t, struct err *err)
{
    struct params layout;
    if (!params_init(&layout, &t->shape, err))
        return false;
    t->watch.n_params = layout.n_params;
    bool ok = optim_init(&t->optim, t->run->recipe.optimizer, &layout,
                         net_pool(t->net), err);
    params_clear(&layout);
    if (!ok)
        return false;
    t->grads = mem_big(t->optim.len * sizeof *t->grads, "the gradients", err);
    return t->grads != NULL;
}

static bool open_data(struct training *t, struct err *err)
{
    struct run *r = t->run;
    struct loader_options o = {
        .dataset = &r->corpus.dataset, .plan = &t->plan->data, .arg = t,
        .size = size_of_batch, .max_batch = stage_largest_batch(t->plan),
        .stage = (unsigned)t->id,
        .from = {t->state.step, t->state.tokens}};
    struct buf path = {0};
    run_path(r, "log.jsonl", &path);
    bool ok = runlog_open(&t->log, path.p, stage_name(t->id), t->state.step, err);
    buf_clear(&path);
    if (ok)
        t->loader = loader_new(&o, err);
    return t->loader != NULL;
}

static bool training_open(struct training *t, struct err *err)
{
    struct run *r = t->run;
    bool found;
    t->plan = &r->recipe.stages[t->id];
    t->shape = recipe_shape(&r->recipe, t->id);
    t->state = (struct train_state){.recipe_hash = r->recipe.hash,
                                    .seed = r->recipe.seed};
    if (!open_net(t, err) || !open_optim(t, err) || !resume(t, &found, err) ||
        (!found && !begin_weights(t, err)))
        return false;
    snprintf(t->state.recipe, sizeof t->state.recipe, "%s", r->recipe.name);
    snprintf(t->state.stage, sizeof t->state.stage, "%s", stage_name(t->id));
    r->params.shape = t->shape; /* stretched, in the extension */
    set_schedule(t);
    t->saved_ms = clock_ms();
    watch_open(&t->watch, &r->corpus.dataset, t->plan, (unsigned)t->id);
    if (found)
        progress_say(&r->progress, "%s: goes on from step %" PRIu64,
                     stage_name(t->id), t->state.step);
    return open_data(t, err);
}

static bool training_close(struct training *t, bool ok, struct err *err)
{
    struct err why;
    loader_free(t->loader);
    watch_close(&t->watch);
    if (t->grads)
        mem_big_free(t->grads, t->optim.len * sizeof *t->grads);
    optim_clear(&t->optim);
    net_free(t->net);
    if (runlog_close(&t->log, &why) || !ok)
        return ok;
    *err = why;
    return false;
}

/* --- a step -------------------------------------------------------------------------------- */

static struct net_options net_options_at(const struct training *t)
{
    const struct stage_recipe *s = t->plan;
    double part = (double)t->state.tokens / (double)t->state.total;
    bool decay = schedule_in_decay(&t->schedule, t->state.tokens);
    uint64_t key = rng_mix(rng_mix(t->state.seed + (uint64_t)t->id) +
                           t->state.step);
    return (struct net_options){
        .mtp_weight = t->shape.n_mtp == 0 || part < s->mtp_from ? 0
                      : decay                                   ? s->mtp_decay
                                                                : s->mtp,
        .mtp_rows = s->mtp_rows, .key = key, .balance = s->balance,
        .mtp_only = t->id == STAGE_MTP};
}

static bool step(struct training *t, struct err *err)
{
    struct run *r = t->run;
    const struct stage_recipe *s = t->plan;
    struct net_report report;
    double begun = clock_ms(), norm;
    const struct batch *batch = loader_next(t->loader);
    struct net_options o = net_options_at(t);
    struct optim_options up = {.lr = schedule_rate(&t->schedule, t->state.tokens),
                               .decay = s->weight_decay, .clip = s->clip,
                               .mtp_only = o.mtp_only};
    double part = (double)t->state.tokens / (double)t->state.total;
    if (!net_step(t->net, &r->params, batch, &o, t->grads, &report, err) ||
        !optim_step(&t->optim, &r->params, t->grads, &up, &norm, err))
        return err_context(err, "%s, step %" PRIu64, stage_name(t->id),
                           t->state.step + 1);
    if (s->bias_speed > 0 && part < s->bias_until)
        net_update_bias(t->net, &r->params, s->bias_speed);
    t->state.step++;
    t->state.tokens += batch->n_tokens;
    double seconds = (clock_ms() - begun) / 1e3;
    t->state.seconds += seconds;
    runlog_step(&t->log,
                &(struct runlog_step){stage_name(t->id), t->state.step,
                                      t->state.tokens, up.lr, norm, seconds},
                &report);
    progress_step(&r->progress,
                  &(struct progress_step){stage_name(t->id), t->state.step,
                                          t->state.tokens, t->state.total, norm,
                                          seconds},
                  &report);
    return true;
}

/* How it does on what it was not trained on; the best so far is kept. */
static bool validate(struct training *t, struct err *err)
{
    struct run *r = t->run;
    double loss, right;
    if (!watch_validate(&t->watch, t->net, &r->params, &loss, &right, err))
        return false;
    runlog_validation(&t->log, stage_name(t->id), t->state.step,
                      t->state.tokens, loss, right);
    if (t->state.best_loss > 0 && loss >= t->state.best_loss)
        return true;
    t->state.best_loss = loss;
    return save_as(t, "best.ckpt", false, err);
}

static bool end_stable_part(struct training *t, bool was_stable, struct err *err)
{
    if (!was_stable || !schedule_in_decay(&t->schedule, t->state.tokens) ||
        t->id != STAGE_PRETRAIN)
        return true;
    return save_as(t, "pretrain-stable.ckpt", false, err);
}

static bool train(struct training *t, struct err *err)
{
    struct run *r = t->run;
    double every = 60e3 * (r->o->checkpoint_minutes > 0
                               ? r->o->checkpoint_minutes : 5);
    while (t->state.tokens < t->state.total) {
        bool stable = !schedule_in_decay(&t->schedule, t->state.tokens);
        if (run_must_stop(r) ||
            (r->o->stop_at_step && t->state.step >= r->o->stop_at_step)) {
            if (r->end == TRAINER_DONE)
                r->end = TRAINER_STOPPED;
            return save_last(t, err);
        }
        if (!step(t, err) || !end_stable_part(t, stable, err))
            return false;
        if (clock_ms() - t->saved_ms >= every &&
            (!validate(t, err) || !save_last(t, err)))
            return false;
    }
    t->state.done = true;
    return validate(t, err);
}

static bool finish(struct training *t, struct err *err)
{
    const char *stage = stage_name(t->id);
    char name[32], facts[256];
    snprintf(name, sizeof name, "%s.ckpt", stage);
    snprintf(facts, sizeof facts,
             "\"steps\":%" PRIu64 ",\"tokens\":%" PRIu64
             ",\"seconds\":%.1f,\"validation_loss\":%.5f,\"threads\":%u",
             t->state.step, t->state.tokens, t->state.seconds,
             t->state.best_loss, pool_size(net_pool(t->net)));
    if (!save_as(t, name, false, err) ||
        !run_stamp(t->run, stage, facts, err))
        return false;
    drop(t->run, LAST);
    drop(t->run, PREVIOUS);
    progress_say(&t->run->progress,
                 "%s: done, %" PRIu64 " steps, %.1f M tokens, %.0f minutes",
                 stage, t->state.step, (double)t->state.tokens / 1e6,
                 t->state.seconds / 60);
    return true;
}

bool stage_train(struct run *r, enum stage_id id, struct err *err)
{
    struct training t = {.run = r, .id = id};
    bool ok = training_open(&t, err) && train(&t, err) &&
              (r->end != TRAINER_DONE || finish(&t, err));
    return training_close(&t, ok, err);
}
