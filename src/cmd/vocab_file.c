/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/vocab_file.h"

#include "base/err.h"
#include "base/file.h"
#include "engine/load.h"
#include "text/vocab.h"

bool vocab_file_open(struct vocab_file *f, const struct load_options *o,
                     struct err *err)
{
    bool open = o->path ? gguf_open(&f->gguf, o->path, err)
                        : gguf_open_memory(&f->gguf, o->builtin,
                                           o->builtin_size, err);
    if (!open)
        return false;
    f->vocab = vocab_open(&f->gguf, err);
    if (vocab_file_intact(f, err) && f->vocab)
        return true;
    vocab_file_close(f);
    return o->path ? file_context(err, o->path)
                   : err_context(err, "the built-in model");
}

bool vocab_file_intact(const struct vocab_file *f, struct err *err)
{
    return gguf_intact(&f->gguf, err);
}

void vocab_file_close(struct vocab_file *f)
{
    vocab_free(f->vocab);
    gguf_close(&f->gguf);
}
