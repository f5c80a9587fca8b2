/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/measure.h"

#include <string.h>

#include "base/mem.h"
#include "train/data/tokenizer.h"

/* Answers at once: what the room keeps of them is their tokens. */
enum { ROUND = 2048 };

void measure_clear(struct measure *m)
{
    mem_free(m->kinds);
    *m = (struct measure){0};
}

static void add_kind(struct measure *m, const struct quiz_kind *kind)
{
    m->kinds = mem_realloc(m->kinds, (m->n + 1) * sizeof *m->kinds);
    m->kinds[m->n++] = (struct measure_kind){.kind = *kind};
}

/* A mixture all in one language is measured in that one. */
static bool speaks(const struct mixture *mixture, enum lang lang)
{
    return lang == LANG_ZH ? mixture->chinese > 0 : mixture->chinese < 1;
}

static void list_kinds(struct measure *m, const struct mixture *mixture)
{
    for (size_t r = 0; r < mixture->n; r++) {
        const struct mixture_row *row = &mixture->rows[r];
        unsigned n = row->n_levels ? row->n_levels : task_usual(row->task);
        for (unsigned i = 0; i < n; i++)
            for (int lang = LANG_EN; lang <= LANG_ZH; lang++)
                if (speaks(mixture, (enum lang)lang))
                    add_kind(m, &(struct quiz_kind){
                                    row, row->n_levels ? row->levels[i] : i,
                                    (enum lang)lang});
    }
}

static void write_sample(FILE *out, struct quiz *q, size_t i)
{
    const struct problem *p = &q->problems[i];
    struct str text = quiz_text(q, &q->answers[i]);
    fprintf(out, "--- %s, level %u, %s, wrong\n%s\n>>> %.*s%s\n", p->task,
            p->level, p->lang == LANG_ZH ? "zh" : "en", p->prompt.p,
            (int)text.len, text.p, q->answers[i].ended ? "" : " ...");
}

static void score(struct measure *m, struct quiz *q, const size_t *of,
                  FILE *samples)
{
    for (size_t i = 0; i < q->n; i++) {
        struct measure_kind *k = &m->kinds[of[i]];
        const struct rollout *a = &q->answers[i];
        struct reward r = quiz_reward(q, i, a);
        bool first_wrong = k->right == k->n && r.accuracy < 1;
        k->n++;
        k->right += r.accuracy;
        k->formed += r.formed;
        k->ended += a->ended;
        k->think_bytes +=
            reward_thought(q->form, quiz_text(q, a)).len;
        if (samples && first_wrong)
            write_sample(samples, q, i);
    }
}

bool measure_run(struct measure *m, struct quiz *q, const struct mixture *mixture,
                 struct rollout_room *room, struct pool *pool,
                 const struct params *params, const struct measure_options *o,
                 struct err *err)
{
    const struct rollout_options ask = {.group = 1, .max_new = o->max_new,
                                        .end = q->tokenizer->eos,
                                        .stop = o->stop};
    size_t of[ROUND], kept = 0;
    bool ok = true;
    measure_clear(m);
    list_kinds(m, mixture);
    quiz_reset(q);
    for (size_t k = 0; ok && k < m->n; k++)
        for (uint32_t i = 0; ok && i < o->per_kind; i++) {
            uint64_t key = rng_mix(rng_mix(o->seed + k) + i);
            if (!quiz_add(q, &m->kinds[k].kind, o->split, key))
                continue;
            of[q->n - 1] = k;
            if (q->n < ROUND)
                continue;
            ok = quiz_answer(q, room, pool, params, &ask, err);
            if (ok)
                score(m, q, of, o->samples);
            quiz_reset(q);
        }
    if (ok && q->n > 0 && (ok = quiz_answer(q, room, pool, params, &ask, err)))
        score(m, q, of, o->samples);
    for (size_t k = 0; k < m->n; k++)
        if (m->kinds[k].n > 0)
            m->kinds[kept++] = m->kinds[k];
    m->n = kept;
    return ok;
}

/* One task over its levels and languages; 0 asked: 0. */
static double mean_of_task(const struct measure *m, const char *task, uint32_t *n)
{
    double right = 0;
    *n = 0;
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->kinds[i].kind.row->task->name, task) == 0) {
            right += m->kinds[i].right;
            *n += m->kinds[i].n;
        }
    return *n ? right / *n : 0;
}

double measure_macro(const struct measure *m, const char *but)
{
    double sum = 0;
    unsigned tasks = 0;
    for (size_t i = 0; i < m->n; i++) {
        const char *name = m->kinds[i].kind.row->task->name;
        /* Kinds of a task stand together. */
        if ((i > 0 && m->kinds[i - 1].kind.row->task == m->kinds[i].kind.row->task) ||
            (but && strcmp(name, but) == 0))
            continue;
        uint32_t n;
        sum += mean_of_task(m, name, &n);
        tasks++;
    }
    return tasks ? sum / tasks : 0;
}

double measure_formed(const struct measure *m)
{
    double formed = 0, n = 0;
    for (size_t i = 0; i < m->n; i++) {
        formed += m->kinds[i].formed;
        n += m->kinds[i].n;
    }
    return n > 0 ? formed / n : 0;
}

double measure_think(const struct measure *m)
{
    double bytes = 0, n = 0;
    for (size_t i = 0; i < m->n; i++) {
        bytes += (double)m->kinds[i].think_bytes;
        n += m->kinds[i].n;
    }
    return n > 0 ? bytes / n : 0;
}
