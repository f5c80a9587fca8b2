/* SPDX-License-Identifier: Apache-2.0 */
#include "train/report.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "train/chart.h"
#include "train/evalfile.h"
#include "train/history.h"
#include "train/history_brief.h"

/* What is drawn: one file a figure, keys of the log's lines (history_number). */
enum { MAX_SERIES = 4, N_FIGURES = 6 };

static const struct figure {
    const char *file, *title, *y_name;
    const char *stage;   /* only of this one, over its updates; NULL: of all, over
                            tokens */
    const char *keys[MAX_SERIES], *names[MAX_SERIES];
} figures[N_FIGURES] = {
    {"loss.svg", "Loss", "nats a token", NULL,
     {"loss", "mtp_loss", "validation_loss"},
     {"training", "prediction block", "held out"}},
    {"balance.svg", "Balance of the experts", "largest load / mean - 1", NULL,
     {"maxvio"}, {"MaxVio, mean of the layers"}},
    {"speed.svg", "Speed", "tokens/s", NULL, {"tok_s"}, {"tokens/s"}},
    {"reward.svg", "Reinforcement learning: sampled answers", "share", "rl",
     {"reward", "accuracy", "format", "entropy"},
     {"reward", "right", "well formed", "entropy, nats"}},
    {"think.svg", "Reinforcement learning: length of thoughts", "bytes", "rl",
     {"think_bytes"}, {"bytes of a thought"}},
    {"progress.svg", "Reinforcement learning: greedy, held out", "share right",
     "rl", {"macro", "measure:countdown3", "measure:countdown4", "formed"},
     {"mean of the tasks", "countdown, 3 numbers", "countdown, 4 numbers",
      "well formed"}},
};

struct reading {
    struct history_brief brief;
    struct series series[N_FIGURES][MAX_SERIES];
};

/* --- figures of the log --------------------------------------------------- */

static void take_line(void *arg, const struct history_stage *s,
                      const json_t *line)
{
    struct reading *r = arg;
    history_brief_take(&r->brief, s, line);
    for (int f = 0; f < N_FIGURES; f++) {
        const struct figure *figure = &figures[f];
        if (figure->stage && strcmp(figure->stage, s->name) != 0)
            continue;
        double x = figure->stage ? (double)s->steps
                                 : s->begins + (double)s->tokens / 1e6, y;
        for (int k = 0; k < MAX_SERIES && figure->keys[k]; k++) {
            /* Before its time the prediction block says 0: that is no loss. */
            if (history_number(line, figure->keys[k], &y) &&
                !(y == 0 && strcmp(figure->keys[k], "mtp_loss") == 0))
                series_add(&r->series[f][k], x, y);
        }
    }
}

static bool write_to(const char *out, const char *file, const struct buf *text,
                     struct err *err)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", out, file);
    bool ok = file_replace(path.p, text->p, text->len, err) ||
              file_context(err, path.p);
    buf_clear(&path);
    return ok;
}

static bool write_figure(const struct reading *r, int f, const char *out,
                         struct err *err)
{
    struct series lines[MAX_SERIES];
    struct chart c = {.title = figures[f].title,
                      .x_name = figures[f].stage ? "updates" : "million tokens",
                      .y_name = figures[f].y_name, .series = lines,
                      .from_zero = true};
    struct buf svg = {0};
    for (int k = 0; k < MAX_SERIES && figures[f].keys[k]; k++) {
        lines[c.n_series] = r->series[f][k];
        lines[c.n_series++].name = figures[f].names[k];
    }
    bool ok = !chart_svg(&c, &svg) || write_to(out, figures[f].file, &svg, err);
    buf_clear(&svg);
    return ok;
}

/* A cell of a table; 0 and NaN: there is nothing to say. */
static void put_number(FILE *table, int digits, double x)
{
    if (x > 0)
        fprintf(table, " %.*f |", digits, x);
    else
        fputs(" |", table);
}

