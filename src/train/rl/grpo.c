/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/grpo.h"

#include <string.h>

#include "base/mem.h"
#include "train/data/tokenizer.h"

/* Rounds of fresh prompts before an update is content with fewer groups. */
enum { MAX_ROUNDS = 3 };

bool grpo_open(struct grpo *g, const struct grpo_plan *plan, const struct shape *s,
               const struct dataset *d, enum reward_form form,
               uint32_t max_prompt, unsigned lanes, struct err *err)
{
    uint32_t all = plan->prompts * plan->group;
    const struct rollout_limits limits = {
        .lanes = lanes, .seqs = (all + lanes - 1) / lanes < 256
                                    ? (all + lanes - 1) / lanes : 256,
        .max_prompt = max_prompt, .max_new = plan->max_new};
    *g = (struct grpo){.plan = *plan};
    quiz_init(&g->quiz, d, form, max_prompt);
    batch_init(&g->batch, plan->chunk, plan->chunk);
    g->weight = mem_array(max_prompt + plan->max_new, sizeof *g->weight);
    g->room = rollout_room_new(s, &limits, err);
    return g->room != NULL;
}

void grpo_close(struct grpo *g)
{
    rollout_room_free(g->room);
    quiz_clear(&g->quiz);
    batch_clear(&g->batch);
    mem_free(g->weight);
    *g = (struct grpo){0};
}

/* --- the batch ------------------------------------------------------------ */

struct update {
    struct grpo *g;
    struct net *net;
    const struct params *params;
    float *grads;
    struct grpo_report *report;
};

static bool flush(struct update *u, struct err *err)
{
    struct batch *b = &u->g->batch;
    const struct grpo_plan *p = &u->g->plan;
    const struct net_options o = {0};
    struct net_report report;
    bool ok = true;
    if (b->n_docs > 0) {
        b->norm = (double)p->prompts * p->group * p->max_new;
        ok = net_step_add(u->net, u->params, b, &o, u->grads, &report, err);
    }
    batch_reset(b);
    return ok;
}

/* Prompt and answer as one document, of which the answer counts. */
static bool learn(struct update *u, size_t problem, const struct rollout *r,
                  double advantage, struct err *err)
{
    struct grpo *g = u->g;
    const struct rollout_prompt *p = &g->quiz.prompts[problem];
    int32_t tokens[4096];
    uint32_t n = p->n + r->n;
    if (r->n == 0 || n > sizeof tokens / sizeof *tokens)
        return true;
    memcpy(tokens, p->tokens, p->n * sizeof *tokens);
    memcpy(tokens + p->n, r->tokens, r->n * sizeof *tokens);
    for (uint32_t i = 0; i < n; i++)
        g->weight[i] = i < p->n ? 0 : (float)advantage;
    u->report->learned += n;
    return batch_add(&g->batch, tokens, g->weight, n) ||
           (flush(u, err) && batch_add(&g->batch, tokens, g->weight, n));
}

/* --- answers -------------------------------------------------------------- */

static void draw_prompts(struct grpo *g, const struct arms *arms, uint32_t n,
                         uint64_t key)
{
    struct rng rng = rng_init(key);
    quiz_reset(&g->quiz);
    for (uint32_t tries = 0; g->quiz.n < n && tries < 20 * n; tries++)
        quiz_add(&g->quiz, &arms_draw(arms, &rng)->kind, SPLIT_TRAIN,
                 rng_next(&rng));
}

static void count(struct grpo_report *report, struct quiz *q,
                  const struct rollout *r, const struct reward *reward)
{
    report->answers++;
    report->ended += r->ended;
    report->reward += reward->total;
    report->accuracy += reward->accuracy;
    report->format += reward->formed;
    report->language += reward->language;
    report->think += (double)reward_thought(q->form, quiz_text(q, r)).len;
    report->entropy += r->entropy;
    report->tokens += r->n;
}

/* Group i of the quiz: its rewards, and what there is to learn of them. */
static bool take_group(struct update *u, size_t i, struct err *err)
{
    struct quiz *q = &u->g->quiz;
    uint32_t n = u->g->plan.group;
    const struct rollout *answers = q->answers + i * n;
    double total[256], mean = 0;
    bool same = true;
    for (uint32_t j = 0; j < n; j++) {
        struct reward r = quiz_reward(q, i, &answers[j]);
        count(u->report, q, &answers[j], &r);
        total[j] = r.total;
        mean += r.total / n;
        same = same && r.total == total[0];
    }
    u->report->groups++;
    if (same || u->report->kept == u->g->plan.prompts)
        return true;
    u->report->kept++;
    for (uint32_t j = 0; j < n; j++)
        if (!learn(u, i, &answers[j], total[j] - mean, err))
            return false;
    return true;
}

static void means(struct grpo_report *r)
{
    double n = r->answers ? r->answers : 1;
    r->reward /= n;
    r->accuracy /= n;
    r->format /= n;
    r->language /= n;
    r->think /= n;
    r->entropy /= r->tokens ? (double)r->tokens : 1;
}

bool grpo_update(struct grpo *g, const struct arms *arms, struct net *net,
                 const struct params *params, uint64_t key,
                 const volatile sig_atomic_t *stop, float *grads,
                 struct grpo_report *report, struct err *err)
{
    struct update u = {g, net, params, grads, report};
    *report = (struct grpo_report){0};
    batch_reset(&g->batch);
    for (int round = 0; round < MAX_ROUNDS; round++) {
        uint64_t own = rng_mix(key + (uint64_t)round);
        const struct rollout_options o = {
            .group = g->plan.group, .max_new = g->plan.max_new,
            .temperature = 1, .key = own, .end = g->quiz.tokenizer->eos,
            .stop = stop};
        uint32_t missing = g->plan.prompts - report->kept;
        if (missing == 0)
            break;
        draw_prompts(g, arms, missing, rng_mix(own));
        if (!quiz_answer(&g->quiz, g->room, net_pool(net), params, &o, err))
            return false;
        for (size_t i = 0; i < g->quiz.n; i++)
            if (!take_group(&u, i, err))
                return false;
    }
    means(report);
    return flush(&u, err);
}
