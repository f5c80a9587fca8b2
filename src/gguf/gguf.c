/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/gguf.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/err.h"
#include "gguf/gguf_index.h"
#include "gguf/gguf_parse.h"
#include "gguf/gguf_reader.h"

bool gguf_open_one(struct gguf *g, const char *path, struct err *err)
{
    *g = (struct gguf){0};
    struct err parsed;
    bool ok = file_map_open(&g->file, path, err);
    if (ok) {
        file_map_survive(&g->file);
        ok = gguf_parse(g, &parsed);
        /* Of a file that is cut meanwhile any sentence may come: that is why. */
        if (!file_map_intact(&g->file, err))
            ok = false;
        else if (!ok)
            *err = parsed;
    }
    if (!ok) {
        gguf_close(g);
        return file_context(err, path);
    }
    g->file_bytes = g->file.size;
    return true;
}

bool gguf_open(struct gguf *g, const char *path, struct err *err)
{
    if (!gguf_open_one(g, path, err))
        return false;
    if (gguf_join_parts(g, path, err))
        return true;
    gguf_close(g);
    return false;
}

bool gguf_open_memory(struct gguf *g, const void *data, size_t size,
                      struct err *err)
{
    *g = (struct gguf){.file = file_map_over(data, size),
                        .file_bytes = size};
    if (!gguf_parse(g, err)) {
        gguf_close(g);
        return false;
    }
    return true;
}

void gguf_close(struct gguf *g)
{
    gguf_index_free(g->kv_index);
    gguf_index_free(g->tensor_index);
    free(g->kv);
    free(g->tensors);
    file_map_close(&g->file);
    for (size_t i = 0; i < g->n_more; i++)
        file_map_close(&g->more[i]);
    free(g->more);
    *g = (struct gguf){0};
}

bool gguf_intact(const struct gguf *g, struct err *err)
{
    bool ok = file_map_intact(&g->file, err);
    for (size_t i = 0; ok && i < g->n_more; i++)
        ok = file_map_intact(&g->more[i], err);
    return ok;
}

const struct gguf_kv *gguf_find(const struct gguf *g, const char *key)
{
    return gguf_index_find(g->kv_index, str_of(key));
}

const struct gguf_tensor *gguf_find_tensor(const struct gguf *g,
                                           const char *name)
{
    return gguf_index_find(g->tensor_index, str_of(name));
}

bool gguf_check_is_model(const struct gguf *g, struct err *err)
{
    struct str type = str_of("model");
    uint32_t parts = 1;
    if (!gguf_get_str(g, "general.type", &type, err) ||
        !gguf_get_u32(g, "split.count", 0, UINT16_MAX, &parts, err))
        return false;
    if (!str_is(type, "model"))
        return str_is(type, "mmproj")
            ? err_set(err, ERR_UNSUPPORTED,
                      "this GGUF file is the vision part of a model (mmproj); "
                      "only text is supported, and the text model is another "
                      "file")
            : err_set(err, ERR_UNSUPPORTED,
                      "this GGUF file holds no model but \"%s\"",
                      gguf_quote(type).s);
    if (parts > 1 && parts != g->n_more + 1)
        return err_set(err, ERR_UNSUPPORTED,
                       "this is one of %" PRIu32 " parts of a model, without "
                       "the others", parts);
    return true;
}
