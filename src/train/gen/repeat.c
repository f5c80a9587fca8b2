/* SPDX-License-Identifier: Apache-2.0 */
/* Say it again: words, names, numbers, Chinese, a few of them in a row. Small as
 * it is, all the other tasks begin with it: who cannot copy a word from the
 * request cannot spell it either. */
#include <inttypes.h>

#include "train/gen/answer.h"
#include "train/gen/bank.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"
#include "train/gen/words.h"

enum { LEVELS = 3, MAX_TRIES = 4000 };

static void put_word(struct gen_ctx *ctx, struct buf *out)
{
    static const char *const rules[] = {"word_short", "word_middle", "word_long"};
    if (!letters_everyday(ctx))
        buf_add_str(out, words_draw(ctx->bank->words, &ctx->rng, WORD_MIN, WORD_MAX));
    else
        phrase_in(ctx, LANG_EN, "words", rules[rng_below(&ctx->rng, 3)], NULL, out);
}

static void put_item(struct gen_ctx *ctx, struct buf *out)
{
    uint32_t dice = rng_below(&ctx->rng, 100);
    bool zh = ctx->lang == LANG_ZH;
    if (dice < 20)
        buf_printf(out, "%" PRId64,
                   number_draw(ctx, (unsigned)gen_between(ctx, 2, 7)));
    else if (dice < 40)
        phrase(ctx, "common", "name", NULL, out);
    else if (zh && dice < 75)
        phrase(ctx, "common", "thing", NULL, out);
    else
        put_word(ctx, out);
}

static void put_items(struct gen_ctx *ctx, struct buf *out)
{
    static const int64_t from[LEVELS] = {1, 3, 5}, to[LEVELS] = {2, 4, 8};
    int64_t n = gen_between(ctx, from[ctx->level], to[ctx->level]);
    buf_reset(out);
    for (int64_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, ' ');
        put_item(ctx, out);
    }
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct buf text = {0};
    struct slots slots = {0};
    uint64_t key = 0;
    bool ok = false;
    for (int i = 0; i < MAX_TRIES && ctx->level < LEVELS && !ok; i++) {
        put_items(ctx, &text);
        key = gen_key(buf_str(&text));
        ok = gen_fits(ctx, key) && !ctx->lacks[0];
    }
    if (ok) {
        struct trace t = trace_begin(ctx, p, "repeat", key);
        slot_set(&slots, "x", buf_str(&text));
        phrase(ctx, "strings", "ask_repeat", &slots, &p->prompt);
        trace_line(&t, "%s: %s", trace_word(&t, "repeat", "重复"), text.p);
        buf_add_str(&p->answer, buf_str(&text));
        buf_printf(&p->reply, "%s**%s**%s", trace_word(&t, "", "好的："), text.p,
                   trace_word(&t, ".", "。"));
        ok = gen_done(ctx, p, NOISE_KEEP_LETTERS | NOISE_KEEP_ENDS |
                                  NOISE_KEEP_BLANKS);
    }
    buf_clear(&text);
    return ok;
}

const struct task task_repeat = {"repeat", "strings", LEVELS, NULL, make,
                                 answer_same};
