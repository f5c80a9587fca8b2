/* SPDX-License-Identifier: Apache-2.0 */
/* Is it true? One operator a step:
 *   truth p=T q=F: p and not q | T and not F | T and T | T
 * Is it false? The same, and at last
 *   false? no
 * and how many rows of a truth table are, a row a line:
 *   TF: T and not F; T and T; T 1 */
#include <stdio.h>

#include "train/gen/answer.h"
#include "train/gen/boolean.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, TABLE_LEVELS = 2, MAX_TRIES = 4000, FEW_OPS = 2 };

static const struct boolean_style thought[] = {
    [LANG_EN] = {"T", "F", " and ", " or ", "not ", 0},
    [LANG_ZH] = {"真", "假", "且", "或", "非", 0}};

/* As people write it. */
static const struct boolean_style *draw_style(struct gen_ctx *ctx)
{
    static const struct boolean_style en[] = {
        {"true", "false", " and ", " or ", "not ", 0},
        {"true", "false", " AND ", " OR ", "NOT ", 0},
        {"True", "False", " and ", " or ", "not ", 0},
        {"T", "F", " and ", " or ", "not ", 0},
        {"true", "false", " && ", " || ", "!", 0},
        {"T", "F", " ∧ ", " ∨ ", "¬", 0},
        {"true", "false", " & ", " | ", "~", 0},
    };
    static const struct boolean_style zh[] = {
        {"真", "假", "且", "或", "非", 0},
        {"真", "假", "并且", "或者", "非", 0},
        {"真", "假", " 且 ", " 或 ", "非", 0},
        {"真", "假", "与", "或", "非", 0},
        {"true", "false", " and ", " or ", "not ", 0},
    };
    if (ctx->lang == LANG_ZH)
        return &zh[rng_below(&ctx->rng, 5)];
    return &en[gen_chance(ctx, 50) ? 0 : rng_below(&ctx->rng, 7)];
}

/* With one operator or two there is little to draw: those are always seen, and
 * tested is what has more. */
static bool draw(struct gen_ctx *ctx, struct boolean *b, unsigned n_ops,
                 unsigned n_variables, uint64_t *key)
{
    struct buf text = {0};
    bool ok = false;
    for (int i = 0; i < MAX_TRIES && !ok; i++) {
        bool few = ctx->level == 0 && gen_chance(ctx, 40);
        unsigned ops = few ? 1 + rng_below(&ctx->rng, FEW_OPS) : n_ops;
        boolean_draw(ctx, b, ops, n_variables);
        if (!boolean_has_all(b, n_variables))
            continue;
        buf_reset(&text);
        boolean_print(b, &thought[LANG_EN], &text);
        *key = key_unless(few, gen_key(buf_str(&text)));
        ok = gen_fits(ctx, *key);
    }
    buf_clear(&text);
    return ok;
}

static void set_expr(const struct boolean *b, const struct boolean_style *style,
                     struct slots *slots)
{
    struct buf text = {0};
    boolean_print(b, style, &text);
    slot_set(slots, "expr", buf_str(&text));
    buf_clear(&text);
}

/* Mostly p and q, now and then A and B or x and y; the thought says them so. */
static char draw_letter(struct gen_ctx *ctx)
{
    static const char letters[] = "ppppppAAAx";
    return letters[rng_below(&ctx->rng, sizeof letters - 1)];
}

/* "p is true and q is false". */
static void set_given(struct gen_ctx *ctx, const struct boolean_style *style,
                      unsigned n_variables, unsigned values, struct slots *slots)
{
    struct buf text = {0};
    struct slots one = {0};
    for (unsigned i = 0; i < n_variables; i++) {
        if (i > 0)
            buf_puts(&text, ctx->lang == LANG_ZH ? "，" : " and ");
        slot_printf(&one, "got", "%c", boolean_letter(style, i));
        slot_set(&one, "n", str_of(values >> i & 1 ? style->yes : style->no));
        phrase(ctx, "truth", "is", &one, &text);
    }
    slot_set(slots, "given", buf_str(&text));
    buf_clear(&text);
}

static void reduce(struct boolean b, struct trace *t)
{
    do {
        if (t->p->think.len)
            buf_putc(&t->p->think, '\n');
        boolean_print(&b, &thought[t->p->lang], &t->p->think);
    } while (boolean_step(&b));
}

