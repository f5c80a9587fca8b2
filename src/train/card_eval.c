/* SPDX-License-Identifier: Apache-2.0 */
#include "train/card_parts.h"

#include <math.h>
#include <string.h>

#include "base/sanitize.h"
#include "train/gen/gen.h"

/* The lines that a model must reach to be said to do a thing. */
static const struct line {
    const char *name;  /* of the card */
    const char *what;  /* a task or a group of tasks */
    double least;      /* per cent; 0: told, not promised */
} lines[] = {
    {"add, subtract", "add, subtract", 97},
    {"multiply", "multiply", 92},
    {"divide, with remainder", "divide", 90},
    {"expressions of 3 to 4 terms", "expressions", 88},
    {"compare and sort", "compare, sort", 95},
    {"word problems", "word problems", 85},
    {"countdown with 3 numbers", "countdown3", 80},
    {"countdown with 4 numbers", "countdown4", 0},
    {"number facts", "number facts", 90},
    {"units, dates, number words", "units, dates, number words", 92},
    {"percentages and fractions", "percent", 90},
    {"letters and words", "strings", 92},
    {"logic", "logic", 88},
    {"small talk, itself", "talk", 95},
    {"DeepSeek models", "deepseek", 85},
    {"refuse what lies outside", "outside", 85},
    {"answer what only looks like it", "inside", 85}, /* word problems */
};
enum { N_LINES = sizeof lines / sizeof *lines };

static double percent(const struct tally *t)
{
    return t->n > 0 ? 100 * t->right / t->n : NAN;
}

/* --- domain --------------------------------------------------------------- */

static void put_list(struct card *c, bool reached)
{
    bool any = false;
    for (int i = 0; i < N_LINES; i++) {
        struct tally t = eval_sum_of(&c->sums[CARD_TEST], lines[i].what, -1);
        bool holds = lines[i].least > 0 && percent(&t) >= lines[i].least;
        if (t.n == 0 || holds != reached)
            continue;
        fprintf(c->out, "%s%s", any ? "; " : "", lines[i].name);
        if (!reached)
            fprintf(c->out, " (%.0f %%)", percent(&t));
        any = true;
    }
    fputs(any ? ".\n" : "nothing.\n", c->out);
}

/* As the tasks themselves say it, of those that it was asked. */
static void put_tasks(struct card *c)
{
    size_t n;
    const struct task *const *all = task_all(&n);
    fputs("\n| task | what it holds |\n|---|---|\n", c->out);
    for (size_t i = 0; i < n; i++)
        if (eval_sum_of(&c->sums[CARD_TEST], all[i]->name, -1).n > 0)
            fprintf(c->out, "| %s | %s |\n", all[i]->name, all[i]->domain);
}

void card_put_domain(struct card *c)
{
    if (!c->there[CARD_TEST])
        return;
    fputs("\n## What it can do\n\nIts domain, where it reaches the line set "
          "before training: ", c->out);
    put_list(c, true);
    fputs("\nTrained on too, but below that line or without one: ", c->out);
    put_list(c, false);
    put_tasks(c);
}

/* --- accuracy ------------------------------------------------------------- */

static void put_cell(struct card *c, const struct tally *t)
{
    double low, high;
    if (t->n == 0) {
        fputs(" |", c->out);
        return;
    }
    tally_interval(t, &low, &high);
    fprintf(c->out, " %.1f (%.0f to %.0f) |", percent(t), 100 * low, 100 * high);
}

static void put_line(struct card *c, const char *name, const char *what,
                     int lang, double least)
{
    struct tally test = eval_sum_of(&c->sums[CARD_TEST], what, lang);
    struct tally unseen = eval_sum_of(&c->sums[CARD_UNSEEN], what, lang);
    if (test.n == 0)
        return;
    fprintf(c->out, "| %s | %u |", name, test.n);
    put_cell(c, &test);
    put_cell(c, &unseen);
    if (least > 0)
        fprintf(c->out, " %.0f |\n", least);
    else
        fputs(" |\n", c->out);
}

static void put_free(struct card *c, enum card_split split, const char *what)
{
    const struct eval_sum *s = &c->sums[split];
    struct tally all = eval_sum_of(s, NULL, -1);
    double low, high;
    const char *task;
    if (all.n == 0)
        return;
    tally_interval(&all, &low, &high);
    fprintf(c->out, "\n%u prompts %s: %.1f %% right (%.1f to %.1f). By task:",
            all.n, what, percent(&all), 100 * low, 100 * high);
    for (size_t i = 0; (task = eval_sum_task(s, i)); i++) {
        struct tally t = eval_sum_of(s, task, -1);
        fprintf(c->out, "%s %s %.0f of %u", i ? "," : "", task, t.right, t.n);
    }
    fputs(".\n", c->out);
}

