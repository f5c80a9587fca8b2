/* SPDX-License-Identifier: Apache-2.0 */
/* Models in several files, NAME-00001-of-00003.gguf and so on. The first holds
 * the metadata, every one some of the tensors and a data section of its own.
 * The names of the others are made from the name that was given and from
 * numbers, never from text in a file. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "gguf/gguf.h"
#include "gguf/gguf_index.h"
#include "gguf/gguf_parse.h"
#include "gguf/gguf_reader.h"

enum { MAX_PARTS = 1024 };

/* What a part says of itself. */
struct split {
    uint32_t no, count; /* no: from 0 */
    uint32_t n_tensors; /* of all parts; UINT32_MAX: not said */
};

static bool read_split(const struct gguf *g, struct split *s, struct err *err)
{
    *s = (struct split){.count = 1, .n_tensors = UINT32_MAX};
    if (!gguf_get_u32(g, "split.count", 0, MAX_PARTS, &s->count, err))
        return false;
    return s->count <= 1 ||
           (gguf_need_u32(g, "split.no", 0, s->count - 1, &s->no, err) &&
            gguf_get_u32(g, "split.tensors.count", 0, GGUF_MAX_TENSORS,
                         &s->n_tensors, err));
}

static void add_suffix(struct buf *b, uint32_t no, uint32_t count)
{
    buf_printf(b, "-%05" PRIu32 "-of-%05" PRIu32 ".gguf", no + 1, count);
}

/* The part of `path` that all names share. */
static bool find_prefix(const char *path, const struct split *s,
                        struct str *prefix, struct err *err)
{
    struct buf suffix = {0};
    add_suffix(&suffix, s->no, s->count);
    *prefix = str_of(path);
    bool ok = str_ends(*prefix, buf_str(&suffix));
    if (ok)
        prefix->len -= suffix.len;
    else
        err_set(err, ERR_FORMAT,
                "it is part %" PRIu32 " of %" PRIu32 " of a model; only under "
                "a name that ends in %s are the others found", s->no + 1,
                s->count, suffix.p);
    buf_clear(&suffix);
    return ok || file_context(err, path);
}

/* Part `no` of the model that `whole` is the first part of, or (NULL) the first
 * part itself. */
static bool check_part(const struct gguf *part, const struct gguf *whole,
                       uint32_t no, const struct split *want, struct err *err)
{
    static const char *const same[] = {"general.architecture", "general.name"};
    struct split s;
    if (!read_split(part, &s, err))
        return false;
    if (s.count != want->count || s.no != no)
        return err_set(err, ERR_FORMAT,
                       "it says that it is part %" PRIu32 " of %" PRIu32,
                       s.no + 1, s.count);
    for (size_t i = 0; whole && i < 2; i++) {
        struct str a = {0}, b = {0};
        if (!gguf_get_str(whole, same[i], &a, err) ||
            !gguf_get_str(part, same[i], &b, err))
            return false;
        if (a.p && b.p && !str_eq(a, b))
            return err_set(err, ERR_FORMAT,
                           "it belongs to another model: %s is \"%s\"", same[i],
                           gguf_quote(b).s);
    }
    return true;
}

static bool open_part(struct gguf *part, const struct gguf *whole,
                      struct str prefix, uint32_t no, const struct split *want,
                      struct err *err)
{
    struct buf path = {0};
    buf_add_str(&path, prefix);
    add_suffix(&path, no, want->count);
    bool ok = gguf_open_one(part, path.p, err);
    if (ok && !check_part(part, whole, no, want, err)) {
        gguf_close(part);
        ok = file_context(err, path.p);
    }
    buf_clear(&path);
    return ok || err_context(err, "part %" PRIu32 " of %" PRIu32, no + 1,
                             want->count);
}

/* Takes the tensors and the mapping out of `part`, which is closed. */
static bool add_part(struct gguf *g, struct gguf *part, struct err *err)
{
    size_t n = g->n_tensors + part->n_tensors;
    struct gguf_tensor *t =
        n > GGUF_MAX_TENSORS ? NULL : realloc(g->tensors, (n + 1) * sizeof *t);
    if (!t) {
        gguf_close(part);
        return err_set(err, n > GGUF_MAX_TENSORS ? ERR_FORMAT : ERR_MEMORY,
                       "no room for %zu tensors", n);
    }
    if (part->n_tensors)
        memcpy(t + g->n_tensors, part->tensors, part->n_tensors * sizeof *t);
    g->tensors = t;
    g->n_tensors = n;
    g->file_bytes += part->file.size;
    g->more[g->n_more++] = part->file;
    part->file = (struct file_map){0};
    gguf_close(part);
    return true;
}

static bool open_others(struct gguf *g, struct str prefix,
                        const struct split *s, struct err *err)
{
    g->more = calloc(s->count, sizeof *g->more);
    if (!g->more)
        return err_set(err, ERR_MEMORY, "no room for %" PRIu32 " parts",
                       s->count);
    for (uint32_t no = 1; no < s->count; no++) {
        struct gguf part;
        if (!open_part(&part, g, prefix, no, s, err) ||
            !add_part(g, &part, err))
            return false;
    }
    return true;
}

static bool index_all(struct gguf *g, const struct split *s, struct err *err)
{
    if (s->n_tensors != UINT32_MAX && g->n_tensors != s->n_tensors)
        return err_set(err, ERR_FORMAT,
                       "its %" PRIu32 " parts have %zu tensors, they should "
                       "have %" PRIu32, s->count, g->n_tensors, s->n_tensors);
    gguf_index_free(g->tensor_index);
    return gguf_index_tensors(g, err);
}

bool gguf_join_parts(struct gguf *g, const char *path, struct err *err)
{
    struct split s;
    struct str prefix;
    if (!read_split(g, &s, err))
        return file_context(err, path);
    if (s.count <= 1)
        return true;
    if (!find_prefix(path, &s, &prefix, err))
        return false;
    if (s.no != 0) { /* any part will do to name the model */
        gguf_close(g);
        if (!open_part(g, NULL, prefix, 0, &s, err) ||
            !read_split(g, &s, err))
            return false;
    }
    return open_others(g, prefix, &s, err) &&
           (index_all(g, &s, err) || file_context(err, path));
}
