/* SPDX-License-Identifier: Apache-2.0 */
#include "text/vocab_tables.h"

/* A vocabulary that came without its merges (tiktoken files have none): two
 * tokens may join wherever their bytes together are a token, and the lower its
 * id, the earlier. */

/* Longer tokens than any model has; trying all cuts of one is quadratic. */
#define MAX_TOKEN_BYTES 256

typedef void (*pair_fn)(struct vocab *v, int32_t left, int32_t right,
                        int32_t joined, uint32_t *n);

static void for_each_cut(struct vocab *v, int32_t id, pair_fn each, uint32_t *n)
{
    struct str text = vocab_bytes(v, id);
    if (text.len > MAX_TOKEN_BYTES || text_table_find(&v->by_text, text) != id)
        return;
    for (size_t cut = 1; cut < text.len; cut++) {
        int32_t left = text_table_find(&v->by_text, str_n(text.p, cut));
        if (left == TOKEN_NONE)
            continue;
        int32_t right = text_table_find(
            &v->by_text, str_n(text.p + cut, text.len - cut));
        if (right != TOKEN_NONE)
            each(v, left, right, id, n);
    }
}

static void count(struct vocab *v, int32_t left, int32_t right, int32_t joined,
                  uint32_t *n)
{
    (void)v, (void)left, (void)right, (void)joined;
    ++*n;
}

static void add(struct vocab *v, int32_t left, int32_t right, int32_t joined,
                uint32_t *n)
{
    if (*n == 0)
        return;
    --*n;
    bpe_add(&v->bpe, left, right, (uint32_t)joined, joined);
}

void vocab_rank_by_ids(struct vocab *v, uint32_t max_merges)
{
    uint32_t n = 0;
    for (int32_t id = 0; (uint32_t)id < v->n && n < max_merges; id++)
        for_each_cut(v, id, count, &n);
    if (n > max_merges)
        n = max_merges;
    bpe_init(&v->bpe, n);
    for (int32_t id = 0; (uint32_t)id < v->n && n > 0; id++)
        for_each_cut(v, id, add, &n);
}
