/* SPDX-License-Identifier: Apache-2.0 */
#include "train/evalfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"

/* --- written -------------------------------------------------------------- */

static json_t *object_of(const struct eval_item *item)
{
    const struct problem *p = &item->problem;
    const struct turn_stats *stats = &item->answer.stats;
    return json_pack(
        "{s:o, s:b, s:i, s:s, s:o, s:o, s:o, s:o, s:f, s:b, s:b, s:i, s:i, s:i}",
        "task", item->wild ? json_text(item->wild->task)
                           : json_string(item->task),
        "wild", item->wild != NULL, "level", (int)p->level, "lang",
        p->lang == LANG_ZH ? "zh" : "en", "prompt",
        json_text(buf_str(&p->prompt)),
        "think", json_text(buf_str(&item->answer.think)), "reply",
        json_text(buf_str(&item->answer.reply)), "wanted",
        json_text(buf_str(&p->answer)), "score", item->score, "form",
        (int)item->well_formed, "ended", (int)item->answer.ended, "think_tokens",
        (int)stats->think_tokens, "drafted", (int)stats->drafted, "accepted",
        (int)stats->accepted);
}

bool evalfile_write(const struct evalset *e, const char *path, struct err *err)
{
    struct buf out = {0};
    for (size_t i = 0; i < e->n; i++) {
        if (e->items[i].score < 0)
            continue;
        if (!json_print(object_of(&e->items[i]),
                        JSON_COMPACT | JSON_PRESERVE_ORDER, &out))
            buf_puts(&out, "{}");
        buf_putc(&out, '\n');
    }
    bool ok = file_replace(path, out.p ? out.p : "", out.len, err) ||
              file_context(err, path);
    buf_clear(&out);
    return ok;
}

/* --- read ----------------------------------------------------------------- */

static const char *string_of(const json_t *j, const char *key)
{
    const char *s = json_string_value(json_object_get(j, key));
    return s ? s : "";
}

static uint32_t count_of(const json_t *j, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(j, key));
    return n > 0 && n < INT32_MAX ? (uint32_t)n : 0;
}

static struct eval_cell *cell_of(struct eval_sum *s, const char *task,
                                 unsigned level, enum lang lang)
{
    for (size_t i = 0; i < s->n; i++) {
        struct eval_cell *c = &s->cells[i];
        if (c->level == level && c->lang == lang && strcmp(c->task, task) == 0)
            return c;
    }
    s->cells = mem_realloc(s->cells, (s->n + 1) * sizeof *s->cells);
    struct eval_cell *c = &s->cells[s->n++];
    *c = (struct eval_cell){.level = level, .lang = lang};
    snprintf(c->task, sizeof c->task, "%s", task);
    return c;
}

static void keep_sample(struct eval_sum *s, const struct eval_cell *c,
                        const json_t *j, bool right)
{
    for (size_t i = 0; i < s->n_samples; i++) {
        if (s->samples[i].right == right &&
            strcmp(s->samples[i].task, c->task) == 0)
            return;
    }
    s->samples = mem_realloc(s->samples,
                             (s->n_samples + 1) * sizeof *s->samples);
    struct eval_sample *one = &s->samples[s->n_samples++];
    *one = (struct eval_sample){.lang = c->lang, .right = right};
    memcpy(one->task, c->task, sizeof one->task);
    buf_puts(&one->prompt, string_of(j, "prompt"));
    buf_puts(&one->think, string_of(j, "think"));
    buf_puts(&one->reply, string_of(j, "reply"));
    buf_puts(&one->wanted, string_of(j, "wanted"));
}

static bool read_line(struct eval_sum *s, struct str line, struct err *err)
{
    json_t *j = json_loadb(line.p, line.len, 0, NULL);
    const char *task = string_of(j, "task");
    double score = json_number_value(json_object_get(j, "score"));
    if (!*task || strlen(task) >= sizeof s->cells->task ||
        !(score >= 0 && score <= 1)) {
        json_decref(j);
        return err_set(err, ERR_FORMAT, "a line is no answer of an evaluation");
    }
    struct eval_cell *c = cell_of(s, task, count_of(j, "level"),
                                  strcmp(string_of(j, "lang"), "zh") == 0
                                      ? LANG_ZH : LANG_EN);
    c->tally.n++;
    c->tally.refused += refused_wrongly(str_of(task), str_of(string_of(j, "reply")));
    c->tally.right += score;
    c->tally.well_formed += json_is_true(json_object_get(j, "form"));
    c->tally.think_tokens += count_of(j, "think_tokens");
    c->tally.drafted += count_of(j, "drafted");
    c->tally.accepted += count_of(j, "accepted");
    keep_sample(s, c, j, score >= 1);
    json_decref(j);
    return true;
}

bool evalfile_read(struct eval_sum *s, const char *path, struct err *err)
{
    struct buf text = {0};
    bool ok = file_read(path, (size_t)1 << 30, &text, err);
    struct str all = buf_str(&text);
    *s = (struct eval_sum){0};
    for (size_t at = 0; ok && at < all.len;) {
        size_t end = str_find(all, str_of("\n"), at);
        if (end > at)
            ok = read_line(s, str_n(all.p + at, end - at), err);
        at = end + 1;
    }
    buf_clear(&text);
    if (ok)
        return true;
    eval_sum_clear(s);
    return file_context(err, path);
}

void eval_sum_clear(struct eval_sum *s)
{
    for (size_t i = 0; i < s->n_samples; i++) {
        buf_clear(&s->samples[i].prompt);
        buf_clear(&s->samples[i].think);
        buf_clear(&s->samples[i].reply);
        buf_clear(&s->samples[i].wanted);
    }
    mem_free(s->samples);
    mem_free(s->cells);
    *s = (struct eval_sum){0};
}

/* --- summed up ------------------------------------------------------------ */

/* A name that is a task's is not that of a group: "talk" is both. */
static bool is_of(const struct eval_cell *c, const char *task, int lang)
{
    const struct task *known = task_find(c->task);
    return (lang < 0 || (int)c->lang == lang) &&
           (!task || strcmp(c->task, task) == 0 ||
            (known && !task_find(task) && strcmp(known->group, task) == 0));
}

struct tally eval_sum_of(const struct eval_sum *s, const char *task, int lang)
{
    struct tally all = {0};
    for (size_t i = 0; i < s->n; i++) {
        const struct tally *t = &s->cells[i].tally;
        if (!is_of(&s->cells[i], task, lang))
            continue;
        all.n += t->n;
        all.right += t->right;
        all.well_formed += t->well_formed;
        all.refused += t->refused;
        all.think_tokens += t->think_tokens;
        all.drafted += t->drafted;
        all.accepted += t->accepted;
    }
    return all;
}

const char *eval_sum_task(const struct eval_sum *s, size_t wanted)
{
    for (size_t i = 0; i < s->n; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(s->cells[k].task, s->cells[i].task) != 0;
        if (first && wanted-- == 0)
            return s->cells[i].task;
    }
    return NULL;
}

double eval_sum_macro(const struct eval_sum *s, const char *but)
{
    const char *task;
    double sum = 0;
    unsigned n = 0;
    for (size_t i = 0; (task = eval_sum_task(s, i)); i++) {
        if (but && strcmp(task, but) == 0)
            continue;
        struct tally t = eval_sum_of(s, task, -1);
        sum += t.right / t.n;
        n++;
    }
    return n ? sum / n : 0;
}
