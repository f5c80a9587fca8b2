/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/letters.h"

#include <stdio.h>
#include <strings.h>

#include "base/utf8.h"
#include "train/gen/noise.h"
#include "train/gen/words.h"

/* From so many letters on, words of the list come too. */
enum { MAX_TRIES = 4000, LISTED_MIN = 8 };

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

/* An exercise is a task and a word: "reverse planet" may be held out where "spell
 * planet" is trained. */
static uint64_t key_of(const struct problem *p, const struct letters *w)
{
    char text[sizeof w->text + 64];
    snprintf(text, sizeof text, "%s %s", p->task, w->text);
    return gen_key(str_of(text));
}

bool letters_fit(const struct gen_ctx *ctx, const struct problem *p,
                 const struct letters *w)
{
    return gen_fits(ctx, key_of(p, w));
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

bool letters_everyday(struct gen_ctx *ctx, size_t min, size_t max,
                      struct letters *w)
{
    struct buf text = {0};
    bool ok = false;
    for (int i = 0; i < MAX_TRIES && !ok && !ctx->lacks[0]; i++) {
        buf_reset(&text);
        phrase_in(ctx, LANG_EN, "words", everyday_rule(ctx, min, max), NULL, &text);
        letters_of(w, buf_str(&text));
        ok = w->n >= min && w->n <= max;
    }
    buf_clear(&text);
    return ok;
}

bool letters_draw_word(struct gen_ctx *ctx, const struct problem *p, size_t min,
                       size_t max, struct letters *w)
{
    const struct words *words = ctx->bank->words;
    bool listed = words && min >= LISTED_MIN && gen_chance(ctx, 12);
    for (int i = 0; i < MAX_TRIES; i++) {
        if (listed)
            letters_of(w, words_draw(words, &ctx->rng, min, max));
        else if (!letters_everyday(ctx, min, max, w))
            return false;
        if (letters_fit(ctx, p, w))
            return true;
    }
    return false;
}

static bool draw_phrase(struct gen_ctx *ctx, const struct problem *p,
                        struct letters *w)
{
    static const size_t max[] = {4, 5, 7};
    const char *rule = ctx->level < 2 ? "phrase_short" : "phrase_middle";
    struct buf text = {0};
    bool ok = false;
    for (int i = 0; i < MAX_TRIES && !ok && !ctx->lacks[0]; i++) {
        buf_reset(&text);
        phrase_in(ctx, LANG_ZH, "words", rule, NULL, &text);
        letters_of(w, buf_str(&text));
        ok = w->n > 0 && w->n <= max[ctx->level] && letters_fit(ctx, p, w);
    }
    buf_clear(&text);
    return ok;
}

bool letters_draw(struct gen_ctx *ctx, const struct problem *p, bool han,
                  struct letters *w)
{
    static const size_t min[] = {3, 6, 8}, max[] = {5, 7, 9};
    unsigned level = ctx->level;
    if (level >= 3)
        return false;
    if (han && ctx->lang == LANG_ZH && gen_chance(ctx, 40))
        return draw_phrase(ctx, p, w);
    size_t most = max[level] + (level == 2 && gen_chance(ctx, 20)); /* strawberry */
    return letters_draw_word(ctx, p, min[level], most, w);
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

static void rule_name(char out[32], const char *rule, const struct letters *w)
{
    snprintf(out, 32, "%s%s", rule, w->han ? "_han" : "");
}

void letters_ask(struct gen_ctx *ctx, struct problem *p, const char *rule,
                 const struct letters *w, struct slots *slots)
{
    char name[32];
    p->key = key_of(p, w);
    rule_name(name, rule, w);
    slot_set(slots, "word", str_of(w->text));
    phrase(ctx, "strings", name, slots, &p->prompt);
}

/* "ok, friend letter 6?": who begins with the bare word puts nothing before it, and
 * keeps it as it is. */
static unsigned noise_of(const struct problem *p, const struct letters *w)
{
    size_t at = strspn(p->prompt.p, " (\"*");
    if (strncasecmp(p->prompt.p + at, w->text, strlen(w->text)) != 0)
        return NOISE_NO_TYPOS;
    return NOISE_NO_TYPOS | NOISE_KEEP_CASE | (at == 0 ? NOISE_KEEP_ENDS : 0);
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
    return p->prompt.len > 0 && gen_done(ctx, p, noise_of(p, w));
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
