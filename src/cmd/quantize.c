/* SPDX-License-Identifier: Apache-2.0 */
/* mull quantize: the same model in fewer bits. One tensor after the other, each
 * in pieces, from the mapped input to the output: neither has to fit in memory.
 * Every block is encoded alone, so the number of threads changes no byte. */
#include "cmd/cmd.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file_out.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/pool.h"
#include "cmd/progress.h"
#include "cmd/quantize_plan.h"
#include "cmd/text_output.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "model/weights.h"
#include "options.h"
#include "ui/interrupt.h"
#include "ui/units.h"

enum {
    PIECE = 1 << 22,  /* weights between two looks at progress and Ctrl-C */
    SCRATCH = 4096,   /* weights that a thread decodes at a time */
    MAX_BLOCK = 256,
};

struct quantize {
    struct gguf in;
    struct quantize_plan plan;
    struct gguf_writer *w;
    struct file_out out;
    struct pool *pool;
    struct progress progress;
    uint8_t *piece;     /* PIECE weights, encoded */
    uint64_t bytes_in;  /* of tensors done */
    uint64_t bytes_out; /* of the whole file */
};

/* --- one piece of a tensor, by all threads -------------------------------- */

struct piece {
    const struct gguf_tensor *t;
    const struct quantize_type *to;
    uint64_t first, n;
    uint8_t *out;
    _Atomic bool wrong; /* a value that the type cannot hold */
};

static uint64_t encoded_bytes(enum gguf_type type, uint64_t n)
{
    const struct gguf_type_info *info = gguf_type_info(type);
    return n / info->block_len * info->block_bytes;
}

static void encode_part(void *arg, unsigned part, unsigned n_parts)
{
    struct piece *p = arg;
    struct err err;
    float x[SCRATCH];
    size_t begin, end;
    pool_range(p->n, MAX_BLOCK, part, n_parts, &begin, &end);
    for (size_t n; begin < end; begin += n) {
        n = end - begin < SCRATCH ? end - begin : SCRATCH;
        if (!weights_decode(p->t, p->first + begin, n, x, &err) ||
            !p->to->encode(x, p->out + encoded_bytes(p->to->type, begin), n))
            atomic_store(&p->wrong, true);
    }
}

static bool stopped(struct err *err)
{
    return interrupt_seen() && !err_set(err, ERR_CANCELLED, "stopped");
}

static bool write_encoded(struct quantize *q, const struct gguf_tensor *t,
                          enum gguf_type type, struct err *err)
{
    struct piece p = {.t = t, .to = quantize_type_of(type), .out = q->piece};
    for (; p.first < t->n_elements; p.first += p.n) {
        uint64_t left = t->n_elements - p.first;
        p.n = left < PIECE ? left : PIECE;
        pool_run(q->pool, encode_part, &p);
        if (p.wrong)
            return err_set(err, ERR_FORMAT,
                           "it has a value that is not a number, or too large "
                           "for %s", gguf_type_info(type)->name);
        if (stopped(err) ||
            !file_out_write(&q->out, p.out, encoded_bytes(type, p.n), err))
            return false;
        progress_at(&q->progress,
                    q->bytes_in + encoded_bytes(t->type, p.first + p.n));
    }
    return true;
}

static bool write_as_it_is(struct quantize *q, const struct gguf_tensor *t,
                           struct err *err)
{
    for (uint64_t at = 0, n; at < t->bytes; at += n) {
        n = t->bytes - at < 4 * PIECE ? t->bytes - at : 4 * PIECE;
        if (stopped(err) || !file_out_write(&q->out, t->data + at, n, err))
            return false;
        progress_at(&q->progress, q->bytes_in + at + n);
    }
    return true;
}

static bool write_tensor(struct quantize *q, size_t i, struct err *err)
{
    static const uint8_t zeros[1 << 20]; /* the largest alignment */
    const struct gguf_tensor *t = &q->in.tensors[i];
    enum gguf_type to = q->plan.to[i];
    uint64_t size = encoded_bytes(to, t->n_elements);
    if (!(to == t->type ? write_as_it_is(q, t, err)
                        : write_encoded(q, t, to, err)))
        return err_context(err, "tensor %.*s", (int)t->name.len, t->name.p);
    q->bytes_in += t->bytes;
    return file_out_write(&q->out, zeros, gguf_padding(q->w, size), err);
}

