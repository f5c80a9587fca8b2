/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/mixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "train/gen/bank.h"

void mixture_clear(struct mixture *m)
{
    mem_free(m->rows);
    *m = (struct mixture){0};
}

static bool read_levels(struct mixture_row *row, const char *s, struct err *err)
{
    while (*(s += strspn(s, " "))) {
        char *end;
        unsigned long level = strtoul(s, &end, 10);
        if (end == s || row->n_levels == MIXTURE_MAX_LEVELS)
            return err_set(err, ERR_USAGE, "\"%s\" is not a level", s);
        if (level >= row->task->n_levels)
            return err_set(err, ERR_USAGE, "%s has the levels 0 to %u",
                           row->task->name, row->task->n_levels - 1);
        row->levels[row->n_levels++] = (unsigned)level;
        s = end;
    }
    return true;
}

static bool read_row(struct mixture_row *row, const char *value, struct err *err)
{
    char *end;
    row->share = strtod(value, &end);
    end += strspn(end, " ");
    if (end == value || !(row->share > 0) || (*end && *end != ':'))
        return err_set(err, ERR_USAGE, "\"%s\" is not a share above 0", value);
    return *end == '\0' || read_levels(row, end + 1, err);
}

bool mixture_add(struct mixture *m, struct str task, struct str value,
                 struct err *err)
{
    char name[64], text[128];
    snprintf(name, sizeof name, "%.*s", (int)task.len, task.p);
    snprintf(text, sizeof text, "%.*s", (int)value.len, value.p);
    struct mixture_row row = {.task = task_find(name)};
    if (!row.task)
        return err_set(err, ERR_USAGE, "there is no task \"%s\"", name);
    if (!read_row(&row, text, err))
        return err_context(err, "%s", name);
    m->rows = mem_realloc(m->rows, (m->n + 1) * sizeof *m->rows);
    m->rows[m->n++] = row;
    m->sum += row.share;
    return true;
}

bool mixture_make(const struct mixture_row *row, struct gen_ctx *ctx,
                  struct problem *p)
{
    problem_reset(p);
    p->task = row->task->name;
    p->level = ctx->level;
    p->lang = ctx->lang;
    return row->task->make(ctx, p);
}

static unsigned draw_level(const struct mixture_row *row, struct rng *r)
{
    if (row->n_levels > 0)
        return row->levels[rng_below(r, row->n_levels)];
    return rng_below(r, task_usual(row->task));
}

/* Not every task has something in every language, level and split. */
static bool make_somehow(const struct mixture_row *row, struct gen_ctx *ctx,
                         struct problem *p)
{
    for (int attempt = 0; attempt < 8; attempt++) {
        ctx->level = draw_level(row, &ctx->rng);
        if (mixture_make(row, ctx, p))
            return true;
        ctx->lang = ctx->lang == LANG_EN ? LANG_ZH : LANG_EN;
    }
    return false;
}

bool mixture_check(const struct mixture *m, const struct bank *bank,
                   struct err *err)
{
    struct problem p = {0};
    bool ok = true;
    for (size_t i = 0; i < m->n && ok; i++) {
        const struct task *task = m->rows[i].task;
        struct gen_ctx ctx = {.rng = rng_init(i), .bank = bank};
        bool lacks_words = task->needs && !bank->words;
        if (!lacks_words && make_somehow(&m->rows[i], &ctx, &p))
            continue;
        if (task->needs)
            ok = err_set(err, ERR_USAGE, "the task %s needs the package %s",
                         task->name, task->needs);
        else
            ok = err_set(err, ERR_USAGE, "the task %s has no exercises%s%s",
                         task->name, ctx.lacks[0] ? ": the bank lacks " : "",
                         ctx.lacks);
    }
    problem_clear(&p);
    return ok;
}

bool mixture_draw(const struct mixture *m, struct gen_ctx *ctx,
                  struct problem *p)
{
    double x = rng_unit(&ctx->rng) * m->sum;
    size_t i = 0;
    while (i + 1 < m->n && x >= m->rows[i].share)
        x -= m->rows[i++].share;
    ctx->lang = rng_unit(&ctx->rng) < m->chinese ? LANG_ZH : LANG_EN;
    return m->n > 0 && make_somehow(&m->rows[i], ctx, p);
}
