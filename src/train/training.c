/* SPDX-License-Identifier: Apache-2.0 */
#include "train/training.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernels/cpu.h"
#include "train/import.h"

#define LAST "last.ckpt"
#define PREVIOUS "previous.ckpt"

/* --- checkpoints ---------------------------------------------------------- */

static bool save_as(struct training *t, const char *name, bool whole,
                    struct err *err)
{
    struct buf path = {0};
    struct str tokenizer = buf_str(&t->run->tokenizer.file);
    run_path(t->run, name, &path);
    bool ok = whole && t->run->o->compact
                  ? checkpoint_write_compact(path.p, &t->state, &t->run->params,
                                             &t->optim, tokenizer, err)
                  : checkpoint_write(path.p, &t->state, &t->run->params,
                                     whole ? &t->optim : NULL, tokenizer, err);
    buf_clear(&path);
    return ok;
}

/* The one before stays: should the new one turn out damaged, a run loses minutes
 * and not all. Between the two renames there is only the older one. */
bool training_save(struct training *t, struct err *err)
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

static bool fits_recipe(const struct training *t, struct err *err)
{
    return t->run->params.n_params == t->n_params ||
           err_set(err, ERR_FORMAT, "its model is not that of the recipe");
}

/* From a model file, rounded as it is. */
static bool take_model(struct training *t, const char *path, struct err *err)
{
    struct run *r = t->run;
    if (r->has_params)
        params_clear(&r->params);
    r->has_params = import_weights(path, &r->params, err);
    if (r->has_params)
        progress_say(&r->progress, "%s: begins with the weights of %s",
                     stage_name(t->id), path);
    return r->has_params;
}

