/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/letters.h"

#include <stdio.h>
#include <strings.h>

#include "base/utf8.h"
#include "train/gen/noise.h"
#include "train/gen/words.h"

enum { MAX_TRIES = 4000 };

void letters_of(struct letters *w, struct str text)
{
    *w = (struct letters){0};
    size_t used = 0;
    for (size_t at = 0; at < text.len && w->n < LETTERS_MAX;) {
        uint32_t cp;
        size_t len = utf8_decode(text.p + at, text.len - at, &cp, NULL);
        char *one = w->one[w->n++];
        memcpy(one, text.p + at, len);
        if (len == 1 && *one >= 'A' && *one <= 'Z')
            *one = (char)(*one + 32);
        memcpy(w->text + used, one, len);
        used += len;
        at += len;
        w->han |= cp >= 0x2E80;
    }
}

bool letters_same(const struct letters *w, size_t i, size_t j)
{
    return !strcmp(w->one[i], w->one[j]);
}

static size_t count_of(const struct letters *w, const char *letter)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        n += !strcmp(w->one[i], letter);
    return n;
}

static bool fits(const struct gen_ctx *ctx, const struct letters *w)
{
    return gen_fits(ctx, gen_key(str_of(w->text)));
}

static bool draw_from_bank(struct gen_ctx *ctx, enum lang lang, const char *rule,
                           struct letters *w)
{
    struct buf text = {0};
    bool ok = false;
    for (int i = 0; i < MAX_TRIES && !ok && !ctx->lacks[0]; i++) {
        buf_reset(&text);
        phrase_in(ctx, lang, "words", rule, NULL, &text);
        letters_of(w, buf_str(&text));
        ok = text.len && fits(ctx, w);
    }
    buf_clear(&text);
    return ok;
}

/* A rule of everyday words that has some of this length. */
static const char *everyday_rule(struct gen_ctx *ctx, size_t min, size_t max)
{
    static const struct {
        size_t min, max;
        const char *rule;
    } of[] = {{3, 5, "word_short"}, {6, 7, "word_middle"}, {8, 10, "word_long"}};
    const char *fit[3];
    uint32_t n = 0;
    for (size_t i = 0; i < 3; i++)
        if (min <= of[i].max && max >= of[i].min)
            fit[n++] = of[i].rule;
    return fit[rng_below(&ctx->rng, n)];
}

static bool draw_everyday(struct gen_ctx *ctx, size_t min, size_t max,
                          struct letters *w)
{
    /* Of a small split they are one in fifty: nearly all are found in so many. */
    int tries = ctx->split == SPLIT_TRAIN ? 60 : 600;
    struct buf text = {0};
    bool ok = false;
    for (int i = 0; i < tries && !ok && !ctx->lacks[0]; i++) {
        buf_reset(&text);
        phrase_in(ctx, LANG_EN, "words", everyday_rule(ctx, min, max), NULL, &text);
        letters_of(w, buf_str(&text));
        ok = w->n >= min && w->n <= max && fits(ctx, w);
    }
    buf_clear(&text);
    return ok;
}

bool letters_everyday(struct gen_ctx *ctx)
{
    return !ctx->bank->words || gen_chance(ctx, 85);
}

bool letters_draw_word(struct gen_ctx *ctx, size_t min, size_t max,
                       struct letters *w)
{
    static const char *const rules[] = {"word_short", "word_middle",
                                        "word_long"};
    if (letters_everyday(ctx) && draw_everyday(ctx, min, max, w))
        return true;
    for (int i = 0; ctx->bank->words && i < MAX_TRIES; i++) {
        letters_of(w, words_draw(ctx->bank->words, &ctx->rng, min, max));
        if (fits(ctx, w))
            return true;
    }
    /* Without the list a small split may have no word of this length. */
    for (size_t i = 0; i < 3; i++)
        if (draw_from_bank(ctx, LANG_EN, rules[(i + (max > 5) + (max > 7)) % 3], w))
            return true;
    return false;
}

bool letters_draw_pair(struct gen_ctx *ctx, struct letters *w)
{
    struct buf text = {0};
    bool ok = false;
    for (int i = 0; i < MAX_TRIES && !ok && !ctx->lacks[0]; i++) {
        buf_reset(&text);
        phrase_in(ctx, LANG_EN, "words", "word_short", NULL, &text);
        size_t gap = text.len;
        phrase_in(ctx, LANG_EN, "words", "word_short", NULL, &text);
        letters_of(w, buf_str(&text));
        w->gap = gap;
        ok = gap > 0 && w->n <= 10 && fits(ctx, w);
    }
    buf_clear(&text);
    return ok;
}

bool letters_draw(struct gen_ctx *ctx, bool han, struct letters *w)
{
    static const size_t min[] = {3, 6, 8}, max[] = {5, 7, 10};
    static const char *const phrases[] = {"phrase_short", "phrase_middle",
                                          "phrase_long"};
    unsigned level = ctx->level;
    if (level >= 3)
        return false;
    if (han && ctx->lang == LANG_ZH && gen_chance(ctx, 45))
        return draw_from_bank(ctx, LANG_ZH, phrases[level], w);
    return letters_draw_word(ctx, min[level], max[level], w);
}

