/* SPDX-License-Identifier: Apache-2.0 */
/* e in planet? p1 l2 a3 n4 e5 -> yes: in it, at its beginning, at its end, or the
 * same from both ends. */
#include "train/gen/answer.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum kind { HAS, STARTS, ENDS, PALINDROME };

static void answer(struct gen_ctx *ctx, struct problem *p, bool yes)
{
    static const char *const words[2][2] = {{"no", "yes"}, {"否", "是"}};
    buf_printf(&p->think, " -> %s", words[ctx->lang == LANG_ZH][yes]);
    buf_puts(&p->answer, yes ? "yes" : "no");
}

static bool seen(struct letters *w, enum kind kind, const char *letter,
                 struct problem *p)
{
    size_t i = 0;
    if (kind == STARTS || kind == ENDS) {
        i = kind == STARTS ? 0 : w->n - 1;
        letters_spell(w, i + 1, &p->think);
        return !strcmp(w->one[i], letter);
    }
    while (i < w->n && strcmp(w->one[i], letter))
        i++;
    letters_spell(w, i < w->n ? i + 1 : w->n, &p->think);
    return i < w->n;
}

/* A letter of the word at the place that is asked for, or any other. */
static const char *letter_of(struct gen_ctx *ctx, const struct letters *w,
                             enum kind kind)
{
    static const char abc[26][2] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
        "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
        "x", "y", "z"};
    bool yes = gen_chance(ctx, 50);
    if (yes && kind == HAS)
        return w->one[rng_below(&ctx->rng, (uint32_t)w->n)];
    if (yes)
        return w->one[kind == STARTS ? 0 : w->n - 1];
    if (kind != HAS && gen_chance(ctx, 60))
        return w->one[rng_below(&ctx->rng, (uint32_t)w->n)];
    return abc[rng_below(&ctx->rng, 26)];
}

static bool make_has(struct gen_ctx *ctx, struct problem *p)
{
    static const char *const ask[] = {"ask_has", "ask_starts", "ask_ends"};
    static const char *const say[2][3] = {{"no_has", "no_starts", "no_ends"},
                                          {"yes_has", "yes_starts", "yes_ends"}};
    static const char *const where[2][3] = {
        {"in", "first in", "last in"}, {"在", "开头", "结尾"}};
    struct letters w;
    struct slots slots = {0};
    enum kind kind = rng_below(&ctx->rng, 3);
    trace_begin(ctx, p, "has_letter", 0);
    if (!letters_draw(ctx, false, &w))
        return false;
    const char *letter = letter_of(ctx, &w, kind);
    slot_set(&slots, "letter", str_of(letter));
    letters_ask(ctx, p, ask[kind], &w, &slots);
    buf_printf(&p->think, "%s %s %s?", letter, where[ctx->lang == LANG_ZH][kind],
               w.text);
    bool yes = seen(&w, kind, letter, p);
    answer(ctx, p, yes);
    return letters_done(ctx, p, say[yes][kind], &w, &slots);
}

static bool is_palindrome(const struct letters *w)
{
    for (size_t i = 0; i < w->n / 2; i++)
        if (!letters_same(w, i, w->n - 1 - i))
            return false;
    return true;
}

/* A word that nobody uses, the same from both ends: "elle", "bodob", "xyyx". */
static void mirror(struct gen_ctx *ctx, struct letters *w)
{
    static const char vowels[] = "aeiou", others[] = "bcdfghjklmnpqrstvwxyz";
    char text[8];
    size_t n = 3 + rng_below(&ctx->rng, 5);
    bool spoken = gen_chance(ctx, 75), vowel = gen_chance(ctx, 40);
    for (size_t i = 0; i < (n + 1) / 2; i++, vowel = !vowel) {
        bool v = spoken ? vowel : gen_chance(ctx, 20);
        text[i] = text[n - 1 - i] = v ? vowels[rng_below(&ctx->rng, 5)]
                                      : others[rng_below(&ctx->rng, 21)];
    }
    letters_of(w, str_n(text, n));
}

/* One letter of a mirrored word is another: it is read to its end before the
 * answer is known. */
static void nearly(struct gen_ctx *ctx, struct letters *w)
{
    char text[8];
    mirror(ctx, w);
    memcpy(text, w->text, w->n);
    size_t at = rng_below(&ctx->rng, (uint32_t)(w->n / 2));
    text[at] = text[at] == 'z' ? 'a' : (char)(text[at] + 1);
    letters_of(w, str_n(text, w->n));
}

static bool draw_palindrome(struct gen_ctx *ctx, struct letters *w)
{
    bool made = gen_chance(ctx, 40);
    for (int i = 0; i < 2000 && !ctx->lacks[0]; i++) {
        struct buf text = {0};
        if (made || i >= 200) { /* a small split may have few */
            mirror(ctx, w);
        } else {
            phrase_in(ctx, LANG_EN, "words", "palindrome", NULL, &text);
            letters_of(w, buf_str(&text));
            buf_clear(&text);
        }
        if (gen_fits(ctx, gen_key(str_of(w->text))))
            return true;
    }
    return false;
}

/* Mostly a word, now and then one that is all but a palindrome. */
static bool draw_other(struct gen_ctx *ctx, struct letters *w)
{
    if (gen_chance(ctx, 80))
        return letters_draw_word(ctx, 3, 7, w);
    for (int i = 0; i < 2000; i++) {
        nearly(ctx, w);
        if (gen_fits(ctx, gen_key(str_of(w->text))))
            return true;
    }
    return false;
}

static bool make_palindrome(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    trace_begin(ctx, p, "palindrome", 0);
    if (ctx->level > 0 ||
        !(gen_chance(ctx, 50) ? draw_palindrome : draw_other)(ctx, &w))
        return false;
    letters_ask(ctx, p, "ask_palindrome", &w, &slots);
    buf_printf(&p->think, ctx->lang == LANG_ZH ? "回文吗，%s：" : "palindrome %s?",
               w.text);
    letters_spell(&w, w.n, &p->think);
    buf_putc(&p->think, '\n');
    bool yes = is_palindrome(&w);
    for (size_t i = 0, same = 1; i < w.n / 2 && same; i++) {
        same = letters_same(&w, i, w.n - 1 - i);
        buf_printf(&p->think, "%s%s%zu%s%s%zu", i ? " " : "", w.one[i], i + 1,
                   same ? "=" : "≠", w.one[w.n - 1 - i], w.n - i);
    }
    answer(ctx, p, yes);
    return letters_done(ctx, p, yes ? "yes_palindrome" : "no_palindrome", &w,
                        &slots);
}

const struct task task_has_letter = {
    "has_letter", "strings", 3, "wamerican", make_has, answer_yes_no};
const struct task task_palindrome = {
    "palindrome", "strings", 1, "wamerican", make_palindrome, answer_yes_no};