/* Of `all`, what lies within the domain and is refused nevertheless. */
static void put_refusals(struct card *c, const struct tally *all)
{
    struct tally outside = eval_sum_of(&c->sums[CARD_TEST], "outside", -1);
    struct tally inside = eval_sum_of(&c->sums[CARD_TEST], "inside", -1);
    unsigned n = all->n - outside.n;
    if (n > 0)
        fprintf(c->out, "\nWrongly refused: %u of %u within the domain, %.1f %% (line: at "
                        "most 2); %u of the %u that only look like what lies outside.\n",
                all->refused, n, 100.0 * all->refused / n, inside.refused, inside.n);
}

void card_put_accuracy(struct card *c)
{
    if (!c->there[CARD_TEST])
        return;
    struct tally all = eval_sum_of(&c->sums[CARD_TEST], NULL, -1);
    fputs("\n## How often it is right\n\nPer cent, greedy, asked of the very file "
          "that ships; in brackets where the true value lies with 95 % "
          "certainty. *New*: exercises never trained on. *Unseen*: the same, "
          "told in phrases that training never uses. *Line*: what was asked for "
          "before training.\n\n"
          "| | n | new | unseen | line |\n|---|---|---|---|---|\n", c->out);
    for (int i = 0; i < N_LINES; i++)
        put_line(c, lines[i].name, lines[i].what, -1, lines[i].least);
    put_line(c, "*English*", NULL, LANG_EN, 0);
    put_line(c, "*Chinese*", NULL, LANG_ZH, 0);
    fprintf(c->out,
            "\nMean of the tasks, countdown with 4 numbers left out: %.1f %% new, "
            "%.1f %% unseen. A closed thought followed by one result in bold: "
            "%.1f %%.\n",
            100 * eval_sum_macro(&c->sums[CARD_TEST], "countdown4"),
            100 * eval_sum_macro(&c->sums[CARD_UNSEEN], "countdown4"),
            all.n ? 100.0 * all.well_formed / all.n : 0);
    put_refusals(c, &all);
    put_free(c, CARD_WILD, "typed freely, as people type, by somebody who had "
                           "not seen the phrases of the exercises");
    put_free(c, CARD_DEV, "typed freely that were read while the phrases were "
                          "mended, and so say less");
}

/* --- other figures -------------------------------------------------------- */

static void put_balance(struct card *c)
{
    double vio = card_figure(c, "held_out", "maxvio");
    if (isnan(vio))
        return;
    fprintf(c->out,
            "- Balance on %.0f held-out tokens: MaxVio %.2f (mean of the layers; "
            "worst %.2f), %.0f dead experts of %.0f; the least used one at %.2f "
            "of the mean load.\n",
            card_figure(c, "held_out", "tokens"), vio,
            card_figure(c, "held_out", "worst"),
            card_figure(c, "held_out", "dead"),
            card_figure(c, "held_out", "experts"),
            card_figure(c, "held_out", "least"));
}

static void put_file(struct card *c)
{
    double loss = card_figure(c, "file", "loss");
    if (!isnan(loss))
        fprintf(c->out,
                "- Stored as Q8_0: on these documents a loss of %.4f and %.2f %% of "
                "the tokens right, where the float32 weights have %.4f and %.2f "
                "%%.\n",
                loss, 100 * card_figure(c, "file", "right"),
                card_figure(c, "held_out", "loss"),
                100 * card_figure(c, "held_out", "right"));
}

static void put_cache(struct card *c)
{
    double mla = card_figure(c, "cache", "mla");
    if (!isnan(mla))
        fprintf(c->out,
                "- Cache of a token: %.0f bytes in float16; grouped queries would "
                "take %.0f, plain attention %.0f.\n",
                mla, card_figure(c, "cache", "gqa"),
                card_figure(c, "cache", "mha"));
}