void report_stages(const struct history *h, FILE *table)
{
    fputs("| stage | steps | tokens | minutes | tokens/s | held-out loss | MaxVio "
          "|\n|---|---|---|---|---|---|---|\n", table);
    for (size_t i = 0; i < h->n; i++) {
        const struct history_stage *s = &h->stages[i];
        fprintf(table, "| %s | %llu | %.2f M | %.0f | %.0f |", s->name,
                (unsigned long long)s->steps, (double)s->tokens / 1e6,
                s->seconds / 60,
                s->seconds > 0 ? (double)s->tokens / s->seconds : 0);
        put_number(table, 3, s->held_out);
        put_number(table, 2, s->vio);
        fputc('\n', table);
    }
}

/* --- the evaluation ------------------------------------------------------- */

/* *there false: it has not been made. */
static bool read_split(const char *dir, const char *split, struct eval_sum *s,
                       bool *there, struct err *err)
{
    struct buf path = {0};
    *s = (struct eval_sum){0};
    buf_printf(&path, "%s/eval-%s.jsonl", dir, split);
    *there = access(path.p, F_OK) == 0;
    bool ok = !*there || evalfile_read(s, path.p, err);
    buf_clear(&path);
    return ok;
}

/* NaN: none was asked. */
static double part_right(const struct eval_sum *s, const char *task)
{
    struct tally t = eval_sum_of(s, task, -1);
    return t.n > 0 ? t.right / t.n : NAN;
}

static bool draw_tasks(const struct eval_sum *sums, const char *out,
                       struct err *err)
{
    enum { MAX_BARS = 64 };
    struct bar bars[MAX_BARS];
    struct bars b = {.title = "Right answers by task", .x_name = "share",
                     .names = {"new exercises", "told in words never seen"},
                     .bars = bars};
    const char *task;
    struct buf svg = {0};
    while (b.n < MAX_BARS && (task = eval_sum_task(&sums[0], b.n)))
        bars[b.n++] = (struct bar){
            task, {part_right(&sums[0], task), part_right(&sums[1], task)}};
    bool ok = !bars_svg(&b, &svg) || write_to(out, "accuracy.svg", &svg, err);
    buf_clear(&svg);
    return ok;
}

static void print_tasks(const struct eval_sum *sums, FILE *table)
{
    const char *task;
    fputs("\n| task | test, % | unseen, % |\n|---|---|---|\n", table);
    for (size_t i = 0; (task = eval_sum_task(&sums[0], i)); i++) {
        struct tally t = eval_sum_of(&sums[0], task, -1);
        double low, high, unseen = part_right(&sums[1], task);
        tally_interval(&t, &low, &high);
        fprintf(table, "| %s | %.1f of %u (%.1f to %.1f) |", task,
                100 * t.right / t.n, t.n, 100 * low, 100 * high);
        if (isnan(unseen))
            fputs(" |", table);
        else
            fprintf(table, " %.1f |", 100 * unseen);
        fputc('\n', table);
    }
    fprintf(table, "| mean of the tasks | %.1f | %.1f |\n",
            100 * eval_sum_macro(&sums[0], NULL),
            100 * eval_sum_macro(&sums[1], NULL));
}

static bool report_tasks(const char *dir, const char *out, FILE *table,
                         struct err *err)
{
    struct eval_sum sums[2] = {{0}, {0}};
    bool there[2];
    bool ok = read_split(dir, "test", &sums[0], &there[0], err) &&
              read_split(dir, "unseen", &sums[1], &there[1], err);
    if (ok && there[0]) {
        print_tasks(sums, table);
        ok = draw_tasks(sums, out, err);
    }
    eval_sum_clear(&sums[0]);
    eval_sum_clear(&sums[1]);
    return ok;
}

