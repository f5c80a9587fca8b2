/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/json_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

#define MAX_LINE ((size_t)64 << 20)

enum line_got line_next(FILE *in, size_t max, struct buf *line,
                        struct err *err)
{
    int c;
    buf_reset(line);
    while ((c = getc(in)) != EOF && c != '\n') {
        if (line->len == max) {
            err_set(err, ERR_LIMIT, "longer than %zu MB", max >> 20);
            return LINE_ERROR;
        }
        buf_putc(line, (char)c);
    }
    if (ferror(in)) {
        err_system(err, errno, "cannot be read");
        return LINE_ERROR;
    }
    if (c != EOF)
        return LINE_WHOLE;
    return line->len ? LINE_CUT : LINE_END;
}

bool line_is_empty(const struct buf *line)
{
    for (size_t i = 0; i < line->len; i++)
        if (line->p[i] != ' ' && line->p[i] != '\t' && line->p[i] != '\r')
            return false;
    return true;
}

json_t *line_object(const struct buf *line, struct err *err)
{
    json_error_t why;
    struct str s = buf_str(line);
    /* jansson goes at most 2048 levels deep. */
    json_t *o = json_loadb(s.p, s.len, JSON_ALLOW_NUL, &why);
    if (o && json_is_object(o))
        return o;
    if (o)
        err_set(err, ERR_FORMAT, "not a JSON object");
    else
        err_set(err, ERR_FORMAT, "not JSON: %s", why.text);
    json_decref(o);
    return NULL;
}

static bool write_line(json_t *out, struct err *err)
{
    if (json_dumpf(out, stdout, JSON_COMPACT) == 0 &&
        putchar('\n') != EOF && fflush(stdout) == 0)
        return true;
    return err_system(err, errno, "standard output");
}

static bool one_line(const struct buf *line, json_line_fn fn, void *arg,
                     struct err *err)
{
    json_t *in = line_object(line, err);
    json_t *out = in ? fn(arg, in, err) : NULL;
    json_decref(in);
    bool ok = out && write_line(out, err);
    json_decref(out);
    return ok;
}

bool json_lines(json_line_fn fn, void *arg, struct err *err)
{
    struct buf line = {0};
    enum line_got got;
    unsigned long n = 0;
    do {
        n++;
        got = line_next(stdin, MAX_LINE, &line, err);
        if ((got == LINE_WHOLE || got == LINE_CUT) && !line_is_empty(&line) &&
            !one_line(&line, fn, arg, err))
            got = LINE_ERROR;
    } while (got == LINE_WHOLE || got == LINE_CUT);
    if (got == LINE_ERROR)
        err_context(err, "line %lu", n);
    buf_clear(&line);
    return got == LINE_END;
}
