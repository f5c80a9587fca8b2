/* SPDX-License-Identifier: Apache-2.0 */
/* e in planet? p1 l2 a3 n4 e5:1 -> yes: spelled up to the first one. At its beginning
 * or end: e last in plan? p1 l2 a3 n4 e no -> no. The same from both ends: level? l1 e2
 * v3 e4 l5 | l1 l5 same, e2 e4 same -> yes. */
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

/* The thought behind its first words; whether it is so. */
static bool seen(struct gen_ctx *ctx, const struct letters *w, enum kind kind,
                 const char *letter, struct problem *p)
{
    if (kind == HAS)
        return letters_counted(w, letter, 1, &p->think) > 0;
    size_t i = kind == STARTS ? 0 : w->n - 1;
    letters_spell(w, i + 1, &p->think);
    buf_printf(&p->think, " %s", letter);
    return letters_verdict(ctx, !strcmp(w->one[i], letter), &p->think);
}

/* The letter that is asked for: yes and no as often. What is wrong at that place is
 * often another letter of the word. */
static const char *letter_of(struct gen_ctx *ctx, const struct letters *w,
                             enum kind kind)
{
    bool yes = gen_chance(ctx, 50);
    size_t at = kind == STARTS ? 0 : w->n - 1;
    if (yes)
        return w->one[kind == HAS ? rng_below(&ctx->rng, (uint32_t)w->n) : at];
    if (kind != HAS && gen_chance(ctx, 50)) {
        size_t i = rng_below(&ctx->rng, (uint32_t)w->n);
        if (!letters_same(w, i, at))
            return w->one[i];
    }
    return letters_absent(ctx, w);
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
    if (!letters_draw(ctx, p, false, &w))
        return false;
    const char *letter = letter_of(ctx, &w, kind);
    slot_set(&slots, "letter", str_of(letter));
    letters_ask(ctx, p, ask[kind], &w, &slots);
    buf_printf(&p->think, "%s %s %s?", letter, where[ctx->lang == LANG_ZH][kind],
               w.text);
    bool yes = seen(ctx, &w, kind, letter, p);
    answer(ctx, p, yes);
    return letters_done(ctx, p, say[yes][kind], &w, &slots);
}

/* A word that nobody uses, of three to five letters that can be spoken, the same from
 * both ends: "elle", "bodob". */
static void mirror(struct gen_ctx *ctx, struct letters *w)
{
    static const char vowels[] = "aeiou", others[] = "bcdfghklmnprstvz";
    char text[8];
    size_t n = 3 + rng_below(&ctx->rng, 3);
    bool vowel = gen_chance(ctx, 40);
    for (size_t i = 0; i < (n + 1) / 2; i++, vowel = !vowel)
        text[i] = text[n - 1 - i] = vowel ? vowels[rng_below(&ctx->rng, 5)]
                                          : others[rng_below(&ctx->rng, 16)];
    letters_of(w, str_n(text, n));
}

/* One or, to be told by a later pair, the other of some letters that mirror each
 * other is made another. */
static void nearly(struct gen_ctx *ctx, struct letters *w)
{
    static const char abc[] = "abcdefghijklmnoprstuvwy";
    char text[sizeof w->text];
    size_t at = rng_below(&ctx->rng, (uint32_t)(w->n / 2)), n = strlen(w->text);
    memcpy(text, w->text, n);
    char was = text[at], c;
    do {
        c = abc[rng_below(&ctx->rng, sizeof abc - 1)];
    } while (c == was);
    text[gen_chance(ctx, 50) ? at : n - 1 - at] = c;
    letters_of(w, str_n(text, n));
}

/* One of the known ones, or made up. */
static void any_palindrome(struct gen_ctx *ctx, bool made, struct letters *w)
{
    struct buf text = {0};
    if (!made)
        phrase_in(ctx, LANG_EN, "words", "palindrome", NULL, &text);
    if (text.len > 0)
        letters_of(w, buf_str(&text));
    else
        mirror(ctx, w);
    buf_clear(&text);
}

static bool draw_palindrome(struct gen_ctx *ctx, const struct problem *p,
                            struct letters *w)
{
    bool made = gen_chance(ctx, 65);
    for (int i = 0; i < 2000 && !ctx->lacks[0]; i++) {
        any_palindrome(ctx, made || i >= 30, w); /* a small split may have few */
        if (letters_fit(ctx, p, w))
            return true;
    }
    return false;
}

static bool is_palindrome(const struct letters *w)
{
    for (size_t i = 0; i < w->n / 2; i++)
        if (!letters_same(w, i, w->n - 1 - i))
            return false;
    return true;
}

/* A word, or what is all but a palindrome, made up or a known one: whether it is one
 * must not show in whether it is a word. */
static bool draw_other(struct gen_ctx *ctx, const struct problem *p,
                       struct letters *w)
{
    bool word = gen_chance(ctx, 50), made = gen_chance(ctx, 60);
    for (int i = 0; i < 2000 && !ctx->lacks[0]; i++) {
        if (word) {
            if (!letters_draw_word(ctx, p, 3, 7, w))
                return false;
        } else {
            any_palindrome(ctx, made, w);
            nearly(ctx, w);
        }
        if (!is_palindrome(w) && letters_fit(ctx, p, w))
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
        !(gen_chance(ctx, 50) ? draw_palindrome : draw_other)(ctx, p, &w))
        return false;
    letters_ask(ctx, p, "ask_palindrome", &w, &slots);
    buf_printf(&p->think, ctx->lang == LANG_ZH ? "回文吗，%s：" : "palindrome %s?",
               w.text);
    letters_spell(&w, w.n, &p->think);
    buf_putc(&p->think, '\n');
    bool yes = is_palindrome(&w);
    const char *next = ctx->lang == LANG_ZH ? "，" : ", ";
    for (size_t i = 0, same = 1; i < w.n / 2 && same; i++) {
        buf_printf(&p->think, "%s%s%zu %s%zu", i ? next : "", w.one[i], i + 1,
                   w.one[w.n - 1 - i], w.n - i);
        same = letters_verdict(ctx, letters_same(&w, i, w.n - 1 - i), &p->think);
    }
    answer(ctx, p, yes);
    return letters_done(ctx, p, yes ? "yes_palindrome" : "no_palindrome", &w,
                        &slots);
}

const struct task task_has_letter = {
    "has_letter", "strings",
    "a word of 3 to 10 letters",
    3, "wamerican", make_has, answer_yes_no};
const struct task task_palindrome = {
    "palindrome", "strings",
    "a word of 3 to 7 letters",
    1, NULL, make_palindrome, answer_yes_no};
