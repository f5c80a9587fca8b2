/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/json_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

#define MAX_LINE ((size_t)64 << 20)

enum got { GOT_LINE, GOT_END, GOT_ERROR };

static enum got read_line(FILE *in, struct buf *line, struct err *err)
{
    int c;
    buf_reset(line);
    while ((c = getc(in)) != EOF && c != '\n') {
        if (line->len == MAX_LINE) {
            err_set(err, ERR_LIMIT, "longer than %zu MB", MAX_LINE >> 20);
            return GOT_ERROR;
        }
        buf_putc(line, (char)c);
    }
    if (ferror(in)) {
        err_system(err, errno, "standard input");
        return GOT_ERROR;
    }
    return c == EOF && line->len == 0 ? GOT_END : GOT_LINE;
}

static bool is_empty(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r')
            return false;
    }
    return true;
}

static bool write_line(json_t *out, struct err *err)
{
    if (json_dumpf(out, stdout, JSON_COMPACT) == 0 &&
        putchar('\n') != EOF && fflush(stdout) == 0)
        return true;
    return err_system(err, errno, "standard output");
}

static bool one_line(struct str line, json_line_fn fn, void *arg,
                     struct err *err)
{
    json_error_t why;
    /* jansson goes at most 2048 levels deep. */
    json_t *in = json_loadb(line.p, line.len, JSON_ALLOW_NUL, &why);
    if (!in)
        return err_set(err, ERR_FORMAT, "not JSON: %s", why.text);
    json_t *out = NULL;
    if (json_is_object(in))
        out = fn(arg, in, err);
    else
        err_set(err, ERR_FORMAT, "not a JSON object");
    json_decref(in);
    bool ok = out && write_line(out, err);
    json_decref(out);
    return ok;
}

bool json_lines(json_line_fn fn, void *arg, struct err *err)
{
    struct buf line = {0};
    enum got got;
    unsigned long n = 0;
    do {
        n++;
        got = read_line(stdin, &line, err);
        if (got == GOT_LINE && !is_empty(buf_str(&line)) &&
            !one_line(buf_str(&line), fn, arg, err))
            got = GOT_ERROR;
    } while (got == GOT_LINE);
    if (got == GOT_ERROR)
        err_context(err, "line %lu", n);
    buf_clear(&line);
    return got == GOT_END;
}
