/* SPDX-License-Identifier: Apache-2.0 */
#include "train/report.h"

#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "train/chart.h"

/* What is drawn: one file a figure, keys of the log's lines. A list of numbers
 * counts as its mean. */
enum { MAX_SERIES = 4, N_FIGURES = 4, MAX_STAGES = 8 };

static const struct figure {
    const char *file, *title, *y_name;
    bool from_zero;
    const char *keys[MAX_SERIES], *names[MAX_SERIES];
} figures[N_FIGURES] = {
    {"loss.svg", "Loss", "nats a token", true,
     {"loss", "mtp_loss", "validation_loss"},
     {"training", "prediction block", "held out"}},
    {"balance.svg", "Balance of the experts", "largest load / mean - 1", true,
     {"maxvio"}, {"MaxVio, mean of the layers"}},
    {"speed.svg", "Speed", "tokens/s", true, {"tok_s"}, {"tokens/s"}},
    {"reward.svg", "Reinforcement learning", "share", true,
     {"reward", "format", "entropy"}, {"reward", "format", "entropy, nats"}},
};

struct stage {
    char name[16];
    uint64_t steps, tokens;
    double seconds, loss, vio;  /* of the last line that told them */
    double begins;              /* million tokens of the stages before */
};

struct reading {
    struct series series[N_FIGURES][MAX_SERIES];
    struct stage stages[MAX_STAGES];
    size_t n_stages;
};

/* --- the log ------------------------------------------------------------------------------ */

static double number_of(const json_t *v)
{
    double sum = 0;
    size_t i;
    json_t *item;
    if (json_is_number(v))
        return json_number_value(v);
    json_array_foreach(v, i, item)
        sum += json_number_value(item);
    return json_array_size(v) ? sum / (double)json_array_size(v) : 0;
}

static struct stage *stage_of(struct reading *r, const json_t *j)
{
    const char *name = json_string_value(json_object_get(j, "stage"));
    if (!name || strlen(name) >= sizeof r->stages[0].name)
        return NULL;
    for (size_t i = 0; i < r->n_stages; i++) {
        if (strcmp(r->stages[i].name, name) == 0)
            return &r->stages[i];
    }
    if (r->n_stages == MAX_STAGES)
        return NULL;
    struct stage *s = &r->stages[r->n_stages++];
    *s = (struct stage){0};
    memcpy(s->name, name, strlen(name) + 1);
    if (r->n_stages > 1)
        s->begins = s[-1].begins + (double)s[-1].tokens / 1e6;
    return s;
}

static void note_step(struct stage *s, const json_t *j)
{
    json_int_t step = json_integer_value(json_object_get(j, "step"));
    json_int_t tokens = json_integer_value(json_object_get(j, "tokens"));
    if (step > 0)
        s->steps = (uint64_t)step;
    if (tokens > 0)
        s->tokens = (uint64_t)tokens;
    s->seconds += json_number_value(json_object_get(j, "seconds"));
    if (json_object_get(j, "validation_loss"))
        s->loss = json_number_value(json_object_get(j, "validation_loss"));
    if (json_object_get(j, "maxvio"))
        s->vio = number_of(json_object_get(j, "maxvio"));
}

static void read_line(struct reading *r, struct str line)
{
    json_t *j = json_loadb(line.p, line.len, 0, NULL);
    struct stage *s = json_is_object(j) ? stage_of(r, j) : NULL;
    if (s)
        note_step(s, j);
    for (int f = 0; s && f < N_FIGURES; f++) {
        for (int k = 0; k < MAX_SERIES && figures[f].keys[k]; k++) {
            const json_t *v = json_object_get(j, figures[f].keys[k]);
            double y = number_of(v);
            /* Before its time the prediction block says 0: that is no loss. */
            if (v && !(y == 0 && strcmp(figures[f].keys[k], "mtp_loss") == 0))
                series_add(&r->series[f][k],
                           s->begins + (double)s->tokens / 1e6, y);
        }
    }
    json_decref(j);
}

static bool read_log(struct reading *r, const char *dir, struct err *err)
{
    struct buf path = {0}, text = {0};
    buf_printf(&path, "%s/log.jsonl", dir);
    bool ok = file_read(path.p, (size_t)4 << 30, &text, err) ||
              file_context(err, path.p);
    struct str s = buf_str(&text);
    for (size_t at = 0; ok && at < s.len;) {
        size_t end = str_find(s, str_of("\n"), at);
        read_line(r, str_n(s.p + at, end - at));
        at = end + 1;
    }
    if (ok && r->n_stages == 0)
        ok = err_set(err, ERR_FORMAT, "%s tells of no stage", path.p);
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

/* --- figures and table -------------------------------------------------------------------- */

static bool write_figure(const struct reading *r, int f, const char *out,
                         struct err *err)
{
    struct series lines[MAX_SERIES];
    struct chart c = {.title = figures[f].title, .x_name = "million tokens",
                      .y_name = figures[f].y_name, .series = lines,
                      .from_zero = figures[f].from_zero};
    struct buf svg = {0}, path = {0};
    bool ok = true;
    for (int k = 0; k < MAX_SERIES && figures[f].keys[k]; k++) {
        lines[c.n_series] = r->series[f][k];
        lines[c.n_series++].name = figures[f].names[k];
    }
    buf_printf(&path, "%s/%s", out, figures[f].file);
    if (chart_svg(&c, &svg))
        ok = file_replace(path.p, svg.p, svg.len, err) ||
             file_context(err, path.p);
    buf_clear(&svg);
    buf_clear(&path);
    return ok;
}

static void print_table(const struct reading *r, FILE *table)
{
    fprintf(table, "| stage | steps | tokens | hours | tokens/s | held-out loss "
                   "| MaxVio |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < r->n_stages; i++) {
        const struct stage *s = &r->stages[i];
        fprintf(table, "| %s | %llu | %.1f M | %.2f | %.0f | %.3f | %.2f |\n",
                s->name, (unsigned long long)s->steps, (double)s->tokens / 1e6,
                s->seconds / 3600,
                s->seconds > 0 ? (double)s->tokens / s->seconds : 0, s->loss,
                s->vio);
    }
}

bool report_write(const char *dir, const char *out, FILE *table,
                  struct err *err)
{
    struct reading r = {0};
    bool ok = read_log(&r, dir, err);
    for (int f = 0; f < N_FIGURES && ok; f++)
        ok = write_figure(&r, f, out, err);
    if (ok)
        print_table(&r, table);
    for (int f = 0; f < N_FIGURES; f++) {
        for (int k = 0; k < MAX_SERIES; k++)
            series_clear(&r.series[f][k]);
    }
    return ok;
}
