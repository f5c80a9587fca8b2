/* SPDX-License-Identifier: Apache-2.0 */
/* Say it again: one to five words, numbers, Chinese words, in quotation marks or behind
 * a colon at the end of the request. Small as it is, all the other tasks begin with
 * it: who cannot copy a word from the request cannot spell it either. */
#include <inttypes.h>

#include "train/gen/answer.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 4000 };

static void put_item(struct gen_ctx *ctx, struct buf *out)
{
    uint32_t dice = rng_below(&ctx->rng, 100);
    struct letters w;
    if (dice < 20)
        buf_printf(out, "%" PRId64,
                   number_draw(ctx, (unsigned)gen_between(ctx, 1, 4)));
    else if (ctx->lang == LANG_ZH && dice < 75)
        phrase_in(ctx, LANG_ZH, "words", "pair", NULL, out);
    else if (letters_everyday(ctx, 3, 9, &w))
        buf_puts(out, w.text);
}

static void put_items(struct gen_ctx *ctx, struct buf *out)
{
    static const int64_t from[LEVELS] = {1, 2, 4}, to[LEVELS] = {2, 3, 5};
    int64_t n = gen_between(ctx, from[ctx->level], to[ctx->level]);
    buf_reset(out);
    for (int64_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, ' ');
        put_item(ctx, out);
    }
}

/* "x" in quotation marks; "t", for the end of a request, every other time bare. */
static void set_text(struct gen_ctx *ctx, struct slots *slots, const char *text)
{
    static const char *const en[][2] = {{"\"", "\""}, {"'", "'"}, {"“", "”"}};
    static const char *const zh[][2] = {{"“", "”"}, {"「", "」"}, {"\"", "\""}};
    uint32_t dice = rng_below(&ctx->rng, 10);
    size_t which = dice < 6 ? 0 : dice < 8 ? 1 : 2;
    const char *const *mark = (ctx->lang == LANG_ZH ? zh : en)[which];
    slot_printf(slots, "x", "%s%s%s", mark[0], text, mark[1]);
    if (gen_chance(ctx, 50))
        slot_set(slots, "t", str_of(text));
    else
        slot_printf(slots, "t", "%s%s%s", mark[0], text, mark[1]);
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
        set_text(ctx, &slots, text.p);
        phrase(ctx, "strings", "ask_repeat", &slots, &p->prompt);
        trace_line(&t, "%s: %s", trace_word(&t, "repeat", "重复"), text.p);
        buf_add_str(&p->answer, buf_str(&text));
        buf_printf(&p->reply, "%s**%s**%s", trace_word(&t, "", "好的："), text.p,
                   trace_word(&t, ".", "。"));
        char first = p->prompt.len ? p->prompt.p[0] : '\0'; /* not of the text */
        if (first >= 'a' && first <= 'z' && gen_chance(ctx, 60))
            p->prompt.p[0] = (char)(first - 32);
        ok = gen_done(ctx, p, NOISE_KEEP_LETTERS | NOISE_KEEP_CASE |
                                  NOISE_KEEP_ENDS | NOISE_KEEP_BLANKS);
    }
    buf_clear(&text);
    return ok;
}

const struct task task_repeat = {
    "repeat", "strings",
    "one to five words or numbers, in quotation marks or behind a colon",
    LEVELS, NULL, make, answer_same};