static void put_extension(struct card *c)
{
    double context = card_figure(c, "extension", "context");
    double before = card_figure(c, "extension", "recall_before");
    if (isnan(context))
        return;
    fprintf(c->out,
            "- Stretched context: of codes told in documents of %.0f tokens %.1f %% "
            "are found again", context,
            100 * card_figure(c, "extension", "recall_at_the_end"));
    if (!isnan(before))
        fprintf(c->out,
                "; %.1f %% were before the extension and %.1f %% behind it, and the "
                "loss on short documents went from %.4f to %.4f",
                100 * before, 100 * card_figure(c, "extension", "recall_after"),
                card_figure(c, "extension", "short_loss_before"),
                card_figure(c, "extension", "short_loss_after"));
    fputs(".\n", c->out);
}

void card_put_figures(struct card *c)
{
    struct tally all = eval_sum_of(&c->sums[CARD_TEST], NULL, -1);
    if (!c->figures)
        return;
    fputs("\n## Other figures\n\n", c->out);
    put_balance(c);
    put_file(c);
    if (all.drafted > 0)
        fprintf(c->out, "- Multi-token prediction: %.1f %% of its guesses are "
                        "accepted; the text is the same with and without.\n",
                100.0 * (double)all.accepted / (double)all.drafted);
    put_cache(c);
    put_extension(c);
}

static void put_change(struct card *c, const char *what, double before,
                       double after, double times, const char *unit)
{
    if (before >= 0 && after >= 0)
        fprintf(c->out, "| %s | %.1f%s | %.1f%s |\n", what, times * before, unit,
                times * after, unit);
}

void card_put_reinforcement(struct card *c)
{
    const struct card_measure *a = &c->first, *b = &c->best;
    const struct history_stage *s = history_find(&c->history, "rl");
    if (!s || c->n_measures < 2)
        return;
    fprintf(c->out,
            "\n## Reinforcement learning\n\nGRPO, %llu updates of %u prompts "
            "answered %u times each. Greedy answers to held-out exercises, before "
            "and at the best of %u measurements (update %llu%s), whose weights "
            "were kept:\n\n| | before | best |\n|---|---|---|\n",
            (unsigned long long)s->steps, c->recipe.stages[STAGE_RL].prompts,
            c->recipe.stages[STAGE_RL].group, c->n_measures,
            (unsigned long long)b->step,
            b->step == a->step ? ": no later one was better" : "");
    put_change(c, "mean of the tasks", a->macro, b->macro, 100, " %");
    put_change(c, "countdown with 3 numbers", a->countdown3, b->countdown3, 100,
               " %");
    put_change(c, "countdown with 4 numbers", a->countdown4, b->countdown4, 100,
               " %");
    put_change(c, "well formed", a->formed, b->formed, 100, " %");
    put_change(c, "length of a thought", a->think, b->think, 1, " bytes");
}

/* --- failures ------------------------------------------------------------- */

enum { MAX_EXAMPLES = 14, TAIL = 320 };

/* Text of the model as a quoted block; of long ones the end. */
static void put_block(struct card *c, const char *before, const struct buf *text)
{
    struct buf clean = {0};
    sanitize_text(buf_str(text), false, &clean);
    size_t from = clean.len > TAIL ? clean.len - TAIL : 0;
    while (from < clean.len && clean.p[from] == '\n')
        from++;
    while (from < clean.len && ((unsigned char)clean.p[from] & 0xC0) == 0x80)
        from++;
    fprintf(c->out, "    %s%s", before, clean.len > TAIL ? "... " : "");
    for (size_t i = from; i < clean.len; i++) {
        bool last = i + 1 == clean.len;
        if (clean.p[i] == '\n' && !last)
            fputs("\n    ", c->out);
        else if (clean.p[i] != '\n')
            fputc(clean.p[i], c->out);
    }
    fputc('\n', c->out);
    buf_clear(&clean);
}

void card_put_failures(struct card *c)
{
    const struct eval_sum *s = &c->sums[CARD_TEST];
    unsigned shown = 0;
    for (size_t i = 0; i < s->n_samples && shown < MAX_EXAMPLES; i++) {
        const struct eval_sample *one = &s->samples[i];
        if (one->right)
            continue;
        if (shown++ == 0)
            fputs("\n## Where it fails\n\nThe first wrong answer to each task, as "
                  "it came:\n", c->out);
        fprintf(c->out, "\n%s:\n\n", one->task);
        put_block(c, "> ", &one->prompt);
        if (one->think.len > 0)
            put_block(c, "", &one->think);
        put_block(c, "-- ", &one->reply);
        put_block(c, "wanted: ", &one->wanted);
    }
}
