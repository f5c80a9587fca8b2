/* tiny_text.h - the tiny vocabulary (tiny/tiny.h) with any pre-tokenizer, for
 * tests and fuzz targets. */
#ifndef TESTS_TEXT_TINY_TEXT_H
#define TESTS_TEXT_TINY_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "text/vocab.h"
#include "tiny/tiny_vocab.h"

static inline void tiny_text_write(struct buf *file)
{
    struct gguf_writer *w = gguf_writer_new(32);
    gguf_put_str(w, "general.architecture", str_of("deepseek2"));
    tiny_put_vocab(w);
    gguf_write_header(w, file);
    gguf_writer_free(w);
}

/* The same file without one key, which the caller may put anew. */
static inline struct gguf_writer *tiny_text_without(const struct gguf *g,
                                                    const char *key)
{
    struct gguf_writer *w = gguf_writer_new(32);
    for (size_t i = 0; i < g->n_kv; i++) {
        if (!str_is(g->kv[i].key, key))
            gguf_put_kv(w, &g->kv[i]);
    }
    return w;
}

static inline struct vocab *tiny_text_open(struct gguf_writer *w,
                                           struct err *err)
{
    struct buf file = {0};
    struct gguf g;
    struct vocab *v = NULL;
    gguf_write_header(w, &file);
    gguf_writer_free(w);
    if (gguf_open_memory(&g, file.p, file.len, err)) {
        v = vocab_open(&g, err);
        gguf_close(&g);
    }
    buf_clear(&file);
    return v;
}

static inline struct vocab *tiny_text_vocab(const char *pre, struct err *err)
{
    struct buf file = {0};
    struct gguf g;
    struct vocab *v = NULL;
    tiny_text_write(&file);
    if (gguf_open_memory(&g, file.p, file.len, err)) {
        struct gguf_writer *w = tiny_text_without(&g, "tokenizer.ggml.pre");
        gguf_put_str(w, "tokenizer.ggml.pre", str_of(pre));
        v = tiny_text_open(w, err);
        gguf_close(&g);
    }
    buf_clear(&file);
    return v;
}

#endif
