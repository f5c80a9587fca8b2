/* with_vocab.h - vocabularies for tests: of a file, built in, or made up. */
#ifndef TESTS_TEXT_WITH_VOCAB_H
#define TESTS_TEXT_WITH_VOCAB_H

#include "base/buf.h"
#include "check.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "text/tiny_spm.h"
#include "text/tiny_text.h"
#include "text/vocab.h"

static inline struct vocab *vocab_of_file(const char *path)
{
    struct err err;
    struct gguf g;
    CHECK_OK(gguf_open(&g, path, &err), &err);
    struct vocab *v = vocab_open(&g, &err);
    if (!v)
        fail_msg("%s: %s", path, err.msg);
    gguf_close(&g);
    return v;
}

/* The model that is built in, from the source tree. */
static inline struct vocab *vocab_of_default_model(void)
{
    char path[4096];
    const char *source = getenv("MULL_SOURCE");
    snprintf(path, sizeof path, "%s/models/default.gguf",
             source ? source : ".");
    return vocab_of_file(path);
}

/* 288 tokens, deepseek-v3: see tiny/tiny.h. */
static inline struct vocab *vocab_tiny(void)
{
    struct err err;
    struct vocab *v = tiny_text_vocab("deepseek-v3", &err);
    if (!v)
        fail_msg("%s", err.msg);
    return v;
}

static inline struct vocab *vocab_tiny_spm(void)
{
    struct err err;
    struct vocab *v = tiny_spm_vocab(&err);
    if (!v)
        fail_msg("%s", err.msg);
    return v;
}

#endif