bool report_write(const char *dir, const char *out, FILE *table,
                  struct err *err)
{
    struct reading r = {0};
    struct history h;
    bool ok = history_read(&h, dir, take_line, &r, err);
    for (int f = 0; f < N_FIGURES && ok; f++)
        ok = write_figure(&r, f, out, err);
    history_brief_end(&r.brief);
    ok = ok && (r.brief.lines.len == 0 ||
                write_to(out, "history.jsonl", &r.brief.lines, err));
    history_brief_clear(&r.brief);
    if (ok)
        report_stages(&h, table);
    ok = ok && report_tasks(dir, out, table, err);
    for (int f = 0; f < N_FIGURES; f++) {
        for (int k = 0; k < MAX_SERIES; k++)
            series_clear(&r.series[f][k]);
    }
    return ok;
}

/* --- experts -------------------------------------------------------------- */

/* A line of tabs as a row of a table. */
static void print_row(struct str line, FILE *table)
{
    fputs("| ", table);
    for (size_t i = 0; i < line.len; i++) {
        if (line.p[i] == '\t')
            fputs(" | ", table);
        else if ((unsigned char)line.p[i] >= ' ' && line.p[i] != 0x7f)
            fputc(line.p[i], table);
    }
    fputs(" |\n", table);
}

bool report_experts(const char *dir, FILE *table, struct err *err)
{
    struct buf path = {0}, text = {0};
    buf_printf(&path, "%s/experts.tsv", dir);
    bool ok = file_read(path.p, (size_t)1 << 26, &text, err) ||
              file_context(err, path.p);
    struct str all = buf_str(&text);
    for (size_t at = 0; ok && at < all.len;) {
        size_t end = str_find(all, str_of("\n"), at);
        print_row(str_n(all.p + at, end - at), table);
        if (at == 0)
            fputs("|---|---|---|---|---|---|---|---|---|---|\n", table);
        at = end + 1;
    }
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

/* --- runs side by side ---------------------------------------------------- */

static double figure(const json_t *told, const char *key)
{
    return json_number_value(
        json_object_get(json_object_get(told, "held_out"), key));
}

static const char *name_of(const char *dir)
{
    const char *slash = strrchr(dir, '/');
    return slash && slash[1] ? slash + 1 : dir;
}

static void print_arm(const char *dir, const struct history *h,
                      const json_t *told, const struct eval_sum *test,
                      FILE *table)
{
    uint64_t tokens = 0;
    double mtp = 0;
    for (size_t i = 0; i < h->n; i++) {
        tokens += h->stages[i].tokens;
        mtp = h->stages[i].mtp_right > 0 ? h->stages[i].mtp_right : mtp;
    }
    fprintf(table,
            "| %s | %.2f M | %.4f | %.1f | %.2f | %.2f | %.2f | %.0f of %.0f | "
            "%.1f |\n",
            name_of(dir), (double)tokens / 1e6, figure(told, "loss"),
            100 * eval_sum_macro(test, NULL), figure(told, "maxvio"),
            figure(told, "worst"), figure(told, "least"),
            figure(told, "dead"), figure(told, "experts"), 100 * mtp);
}

static bool report_arm(const char *dir, FILE *table, struct err *err)
{
    struct history h;
    struct eval_sum test;
    struct buf path = {0};
    bool there = false;
    buf_printf(&path, "%s/eval.json", dir);
    json_t *told = json_load_file(path.p, 0, NULL);
    bool ok = history_read(&h, dir, NULL, NULL, err) &&
              read_split(dir, "test", &test, &there, err);
    if (ok && (!there || !told))
        ok = err_set(err, ERR_USAGE, "%s has not been evaluated", dir);
    if (ok)
        print_arm(dir, &h, told, &test, table);
    if (there)
        eval_sum_clear(&test);
    json_decref(told);
    buf_clear(&path);
    return ok;
}

bool report_ablations(char *const *dirs, size_t n, FILE *table, struct err *err)
{
    bool ok = true;
    fputs("| run | tokens | held-out loss | tasks right, % | MaxVio | worst | least "
          "load | dead | MTP right, % |\n|---|---|---|---|---|---|---|---|---|\n",
          table);
    for (size_t i = 0; ok && i < n; i++)
        ok = report_arm(dirs[i], table, err);
    return ok;
}
