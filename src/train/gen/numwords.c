/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/spoken.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 20000 };

static int64_t draw_number(struct gen_ctx *ctx)
{
    static const unsigned most[2][LEVELS] = {{3, 4, 6}, {3, 5, 8}};
    unsigned from = ctx->level ? most[ctx->lang][ctx->level - 1] + 1 : 1;
    int64_t n = number_draw(ctx, (unsigned)gen_between(
                                     ctx, from, most[ctx->lang][ctx->level]));
    if (gen_chance(ctx, 15)) /* zeros within are what goes wrong */
        n = n / 1000 * 1000 + n % 10;
    return n ? n : 7;
}

static bool draw(struct gen_ctx *ctx, int64_t *n, bool *to_words, uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        *to_words = gen_chance(ctx, 50);
        *n = draw_number(ctx);
        *key = key_unless(*n <= 20, key_of("numwords %" PRId64, *n));
        if (gen_fits(ctx, *key))
            return true;
    }
    return false;
}

/* 两百, 两千, and 两万 where nothing stands before it. */
static void with_liang(struct buf *words)
{
    struct buf out = {0};
    for (size_t i = 0; i < words->len; i += 3) {
        struct str rest = str_n(words->p + i, words->len - i);
        bool two = str_starts(rest, str_of("二百")) ||
                   str_starts(rest, str_of("二千")) ||
                   (i == 0 && str_starts(rest, str_of("二万")));
        buf_add(&out, two ? "两" : rest.p, 3);
    }
    buf_clear(words);
    *words = out;
}

/* Words as people write them: "one hundred and five", 两百. */
static void written(struct gen_ctx *ctx, int64_t n, struct buf *out)
{
    if (ctx->lang == LANG_ZH) {
        spoken_zh(n, out);
        if (!ctx->plain && gen_chance(ctx, 40))
            with_liang(out);
        return;
    }
    spoken_en(n, out);
    if (ctx->plain)
        return;
    struct buf text = *out;
    bool and = gen_chance(ctx, 30), hyphen = gen_chance(ctx, 75);
    struct str hundred = str_of("hundred ");
    *out = (struct buf){0};
    for (size_t i = 0; i < text.len;) {
        struct str rest = str_n(text.p + i, text.len - i);
        if (and && str_starts(rest, hundred) &&
            str_find(rest, str_of("thousand"), 0) != hundred.len) {
            buf_puts(out, "hundred and ");
            i += hundred.len;
            continue;
        }
        buf_putc(out, text.p[i] == '-' && !hyphen ? ' ' : text.p[i]);
        i++;
    }
    buf_clear(&text);
}

/* The two halves are put into words, or out of them, one after the other. */
static void halves_en(struct trace *t, int64_t n, bool to_words)
{
    struct buf high = {0}, low = {0};
    spoken_en_group(n / 1000, &high);
    spoken_en_group(n % 1000, &low);
    if (n >= 1000 && to_words)
        trace_line(t, "%" PRId64 " thousand: %s thousand", n / 1000, high.p);
    else if (n >= 1000)
        trace_line(t, "%s thousand: %" PRId64, high.p, n / 1000);
    if (n % 1000 == 0 && n >= 1000)
        trace_line(t, to_words ? "000" : "rest: 000");
    else if (to_words)
        trace_line(t, n >= 1000 ? "%03" PRId64 ": %s" : "%" PRId64 ": %s", n % 1000,
                   low.p);
    else
        trace_line(t, n >= 1000 ? "%s: %03" PRId64 : "%s: %" PRId64, low.p,
                   n % 1000);
    buf_clear(&high);
    buf_clear(&low);
}

static void halves_zh(struct trace *t, int64_t n, bool to_words)
{
    struct buf high = {0}, low = {0};
    spoken_zh_group(n / 10000, false, &high);
    spoken_zh_group(n % 10000, n >= 10000, &low);
    if (n >= 10000 && to_words)
        trace_line(t, "%" PRId64 "万: %s万", n / 10000, high.p);
    else if (n >= 10000)
        trace_line(t, "%s万: %" PRId64, high.p, n / 10000);
    if (n % 10000 == 0 && n >= 10000)
        trace_line(t, to_words ? "0000" : "余: 0000");
    else if (to_words)
        trace_line(t, n >= 10000 ? "%04" PRId64 ": %s" : "%" PRId64 ": %s",
                   n % 10000, low.p);
    else
        trace_line(t, n >= 10000 ? "%s: %04" PRId64 : "%s: %" PRId64, low.p,
                   n % 10000);
    buf_clear(&high);
    buf_clear(&low);
}

static void solve(struct trace *t, int64_t n, bool to_words)
{
    struct problem *p = t->p;
    struct buf words = {0};
    bool en = p->lang == LANG_EN;
    (en ? spoken_en : spoken_zh)(n, &words);
    if (to_words)
        trace_line(t, "%s: %" PRId64, trace_word(t, "in words", "写成汉字"), n);
    else
        trace_line(t, "%s: %s", trace_word(t, "in digits", "写成数字"), words.p);
    (en ? halves_en : halves_zh)(t, n, to_words);
    if (to_words)
        buf_add_str(&p->answer, buf_str(&words));
    else
        buf_printf(&p->answer, "%" PRId64, n);
    trace_line(t, "-> %s", p->answer.p);
    buf_clear(&words);
    reply_answer(p);
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    struct buf words = {0};
    int64_t n;
    bool to_words;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &n, &to_words, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "numwords", key);
    slot_number(ctx, &slots, "n", n);
    written(ctx, n, &words);
    slot_set(&slots, "w", buf_str(&words));
    buf_clear(&words);
    phrase(ctx, "numwords", to_words ? "to_words" : "to_digits", &slots, &p->prompt);
    solve(&t, n, to_words);
    return gen_done(ctx, p, NOISE_NO_TYPOS | NOISE_KEEP_BLANKS);
}

static double check(const struct problem *p, struct str reply)
{
    struct buf got = {0}, want = {0};
    if (number_read(buf_str(&p->answer), NULL, 0) > 0)
        return check_integers(p, reply);
    spoken_plain(gen_bold(reply), &got);
    spoken_plain(buf_str(&p->answer), &want);
    bool same = got.len > 0 && str_eq(buf_str(&got), buf_str(&want));
    buf_clear(&got);
    buf_clear(&want);
    return same;
}

const struct task task_numwords = {
    "numwords", "units, dates, number words",
    "numbers in words and back, up to six digits in English and eight in Chinese",
    LEVELS, NULL, make, check};
