/* SPDX-License-Identifier: Apache-2.0 */
/* spell planet: p1 l2 a3 n4 e5 t6; how many letters, which is the third. */
#include "train/gen/answer.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

static bool make_spell(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    trace_begin(ctx, p, "spell", 0);
    if (!letters_draw(ctx, p, false, &w))
        return false;
    letters_ask(ctx, p, "ask_spell", &w, &slots);
    buf_printf(&p->think, ctx->lang == LANG_ZH ? "拼写 %s：" : "spell %s:", w.text);
    letters_spell(&w, w.n, &p->think);
    letters_spaced(&w, &p->answer);
    slot_set(&slots, "got", buf_str(&p->answer));
    return letters_done(ctx, p, "say_spell", &w, &slots);
}

static bool make_length(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    trace_begin(ctx, p, "length", 0);
    if (!letters_draw(ctx, p, true, &w))
        return false;
    letters_ask(ctx, p, "ask_length", &w, &slots);
    buf_printf(&p->think, ctx->lang == LANG_ZH ? "%s 的长度：" : "length of %s:",
               w.text);
    letters_spell(&w, w.n, &p->think);
    buf_printf(&p->think, " -> %zu", w.n);
    buf_printf(&p->answer, "%zu", w.n);
    slot_printf(&slots, "n", "%zu", w.n);
    return letters_done(ctx, p, "say_length", &w, &slots);
}

static bool make_nth(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    trace_begin(ctx, p, "nth_letter", 0);
    if (!letters_draw(ctx, p, true, &w))
        return false;
    bool zh = ctx->lang == LANG_ZH, last = gen_chance(ctx, 25);
    size_t i = last ? w.n - 1 : rng_below(&ctx->rng, (uint32_t)w.n);
    letters_ordinal(ctx, &slots, i + 1);
    letters_ask(ctx, p, last ? "ask_last" : "ask_nth", &w, &slots);
    if (last)
        buf_printf(&p->think, zh ? "%s 最后一个：" : "last letter of %s:", w.text);
    else
        buf_printf(&p->think, zh ? "%2$s 第%1$zu个：" : "letter %zu of %s:", i + 1,
                   w.text);
    letters_spell(&w, i + 1, &p->think);
    buf_printf(&p->think, " -> %s", w.one[i]);
    buf_puts(&p->answer, w.one[i]);
    slot_set(&slots, "got", str_of(w.one[i]));
    return letters_done(ctx, p, last ? "say_last" : "say_nth", &w, &slots);
}

const struct task task_spell = {
    "spell", "strings",
    "a word of 3 to 10 letters",
    3, "wamerican", make_spell, answer_same};
const struct task task_length = {
    "length", "strings",
    "of a word of 3 to 7 letters, or a short Chinese phrase",
    3, "wamerican", make_length, answer_same};
const struct task task_nth_letter = {
    "nth_letter", "strings",
    "of a word of 3 to 7 letters, or a short Chinese phrase",
    3, "wamerican", make_nth, answer_same};
