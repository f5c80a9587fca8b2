/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "train/data/batch.h"
#include "train/rl/grpo.h"
#include "train/rl/measure_log.h"
#include "train/training.h"

/* Lanes decide what is drawn (rollout.h), so their number is not that of CPUs. */
enum { LANES = 2, MAX_PROMPT = 320 };
#define BEST "rl-best.ckpt"

/* When to give up: accuracy this far below the best (and further than chance
 * goes), format below this and a point below the start, entropy down to this part
 * of what it was at the start. */
static const double FALL = 0.02, FORMAT = 0.98, UNFORMED = 0.01,
                    ENTROPY = 1.0 / 3;

/* A stage in which the model answers. */
struct answering {
    struct training t;
    struct grpo grpo;
    struct arms arms;
    struct measure measure;
    double entropy;        /* mean of the first updates of this process, */
    double entropy_now;    /* and of the last ones */
    unsigned n_updates;    /* of this process */
    double formed;         /* at the first measurement of it */
    bool enough;           /* one of the above */
    struct batch replay;
    struct data_work work;
};

static const struct mixture *mixture_of(const struct answering *a)
{
    return &a->t.run->corpus.dataset.mixture;
}

/* --- measuring ------------------------------------------------------------ */

static void log_measure(struct answering *a, double macro)
{
    struct training *t = &a->t;
    FILE *f = runlog_line(&t->log, "rl", t->state.step);
    if (!f)
        return;
    fprintf(f, ",\"macro\":%.5f,\"formed\":%.5f,\"think_bytes\":%.2f", macro,
            measure_formed(&a->measure), measure_think(&a->measure));
    measure_log_put(f, &a->measure);
    fputs("}\n", f);
}

/* best_loss holds 1 - the best accuracy: what is kept is the weights' best. */
static bool keep_if_best(struct answering *a, double macro, struct err *err)
{
    struct train_state *s = &a->t.state;
    double miss = 1 - macro + 1e-9, asked = 0;
    for (size_t i = 0; i < a->measure.n; i++)
        asked += a->measure.kinds[i].n;
    double chance = 2 * sqrt(macro * (1 - macro) / asked);
    /* The Zero arm finds the form first, and may lose what it knew for a while. */
    if (!a->t.plan->tags && s->best_loss > 0 &&
        miss > s->best_loss + FALL + chance)
        a->enough = true;
    if (s->best_loss > 0 && miss >= s->best_loss)
        return true;
    s->best_loss = miss;
    return training_keep(&a->t, BEST, err);
}

static bool measure(struct answering *a, struct err *err)
{
    struct training *t = &a->t;
    struct run *r = t->run;
    struct buf path = {0};
    FILE *samples = fopen(run_path(r, "rl-wrong.txt", &path), "w");
    const struct measure_options o = {
        .split = SPLIT_VALIDATION, .per_kind = t->plan->measure_n,
        .seed = t->state.seed, .max_new = t->plan->answer, .stop = r->o->stop,
        .samples = samples};
    bool ok = measure_run(&a->measure, &a->grpo.quiz, mixture_of(a),
                          a->grpo.room, net_pool(t->net), &r->params, &o, err);
    if (samples)
        fclose(samples);
    buf_clear(&path);
    if (!ok || run_must_stop(r))
        return ok;
    double macro = measure_macro(&a->measure, "countdown4");
    arms_set(&a->arms, &a->measure, t->plan);
    log_measure(a, macro);
    progress_say(&r->progress,
                 "rl %" PRIu64 ": %.1f %% right over tasks, %.1f %% well formed, "
                 "%u kinds of %zu within 20 to 80 %%",
                 t->state.step, 100 * macro, 100 * measure_formed(&a->measure),
                 a->arms.open, a->arms.n);
    double formed = measure_formed(&a->measure);
    if (a->formed == 0)
        a->formed = formed;
    if (!t->plan->tags && formed < FORMAT && formed < a->formed - UNFORMED)
        a->enough = true;
    return keep_if_best(a, macro, err);
}

