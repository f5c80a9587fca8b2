/* SPDX-License-Identifier: Apache-2.0 */
#include "train/checkpoint.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/crc32c.h"
#include "base/err.h"
#include "base/file_out.h"
#include "base/mem.h"
#include "kernels/block.h"
#include "kernels/encode.h"
#include "train/checkpoint_shape.h"
#include "train/nn/params.h"
#include "train/optim.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "checkpoints are written as they lie in memory: little-endian"
#endif

static const char magic[8] = "MULLCKPT", end_magic[4] = "CRC2";
enum { VERSION = 1, ALIGN = 64, HEAD = 16, TAIL = 8, MAX_HEADER = 1 << 22 };

/* --- writing -------------------------------------------------------------- */

struct writer {
    struct file_out out;
    struct crc32c crc;
    uint32_t sum;
    uint64_t at;
    struct err *err;
};

static bool put(struct writer *w, const void *data, size_t size)
{
    w->sum = crc32c_add(&w->crc, w->sum, data, size);
    w->at += size;
    return file_out_write(&w->out, data, size, w->err);
}

static uint64_t aligned(uint64_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static bool put_block(struct writer *w, const void *data, size_t size)
{
    static const char zeros[ALIGN];
    return put(w, zeros, aligned(w->at) - w->at) &&
           (size == 0 || put(w, data, size));
}

static void put_state(struct buf *h, const struct train_state *s)
{
    buf_printf(h, "\"recipe\":\"%s\",\"recipe_hash\":\"%016" PRIx64 "\",",
               s->recipe, s->recipe_hash);
    buf_printf(h, "\"seed\":%" PRIu64 ",\"stage\":\"%s\",\"step\":%" PRIu64
               ",\"tokens\":%" PRIu64 ",", s->seed, s->stage, s->step,
               s->tokens);
    buf_printf(h, "\"decay_from\":%" PRIu64 ",\"total\":%" PRIu64
               ",\"optim_step\":%" PRIu64 ",", s->decay_from, s->total,
               s->optim_step);
    buf_printf(h, "\"seconds\":%.17g,\"best_loss\":%.17g,\"done\":%s,",
               s->seconds, s->best_loss, s->done ? "true" : "false");
}

static void put_tensors(struct buf *h, const struct params *p)
{
    buf_puts(h, "\"tensors\":[");
    for (size_t i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        buf_printf(h, "%s[\"%s\",%u,%u,%u,%zu,%zu]", i ? "," : "", t->name,
                   t->n, t->n_rows, t->n_cols, t->at, t->stride);
    }
    buf_puts(h, "],");
}

/* The blocks' places depend on the header's length and stand in it: they are
 * told relative to the first. */
static void put_blocks(struct buf *h, const uint64_t *bytes)
{
    static const char *const names[] = {"values", "m", "v", "tokenizer"};
    uint64_t at = 0;
    buf_puts(h, "\"blocks\":{");
    for (int i = 0; i < 4; i++) {
        buf_printf(h, "%s\"%s\":[%" PRIu64 ",%" PRIu64 "]", i ? "," : "",
                   names[i], at, bytes[i]);
        at = aligned(at + bytes[i]);
    }
    buf_puts(h, "}");
}

static bool write_all(struct writer *w, const struct buf *header,
                      const void *const *data, const uint64_t *bytes)
{
    uint32_t head[2] = {VERSION, (uint32_t)header->len};
    if (!put(w, magic, sizeof magic) || !put(w, head, sizeof head) ||
        !put(w, header->p, header->len))
        return false;
    for (int i = 0; i < 4; i++) {
        if (!put_block(w, data[i], bytes[i]))
            return false;
    }
    if (!put(w, end_magic, sizeof end_magic))
        return false;
    uint32_t sum = w->sum;
    return put(w, &sum, sizeof sum);
}

/* The moments' blocks, each of `moment` bytes; m NULL: none. */
static bool write_file(const char *path, const struct train_state *state,
                       const struct params *p, const void *m, const void *v,
                       uint64_t moment, struct str tokenizer, struct err *err)
{
    uint64_t n = p->len * sizeof *p->values;
    const void *data[] = {p->values, m, v, tokenizer.p};
    uint64_t bytes[] = {n, m ? moment : 0, m ? moment : 0, tokenizer.len};
    struct buf h = {0};
    struct writer w = {.err = err};
    crc32c_init(&w.crc);
    buf_putc(&h, '{');
    put_state(&h, state);
    checkpoint_put_shape(&h, &p->shape);
    buf_printf(&h, "\"n_values\":%zu,", p->len);
    put_tensors(&h, p);
    put_blocks(&h, bytes);
    buf_putc(&h, '}');
    bool ok = file_out_open_private(&w.out, path, n + 2 * moment + h.len, err) &&
              write_all(&w, &h, data, bytes) && file_out_commit(&w.out, err);
    file_out_abandon(&w.out);
    buf_clear(&h);
    return ok || file_context(err, path);
}

bool checkpoint_write(const char *path, const struct train_state *state,
                      const struct params *p, const struct optim *o,
                      struct str tokenizer, struct err *err)
{
    return write_file(path, state, p, o ? o->m : NULL, o ? o->v : NULL,
                      o ? p->len * sizeof *o->m : 0, tokenizer, err);
}

bool checkpoint_write_compact(const char *path, const struct train_state *state,
                              const struct params *p, const struct optim *o,
                              struct str tokenizer, struct err *err)
{
    size_t n = p->len * sizeof(uint16_t);
    uint16_t *m = mem_array(p->len, sizeof *m), *v = mem_array(p->len, sizeof *v);
    bool ok = (encode_bf16(o->m, m, p->len) && encode_bf16(o->v, v, p->len)) ||
              err_set(err, ERR_MODEL, "%s: a moment is not finite", path);
    ok = ok && write_file(path, state, p, m, v, n, tokenizer, err);
    mem_free(m);
    mem_free(v);
    return ok;
}

/* --- reading -------------------------------------------------------------- */

static bool wrong(struct err *err, const char *what)
{
    return err_set(err, ERR_FORMAT, "its header has no proper \"%s\"", what);
}

static bool read_u64(const json_t *j, const char *key, uint64_t *out,
                     struct err *err)
{
    const json_t *v = json_object_get(j, key);
    if (!json_is_integer(v) || json_integer_value(v) < 0)
        return wrong(err, key);
    *out = (uint64_t)json_integer_value(v);
    return true;
}

static bool read_name(const json_t *j, const char *key, char *out, size_t cap,
                      struct err *err)
{
    const char *s = json_string_value(json_object_get(j, key));
    if (!s || strlen(s) >= cap)
        return wrong(err, key);
    memcpy(out, s, strlen(s) + 1);
    return true;
}

static bool read_real(const json_t *j, const char *key, double *out,
                      struct err *err)
{
    const json_t *v = json_object_get(j, key);
    *out = json_number_value(v);
    return (json_is_number(v) && isfinite(*out)) || wrong(err, key);
}

static bool read_state(struct train_state *s, const json_t *j, struct err *err)
{
    char hash[17];
    if (!read_name(j, "recipe", s->recipe, sizeof s->recipe, err) ||
        !read_name(j, "recipe_hash", hash, sizeof hash, err) ||
        !read_name(j, "stage", s->stage, sizeof s->stage, err) ||
        !read_u64(j, "seed", &s->seed, err) ||
        !read_u64(j, "step", &s->step, err) ||
        !read_u64(j, "tokens", &s->tokens, err) ||
        !read_u64(j, "decay_from", &s->decay_from, err) ||
        !read_u64(j, "total", &s->total, err) ||
        !read_u64(j, "optim_step", &s->optim_step, err) ||
        !read_real(j, "seconds", &s->seconds, err) ||
        !read_real(j, "best_loss", &s->best_loss, err))
        return false;
    s->recipe_hash = strtoull(hash, NULL, 16);
    s->done = json_is_true(json_object_get(j, "done"));
    return true;
}

static bool read_block(const struct checkpoint *c, const json_t *j,
                       const char *name, uint64_t first,
                       struct checkpoint_block *b, struct err *err)
{
    const json_t *v = json_object_get(json_object_get(j, "blocks"), name);
    json_int_t at = json_integer_value(json_array_get(v, 0));
    json_int_t bytes = json_integer_value(json_array_get(v, 1));
    uint64_t room = c->file.size - TAIL;
    if (json_array_size(v) != 2 || at < 0 || bytes < 0 || at % ALIGN != 0 ||
        first > room || (uint64_t)at > room - first ||
        (uint64_t)bytes > room - first - (uint64_t)at)
        return wrong(err, name);
    *b = (struct checkpoint_block){first + (uint64_t)at, (uint64_t)bytes};
    return true;
}

/* As many numbers as the header says. */
static bool is_numbers(const struct checkpoint *c,
                       const struct checkpoint_block *b, size_t size)
{
    return b->bytes % size == 0 && b->bytes / size == c->n_values;
}

/* None, or floats, or bfloat16; both alike. */
static bool are_moments(const struct checkpoint *c)
{
    if (c->m.bytes == 0 || c->v.bytes == 0)
        return c->m.bytes == c->v.bytes;
    return (is_numbers(c, &c->m, sizeof(float)) &&
            is_numbers(c, &c->v, sizeof(float))) ||
           (is_numbers(c, &c->m, sizeof(uint16_t)) &&
            is_numbers(c, &c->v, sizeof(uint16_t)));
}

static bool read_header(struct checkpoint *c, const json_t *j, struct err *err)
{
    uint64_t first = aligned(HEAD + c->header.len);
    if (!read_state(&c->state, j, err) ||
        !checkpoint_get_shape(&c->shape, json_object_get(j, "shape"), err) ||
        !read_u64(j, "n_values", &c->n_values, err) ||
        !read_block(c, j, "values", first, &c->values, err) ||
        !read_block(c, j, "m", first, &c->m, err) ||
        !read_block(c, j, "v", first, &c->v, err) ||
        !read_block(c, j, "tokenizer", first, &c->tokenizer, err))
        return false;
    if (c->values.bytes == 0 || !is_numbers(c, &c->values, sizeof(float)) ||
        !are_moments(c))
        return wrong(err, "blocks");
    return true;
}

static bool check_frame(struct checkpoint *c, struct err *err)
{
    const uint8_t *p = c->file.data;
    uint32_t head[2], sum;
    struct crc32c crc;
    if (c->file.size < HEAD + TAIL || memcmp(p, magic, sizeof magic) != 0)
        return err_set(err, ERR_FORMAT, "is not a checkpoint of mull-train");
    memcpy(head, p + sizeof magic, sizeof head);
    if (head[0] != VERSION)
        return err_set(err, ERR_UNSUPPORTED,
                       "is a checkpoint of version %u (%d is known)", head[0],
                       VERSION);
    if (head[1] > MAX_HEADER || head[1] > c->file.size - HEAD - TAIL)
        return err_set(err, ERR_FORMAT, "is cut off");
    c->header = str_n((const char *)p + HEAD, head[1]);
    crc32c_init(&crc);
    memcpy(&sum, p + c->file.size - sizeof sum, sizeof sum);
    if (memcmp(p + c->file.size - TAIL, end_magic, sizeof end_magic) != 0 ||
        crc32c_add(&crc, 0, p, c->file.size - sizeof sum) != sum)
        return err_set(err, ERR_FORMAT,
                       "is damaged: its checksum is not that of its bytes");
    return true;
}

static bool read_file(struct checkpoint *c, struct err *err)
{
    if (!check_frame(c, err))
        return false;
    json_t *j = json_loadb(c->header.p, c->header.len, JSON_REJECT_DUPLICATES,
                           NULL);
    bool ok = json_is_object(j)
                  ? read_header(c, j, err)
                  : err_set(err, ERR_FORMAT, "its header is not JSON");
    json_decref(j);
    return ok;
}

bool checkpoint_over(struct checkpoint *c, const void *data, size_t size,
                     struct err *err)
{
    *c = (struct checkpoint){.file = file_map_over(data, size)};
    return read_file(c, err);
}

bool checkpoint_open(struct checkpoint *c, const char *path, struct err *err)
{
    *c = (struct checkpoint){0};
    if (file_map_open(&c->file, path, err) && read_file(c, err))
        return true;
    checkpoint_close(c);
    return file_context(err, path);
}

void checkpoint_close(struct checkpoint *c)
{
    file_map_close(&c->file);
    *c = (struct checkpoint){0};
}

/* --- taking the numbers out ----------------------------------------------- */

static bool same_tensor(const json_t *j, const struct param *t)
{
    const char *name = json_string_value(json_array_get(j, 0));
    const json_int_t want[] = {t->n, t->n_rows, t->n_cols, (json_int_t)t->at,
                               (json_int_t)t->stride};
    if (!name || strcmp(name, t->name) != 0)
        return false;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        if (json_integer_value(json_array_get(j, i + 1)) != want[i])
            return false;
    }
    return true;
}

