/* SPDX-License-Identifier: Apache-2.0 */
#include "train/history.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

/* --- one line ------------------------------------------------------------- */

static const char measured[] = "measure:";

/* Rows are [task, level, language, asked, right, ...]. */
static bool measured_task(const json_t *rows, const char *task, double *out)
{
    double asked = 0, right = 0;
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        const char *name = json_string_value(json_array_get(row, 0));
        if (!name || strcmp(name, task) != 0)
            continue;
        asked += json_number_value(json_array_get(row, 3));
        right += json_number_value(json_array_get(row, 4));
    }
    *out = asked > 0 ? right / asked : 0;
    return asked > 0;
}

bool history_number(const json_t *line, const char *key, double *out)
{
    size_t n = strlen(measured), i;
    if (strncmp(key, measured, n) == 0)
        return measured_task(json_object_get(line, "measure"), key + n, out);
    const json_t *v = json_object_get(line, key);
    json_t *item;
    *out = json_number_value(v);
    if (json_is_number(v))
        return true;
    json_array_foreach(v, i, item)
        *out += json_number_value(item) / (double)json_array_size(v);
    return json_array_size(v) > 0;
}

/* --- stages --------------------------------------------------------------- */

static struct history_stage *stage_of(struct history *h, const json_t *line)
{
    const char *name = json_string_value(json_object_get(line, "stage"));
    if (!name || strlen(name) >= sizeof h->stages[0].name)
        return NULL;
    for (size_t i = 0; i < h->n; i++) {
        if (strcmp(h->stages[i].name, name) == 0)
            return &h->stages[i];
    }
    if (h->n == HISTORY_STAGES)
        return NULL;
    struct history_stage *s = &h->stages[h->n++];
    *s = (struct history_stage){0};
    memcpy(s->name, name, strlen(name) + 1);
    if (h->n > 1)
        s->begins = s[-1].begins + (double)s[-1].tokens / 1e6;
    return s;
}

static void note(struct history_stage *s, const json_t *line)
{
    json_int_t step = json_integer_value(json_object_get(line, "step"));
    json_int_t tokens = json_integer_value(json_object_get(line, "tokens"));
    double x;
    if (step > 0)
        s->steps = s->steps_before + (uint64_t)step;
    if (tokens > 0)
        s->tokens = s->tokens_before + (uint64_t)tokens;
    if (history_number(line, "seconds", &x))
        s->seconds += x;
    if (history_number(line, "validation_loss", &x))
        s->held_out = x;
    if (history_number(line, "maxvio", &x))
        s->vio = x;
    if (history_number(line, "mtp_right", &x) && x > 0)
        s->mtp_right = s->mtp_right > 0 ? 0.95 * s->mtp_right + 0.05 * x : x;
}

static void read_lines(struct history *h, struct str text, history_line_fn tell,
                       void *arg)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = str_find(text, str_of("\n"), at);
        json_t *line = json_loadb(text.p + at, end - at, 0, NULL);
        struct history_stage *s = json_is_object(line) ? stage_of(h, line) : NULL;
        if (s) {
            note(s, line);
            if (tell)
                tell(arg, s, line);
        }
        json_decref(line);
        at = end + 1;
    }
    for (size_t i = 0; i < h->n; i++) { /* for the next file */
        h->stages[i].steps_before = h->stages[i].steps;
        h->stages[i].tokens_before = h->stages[i].tokens;
    }
}

bool history_read(struct history *h, const char *dir, history_line_fn tell,
                  void *arg, struct err *err)
{
    static const char *const files[] = {"before.jsonl", "log.jsonl"};
    struct buf path = {0}, text = {0};
    bool ok = true;
    *h = (struct history){.n = 0};
    for (int i = 0; i < 2 && ok; i++) {
        buf_reset(&path);
        buf_reset(&text);
        buf_printf(&path, "%s/%s", dir, files[i]);
        if (i == 0 && access(path.p, F_OK) != 0)
            continue;
        ok = file_read(path.p, (size_t)4 << 30, &text, err) ||
             file_context(err, path.p);
        if (ok)
            read_lines(h, buf_str(&text), tell, arg);
    }
    if (ok && h->n == 0)
        ok = err_set(err, ERR_FORMAT, "%s tells of no stage", path.p);
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

const struct history_stage *history_find(const struct history *h,
                                         const char *stage)
{
    for (size_t i = 0; i < h->n; i++) {
        if (strcmp(h->stages[i].name, stage) == 0)
            return &h->stages[i];
    }
    return NULL;
}
