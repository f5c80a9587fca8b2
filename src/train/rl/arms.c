/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/arms.h"

#include <string.h>

#include "base/mem.h"
#include "train/recipe.h"

static const double LOW = 0.2, HIGH = 0.8;
/* Outside: still looked at, more where it is near. */
static const double NEAR = 0.1, FAR = 0.01;

void arms_clear(struct arms *a)
{
    mem_free(a->arms);
    *a = (struct arms){0};
}

static double weight_of(double pass)
{
    if (pass >= LOW && pass <= HIGH)
        return 1;
    return pass > 0 && pass < 1 ? NEAR : FAR;
}

/* How many kinds a row of the mixture has: its share is divided among them. */
static double share_of(const struct measure *m, const struct mixture_row *row)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < m->n; i++)
        kinds += m->kinds[i].kind.row == row;
    return row->share / kinds;
}

static double favour(const struct stage_recipe *plan, const char *task)
{
    for (unsigned i = 0; i < plan->n_favours; i++)
        if (strcmp(plan->favour[i].task, task) == 0)
            return plan->favour[i].times;
    return 1;
}

void arms_set(struct arms *a, const struct measure *m,
              const struct stage_recipe *plan)
{
    double sum = 0;
    arms_clear(a);
    a->arms = mem_array(m->n ? m->n : 1, sizeof *a->arms);
    for (size_t i = 0; i < m->n; i++) {
        const struct measure_kind *k = &m->kinds[i];
        double pass = k->right / k->n;
        a->arms[a->n++] = (struct arm){
            k->kind, pass,
            (plan->tags ? 1 : weight_of(pass)) * share_of(m, k->kind.row) *
                favour(plan, k->kind.row->task->name)};
        a->open += pass >= LOW && pass <= HIGH;
        sum += a->arms[a->n - 1].weight;
    }
    for (size_t i = 0; i < a->n; i++)
        a->arms[i].weight /= sum;
}

const struct arm *arms_draw(const struct arms *a, struct rng *r)
{
    double x = rng_unit(r);
    size_t i = 0;
    while (i + 1 < a->n && x >= a->arms[i].weight)
        x -= a->arms[i++].weight;
    return &a->arms[i];
}
