/* SPDX-License-Identifier: Apache-2.0 */
/* reverse planet: p1 l2 a3 n4 e5 t6 | t6 e5 n4 a3 l2 p1. Every letter is told with
 * its number, so that none is lost or told twice. Sorting takes one after the other:
 * sort pea: p1 e2 a3 | a3, left p1 e2 | e2, left p1 | a3 e2 p1. */
#include "train/gen/answer.h"
#include "train/gen/letters.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

static void spelled(const struct letters *w, const char *what, struct problem *p)
{
    buf_printf(&p->think, "%s %s:", what, w->text);
    letters_spell(w, w->n, &p->think);
    buf_putc(&p->think, '\n');
}

/* A new order of w: its letters told by number, then bare. */
static void told(const struct letters *w, const size_t *order, struct problem *p,
                 struct slots *slots)
{
    struct letters turned = *w;
    for (size_t i = 0; i < w->n; i++) {
        buf_printf(&p->think, "%s%s%zu", i ? " " : "", w->one[order[i]],
                   order[i] + 1);
        memcpy(turned.one[i], w->one[order[i]], sizeof turned.one[i]);
    }
    letters_spaced(&turned, &p->answer);
    slot_set(slots, "got", buf_str(&p->answer));
}

static bool make_reverse(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    size_t order[LETTERS_MAX];
    trace_begin(ctx, p, "reverse", 0);
    if (!letters_draw(ctx, true, &w))
        return false;
    for (size_t i = 0; i < w.n; i++)
        order[i] = w.n - 1 - i;
    letters_ask(ctx, p, "ask_reverse", &w, &slots);
    spelled(&w, ctx->lang == LANG_ZH ? "倒写" : "reverse", p);
    told(&w, order, p, &slots);
    return letters_done(ctx, p, "say_reverse", &w, &slots);
}

/* Insertion: equal letters keep their order. */
static void sorted(const struct letters *w, size_t *order)
{
    for (size_t i = 0; i < w->n; i++) {
        size_t j = i;
        while (j > 0 && strcmp(w->one[order[j - 1]], w->one[i]) > 0) {
            order[j] = order[j - 1];
            j--;
        }
        order[j] = i;
    }
}

/* "a3, left p1 l2 n4 e5 t6": one after the other, as numbers are sorted. */
static void picks(const struct letters *w, const size_t *order, const char *left,
                  struct problem *p)
{
    bool taken[LETTERS_MAX] = {false};
    for (size_t k = 0; k + 1 < w->n; k++) {
        buf_printf(&p->think, "%s%zu, %s", w->one[order[k]], order[k] + 1, left);
        taken[order[k]] = true;
        for (size_t i = 0; i < w->n; i++)
            if (!taken[i])
                buf_printf(&p->think, " %s%zu", w->one[i], i + 1);
        buf_putc(&p->think, '\n');
    }
}

static bool make_sort(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    size_t order[LETTERS_MAX];
    trace_begin(ctx, p, "sort_letters", 0);
    if (ctx->level > 1 || !letters_draw(ctx, false, &w))
        return false;
    sorted(&w, order);
    letters_ask(ctx, p, "ask_sort", &w, &slots);
    spelled(&w, ctx->lang == LANG_ZH ? "排序" : "sort", p);
    picks(&w, order, ctx->lang == LANG_ZH ? "剩" : "left", p);
    told(&w, order, p, &slots);
    return letters_done(ctx, p, "say_sort", &w, &slots);
}

const struct task task_reverse = {
    "reverse", "strings", 3, "wamerican", make_reverse, answer_same};
/* Up to seven letters: to find the least of ten is too much for one step. */
const struct task task_sort_letters = {
    "sort_letters", "strings", 2, "wamerican", make_sort, answer_same};