static bool check_layout(const struct checkpoint *c, const struct params *p,
                         struct err *err)
{
    json_t *j = json_loadb(c->header.p, c->header.len, 0, NULL);
    const json_t *table = json_object_get(j, "tensors");
    bool same = p->len == c->n_values && json_array_size(table) == p->n;
    for (size_t i = 0; i < p->n && same; i++)
        same = same_tensor(json_array_get(table, i), &p->table[i]);
    json_decref(j);
    return same || err_set(err, ERR_FORMAT,
                           "its tensors do not lie as this version lays them");
}

bool checkpoint_params(const struct checkpoint *c, struct params *p,
                       struct err *err)
{
    if (!params_init(p, &c->shape, err))
        return false;
    if (!check_layout(c, p, err)) {
        params_clear(p);
        return false;
    }
    memcpy(p->values, c->file.data + c->values.at, c->values.bytes);
    return true;
}

static void take_numbers(const struct checkpoint *c,
                         const struct checkpoint_block *b, float *to)
{
    const uint8_t *from = (const uint8_t *)c->file.data + b->at;
    if (b->bytes == c->n_values * sizeof *to) {
        memcpy(to, from, b->bytes);
        return;
    }
    for (uint64_t i = 0; i < c->n_values; i++)
        to[i] = bf16_load(from + i * sizeof(uint16_t));
}

bool checkpoint_moments(const struct checkpoint *c, struct optim *o,
                        struct err *err)
{
    if (c->m.bytes == 0 || o->len != c->n_values)
        return err_set(err, ERR_FORMAT,
                       "holds weights only: training cannot go on from it");
    take_numbers(c, &c->m, o->m);
    take_numbers(c, &c->v, o->v);
    o->step = c->state.optim_step;
    return true;
}

struct str checkpoint_tokenizer(const struct checkpoint *c)
{
    return str_n((const char *)c->file.data + c->tokenizer.at,
                 c->tokenizer.bytes);
}
