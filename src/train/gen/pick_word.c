/* SPDX-License-Identifier: Apache-2.0 */
/* Which of three words begins with a letter, ends with it, is the longest:
 * last letter g: cat dog sun | cat: c1 a2 t3 g no | dog: d1 o2 g3 g same | -> dog.
 * longest: cat planet dog | cat: c1 a2 t3 | planet: p1 ... t6, 3 6 planet | dog: d1 o2
 * g3, 6 3 planet | -> planet */
#include <stdio.h>

#include "train/gen/answer.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { N = 3 };
enum kind { START, END, LONGEST };

static const char *mark(const struct letters *w, enum kind kind)
{
    return w->one[kind == START ? 0 : w->n - 1];
}

/* Exactly one is right: the other letters differ, the others are shorter by two. */
static bool one_right(enum kind kind, const struct letters w[N], size_t right)
{
    bool ok = true;
    for (size_t i = 0; i < N; i++) {
        ok &= strcmp(w[i].text, w[(i + 1) % N].text) != 0;
        if (i != right)
            ok &= kind == LONGEST
                ? w[i].n + 2 <= w[right].n
                : strcmp(mark(&w[i], kind), mark(&w[right], kind)) != 0;
    }
    return ok;
}

/* What is asked and of which words: any of them may come elsewhere. */
static uint64_t key_of(enum kind kind, const struct letters w[N], size_t right)
{
    char text[N * sizeof w->text + 32];
    snprintf(text, sizeof text, "pick %d %zu %s %s %s", kind, right, w[0].text,
             w[1].text, w[2].text);
    return gen_key(str_of(text));
}

/* Three short words, the longest perhaps of seven or eight letters. */
static bool draw(struct gen_ctx *ctx, enum kind kind, struct letters w[N],
                 size_t *right)
{
    for (int tries = 0; tries < 20000; tries++) {
        *right = rng_below(&ctx->rng, N);
        for (size_t i = 0; i < N; i++) {
            bool more = kind == LONGEST && i == *right;
            if (!letters_everyday(ctx, more ? 6 : 3, more ? 8 : 6, &w[i]))
                return false;
        }
        if (gen_fits(ctx, key_of(kind, w, *right)) && one_right(kind, w, *right))
            return true;
    }
    return false;
}

/* Each word with the longest one so far: both lengths, then which of them it is. */
static void lengths(const struct letters *w, struct problem *p)
{
    size_t best = 0;
    for (size_t i = 0; i < N; i++) {
        buf_printf(&p->think, "\n%s:", w[i].text);
        letters_spell(&w[i], w[i].n, &p->think);
        if (i == 0)
            continue;
        buf_printf(&p->think, ", %zu %zu", w[best].n, w[i].n);
        best = w[i].n > w[best].n ? i : best;
        buf_printf(&p->think, " %s", w[best].text);
    }
}

/* Told up to the right one. */
static void letters(struct gen_ctx *ctx, enum kind kind, const struct letters *w,
                    size_t right, struct problem *p)
{
    for (size_t i = 0; i <= right; i++) {
        buf_printf(&p->think, "\n%s:", w[i].text);
        letters_spell(&w[i], kind == START ? 1 : w[i].n, &p->think);
        buf_printf(&p->think, " %s", mark(&w[right], kind));
        letters_verdict(ctx, i == right, &p->think);
    }
}

static void think(struct gen_ctx *ctx, enum kind kind, const struct letters *w,
                  size_t right, struct problem *p)
{
    static const char *const head[2][3] = {
        {"first letter", "last letter", "longest"}, {"开头", "结尾", "最长"}};
    buf_puts(&p->think, head[ctx->lang == LANG_ZH][kind]);
    if (kind != LONGEST)
        buf_printf(&p->think, " %s", mark(&w[right], kind));
    buf_putc(&p->think, ':');
    for (size_t i = 0; i < N; i++)
        buf_printf(&p->think, " %s", w[i].text);
    if (kind == LONGEST)
        lengths(w, p);
    else
        letters(ctx, kind, w, right, p);
    buf_printf(&p->think, "\n-> %s", w[right].text);
}

static bool make_pick(struct gen_ctx *ctx, struct problem *p)
{
    static const char *const ask[] = {"ask_pick_start", "ask_pick_end",
                                      "ask_pick_longest"};
    static const char *const other[] = {"other1", "other2", "other3"};
    struct letters w[N];
    struct slots slots = {0};
    enum kind kind = rng_below(&ctx->rng, 3);
    size_t right;
    trace_begin(ctx, p, "pick_word", 0);
    if (ctx->level > 0 || !draw(ctx, kind, w, &right))
        return false;
    for (size_t i = 0; i < N; i++)
        slot_set(&slots, other[i], str_of(w[i].text));
    slot_set(&slots, "letter", str_of(mark(&w[right], kind)));
    letters_ask(ctx, p, ask[kind], &w[right], &slots);
    p->key = key_of(kind, w, right);
    think(ctx, kind, w, right, p);
    buf_puts(&p->answer, w[right].text);
    slot_set(&slots, "got", buf_str(&p->answer));
    return letters_done(ctx, p, "say_pick", &w[0], &slots); /* it may begin */
}

const struct task task_pick_word = {
    "pick_word", "strings",
    "of three words the longest, or the one with a first or last letter",
    1, NULL, make_pick, answer_same};