/* Going on: the rates are those of the last measurement before. */
static bool arms_from_log(struct answering *a, struct err *err)
{
    struct buf path = {0};
    uint64_t step;
    bool found;
    bool ok = measure_log_last(&a->measure, mixture_of(a),
                               run_path(a->t.run, "log.jsonl", &path), "rl",
                               &step, &found, err);
    buf_clear(&path);
    if (ok && found)
        arms_set(&a->arms, &a->measure, a->t.plan);
    return ok;
}

/* --- an update ------------------------------------------------------------ */

/* A tenth, say, of what was learned from answers, as fine-tuning data with the
 * weight of an advantage of 1. */
static bool replay(struct answering *a, uint64_t learned, struct err *err)
{
    struct training *t = &a->t;
    struct run *r = t->run;
    const struct stage_recipe *sft = &r->recipe.stages[STAGE_SFT];
    const struct net_options o = {0};
    struct net_report report;
    double part = t->plan->replay;
    uint64_t tokens = (uint64_t)((double)learned * part / (1 - part));
    uint64_t most = a->replay.max_tokens - sft->data.context;
    if (!sft->present || tokens == 0)
        return true;
    dataset_batch(&r->corpus.dataset, &sft->data, STAGE_RL, t->state.step,
                  (uint32_t)(tokens < most ? tokens : most), true, &a->work,
                  &a->replay);
    a->replay.norm = (double)t->plan->prompts * t->plan->group * t->plan->answer;
    return net_step_add(t->net, &r->params, &a->replay, &o, t->grads, &report,
                        err);
}

static void log_update(struct answering *a, const struct grpo_report *g,
                       double lr, double norm, double seconds)
{
    struct training *t = &a->t;
    FILE *f = runlog_line(&t->log, "rl", t->state.step);
    if (f)
        fprintf(f,
                ",\"tokens\":%" PRIu64 ",\"reward\":%.5f,\"accuracy\":%.5f,"
                "\"format\":%.5f,\"language\":%.5f,\"think_bytes\":%.2f,"
                "\"entropy\":%.5f,\"ended\":%.5f,\"groups\":%u,\"kept_groups\":%u,"
                "\"answers\":%u,\"lr\":%.6g,\"grad_norm\":%.5g,\"seconds\":%.3f}\n",
                t->state.tokens, g->reward, g->accuracy, g->format, g->language,
                g->think, g->entropy,
                g->answers ? (double)g->ended / g->answers : 0.0, g->groups,
                g->kept, g->answers, lr, norm, seconds);
    progress_note(&t->run->progress,
                  "rl %" PRIu64 "/%u  reward %.3f  right %.1f %%  formed %.1f %%  "
                  "entropy %.3f  kept %u/%u  |g| %.3g  %.1f s",
                  t->state.step, t->plan->steps, g->reward, 100 * g->accuracy,
                  100 * g->format, g->entropy, g->kept, g->groups, norm, seconds);
}

/* One update has few prompts, and easy ones leave little doubt: only means tell. */
static void watch_entropy(struct answering *a, double entropy)
{
    enum { FIRST = 5 };
    if (a->n_updates++ < FIRST)
        a->entropy += entropy / FIRST;
    a->entropy_now = a->n_updates == 1 ? entropy
                                       : 0.8 * a->entropy_now + 0.2 * entropy;
    /* The Zero arm begins with the doubt whether there are tags at all. */
    a->enough = a->enough || (!a->t.plan->tags && a->n_updates > 2 * FIRST &&
                              a->entropy_now < ENTROPY * a->entropy);
}

/* As in the other stages, over updates. */
static double rate(const struct answering *a)
{
    const struct stage_recipe *s = a->t.plan;
    const struct schedule up = {
        .kind = s->schedule, .peak = s->lr, .final = s->lr_final,
        .warmup = s->warmup, .total = s->steps,
        .decay_from = (uint64_t)((1 - s->decay_part) * s->steps)};
    return schedule_rate(&up, a->t.state.step);
}

