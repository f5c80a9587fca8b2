/* SPDX-License-Identifier: Apache-2.0 */
#include "train/stage_watch.h"

#include "base/mem.h"
#include "train/data/dataset.h"
#include "train/nn/net.h"
#include "train/recipe.h"

/* Steps that no training reaches. */
#define VALIDATION_STEP (1ull << 60)

void watch_open(struct watch *w, const struct dataset *d,
                const struct stage_recipe *plan, unsigned stage)
{
    struct data_plan held_out = plan->data;
    struct data_work work = {0};
    uint32_t tokens = stage_largest_batch(plan);
    held_out.split = SPLIT_VALIDATION;
    batch_init(&w->batch, tokens + held_out.context, tokens + held_out.context);
    dataset_batch(d, &held_out, stage, VALIDATION_STEP, tokens, true, &work,
                  &w->batch);
    w->logprob = mem_array(w->batch.n_tokens, sizeof *w->logprob);
    data_work_clear(&work);
}

void watch_close(struct watch *w)
{
    batch_clear(&w->batch);
    mem_free(w->logprob);
    *w = (struct watch){0};
}

bool watch_validate(struct watch *w, struct net *n, const struct params *p,
                    double *loss, double *right, struct err *err)
{
    struct net_report report;
    struct net_scores scores = {.logprob = w->logprob};
    if (!net_logprobs(n, p, &w->batch, &scores, &report, err))
        return false;
    *loss = report.loss;
    *right = report.n_rows ? (double)report.n_right / report.n_rows : 0;
    return true;
}