/* --- before anything is written ------------------------------------------- */

/* Types that cannot be read are told now, not in the middle. */
static bool check_decodes(const struct quantize *q, struct err *err)
{
    float x[MAX_BLOCK];
    for (size_t i = 0; i < q->in.n_tensors; i++) {
        const struct gguf_tensor *t = &q->in.tensors[i];
        if (q->plan.to[i] != t->type &&
            !weights_decode(t, 0, gguf_type_info(t->type)->block_len, x, err))
            return false;
    }
    return true;
}

/* All of the original, in its order, but what is no longer true. */
static void put_metadata(struct quantize *q)
{
    const struct {
        const char *key;
        uint32_t value;
    } ours[] = {
        {"general.file_type", quantize_type_of(q->plan.type)->file_type},
        {"general.quantization_version", 2},
    };
    for (size_t i = 0; i < q->in.n_kv; i++) {
        const struct gguf_kv *kv = &q->in.kv[i];
        size_t k = 0;
        while (k < 2 && !str_is(kv->key, ours[k].key))
            k++;
        if (k < 2)
            gguf_put_u32(q->w, ours[k].key, ours[k].value);
        else if (!str_starts(kv->key, str_of("split.")))
            gguf_put_kv(q->w, kv);
    }
    for (size_t k = 0; k < 2; k++)
        if (!gguf_find(&q->in, ours[k].key))
            gguf_put_u32(q->w, ours[k].key, ours[k].value);
}

static bool put_tensors(struct quantize *q, struct err *err)
{
    for (size_t i = 0; i < q->in.n_tensors; i++) {
        const struct gguf_tensor *t = &q->in.tensors[i];
        char name[64] = {0}; /* names have 63 bytes at most */
        memcpy(name, t->name.p, t->name.len);
        if (strlen(name) != t->name.len)
            return err_set(err, ERR_FORMAT,
                           "the name of tensor %zu has a NUL in it", i);
        gguf_put_tensor(q->w, name, q->plan.to[i], t->n_dims, t->dims);
    }
    return true;
}

/* The built-in model is no file, so nothing can overwrite it. */
static bool check_is_no_input(const struct gguf *in, const char *path,
                              struct err *err)
{
    bool same = file_map_is(&in->file, path);
    for (size_t i = 0; i < in->n_more; i++)
        same = same || file_map_is(&in->more[i], path);
    return !same || err_set(err, ERR_USAGE,
                            "%s is what is read; write to another file", path);
}

/* --- all of it ------------------------------------------------------------ */

/* What was read of a file that was cut meanwhile is not a model. */
static bool input_intact(const struct quantize *q, struct err *err)
{
    return gguf_intact(&q->in, err) || err_context(err, "what is read");
}

static bool write_file(struct quantize *q, const char *path, struct err *err)
{
    struct buf header = {0};
    gguf_write_header(q->w, &header);
    q->bytes_out = header.len + gguf_data_bytes(q->w);
    bool ok = file_out_open(&q->out, path, q->bytes_out, err) &&
              file_out_write(&q->out, header.p, header.len, err);
    buf_clear(&header);
    for (size_t i = 0; ok && i < q->in.n_tensors; i++)
        ok = write_tensor(q, i, err) && input_intact(q, err);
    ok = ok && !stopped(err) && file_out_commit(&q->out, err);
    file_out_abandon(&q->out);
    return ok || file_context(err, path);
}

static uint64_t tensor_bytes(const struct gguf *g)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < g->n_tensors; i++)
        bytes += g->tensors[i].bytes;
    return bytes;
}