/* *done false: somebody said stop in the middle, nothing was changed. */
static bool update(struct answering *a, bool *done, struct err *err)
{
    struct training *t = &a->t;
    struct run *r = t->run;
    struct grpo_report g;
    double begun = clock_ms(), norm;
    const struct optim_options up = {.lr = rate(a),
                                     .decay = t->plan->weight_decay,
                                     .clip = t->plan->clip};
    uint64_t key = rng_mix(rng_mix(t->state.seed + STAGE_RL) + t->state.step);
    memset(t->grads, 0, r->params.len * sizeof *t->grads);
    *done = false;
    if (!grpo_update(&a->grpo, &a->arms, t->net, &r->params, key, r->o->stop,
                     t->grads, &g, err))
        return false;
    if (run_must_stop(r))
        return true;
    if (!replay(a, g.learned, err) ||
        !optim_step(&t->optim, &r->params, t->grads, &up, &norm, err))
        return err_context(err, "rl, step %" PRIu64, t->state.step + 1);
    *done = true;
    t->state.step++;
    t->state.tokens += g.tokens;
    double seconds = (clock_ms() - begun) / 1e3;
    t->state.seconds += seconds;
    log_update(a, &g, up.lr, norm, seconds);
    watch_entropy(a, g.entropy);
    return true;
}

/* --- the stage ------------------------------------------------------------ */

static bool answering_open(struct answering *a, struct run *r, struct err *err)
{
    const struct stage_recipe *s = &r->recipe.stages[STAGE_RL];
    const struct grpo_plan plan = {s->prompts, s->group, s->answer,
                                   s->batch[0].tokens};
    uint32_t context = r->recipe.stages[STAGE_SFT].data.context;
    bool resumed;
    batch_init(&a->replay, plan.chunk, plan.chunk);
    if (s->data.context < MAX_PROMPT + s->answer || s->data.context < context ||
        plan.chunk <= context)
        return err_set(err, ERR_USAGE,
                       "[rl] wants a context of at least %u tokens, not below "
                       "that of [sft], and batches above it",
                       MAX_PROMPT + s->answer);
    /* AdamW: Muon would make the noise of few answers as loud as what they say. */
    return training_open(&a->t, r, STAGE_RL, OPTIM_ADAMW, plan.chunk, &resumed,
                         err) &&
           grpo_open(&a->grpo, &plan, &a->t.shape, &r->corpus.dataset,
                     s->tags ? REWARD_TAGS : REWARD_CHAT, MAX_PROMPT, LANES,
                     err) &&
           (!resumed || arms_from_log(a, err));
}

static bool answering_close(struct answering *a, bool ok, struct err *err)
{
    grpo_close(&a->grpo);
    arms_clear(&a->arms);
    measure_clear(&a->measure);
    batch_clear(&a->replay);
    data_work_clear(&a->work);
    return training_close(&a->t, ok, err);
}

static bool train(struct answering *a, struct err *err)
{
    struct training *t = &a->t;
    bool fresh = a->arms.n == 0, done;
    while (t->state.step < t->plan->steps && !a->enough) {
        bool turn = t->state.step % t->plan->measure_every == 0;
        if (training_must_stop(t))
            return training_save(t, err);
        /* Rates from the log are of this very step, or of one before. */
        if ((fresh || (turn && t->state.step > 0)) && !measure(a, err))
            return false;
        fresh = false;
        if (a->enough || training_must_stop(t))
            continue;
        if (!update(a, &done, err))
            return false;
        if (done && training_save_is_due(t) && !training_save(t, err))
            return false;
    }
    if (a->enough)
        progress_say(&t->run->progress, "rl: no longer getting better at step "
                     "%" PRIu64, t->state.step);
    t->state.done = true;
    return measure(a, err);
}

static bool finish(struct answering *a, struct err *err)
{
    char facts[64];
    snprintf(facts, sizeof facts, "\"best_macro\":%.5f",
             fmax(0, 1 - a->t.state.best_loss));
    return training_take(&a->t, BEST, err) &&
           training_finish(&a->t, facts, err);
}

bool stage_rl(struct run *r, struct err *err)
{
    struct answering a = {0};
    bool ok = answering_open(&a, r, err) && train(&a, err) &&
              (r->end != TRAINER_DONE || finish(&a, err));
    return answering_close(&a, ok, err);
}
