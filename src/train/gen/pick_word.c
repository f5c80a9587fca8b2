/* SPDX-License-Identifier: Apache-2.0 */
/* Which of three words begins with a letter, ends with it, is the longest:
 * last letter g: cat dog sun | cat: c1 a2 t3 g no | dog: d1 o2 g3 g same | -> dog.
 * longest: cat planet dog | cat: c1 a2 t3 | planet: p1 ... t6, 3 6 planet | dog: d1 o2
 * g3, 6 3 planet | -> planet */
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

/* Three words of which exactly one is right; `right` by chance. */
static bool draw(struct gen_ctx *ctx, enum kind kind, struct letters w[N],
                 size_t *right)
{
    static const size_t min[] = {3, 4, 6, 8};
    for (int tries = 0; tries < 1000; tries++) {
        for (size_t i = 0; i < N; i++) {
            size_t from = min[rng_below(&ctx->rng, 4)];
            if (!letters_draw_word(ctx, from, from + 2, &w[i]))
                return false;
        }
        *right = rng_below(&ctx->rng, N);
        bool ok = true;
        for (size_t i = 0; i < N; i++) {
            ok &= strcmp(w[i].text, w[(i + 1) % N].text) != 0;
            if (i != *right)
                ok &= kind == LONGEST
                    ? w[i].n < w[*right].n
                    : strcmp(mark(&w[i], kind), mark(&w[*right], kind)) != 0;
        }
        if (ok)
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
    think(ctx, kind, w, right, p);
    buf_puts(&p->answer, w[right].text);
    slot_set(&slots, "got", buf_str(&p->answer));
    return letters_done(ctx, p, "say_pick", &w[right], &slots);
}

const struct task task_pick_word = {
    "pick_word", "strings", 1, "wamerican", make_pick, answer_same};
