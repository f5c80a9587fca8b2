/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/pool.h"
#include "gguf/gguf.h"
#include "train/asker.h"
#include "train/checkpoint.h"
#include "train/evalfile.h"
#include "train/held_out.h"
#include "train/nn/from_gguf.h"
#include "train/recall.h"
#include "train/run.h"

/* The file that was exported is what is asked: what the card says is true of the
 * very bytes that ship. */

enum { SHORT_CONTEXT = 512 };

struct judging {
    struct run *run;
    const char *split;      /* at work */
    struct buf model;       /* owned; NAME.gguf */
    struct buf figures;     /* owned; the inside of eval.json */
};

static uint64_t seed_of(const struct run *r)
{
    return r->recipe.seed;
}

/* --- answers -------------------------------------------------------------- */

static void tell(void *arg, size_t done, size_t n)
{
    struct judging *j = arg;
    progress_note(&j->run->progress, "eval: %s, %zu of %zu", j->split, done, n);
}

static bool fill(struct judging *j, const char *split, struct evalset *e,
                 struct wild *wild, struct err *err)
{
    struct run *r = j->run;
    if (wild_is_split(split)) {
        if (!wild_open_split(wild, r->o->data, split, err))
            return false;
        evalset_add_wild(e, wild, NULL);
        return true;
    }
    evalset_add_mixture(e, &r->corpus.dataset.mixture,
                        strcmp(split, "test") == 0 ? SPLIT_TEST : SPLIT_UNSEEN,
                        r->recipe.eval.n, seed_of(r));
    return true;
}

static void say(struct judging *j, const struct evalset *e)
{
    struct tally t = {0};
    double low, high;
    for (size_t i = 0; i < e->n; i++)
        tally_add(&t, &e->items[i]);
    if (t.n == 0)
        return;
    tally_interval(&t, &low, &high);
    progress_say(&j->run->progress,
                 "eval: %s, %.1f %% of %u right (%.1f to %.1f), %.1f %% well "
                 "formed", j->split, 100 * t.right / t.n, t.n, 100 * low,
                 100 * high, 100.0 * t.well_formed / t.n);
}

static bool ask_split(struct judging *j, const char *split, struct err *err)
{
    struct run *r = j->run;
    struct evalset e = {.bank = r->corpus.bank};
    struct wild wild = {0};
    struct buf path = {0};
    char name[32];
    const struct eval_options o = {.threads = r->o->threads,
                                   .max_tokens = r->recipe.eval.max_tokens,
                                   .stop = r->o->stop, .progress = tell,
                                   .arg = j};
    j->split = split;
    snprintf(name, sizeof name, "eval-%s.jsonl", split);
    bool ok = fill(j, split, &e, &wild, err) &&
              (evalset_ask(&e, buf_str(&j->model), &o, err) ||
               (err->kind == ERR_CANCELLED && run_must_stop(r)));
    if (ok && r->end == TRAINER_DONE) {
        say(j, &e);
        ok = evalfile_write(&e, run_path(r, name, &path), err);
    }
    evalset_clear(&e);
    wild_close(&wild);
    buf_clear(&path);
    return ok;
}

/* --- other figures -------------------------------------------------------- */

static void put_cache(struct judging *j, const struct asker *a)
{
    struct cache_cost c = asker_cache_cost(a);
    buf_printf(&j->figures,
               "\"cache\":{\"mla\":%" PRIu64 ",\"gqa\":%" PRIu64
               ",\"gqa_groups\":%u,\"mha\":%" PRIu64 "}",
               c.stored, c.gqa, c.groups, c.mha);
}

static bool measure_cache(struct judging *j, struct err *err)
{
    const struct asker_options o = {.threads = 1};
    struct asker *a = asker_open(buf_str(&j->model), &o, err);
    if (a)
        put_cache(j, a);
    asker_close(a);
    return a != NULL;
}

/* The weights that a stage left, on what that stage's kind of documents is. */
static bool held_out(struct judging *j, enum stage_id weights,
                     enum stage_id documents, uint32_t context,
                     struct held_out *h, struct err *err)
{
    struct run *r = j->run;
    struct data_plan plan = r->recipe.stages[documents].data;
    char name[32];
    if (context)
        plan.context = context;
    snprintf(name, sizeof name, "%s.ckpt", stage_name(weights));
    progress_note(&r->progress, "eval: held-out documents, %s", name);
    return run_take_weights(r, name, err) &&
           held_out_measure(&r->params, &r->corpus.dataset, &plan,
                            (unsigned)documents, r->recipe.eval.held_out,
                            r->o->threads, h, err);
}

/* The same documents with the weights as they are in the file. */
static bool measure_file(struct judging *j, const struct data_plan *plan,
                         unsigned stage, struct err *err)
{
    struct run *r = j->run;
    struct gguf g;
    struct params p;
    struct held_out h;
    if (!gguf_open_memory(&g, j->model.p, j->model.len, err))
        return false;
    bool ok = params_from_gguf(&p, &g, err);
    gguf_close(&g);
    if (!ok)
        return false;
    ok = held_out_measure(&p, &r->corpus.dataset, plan, stage,
                          r->recipe.eval.held_out, r->o->threads, &h, err);
    params_clear(&p);
    if (!ok)
        return false;
    buf_printf(&j->figures, ",\"file\":{\"loss\":%.5f,\"right\":%.5f}", h.loss,
               h.right);
    held_out_clear(&h);
    return true;
}

