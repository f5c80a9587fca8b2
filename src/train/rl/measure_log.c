/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/measure_log.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

static const char *lang_name(enum lang lang)
{
    return lang == LANG_ZH ? "zh" : "en";
}

void measure_log_put(FILE *out, const struct measure *m)
{
    fputs(",\"measure\":[", out);
    for (size_t i = 0; i < m->n; i++) {
        const struct measure_kind *k = &m->kinds[i];
        fprintf(out, "%s[\"%s\",%u,\"%s\",%u,%.4f,%u,%u,%" PRIu64 "]",
                i ? "," : "", k->kind.row->task->name, k->kind.level,
                lang_name(k->kind.lang), k->n, k->right, k->formed, k->ended,
                k->think_bytes);
    }
    fputs("]", out);
}

static const struct mixture_row *find_row(const struct mixture *mixture,
                                          const char *task)
{
    for (size_t i = 0; i < mixture->n; i++)
        if (strcmp(mixture->rows[i].task->name, task) == 0)
            return &mixture->rows[i];
    return NULL;
}

/* A kind that the mixture no longer has, or whose numbers cannot be, is passed
 * over. */
static void take_kind(struct measure *m, const struct mixture *mixture,
                      json_t *j)
{
    const char *task, *lang;
    int level, n, formed, ended;
    double right;
    json_int_t think;
    if (json_unpack(j, "[s i s i F i i I]", &task, &level, &lang, &n, &right,
                    &formed, &ended, &think) != 0)
        return;
    const struct mixture_row *row = find_row(mixture, task);
    if (!row || level < 0 || n < 1 || !(right >= 0 && right <= n) ||
        formed < 0 || ended < 0 || think < 0)
        return;
    m->kinds = mem_realloc(m->kinds, (m->n + 1) * sizeof *m->kinds);
    m->kinds[m->n++] = (struct measure_kind){
        .kind = {row, (unsigned)level,
                 strcmp(lang, "zh") == 0 ? LANG_ZH : LANG_EN},
        .n = (uint32_t)n, .right = right, .formed = (uint32_t)formed,
        .ended = (uint32_t)ended, .think_bytes = (uint64_t)think};
}

static void take_line(struct measure *m, const struct mixture *mixture,
                      struct str line, const char *stage, uint64_t *step)
{
    json_t *j = json_loadb(line.p, line.len, 0, NULL);
    const char *name = json_string_value(json_object_get(j, "stage"));
    json_t *kinds = json_object_get(j, "measure"), *kind;
    size_t i;
    if (name && strcmp(name, stage) == 0 && json_is_array(kinds)) {
        measure_clear(m);
        json_array_foreach(kinds, i, kind)
            take_kind(m, mixture, kind);
        *step = (uint64_t)json_integer_value(json_object_get(j, "step"));
    }
    json_decref(j);
}

bool measure_log_last(struct measure *m, const struct mixture *mixture,
                      const char *path, const char *stage, uint64_t *step,
                      bool *found, struct err *err)
{
    struct buf all = {0};
    measure_clear(m);
    *found = false;
    if (access(path, F_OK) != 0)
        return true;
    if (!file_read(path, SIZE_MAX / 2, &all, err))
        return false;
    struct str s = buf_str(&all);
    for (size_t at = 0; at < s.len;) {
        size_t end = str_find(s, str_of("\n"), at);
        struct str line = str_n(s.p + at, end - at);
        /* Most lines are of steps: do not take them apart. */
        if (str_find(line, str_of("\"measure\""), 0) < line.len)
            take_line(m, mixture, line, stage, step);
        at = end + 1;
    }
    buf_clear(&all);
    *found = m->n > 0;
    return true;
}
