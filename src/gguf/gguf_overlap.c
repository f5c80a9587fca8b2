/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf.h"
#include "gguf/gguf_parse.h"
#include "gguf/gguf_reader.h"

static int by_place(const void *pa, const void *pb)
{
    const struct gguf_tensor *a = *(const struct gguf_tensor *const *)pa;
    const struct gguf_tensor *b = *(const struct gguf_tensor *const *)pb;
    return (a->data > b->data) - (a->data < b->data);
}

/* b begins at or behind a. */
static bool apart(const struct gguf_tensor *a, const struct gguf_tensor *b,
                  struct err *err)
{
    if (a->bytes <= (uint64_t)(b->data - a->data))
        return true;
    return err_set(err, ERR_FORMAT, "tensors \"%s\" and \"%s\" overlap",
                   gguf_quote(a->name).s, gguf_quote(b->name).s);
}

/* Writers lay tensors out in the order of the table, so there is seldom
 * anything to sort. */
static bool in_order(const struct gguf *g)
{
    for (size_t i = 1; i < g->n_tensors; i++)
        if (g->tensors[i].data < g->tensors[i - 1].data)
            return false;
    return true;
}

bool gguf_check_overlap(const struct gguf *g, struct err *err)
{
    const struct gguf_tensor **t = mem_array(g->n_tensors, sizeof *t);
    for (size_t i = 0; i < g->n_tensors; i++)
        t[i] = &g->tensors[i];
    if (!in_order(g))
        qsort(t, g->n_tensors, sizeof *t, by_place);
    bool ok = true;
    for (size_t i = 1; ok && i < g->n_tensors; i++)
        ok = apart(t[i - 1], t[i], err);
    mem_free(t);
    return ok;
}
