/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/inspect.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cmd/cmd.h"
#include "cmd/inspect_cache.h"
#include "gguf/gguf.h"
#include "options.h"

static bool open_file(struct gguf *g, const struct options *o, struct err *err)
{
    const char *path = o->n_args ? o->args[0] : o->load.path;
    if (path)
        return gguf_open(g, path, err);
    return gguf_open_memory(g, o->load.builtin, o->load.builtin_size, err) ||
           err_context(err, _("the built-in model"));
}

static bool show_file(const struct gguf *g, bool json, struct buf *out,
                      struct err *err)
{
    struct inspect_facts facts;
    inspect_facts_read(&facts, g);
    if (json)
        return inspect_json(&facts, out, err);
    inspect_text(&facts, out);
    return true;
}

static void put_out(struct buf *out, bool ok)
{
    if (ok && out->len)
        fwrite(out->p, 1, out->len, stdout); /* main sees whether it arrived */
    buf_clear(out);
}

static bool show_shapes(const struct options *o, struct err *err)
{
    struct buf out = {0};
    if (o->n_args || o->tensor)
        return err_set(err, ERR_USAGE, _("--shape goes without a file"));
    bool ok = inspect_shapes(o->shape, o->json, &out, err);
    put_out(&out, ok);
    return ok;
}

bool cmd_inspect(struct options *o, struct err *err)
{
    struct gguf g;
    struct buf out = {0};
    if (!options_want_args(o, 0, 1, _("a GGUF file"), err))
        return false;
    if (o->raw && !o->tensor)
        return err_set(err, ERR_USAGE, _("--raw goes with --tensor NAME"));
    if (o->shape)
        return show_shapes(o, err);
    if (!open_file(&g, o, err))
        return false;
    bool ok = o->raw      ? inspect_tensor_raw(&g, o->tensor, STDOUT_FILENO, err)
              : o->tensor ? inspect_tensor(&g, o->tensor, o->json, &out, err)
                          : show_file(&g, o->json, &out, err);
    if (!gguf_intact(&g, err))
        ok = file_context(err, o->n_args ? o->args[0] : o->load.path);
    put_out(&out, ok);
    gguf_close(&g);
    return ok;
}