/* "Is it false?" wants yes where the value is F. */
static void conclude_false(struct gen_ctx *ctx, struct trace *t, bool yes)
{
    trace_line(t, "%s %s", trace_word(t, "false?", "是假？"),
               yes ? trace_word(t, "no", "不是") : trace_word(t, "yes", "是"));
    buf_puts(&t->p->answer, yes ? "no" : "yes");
    phrase(ctx, "truth", yes ? "say_not_false" : "say_false", NULL, &t->p->reply);
}

static void conclude(struct gen_ctx *ctx, struct trace *t, bool yes)
{
    struct slots slots = {0};
    buf_puts(&t->p->answer, yes ? "yes" : "no");
    slot_set(&slots, "got", str_of(yes ? trace_word(t, "true", "真")
                                       : trace_word(t, "false", "假")));
    phrase(ctx, "truth", "say", &slots, &t->p->reply);
}

static void ask(struct gen_ctx *ctx, bool given, bool false_wanted,
                const struct slots *slots, struct problem *p)
{
    if (false_wanted)
        phrase(ctx, "truth", given ? "ask_false_given" : "ask_false", slots,
               &p->prompt);
    else
        phrase(ctx, "truth", given ? "ask_given" : "ask", slots, &p->prompt);
}

static bool make_truth(struct gen_ctx *ctx, struct problem *p)
{
    struct boolean b;
    struct slots slots = {0};
    uint64_t key;
    unsigned n_variables = gen_chance(ctx, 50) ? 1 + (ctx->level > 0) : 0;
    if (ctx->level >= LEVELS || !draw(ctx, &b, 3 + ctx->level, n_variables, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "truth", key);
    struct boolean_style style = *draw_style(ctx), mine = thought[ctx->lang];
    style.first = mine.first = draw_letter(ctx);
    unsigned values = rng_below(&ctx->rng, 1u << n_variables);
    bool yes = boolean_value(&b, values), false_wanted = gen_chance(ctx, 9);
    set_expr(&b, &style, &slots);
    set_given(ctx, &style, n_variables, values, &slots);
    ask(ctx, n_variables, false_wanted, &slots, p);
    trace_more(&t, "%s", trace_word(&t, "truth", "真假"));
    for (unsigned i = 0; i < n_variables; i++)
        trace_more(&t, " %c=%s", boolean_letter(&mine, i),
                   values >> i & 1 ? mine.yes : mine.no);
    trace_more(&t, ": ");
    boolean_print(&b, &mine, &p->think);
    boolean_fill(&b, values);
    if (!n_variables)
        boolean_step(&b);
    reduce(b, &t);
    (false_wanted ? conclude_false : conclude)(ctx, &t, yes);
    gen_capitals(&p->reply);
    return gen_done(ctx, p, NOISE_KEEP_LETTERS | NOISE_KEEP_BLANKS);
}

static bool make_table(struct gen_ctx *ctx, struct problem *p)
{
    struct boolean b;
    struct slots slots = {0};
    uint64_t key;
    if (ctx->level >= TABLE_LEVELS || !draw(ctx, &b, 3 + ctx->level, 2, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "truth_table", key);
    const struct boolean_style *style = &thought[ctx->lang];
    set_expr(&b, draw_style(ctx), &slots);
    phrase(ctx, "truth", "ask_table", &slots, &p->prompt);
    trace_more(&t, "%s: ", trace_word(&t, "truth table", "真值表"));
    boolean_print(&b, style, &p->think);
    unsigned n = 0;
    for (unsigned row = 0; row < 4; row++) {
        unsigned values = (row & 2 ? 0 : 1) | (row & 1 ? 0 : 2);
        struct boolean filled = b;
        bool yes = boolean_value(&b, values);
        boolean_fill(&filled, values);
        trace_line(&t, "%s%s: ", values & 1 ? style->yes : style->no,
                   values & 2 ? style->yes : style->no);
        boolean_print(&filled, style, &p->think);
        while (boolean_step(&filled)) {
            trace_more(&t, "; ");
            boolean_print(&filled, style, &p->think);
        }
        n += yes;
        if (yes)
            trace_more(&t, " %u", n);
    }
    buf_printf(&p->answer, "%u", n);
    slot_set(&slots, "n", buf_str(&p->answer));
    phrase(ctx, "truth", "say_table", &slots, &p->reply);
    gen_capitals(&p->reply);
    return gen_done(ctx, p, NOISE_KEEP_LETTERS | NOISE_KEEP_BLANKS);
}

const struct task task_truth = {
    "truth", "logic",
    "one to five operators, with values given",
    LEVELS, NULL, make_truth, answer_yes_no};
const struct task task_truth_table = {
    "truth_table", "logic",
    "how many rows of two variables are true",
    TABLE_LEVELS, NULL, make_table, check_integers};
