/* SPDX-License-Identifier: Apache-2.0 */
#include "train/import.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "gguf/gguf.h"
#include "train/data/tokenizer.h"
#include "train/nn/from_gguf.h"

bool import_is_model(const char *path)
{
    char magic[4] = "";
    FILE *f = fopen(path, "rb");
    bool is = f && fread(magic, 1, sizeof magic, f) == sizeof magic &&
              memcmp(magic, "GGUF", sizeof magic) == 0;
    if (f)
        fclose(f);
    return is;
}

bool import_weights(const char *path, struct params *p, struct err *err)
{
    struct gguf g;
    if (!gguf_open(&g, path, err))
        return file_context(err, path);
    bool ok = params_from_gguf(p, &g, err);
    if (ok && !gguf_intact(&g, err)) {
        params_clear(p);
        ok = false;
    }
    gguf_close(&g);
    return ok || file_context(err, path);
}

bool import_tokenizer(const char *path, struct buf *file, struct err *err)
{
    struct tokenizer t;
    if (!tokenizer_open(&t, path, err))
        return false;
    tokenizer_file(&t, file);
    tokenizer_close(&t);
    return true;
}
