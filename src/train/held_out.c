/* SPDX-License-Identifier: Apache-2.0 */
#include "train/held_out.h"

#include "base/mem.h"
#include "base/pool.h"
#include "train/data/batch.h"
#include "train/data/dataset.h"
#include "train/nn/net.h"

/* Steps that no training reaches, nor the validation of a stage. */
#define FIRST_STEP (3ull << 59)
enum { BATCH = 8192, SHARDS = 4 };

void held_out_clear(struct held_out *h)
{
    mem_free(h->load);
    *h = (struct held_out){0};
}

static void add(struct held_out *h, const struct net_report *r)
{
    h->tokens += r->n_tokens;
    h->loss += r->loss * r->n_rows;
    h->right += r->n_right;
    h->rows += r->n_rows;
    for (size_t i = 0; i < (size_t)h->n_layers * h->n_experts; i++)
        h->load[i] += r->load[i]; /* the MTP block is the last: not reached */
}

static void judge_layer(struct held_out *h, const uint64_t *load)
{
    uint64_t sum = 0, most = 0, least = UINT64_MAX;
    for (uint32_t e = 0; e < h->n_experts; e++) {
        sum += load[e];
        most = load[e] > most ? load[e] : most;
        least = load[e] < least ? load[e] : least;
        h->dead += load[e] == 0;
    }
    double mean = (double)sum / h->n_experts;
    double vio = mean > 0 ? (double)most / mean - 1 : 0;
    double low = mean > 0 ? (double)least / mean : 0;
    h->max_vio += vio / h->n_layers;
    h->worst_vio = vio > h->worst_vio ? vio : h->worst_vio;
    h->least = low < h->least ? low : h->least;
}

static void judge(struct held_out *h)
{
    h->least = h->n_layers ? 1e9 : 0;
    for (uint32_t i = 0; i < h->n_layers; i++)
        judge_layer(h, h->load + (size_t)i * h->n_experts);
    if (h->rows > 0) {
        h->loss /= (double)h->rows;
        h->right /= (double)h->rows;
    }
}

static bool read_all(struct held_out *h, struct net *net, const struct params *p,
                     const struct dataset *d, const struct data_plan *plan,
                     unsigned stage, uint64_t tokens, struct err *err)
{
    struct data_work work = {0};
    struct batch batch;
    struct net_report r;
    uint32_t room = BATCH + plan->context;
    struct net_scores scores = {.logprob = mem_array(room, sizeof(float))};
    bool ok = true;
    batch_init(&batch, room, room);
    for (uint64_t i = 0; ok && h->tokens < tokens; i++) {
        dataset_batch(d, plan, stage, FIRST_STEP + i, BATCH, true, &work, &batch);
        ok = net_logprobs(net, p, &batch, &scores, &r, err);
        if (ok)
            add(h, &r);
    }
    mem_free(scores.logprob);
    batch_clear(&batch);
    data_work_clear(&work);
    return ok;
}

bool held_out_measure(const struct params *p, const struct dataset *d,
                      const struct data_plan *plan, unsigned stage,
                      uint64_t tokens, unsigned threads, struct held_out *out,
                      struct err *err)
{
    const struct shape *s = &p->shape;
    struct data_plan held = *plan;
    struct net_limits limits = {
        .n_threads = threads ? threads : pool_default_threads(),
        .n_shards = SHARDS, .max_tokens = BATCH + plan->context,
        .max_doc = plan->context, .inference = true};
    held.split = SPLIT_VALIDATION;
    *out = (struct held_out){.n_layers = s->n_layers - s->n_dense_layers,
                             .n_experts = s->n_experts};
    struct net *net = net_new(s, &limits, err);
    if (!net)
        return false;
    out->load = mem_array((size_t)out->n_layers * s->n_experts,
                          sizeof *out->load);
    bool ok = read_all(out, net, p, d, &held, stage, tokens, err);
    judge(out);
    net_free(net);
    if (!ok)
        held_out_clear(out);
    return ok;
}