static bool measure_balance(struct judging *j, struct err *err)
{
    struct run *r = j->run;
    const struct stage_recipe *s = r->recipe.stages;
    enum stage_id documents = s[STAGE_SFT].present ? STAGE_SFT : STAGE_PRETRAIN;
    struct held_out h;
    if (!held_out(j, run_last_stage(r), documents, 0, &h, err))
        return false;
    buf_printf(&j->figures,
               ",\"held_out\":{\"tokens\":%" PRIu64 ",\"loss\":%.5f,"
               "\"right\":%.5f,\"maxvio\":%.4f,\"worst\":%.4f,"
               "\"least\":%.4f,\"dead\":%u,\"experts\":%u}",
               h.tokens, h.loss, h.right, h.max_vio, h.worst_vio, h.least,
               h.dead, h.n_layers * h.n_experts);
    progress_say(&r->progress,
                 "eval: MaxVio %.2f on %" PRIu64 " held-out tokens, %u dead "
                 "experts, the least at %.2f of the mean", h.max_vio, h.tokens,
                 h.dead, h.least);
    held_out_clear(&h);
    return measure_file(j, &s[documents].data, (unsigned)documents, err);
}

static bool recall_of(struct judging *j, enum stage_id weights, double *part,
                      struct err *err)
{
    struct run *r = j->run;
    struct recall found;
    uint32_t asked = 0, right = 0;
    char name[32];
    snprintf(name, sizeof name, "%s.ckpt", stage_name(weights));
    progress_note(&r->progress, "eval: recall, %s", name);
    if (!run_take_weights(r, name, err) ||
        !recall_measure(&r->params, &r->tokenizer,
                        r->recipe.stages[STAGE_EXTEND].data.context,
                        r->recipe.eval.recall, seed_of(r),
                        r->o->threads ? r->o->threads : pool_default_threads(),
                        &found, err))
        return false;
    for (int i = 0; i < RECALL_DEPTHS; i++) {
        asked += found.asked[i];
        right += found.right[i];
    }
    *part = asked ? (double)right / asked : 0;
    return true;
}

static bool short_loss(struct judging *j, enum stage_id weights, double *loss,
                       struct err *err)
{
    struct held_out h;
    if (!held_out(j, weights, STAGE_PRETRAIN, SHORT_CONTEXT, &h, err))
        return false;
    *loss = h.loss;
    held_out_clear(&h);
    return true;
}

/* What the extension brought, and what it cost where documents are short. */
static bool measure_change(struct judging *j, struct err *err)
{
    double before, after, loss[2];
    if (!recall_of(j, STAGE_PRETRAIN, &before, err) ||
        !recall_of(j, STAGE_EXTEND, &after, err) ||
        !short_loss(j, STAGE_PRETRAIN, &loss[0], err) ||
        !short_loss(j, STAGE_EXTEND, &loss[1], err))
        return false;
    buf_printf(&j->figures,
               ",\"recall_before\":%.4f,\"recall_after\":%.4f,"
               "\"short_context\":%d,\"short_loss_before\":%.5f,"
               "\"short_loss_after\":%.5f",
               before, after, SHORT_CONTEXT, loss[0], loss[1]);
    progress_say(&j->run->progress, "eval: recall %.1f %% -> %.1f %%", 100 * before,
                 100 * after);
    return true;
}

/* A run that began behind it has no weights of before. */
static bool measure_extension(struct judging *j, struct err *err)
{
    struct run *r = j->run;
    const struct stage_recipe *s = r->recipe.stages;
    double last;
    if (!s[STAGE_PRETRAIN].present || !s[STAGE_EXTEND].present ||
        r->recipe.eval.recall == 0)
        return true;
    if (!recall_of(j, run_last_stage(r), &last, err))
        return false;
    buf_printf(&j->figures, ",\"extension\":{\"context\":%u,"
                            "\"recall_at_the_end\":%.4f",
               s[STAGE_EXTEND].data.context, last);
    if (recipe_first_stage(&r->recipe) == STAGE_PRETRAIN && !measure_change(j, err))
        return false;
    buf_puts(&j->figures, "}");
    progress_say(&r->progress, "eval: recall at %u tokens %.1f %% at the end",
                 s[STAGE_EXTEND].data.context, 100 * last);
    return true;
}

static bool measure(struct judging *j, struct err *err)
{
    struct buf path = {0}, text = {0};
    bool ok = measure_cache(j, err) &&
              (j->run->recipe.eval.held_out == 0 || measure_balance(j, err)) &&
              measure_extension(j, err);
    buf_printf(&text, "{%s}\n", j->figures.p ? j->figures.p : "");
    ok = ok && (file_replace(run_path(j->run, "eval.json", &path), text.p,
                             text.len, err) ||
                file_context(err, path.p));
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

/* --- the stage ------------------------------------------------------------ */

bool stage_eval(struct run *r, struct err *err)
{
    static const char *const splits[] = {"test", "unseen", "wild", "dev"};
    struct judging j = {.run = r};
    struct buf path = {0};
    char name[64];
    snprintf(name, sizeof name, "%s.gguf", r->recipe.name);
    bool ok = model_bytes(run_path(r, name, &path), GGUF_Q8_0, &j.model, err);
    for (size_t i = 0; i < sizeof splits / sizeof *splits && ok && !run_must_stop(r);
         i++)
        ok = ask_split(&j, splits[i], err);
    if (ok && !run_must_stop(r))
        ok = measure(&j, err);
    buf_clear(&j.model);
    buf_clear(&j.figures);
    buf_clear(&path);
    return ok;
}
