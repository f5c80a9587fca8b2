/* SPDX-License-Identifier: Apache-2.0 */
/* mull tokenize: text to token ids and back, one text or one JSON object a
 * line, for looking at a vocabulary and for comparing with other programs. */
#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/json_lines.h"
#include "cmd/text_output.h"
#include "cmd/vocab_file.h"
#include "options.h"
#include "text/detok.h"
#include "text/encode.h"
#include "text/vocab.h"

#define MAX_INPUT ((size_t)256 << 20)

struct job {
    const struct vocab *vocab;
    bool special;
};

static void encode_text(const struct job *job, struct str text, struct ids *ids)
{
    encode(job->vocab, text, job->special ? ENCODE_SPECIAL : ENCODE_PLAIN, ids);
}

static void decode_ids(const struct job *job, const struct ids *ids,
                       struct buf *text)
{
    struct detok d = {0};
    for (size_t i = 0; i < ids->n; i++)
        detok_token(&d, job->vocab, ids->p[i], job->special, text);
    detok_end(&d, text);
}

static bool add_id(const struct job *job, int64_t id, struct ids *ids,
                   struct err *err)
{
    uint32_t n = vocab_size(job->vocab);
    if (id < 0 || id >= n)
        return err_set(err, ERR_USAGE,
                       "%" PRId64 " is not a token of this model (0 to %u)", id,
                       n - 1);
    ids_add(ids, (int32_t)id);
    return true;
}

/* --- one JSON object a line ----------------------------------------------- */

static json_t *encode_line(void *arg, json_t *in, struct err *err)
{
    json_t *text = json_object_get(in, "text");
    if (!json_is_string(text)) {
        err_set(err, ERR_FORMAT, "it has no string \"text\"");
        return NULL;
    }
    struct ids ids = {0};
    encode_text(arg, str_n(json_string_value(text), json_string_length(text)),
                &ids);
    json_t *list = json_array();
    for (size_t i = 0; i < ids.n; i++)
        json_array_append_new(list, json_integer(ids.p[i]));
    ids_clear(&ids);
    return json_pack("{s:o}", "ids", list);
}

static json_t *decode_line(void *arg, json_t *in, struct err *err)
{
    const struct job *job = arg;
    json_t *list = json_object_get(in, "ids"), *id, *out = NULL;
    size_t i;
    struct ids ids = {0};
    struct buf text = {0};
    bool ok = json_is_array(list) ||
              err_set(err, ERR_FORMAT, "it has no list \"ids\"");
    for (i = 0; ok && i < json_array_size(list); i++) {
        id = json_array_get(list, i);
        ok = json_is_integer(id)
                 ? add_id(job, json_integer_value(id), &ids, err)
                 : err_set(err, ERR_FORMAT, "\"ids\" holds more than numbers");
    }
    if (ok) {
        decode_ids(job, &ids, &text);
        struct str s = buf_str(&text);
        out = json_pack("{s:s%}", "text", s.p, s.len);
    }
    ids_clear(&ids);
    buf_clear(&text);
    return out;
}

/* --- one text ------------------------------------------------------------- */

static void print_ids(const struct job *job, struct str text)
{
    struct ids ids = {0};
    encode_text(job, text, &ids);
    for (size_t i = 0; i < ids.n; i++)
        printf("%s%" PRId32, i ? " " : "", ids.p[i]);
    putchar('\n');
    ids_clear(&ids);
}

/* Numbers apart by white space or commas. */
static bool parse_ids(const struct job *job, struct str text, struct ids *ids,
                      struct err *err)
{
    size_t i = 0;
    while (i < text.len) {
        char *end;
        if (strchr(" \t\r\n,[]", text.p[i]) && text.p[i]) {
            i++;
            continue;
        }
        errno = 0;
        long long id = strtoll(text.p + i, &end, 10);
        if (end == text.p + i || errno)
            return err_set(err, ERR_USAGE, "\"%.20s\" is not a token id",
                           text.p + i);
        if (!add_id(job, id, ids, err))
            return false;
        i = (size_t)(end - text.p);
    }
    return true;
}

static bool print_text(const struct job *job, struct str numbers,
                       struct err *err)
{
    struct ids ids = {0};
    struct buf text = {0};
    bool ok = parse_ids(job, numbers, &ids, err);
    if (ok) {
        decode_ids(job, &ids, &text);
        text_output(buf_str(&text));
        putchar('\n');
    }
    ids_clear(&ids);
    buf_clear(&text);
    return ok;
}

/* The arguments, as the shell would join them, or standard input. */
static bool read_input(const struct options *o, struct buf *in, struct err *err)
{
    if (o->n_args == 0)
        return file_read_fd(STDIN_FILENO, MAX_INPUT, in, err) ||
               err_context(err, "standard input");
    for (int i = 0; i < o->n_args; i++)
        buf_printf(in, "%s%s", i ? " " : "", o->args[i]);
    return true;
}

static bool one_text(const struct options *o, const struct job *job,
                     struct err *err)
{
    struct buf in = {0};
    bool ok = read_input(o, &in, err);
    if (ok && o->decode)
        ok = print_text(job, buf_str(&in), err);
    else if (ok)
        print_ids(job, buf_str(&in));
    buf_clear(&in);
    return ok;
}

bool cmd_tokenize(struct options *o, struct err *err)
{
    struct vocab_file f;
    if (o->jsonl && o->n_args > 0)
        return err_set(err, ERR_USAGE,
                       "with --jsonl the texts come from standard input");
    if (!vocab_file_open(&f, &o->load, err))
        return false;
    struct job job = {f.vocab, o->special};
    bool ok = o->jsonl ? json_lines(o->decode ? decode_line : encode_line, &job,
                                    err)
                       : one_text(o, &job, err);
    ok = vocab_file_intact(&f, err) && ok;
    vocab_file_close(&f);
    return ok;
}