const char *letters_absent(struct gen_ctx *ctx, const struct letters *w)
{
    static const char abc[26][2] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
        "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
        "x", "y", "z"};
    static const char often[] = "eeeeeaaaaiiiiooonnnrrrtttsssllldddmmuuccppgghhbbyykkff"
                                "wvxzjq";
    static const char *const han[] = {"人", "天", "小", "好", "花", "我", "大", "山"};
    const char *letter;
    do {
        letter = w->han ? han[rng_below(&ctx->rng, 8)]
                        : abc[often[rng_below(&ctx->rng, sizeof often - 1)] - 'a'];
    } while (count_of(w, letter));
    return letter;
}

const char *letters_pick(struct gen_ctx *ctx, const struct letters *w)
{
    size_t twice[LETTERS_MAX], n_twice = 0;
    for (size_t i = 0; i < w->n; i++)
        if (count_of(w, w->one[i]) > 1)
            twice[n_twice++] = i;
    if (gen_chance(ctx, 15))
        return letters_absent(ctx, w);
    if (n_twice && gen_chance(ctx, 75))
        return w->one[twice[rng_below(&ctx->rng, (uint32_t)n_twice)]];
    return w->one[rng_below(&ctx->rng, (uint32_t)w->n)];
}

void letters_name(const struct letters *w, struct buf *out)
{
    buf_add(out, w->text, w->gap);
    buf_printf(out, "%s%s", w->gap ? " " : "", w->text + w->gap);
}

void letters_spell(const struct letters *w, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, " %s%zu", w->one[i], i + 1);
}

size_t letters_counted(const struct letters *w, const char *set, size_t most,
                       struct buf *out)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n && n < most; i++) {
        buf_printf(out, " %s%zu", w->one[i], i + 1);
        if (strstr(set, w->one[i]))
            buf_printf(out, ":%zu", ++n);
    }
    return n;
}

bool letters_verdict(struct gen_ctx *ctx, bool same, struct buf *out)
{
    if (ctx->lang == LANG_ZH) /* no blank: it would be a piece of its own */
        buf_puts(out, same ? "同" : "不");
    else
        buf_puts(out, same ? " same" : " no");
    return same;
}

void letters_spaced(const struct letters *w, struct buf *out)
{
    /* A phrase reads well without blanks, letters of a word do not merge into
     * other pieces with them. */
    for (size_t i = 0; i < w->n; i++)
        buf_printf(out, "%s%s", i && !w->han ? " " : "", w->one[i]);
}

/* Kept as it is, or as people type names and shouted words. */
static void set_word(struct gen_ctx *ctx, const struct letters *w,
                     struct slots *slots)
{
    struct letters shown = *w;
    bool all = gen_chance(ctx, 1), first = gen_chance(ctx, 6);
    for (size_t i = 0; !ctx->plain && shown.text[i]; i++)
        if ((all || (first && i == 0)) && shown.text[i] >= 'a' &&
            shown.text[i] <= 'z')
            shown.text[i] = (char)(shown.text[i] - 32);
    if (w->gap)
        slot_printf(slots, "word", "%.*s %s", (int)w->gap, shown.text,
                    shown.text + w->gap);
    else
        slot_set(slots, "word", str_of(shown.text));
}

static void rule_name(char out[32], const char *rule, const struct letters *w)
{
    snprintf(out, 32, "%s%s", rule, w->han ? "_han" : "");
}

void letters_ask(struct gen_ctx *ctx, struct problem *p, const char *rule,
                 const struct letters *w, struct slots *slots)
{
    char name[32];
    struct buf text = {0};
    p->key = gen_key(str_of(w->text));
    rule_name(name, rule, w);
    set_word(ctx, w, slots);
    phrase(ctx, "strings", name, slots, &p->prompt);
    letters_name(w, &text);
    slot_set(slots, "word", buf_str(&text));
    buf_clear(&text);
}

bool letters_done(struct gen_ctx *ctx, struct problem *p, const char *rule,
                  const struct letters *w, struct slots *slots)
{
    char name[32];
    rule_name(name, rule, w);
    if (!bank_find(ctx->bank, "strings", ctx->lang, name))
        snprintf(name, sizeof name, "%s", rule);
    phrase(ctx, "strings", name, slots, &p->reply);
    if (p->reply.len && p->reply.p[0] != '"') /* not the word itself */
        gen_capitals(&p->reply);
    /* "ok, friend letter 6?": who begins with the bare word puts nothing before it. */
    size_t len = strlen(w->text);
    bool bare = p->prompt.len >= len && !w->gap &&
                !strncasecmp(p->prompt.p, w->text, len);
    return gen_done(ctx, p, NOISE_NO_TYPOS | (bare ? NOISE_KEEP_ENDS : 0));
}

void letters_ordinal(struct gen_ctx *ctx, struct slots *slots, size_t n)
{
    static const char *const word[] = {
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
        "eighth", "ninth", "tenth"};
    static const char *const end[] = {"st", "nd", "rd", "th"};
    static const char *const han[] = {"一", "二", "三", "四", "五",
                                      "六", "七", "八", "九", "十"};
    bool words = n <= 10 && gen_chance(ctx, 50);
    if (words)
        slot_set(slots, "nth", str_of(word[n - 1]));
    else
        slot_printf(slots, "nth", "%zu%s", n, end[n < 4 ? n - 1 : 3]);
    if (words && ctx->lang == LANG_ZH)
        slot_set(slots, "n", str_of(han[n - 1]));
    else
        slot_printf(slots, "n", "%zu", n);
}