/* Takes weights, and moments where the stage is this one, from a file. */
static bool take(struct training *t, const char *name, bool resume,
                 struct err *err)
{
    struct run *r = t->run;
    struct checkpoint c;
    struct buf path = {0};
    run_path(r, name, &path);
    bool model = !resume && import_is_model(path.p);
    bool ok = model ? take_model(t, path.p, err)
                    : checkpoint_open(&c, path.p, err);
    buf_clear(&path);
    if (ok && model)
        ok = fits_recipe(t, err);
    if (!ok || model)
        return ok || err_context(err, "%s", name);
    if (resume && strcmp(c.state.stage, stage_name(t->id)) != 0) {
        checkpoint_close(&c);
        return err_set(err, ERR_FORMAT, "%s is of another stage", name);
    }
    if (r->has_params)
        params_clear(&r->params);
    r->has_params = checkpoint_params(&c, &r->params, err);
    ok = r->has_params && fits_recipe(t, err);
    if (ok && resume)
        ok = checkpoint_moments(&c, &t->optim, err);
    if (ok && resume) {
        if (c.state.recipe_hash != r->recipe.hash)
            progress_say(&r->progress,
                         "%s: the recipe has changed since the last checkpoint; "
                         "going on with the new one", stage_name(t->id));
        t->state = c.state;
        if (c.state.recipe_hash != r->recipe.hash &&
            t->state.tokens < t->state.decay_from)
            t->state.total = 0; /* the new one may be longer or shorter */
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
    if (t->plan->from[0])
        return take(t, t->plan->from, false, err);
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

/* --- beginning and end ---------------------------------------------------- */

static bool open_net(struct training *t, uint32_t max_batch, struct err *err)
{
    const struct stage_recipe *s = t->plan;
    struct net_limits limits = {
        .n_threads = t->run->o->threads ? t->run->o->threads
                                        : pool_default_threads(),
        .n_shards = s->shards,
        .max_tokens = max_batch,
        .max_doc = s->data.context,
        .products = t->run->recipe.products};
    t->net = net_new(&t->shape, &limits, err);
    return t->net != NULL;
}

static bool open_optim(struct training *t, enum optim_kind kind, struct err *err)
{
    struct params layout;
    if (!params_init(&layout, &t->shape, err))
        return false;
    t->n_params = layout.n_params;
    bool ok = optim_init(&t->optim, kind, &layout, t->run->recipe.products,
                         net_pool(t->net), err);
    params_clear(&layout);
    if (!ok)
        return false;
    t->grads = mem_big(t->optim.len * sizeof *t->grads, "the gradients", err);
    mem_big_in_use(t->grads, t->optim.len * sizeof *t->grads);
    return t->grads != NULL;
}

bool training_open(struct training *t, struct run *r, enum stage_id id,
                   enum optim_kind kind, uint32_t max_batch, bool *resumed,
                   struct err *err)
{
    *t = (struct training){.run = r, .id = id, .plan = &r->recipe.stages[id],
                           .shape = recipe_shape(&r->recipe, id),
                           .state = {.recipe_hash = r->recipe.hash,
                                     .seed = r->recipe.seed}};
    if (!open_net(t, max_batch, err) || !open_optim(t, kind, err) ||
        !resume(t, resumed, err) || (!*resumed && !begin_weights(t, err)))
        return false;
    if (r->recipe.products == PRODUCTS_BF16)
        progress_say(&r->progress, "%s: products %s", stage_name(id),
                     gemm_bf16_best() ? "with operands rounded to bfloat16"
                                      : "of float32: this CPU has no bfloat16");
    snprintf(t->state.recipe, sizeof t->state.recipe, "%s", r->recipe.name);
    snprintf(t->state.stage, sizeof t->state.stage, "%s", stage_name(id));
    r->params.shape = t->shape; /* stretched, in the extension */
    t->saved_ms = clock_ms();
    if (*resumed)
        progress_say(&r->progress, "%s: goes on from step %" PRIu64,
                     stage_name(id), t->state.step);
    struct buf path = {0};
    run_path(r, "log.jsonl", &path);
    bool ok = runlog_open(&t->log, path.p, stage_name(id), t->state.step, err);
    buf_clear(&path);
    return ok;
}

bool training_close(struct training *t, bool ok, struct err *err)
{
    struct err why;
    if (t->grads)
        mem_big_free(t->grads, t->optim.len * sizeof *t->grads);
    optim_clear(&t->optim);
    net_free(t->net);
    if (runlog_close(&t->log, &why) || !ok)
        return ok;
    *err = why;
    return false;
}

bool training_save_is_due(const struct training *t)
{
    double minutes = t->run->o->checkpoint_minutes;
    return clock_ms() - t->saved_ms >= 60e3 * (minutes > 0 ? minutes : 5);
}

bool training_keep(struct training *t, const char *name, struct err *err)
{
    return save_as(t, name, false, err);
}

bool training_take(struct training *t, const char *name, struct err *err)
{
    return take(t, name, false, err);
}

bool training_must_stop(struct training *t)
{
    struct run *r = t->run;
    bool enough = r->o->stop_at_step && t->state.step >= r->o->stop_at_step;
    if (!run_must_stop(r) && !enough)
        return false;
    if (r->end == TRAINER_DONE)
        r->end = TRAINER_STOPPED;
    return true;
}

/* For the card. What the CPU says of itself goes into a string: plain letters. */
static void put_cpu(struct buf *facts)
{
    buf_puts(facts, ",\"cpu\":\"");
    for (const char *c = cpu_name(); *c; c++) {
        if (*c >= ' ' && *c < 0x7f && *c != '"' && *c != '\\')
            buf_putc(facts, *c);
    }
    buf_putc(facts, '"');
}

bool training_finish(struct training *t, const char *more, struct err *err)
{
    const char *stage = stage_name(t->id);
    char name[32];
    struct buf facts = {0};
    snprintf(name, sizeof name, "%s.ckpt", stage);
    buf_printf(&facts,
               "\"steps\":%" PRIu64 ",\"tokens\":%" PRIu64
               ",\"seconds\":%.1f,\"threads\":%u",
               t->state.step, t->state.tokens, t->state.seconds,
               pool_size(net_pool(t->net)));
    put_cpu(&facts);
    if (t->run->recipe.products == PRODUCTS_BF16 && gemm_bf16_best())
        buf_puts(&facts, ",\"products\":\"bf16\"");
    buf_printf(&facts, "%s%s", more ? "," : "", more ? more : "");
    bool ok = save_as(t, name, false, err) &&
              run_stamp(t->run, stage, facts.p, err);
    buf_clear(&facts);
    if (!ok)
        return false;
    drop(t->run, LAST);
    drop(t->run, PREVIOUS);
    progress_say(&t->run->progress,
                 "%s: done, %" PRIu64 " steps, %.1f M tokens, %.0f minutes",
                 stage, t->state.step, (double)t->state.tokens / 1e6,
                 t->state.seconds / 60);
    return true;
}

