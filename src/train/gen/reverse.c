/* SPDX-License-Identifier: Apache-2.0 */
/* reverse planet: p1 l2 a3 n4 e5 t6 | t6 e5 n4 a3 l2 p1. Every letter is told with
 * its number, so that none is lost or told twice. Sorting puts one after the other
 * where it belongs among those before: sort pea: p1 e2 a3 | p | e: e p | a: a e p. */
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
    if (!letters_draw(ctx, p, true, &w))
        return false;
    for (size_t i = 0; i < w.n; i++)
        order[i] = w.n - 1 - i;
    letters_ask(ctx, p, "ask_reverse", &w, &slots);
    spelled(&w, ctx->lang == LANG_ZH ? "倒写" : "reverse", p);
    told(&w, order, p, &slots);
    return letters_done(ctx, p, "say_reverse", &w, &slots);
}

/* Put in before the first that is greater. */
static void put_in(struct letters *sorted, const char *one)
{
    size_t j = sorted->n++;
    for (; j > 0 && strcmp(sorted->one[j - 1], one) > 0; j--)
        memcpy(sorted->one[j], sorted->one[j - 1], sizeof sorted->one[j]);
    memcpy(sorted->one[j], one, sizeof sorted->one[j]);
}

/* A line for each letter and where it goes: no step looks at more than two of them. */
static void inserted(const struct letters *w, struct letters *sorted,
                     struct problem *p)
{
    *sorted = (struct letters){0};
    for (size_t i = 0; i < w->n; i++) {
        put_in(sorted, w->one[i]);
        buf_printf(&p->think, i ? "\n%s: " : "%s", w->one[i]);
        if (i > 0)
            letters_spaced(sorted, &p->think);
    }
}

static bool make_sort(struct gen_ctx *ctx, struct problem *p)
{
    static const size_t min[] = {3, 6}, max[] = {5, 6};
    unsigned level = ctx->level;
    struct letters w, sorted;
    struct slots slots = {0};
    trace_begin(ctx, p, "sort_letters", 0);
    if (level > 1 || !letters_draw_word(ctx, p, min[level], max[level], &w))
        return false;
    letters_ask(ctx, p, "ask_sort", &w, &slots);
    spelled(&w, ctx->lang == LANG_ZH ? "排序" : "sort", p);
    inserted(&w, &sorted, p);
    letters_spaced(&sorted, &p->answer);
    slot_set(&slots, "got", buf_str(&p->answer));
    return letters_done(ctx, p, "say_sort", &w, &slots);
}

const struct task task_reverse = {
    "reverse", "strings",
    "a word of 3 to 7 letters, or a short Chinese phrase",
    3, "wamerican", make_reverse, answer_same};
/* Up to six letters: of ten there are too many lines. */
const struct task task_sort_letters = {
    "sort_letters", "strings",
    "of a word of 3 to 5 letters",
    2, NULL, make_sort, answer_same};
