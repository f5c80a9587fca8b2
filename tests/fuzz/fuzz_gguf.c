/* SPDX-License-Identifier: Apache-2.0 */
/* A GGUF file: whatever opens is safe to use, and survives being written. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "gguf/walk.h"

static bool plain_names(const struct gguf *g)
{
    for (size_t i = 0; i < g->n_tensors; i++)
        if (memchr(g->tensors[i].name.p, 0, g->tensors[i].name.len))
            return false; /* the writer takes C strings */
    return true;
}

static void write_again(const struct gguf *g, struct buf *out)
{
    struct gguf_writer *w = gguf_writer_new(g->alignment);
    for (size_t i = 0; i < g->n_kv; i++)
        gguf_put_kv(w, &g->kv[i]);
    for (size_t i = 0; i < g->n_tensors; i++) {
        const struct gguf_tensor *t = &g->tensors[i];
        char name[64] = "";
        memcpy(name, t->name.p, t->name.len);
        gguf_put_tensor(w, name, t->type, t->n_dims, t->dims);
    }
    gguf_write_header(w, out);
    for (size_t i = 0; i < g->n_tensors; i++)
        gguf_write_tensor(w, g->tensors[i].data, g->tensors[i].bytes, out);
    gguf_writer_free(w);
}

static void check_same(const struct gguf *a, const struct gguf *b)
{
    FUZZ_CHECK(a->n_tensors == b->n_tensors && a->alignment == b->alignment);
    for (size_t i = 0; i < a->n_tensors; i++) {
        const struct gguf_tensor *s = &a->tensors[i], *t = &b->tensors[i];
        FUZZ_CHECK(str_eq(s->name, t->name) && s->type == t->type &&
                   s->bytes == t->bytes &&
                   memcmp(s->dims, t->dims, sizeof s->dims) == 0 &&
                   memcmp(s->data, t->data, s->bytes) == 0);
    }
}

static void round_trip(const struct gguf *g)
{
    struct buf copy = {0};
    struct gguf again;
    struct err err;
    write_again(g, &copy);
    FUZZ_CHECK(gguf_open_memory(&again, copy.p, copy.len, &err));
    check_same(g, &again);
    gguf_close(&again);
    buf_clear(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gguf g;
    struct err err = {0};
    if (!gguf_open_memory(&g, data, size, &err)) {
        FUZZ_CHECK(err.kind == ERR_FORMAT || err.kind == ERR_UNSUPPORTED);
        FUZZ_CHECK(err.msg[0]);
        return 0;
    }
    walk(&g);
    gguf_check_is_model(&g, &err);
    /* A million tensors of alignment 2^20 would be written with their padding:
     * that is the writer's right and not of interest here. */
    if (plain_names(&g) && g.n_tensors * g.alignment < 1 << 22)
        round_trip(&g);
    gguf_close(&g);
    return 0;
}
