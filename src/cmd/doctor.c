/* SPDX-License-Identifier: Apache-2.0 */
/* mull doctor: is all well here, and what to do where it is not. */
#include "cmd/doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/sanitize.h"
#include "cmd/cmd.h"
#include "options.h"

__attribute__((format(printf, 2, 0)))
static void add(struct buf *to, const char *fmt, va_list ap)
{
    char text[1024];
    vsnprintf(text, sizeof text, fmt, ap);
    sanitize_text(str_of(text), true, to); /* paths and names may hold anything */
}

void doctor_say(struct doctor *d, enum doctor_state state, const char *name,
                const char *fmt, ...)
{
    va_list ap;
    if (d->n == sizeof d->lines / sizeof *d->lines)
        return;
    struct doctor_line *line = &d->lines[d->n++];
    *line = (struct doctor_line){.name = name, .state = state};
    va_start(ap, fmt);
    add(&line->said, fmt, ap);
    va_end(ap);
}

void doctor_next(struct doctor *d, const char *fmt, ...)
{
    va_list ap;
    if (d->n == 0)
        return;
    va_start(ap, fmt);
    add(&d->lines[d->n - 1].next, fmt, ap);
    va_end(ap);
}

static size_t count(const struct doctor *d, enum doctor_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++)
        n += d->lines[i].state == state;
    return n;
}

/* The words stay English: they are what one looks and searches for. */
static const char *word(enum doctor_state state)
{
    static const char *const words[] = {"ok", "warn", "fail"};
    return words[state];
}

static void print_text(const struct doctor *d)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct doctor_line *line = &d->lines[i];
        printf("%-4s  %-13s %s\n", word(line->state), line->name, line->said.p);
        if (line->next.len)
            printf("%-4s  %-13s -> %s\n", "", "", line->next.p);
    }
}

static bool print_json(const struct doctor *d, struct err *err)
{
    json_t *checks = json_array();
    for (size_t i = 0; i < d->n; i++) {
        const struct doctor_line *line = &d->lines[i];
        json_t *j = json_pack("{s:s, s:s, s:o}", "name", line->name, "state",
                              word(line->state), "said",
                              json_text(buf_str(&line->said)));
        if (line->next.len)
            json_put_text(j, "next", buf_str(&line->next));
        json_array_append_new(checks, j);
    }
    json_t *all = json_pack("{s:b, s:i, s:i, s:o}", "well",
                            (int)(count(d, DOCTOR_FAIL) == 0), "warnings",
                            (int)count(d, DOCTOR_WARN), "failures",
                            (int)count(d, DOCTOR_FAIL), "checks", checks);
    bool ok = (json_dumpf(all, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 &&
               putchar('\n') != EOF) ||
              err_set(err, ERR_IO, _("standard output could not be written"));
    json_decref(all);
    return ok;
}

static void clear(struct doctor *d)
{
    for (size_t i = 0; i < d->n; i++) {
        buf_clear(&d->lines[i].said);
        buf_clear(&d->lines[i].next);
    }
}

bool cmd_doctor(struct options *o, struct err *err)
{
    struct doctor d = {.n = 0};
    if (!options_want_args(o, 0, 0, "", err))
        return false;
    doctor_terminal(&d);
    doctor_machine(&d, o);
    doctor_folders(&d, o);
    doctor_model(&d, o);
    bool ok = true;
    if (o->json)
        ok = print_json(&d, err);
    else
        print_text(&d);
    size_t failed = count(&d, DOCTOR_FAIL), all = d.n;
    clear(&d);
    if (ok && failed)
        ok = err_set(err, ERR_LIMIT, _("%zu of %zu checks failed"), failed, all);
    return ok;
}
