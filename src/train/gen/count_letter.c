/* SPDX-License-Identifier: Apache-2.0 */
/* count r in strawberry:0 s1 t2 r3:1 a4 w5 b6 e7 r8:2 r9:3 y10 -> 3. The last number
 * behind a colon is the answer, 0 where none follows. */
#include "train/gen/answer.h"
#include "train/gen/letters.h"
#include "train/gen/noise.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

static void result(struct problem *p, struct slots *slots, size_t n)
{
    buf_printf(&p->think, " -> %zu", n);
    buf_printf(&p->answer, "%zu", n);
    slot_printf(slots, "n", "%zu", n);
}

static bool make_count(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    trace_begin(ctx, p, "count_letter", 0);
    if (!letters_draw(ctx, p, true, &w))
        return false;
    const char *letter = letters_pick(ctx, &w);
    slot_set(&slots, "letter", str_of(letter));
    letters_ask(ctx, p, "ask_count", &w, &slots);
    buf_printf(&p->think, ctx->lang == LANG_ZH ? "数%s，%s：0" : "count %s in %s:0",
               letter, w.text);
    size_t n = letters_counted(&w, letter, w.n, &p->think);
    result(p, &slots, n);
    slot_set(&slots, "times", str_of(n == 1 ? "time" : "times"));
    return letters_done(ctx, p, "say_count", &w, &slots);
}

static bool make_vowels(struct gen_ctx *ctx, struct problem *p)
{
    struct letters w;
    struct slots slots = {0};
    trace_begin(ctx, p, "vowels", 0);
    if (!letters_draw(ctx, p, false, &w))
        return false;
    letters_ask(ctx, p, "ask_vowels", &w, &slots);
    buf_printf(&p->think, ctx->lang == LANG_ZH ? "数元音，%s：0" : "vowels in %s:0",
               w.text);
    size_t n = letters_counted(&w, "aeiou", w.n, &p->think);
    result(p, &slots, n);
    slot_set(&slots, "times", str_of(n == 1 ? "vowel" : "vowels"));
    return letters_done(ctx, p, "say_vowels", &w, &slots);
}

const struct task task_count_letter = {
    "count_letter", "strings",
    "one letter of a word of 3 to 10, or of a short Chinese phrase",
    3, "wamerican", make_count, answer_same};
const struct task task_vowels = {
    "vowels", "strings",
    "those of a word of 3 to 10 letters",
    3, "wamerican", make_vowels, answer_same};
