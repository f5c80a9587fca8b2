/* SPDX-License-Identifier: Apache-2.0 */
/* Plain sentences about numbers, words, months and days; a few about the tags of
 * thoughts, which no text of the stable phase shows in use. */
#include <inttypes.h>
#include <stdio.h>

#include "train/data/draw_text.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/phrase.h"

static void set_int(struct slots *s, const char *name, int64_t n)
{
    slot_printf(s, name, "%" PRId64, n);
}

static void number(struct gen_ctx *ctx, struct slots *s)
{
    static const int64_t most[] = {20, 100, 1000, 10000};
    int64_t n = gen_between(ctx, 2, most[rng_below(&ctx->rng, 4)]);
    char digits[24];
    set_int(s, "n", n);
    set_int(s, "next", n + 1);
    set_int(s, "prev", n - 1);
    set_int(s, "twice", 2 * n);
    set_int(s, "sq", n * n);
    set_int(s, "ones", n % 10);
    set_int(s, "digits", snprintf(digits, sizeof digits, "%" PRId64, n));
    slot_set(s, "parity", str_of(ctx->lang == LANG_ZH ? (n % 2 ? "奇数" : "偶数")
                                                      : (n % 2 ? "odd" : "even")));
}

/* Whether what is told of a word here is held out of no task; a text that is itself
 * held out tells what is held out of spelling. */
static bool may_tell(const struct gen_ctx *ctx, const struct letters *w)
{
    static const char *const tasks[] = {"spell", "length", "nth_letter",
                                        "has_letter"};
    size_t n = ctx->split == SPLIT_TRAIN ? sizeof tasks / sizeof *tasks : 1;
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        ok &= letters_fit(ctx, &(struct problem){.task = tasks[i]}, w);
    return ok;
}

static void word(struct gen_ctx *ctx, struct slots *s)
{
    struct letters w;
    struct buf spaced = {0};
    do {
        if (!letters_everyday(ctx, 3, 5 + 5 * rng_below(&ctx->rng, 2), &w))
            return;
    } while (!may_tell(ctx, &w));
    letters_spaced(&w, &spaced);
    slot_set(s, "word", str_of(w.text));
    slot_set(s, "letters", buf_str(&spaced));
    slot_set(s, "first", str_of(w.one[0]));
    slot_set(s, "last", str_of(w.one[w.n - 1]));
    set_int(s, "len", (int64_t)w.n);
    buf_clear(&spaced);
}

static void month(struct gen_ctx *ctx, struct slots *s)
{
    static const char *const en[] = {
        "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December"};
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char *const slot[] = {"before", "month", "after"};
    unsigned m = rng_below(&ctx->rng, 12);
    for (unsigned i = 0; i < 3; i++) {
        unsigned k = (m + 11 + i) % 12;
        if (ctx->lang == LANG_ZH)
            slot_printf(s, slot[i], "%u月", k + 1);
        else
            slot_set(s, slot[i], str_of(en[k]));
    }
    set_int(s, "days", days[m]);
}

static void day(struct gen_ctx *ctx, struct slots *s)
{
    static const char *const name[2][7] = {
        {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
         "Sunday"},
        {"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期天"}};
    const char *const *of = name[ctx->lang == LANG_ZH];
    unsigned d = rng_below(&ctx->rng, 7);
    slot_set(s, "before", str_of(of[(d + 6) % 7]));
    slot_set(s, "day", str_of(of[d]));
    slot_set(s, "after", str_of(of[(d + 1) % 7]));
}

static void compare(struct gen_ctx *ctx, struct slots *s)
{
    int64_t most = gen_chance(ctx, 50) ? 30 : 500;
    int64_t small = gen_between(ctx, 1, most), diff = gen_between(ctx, 1, most);
    bool swap = gen_chance(ctx, 50);
    set_int(s, "smaller", small);
    set_int(s, "bigger", small + diff);
    set_int(s, "diff", diff);
    set_int(s, "a", swap ? small : small + diff);
    set_int(s, "b", swap ? small + diff : small);
}

static void fact(struct gen_ctx *ctx, struct slots *s)
{
    (void)ctx;
    (void)s;
}

enum { TAGS_PERCENT = 3 }; /* of these texts; of all documents about 0.2 % */

bool draw_description(struct gen_ctx *ctx, struct buf *out)
{
    static const struct {
        const char *rule;
        void (*set)(struct gen_ctx *, struct slots *);
    } kinds[] = {{"number", number}, {"word", word}, {"month", month},
                 {"day", day}, {"compare", compare}, {"fact", fact}};
    struct buf text = {0};
    unsigned kind = rng_below(&ctx->rng, 6);
    bool tags = gen_chance(ctx, TAGS_PERCENT);
    if (tags)
        phrase(ctx, "describe", "tags", NULL, &text);
    for (int64_t n = tags ? 0 : gen_between(ctx, 1, 4); n > 0; n--) {
        struct slots slots = {0};
        unsigned k = gen_chance(ctx, 60) ? kind : rng_below(&ctx->rng, 6);
        kinds[k].set(ctx, &slots);
        phrase(ctx, "describe", kinds[k].rule, &slots, &text);
    }
    while (text.len && text.p[text.len - 1] == ' ')
        buf_erase(&text, text.len - 1, 1);
    if (ctx->lang == LANG_EN)
        gen_capitals(&text);
    buf_add_str(out, buf_str(&text));
    buf_clear(&text);
    return !ctx->lacks[0];
}