static bool convert(struct quantize *q, const struct options *o,
                    struct err *err)
{
    const char *path = o->args[1];
    struct interrupt interrupt;
    if (!gguf_check_is_model(&q->in, err) ||
        !check_is_no_input(&q->in, path, err) ||
        !quantize_plan_make(&q->plan, &q->in, o->args[2], &o->tensor_types,
                            err) ||
        !check_decodes(q, err))
        return false;
    q->w = gguf_writer_new(q->in.alignment);
    put_metadata(q);
    if (!put_tensors(q, err))
        return false;
    q->piece = mem_big((size_t)PIECE * 4, "encoded weights", err);
    unsigned n = o->load.threads ? o->load.threads : pool_default_threads();
    q->pool = q->piece ? pool_new(n, err) : NULL;
    if (!q->pool)
        return false;
    q->progress = progress_begin(tensor_bytes(&q->in), o->json);
    interrupt_begin(&interrupt);
    bool ok = write_file(q, path, err);
    interrupt_end(&interrupt);
    progress_end(&q->progress);
    return ok;
}

/* --- what came of it ------------------------------------------------------ */

struct counts {
    uint64_t weights;
    size_t of[GGUF_TYPE_COUNT];
};

static struct counts count(const struct quantize *q)
{
    struct counts c = {0};
    for (size_t i = 0; i < q->in.n_tensors; i++) {
        c.weights += q->in.tensors[i].n_elements;
        c.of[q->plan.to[i]]++;
    }
    return c;
}

static void say_text(const struct quantize *q, const char *path)
{
    struct counts c = count(q);
    struct buf b = {0};
    char size[UNITS_MAX], before[UNITS_MAX];
    double weights = c.weights ? (double)c.weights : 1;
    text_output(str_of(path));
    buf_printf(&b, ": %s, %.2f bits a weight (before: %s, %.2f)\n",
               units_bytes(size, q->bytes_out),
               (double)q->bytes_out * 8 / weights,
               units_bytes(before, q->in.file_bytes),
               (double)q->in.file_bytes * 8 / weights);
    const char *between = "tensors: ";
    for (int t = 0; t < GGUF_TYPE_COUNT; t++)
        if (c.of[t]) {
            buf_printf(&b, "%s%zu %s", between, c.of[t],
                       gguf_type_info((uint32_t)t)->name);
            between = ", ";
        }
    buf_putc(&b, '\n');
    if (q->plan.n_fallbacks)
        buf_printf(&b, "%zu of them have rows that do not divide into blocks of "
                   "the type meant, and got a larger one\n",
                   q->plan.n_fallbacks);
    text_output(buf_str(&b));
    buf_clear(&b);
}

static void say_json(const struct quantize *q, const char *path)
{
    struct counts c = count(q);
    json_t *j = json_object(), *types = json_object();
    for (int t = 0; t < GGUF_TYPE_COUNT; t++)
        if (c.of[t])
            json_object_set_new(types, gguf_type_info((uint32_t)t)->name,
                                json_count(c.of[t]));
    json_object_set_new(j, "file", json_string(path));
    json_put_count(j, "bytes", q->bytes_out);
    json_put_count(j, "bytes_before", q->in.file_bytes);
    json_put_count(j, "weights", c.weights);
    json_put_count(j, "fallbacks", q->plan.n_fallbacks);
    json_object_set_new(j, "tensors", types);
    json_dumpf(j, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(j);
}

static bool open_input(struct gguf *g, const struct options *o, struct err *err)
{
    if (strcmp(o->args[0], "builtin") != 0)
        return gguf_open(g, o->args[0], err);
    return gguf_open_memory(g, o->load.builtin, o->load.builtin_size, err) ||
           err_context(err, "the built-in model");
}

bool cmd_quantize(struct options *o, struct err *err)
{
    static const char *const missing[] = {"the file to read",
                                          "the file to write", "the type"};
    struct quantize q = {.out = {.fd = -1}};
    if (!options_want_args(o, 3, 3, missing[o->n_args < 3 ? o->n_args : 2],
                           err) ||
        !open_input(&q.in, o, err))
        return false;
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes: as a full disk */
    bool ok = convert(&q, o, err);
    if (ok && o->json)
        say_json(&q, o->args[1]);
    else if (ok)
        say_text(&q, o->args[1]);
    pool_free(q.pool);
    mem_big_free(q.piece, (size_t)PIECE * 4);
    gguf_writer_free(q.w);
    quantize_plan_clear(&q.plan);
    gguf_close(&q.in);
    return ok;
}
