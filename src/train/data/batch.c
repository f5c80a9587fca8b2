/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/batch.h"

#include <string.h>

#include "base/mem.h"

void batch_init(struct batch *b, uint32_t max_tokens, uint32_t max_docs)
{
    *b = (struct batch){.max_tokens = max_tokens, .max_docs = max_docs};
    b->tokens = mem_array(max_tokens, sizeof *b->tokens);
    b->weight = mem_array(max_tokens, sizeof *b->weight);
    b->doc_start = mem_array((size_t)max_docs + 1, sizeof *b->doc_start);
    batch_reset(b);
}

void batch_clear(struct batch *b)
{
    mem_free(b->tokens);
    mem_free(b->weight);
    mem_free(b->doc_start);
    *b = (struct batch){0};
}

void batch_reset(struct batch *b)
{
    b->n_tokens = b->n_docs = 0;
    b->doc_start[0] = 0;
    b->norm = 0;
}

bool batch_add(struct batch *b, const int32_t *tokens, const float *weight,
               uint32_t n)
{
    if (n == 0 || b->n_docs == b->max_docs || n > b->max_tokens - b->n_tokens)
        return false;
    memcpy(b->tokens + b->n_tokens, tokens, n * sizeof *tokens);
    for (uint32_t i = 0; i < n; i++) {
        float w = i == 0 ? 0 : weight ? weight[i] : 1;
        b->weight[b->n_tokens + i] = w;
        b->norm += w;
    }
    b->n_tokens += n;
    b->doc_start[++b->n_docs] = b->n_tokens;
    return true;
}

/* The first document that starts at or after `token`, or the one before it
 * where its start is nearer. */
static uint32_t nearest_start(const struct batch *b, uint64_t token)
{
    uint32_t low = 0, high = b->n_docs;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (b->doc_start[mid] < token)
            low = mid + 1;
        else
            high = mid;
    }
    if (low > 0 && token - b->doc_start[low - 1] < b->doc_start[low] - token)
        low--;
    return low;
}

void batch_shard(const struct batch *b, uint32_t i, uint32_t n, uint32_t *begin,
                 uint32_t *end)
{
    *begin = nearest_start(b, (uint64_t)b->n_tokens * i / n);
    *end = nearest_start(b, (uint64_t)b->n_tokens * (i + 1) / n);
}
