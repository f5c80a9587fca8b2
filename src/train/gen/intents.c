/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/intents.h"

#include <stdio.h>

#include "train/gen/answer.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/phrase.h"
#include "train/gen/trace.h"

/* SHORT: of up to so many bytes a wording is always trained: "hi" has no other
 * words to be known by. */
enum { MAX_TRIES = 8000, SHORT = 10 };

/* Small letters, without the marks at the end: "Who are you?" is "who are you". */
static uint64_t wording_key(const char *file, const struct buf *prompt,
                            struct buf *scratch)
{
    buf_reset(scratch);
    buf_printf(scratch, "%s: ", file);
    for (size_t i = 0; i < prompt->len; i++) {
        char c = prompt->p[i];
        buf_putc(scratch, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    struct str s = buf_str(scratch);
    static const char *const marks[] = {"?", "!", ".", " ", "？", "！", "。"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        while (str_ends(s, str_of(marks[i]))) {
            s.len -= strlen(marks[i]);
            i = 0;
        }
    return key_unless(s.len <= strlen(file) + strlen(": ") + SHORT, gen_key(s));
}

/* What its lines weigh in the split, by the rule of bank.h. */
static uint32_t weight_in(enum split split, const struct bank_rule *rule)
{
    return rule->weight[split == SPLIT_UNSEEN && rule->weight[1] > 0];
}

/* One of n rules, as often as it has lines: broad intents are not drawn thin. */
static const struct bank_rule *any_of(struct gen_ctx *ctx,
                                      const struct bank_rule *rules, size_t n)
{
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += weight_in(ctx->split, &rules[i]);
    uint32_t left = rng_below(&ctx->rng, all);
    while (left >= weight_in(ctx->split, rules))
        left -= weight_in(ctx->split, rules++);
    return rules;
}

/* An intent and its prompt whose wording fits the split. Unseen wordings are
 * apart from those of training by their lines, so any of them will do: a salt
 * finds it a key of its split. */
static const struct bank_rule *draw(struct gen_ctx *ctx, struct problem *p,
                                    const char *file)
{
    const struct bank_rule *first;
    size_t n = bank_group(ctx->bank, file, ctx->lang, "ask_", &first);
    if (n == 0)
        snprintf(ctx->lacks, sizeof ctx->lacks, "%s: ask_", file);
    const struct bank_rule *found = NULL;
    struct buf scratch = {0};
    for (int i = 0; i < MAX_TRIES && !found && !ctx->lacks[0]; i++) {
        const struct bank_rule *rule = any_of(ctx, first, n);
        buf_reset(&p->prompt);
        phrase(ctx, file, rule->name, NULL, &p->prompt);
        p->key = wording_key(file, &p->prompt, &scratch);
        while (ctx->split == SPLIT_UNSEEN && !gen_fits(ctx, p->key))
            p->key = rng_mix(p->key);
        if (gen_fits(ctx, p->key))
            found = rule;
    }
    buf_clear(&scratch);
    return found;
}

/* "say_NAME" where the file has it, else "say". */
static const char *rule_of(struct gen_ctx *ctx, const char *file,
                           const char *part, const char *intent, char out[40])
{
    snprintf(out, 40, "%s_%s", part, intent);
    if (!bank_find(ctx->bank, file, ctx->lang, out))
        snprintf(out, 40, "%s", part);
    return out;
}

/* The bytes of the word at `at`, with the blank behind it; of the character, where
 * words are not parted. */
static size_t word_at(const struct buf *b, size_t at, bool chinese)
{
    size_t end = at + 1;
    if (chinese)
        while (end < b->len && ((unsigned char)b->p[end] & 0xC0) == 0x80)
            end++;
    else
        while (end < b->len && b->p[end - 1] != ' ')
            end++;
    return end - at;
}

/* Of a long wording, now and then, some words are left out in training: what is
 * meant shall be known by any of them and not by the line as a whole. */
static void leave_words_out(struct gen_ctx *ctx, struct buf *b)
{
    enum { LEAST_WORDS = 4, LEAST_HAN = 6, CHANCE = 40, PER_WORD = 16 };
    bool chinese = ctx->lang == LANG_ZH;
    size_t n = 0;
    for (size_t at = 0; at < b->len; at += word_at(b, at, chinese))
        n++;
    if (ctx->split != SPLIT_TRAIN || ctx->plain ||
        n < (chinese ? LEAST_HAN : LEAST_WORDS) || !gen_chance(ctx, CHANCE))
        return;
    for (size_t at = 0, left = n; at < b->len;) {
        size_t len = word_at(b, at, chinese);
        bool may = left > n / 2 && (!chinese || len > 1);
        if (may && gen_chance(ctx, PER_WORD)) {
            buf_erase(b, at, len);
            left--;
        } else {
            at += len;
        }
    }
}

bool intents_make(struct gen_ctx *ctx, struct problem *p, const char *file)
{
    char rule[40];
    trace_begin(ctx, p, file, 0);
    const struct bank_rule *ask = ctx->level == 0 ? draw(ctx, p, file) : NULL;
    if (!ask)
        return false;
    const char *intent = ask->name + strlen("ask_");
    if (strcmp(file, "deepseek")) /* there one word is all it is known by */
        leave_words_out(ctx, &p->prompt);
    phrase(ctx, file, rule_of(ctx, file, "about", intent, rule), NULL, &p->think);
    phrase(ctx, file, rule_of(ctx, file, "say", intent, rule), NULL, &p->reply);
    answer_facts_of(ctx, p, file, rule_of(ctx, file, "key", intent, rule));
    if (ctx->lang == LANG_EN)
        gen_capitals(&p->reply);
    /* Among small talk "hi" and "thanks" are what is meant; elsewhere they are not. */
    return gen_done(ctx, p, strcmp(file, "talk") ? 0 : NOISE_KEEP_ENDS);
}
