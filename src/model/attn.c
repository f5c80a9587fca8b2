/* SPDX-License-Identifier: Apache-2.0 */
/* What both kinds of attention share: their scratch, and how work is dealt. */
#include "model/attn.h"

#include "base/arena.h"
#include "kernels/gemm_bf16.h"
#include "model/kv_cache.h"

/* Multiply-adds that are worth an item of their own. */
static const uint64_t ITEM_WORK = 65536;

static void layout_expanded(struct attn_room *r, const struct model_config *cfg,
                            uint32_t max_batch, struct arena *mem)
{
    size_t rank = cfg->kv_lora_rank * sizeof(float);
    r->k_b = arena_take(mem, cfg->qk_nope_dim, rank);
    r->v_b = arena_take(mem, cfg->v_head_dim, rank);
    r->head_keys = arena_take(mem, ATTN_SEGMENT,
                              cfg->head_dim * sizeof(float));
    r->head_values = arena_take(mem, ATTN_SEGMENT,
                                cfg->v_head_dim * sizeof(float));
    r->token_seen = arena_take(mem, max_batch, sizeof(uint32_t));
}

static void layout_rounded(struct attn_room *r, uint32_t max_batch,
                           struct arena *mem)
{
    r->token_max = arena_take(mem, max_batch, sizeof(float));
    r->token_sum = arena_take(mem, max_batch, sizeof(float));
    r->token_scores = arena_take(mem, max_batch, ATTN_SEGMENT * sizeof(float));
    r->gemm = arena_take(mem, 1, sizeof *r->gemm);
}

static struct attn_room layout_room(const struct attn *a,
                                    const struct model_config *cfg,
                                    struct arena *mem)
{
    struct attn_room r = {0};
    size_t key = a->key_dim * sizeof(float);
    size_t value = a->value_dim * sizeof(float);
    bool mla = cfg->attn == ATTN_MLA;
    r.q = arena_take(mem, ATTN_COLUMNS, key);
    r.out = arena_take(mem, ATTN_COLUMNS, value);
    r.max = arena_take(mem, ATTN_COLUMNS, sizeof(float));
    r.sum = arena_take(mem, ATTN_COLUMNS, sizeof(float));
    r.seen = arena_take(mem, ATTN_COLUMNS, sizeof(uint32_t));
    r.scores = arena_take(mem, ATTN_COLUMNS, ATTN_SEGMENT * sizeof(float));
    r.part_out = arena_take(mem, ATTN_COLUMNS, value);
    r.part_max = arena_take(mem, ATTN_COLUMNS, sizeof(float));
    r.part_sum = arena_take(mem, ATTN_COLUMNS, sizeof(float));
    r.keys = arena_take(mem, ATTN_SEGMENT, key);
    layout_rounded(&r, a->max_batch, mem);
    if (!mla) {
        r.values = arena_take(mem, ATTN_SEGMENT, value);
        return r;
    }
    uint32_t widest = cfg->kv_lora_rank > cfg->qk_nope_dim ? cfg->kv_lora_rank
                                                           : cfg->qk_nope_dim;
    act_layout(&r.act, widest, ATTN_TOKENS, mem);
    layout_expanded(&r, cfg, a->max_batch, mem);
    return r;
}

static void layout_few(struct attn *a, const struct model_config *cfg,
                       struct arena *mem)
{
    size_t n = (size_t)FEW_TOKENS * cfg->n_heads;
    uint32_t segments = (a->max_context + ATTN_SEGMENT - 1) / ATTN_SEGMENT;
    a->max_units = segments < ATTN_UNITS ? segments : ATTN_UNITS;
    if (cfg->attn == ATTN_MLA)
        a->few_q = arena_take(mem, n, a->key_dim * sizeof(float));
    n *= a->max_units;
    a->unit_out = arena_take(mem, n, a->value_dim * sizeof(float));
    a->unit_max = arena_take(mem, n, sizeof(float));
    a->unit_sum = arena_take(mem, n, sizeof(float));
}

static void layout_inputs(struct attn *a, const struct model_config *cfg,
                          struct arena *mem)
{
    size_t kv = cfg->n_kv_heads, heads = cfg->n_heads;
    a->q = arena_take(mem, a->max_batch, heads * cfg->head_dim * sizeof(float));
    a->heads = arena_take(mem, a->max_batch,
                          heads * cfg->v_head_dim * sizeof(float));
    if (cfg->attn == ATTN_GQA) {
        a->k = arena_take(mem, a->max_batch,
                          kv * cfg->head_dim * sizeof(float));
        a->v = arena_take(mem, a->max_batch,
                          kv * cfg->v_head_dim * sizeof(float));
        return;
    }
    a->k = arena_take(mem, a->max_batch, a->key_dim * sizeof(float));
    a->q_a = arena_take(mem, a->max_batch, cfg->q_lora_rank * sizeof(float));
}

void attn_layout(struct attn *a, const struct model_config *cfg,
                 unsigned n_threads, uint32_t max_batch, uint32_t max_context,
                 struct arena *mem)
{
    bool mla = cfg->attn == ATTN_MLA;
    a->max_batch = max_batch;
    a->max_context = max_context;
    a->key_dim = mla ? cfg->kv_lora_rank + cfg->rope.dim : cfg->head_dim;
    a->value_dim = mla ? cfg->kv_lora_rank : cfg->v_head_dim;
    layout_inputs(a, cfg, mem);
    layout_few(a, cfg, mem);
    if (cfg->index.n_heads > 0)
        indexer_layout(&a->index, cfg, n_threads, max_batch, max_context, mem);
    a->room = arena_take(mem, n_threads, sizeof *a->room);
    for (unsigned i = 0; i < n_threads; i++) {
        struct attn_room room = layout_room(a, cfg, mem);
        if (a->room)
            a->room[i] = room;
    }
}

struct attn_rows attn_rows_of(const struct batch *b, uint32_t layer,
                              uint32_t cache_head)
{
    const struct model_config *cfg = b->cfg;
    bool mla = cfg->attn == ATTN_MLA;
    struct attn_rows rows = {
        .type = kv_cache_type(b->kv),
        .key_dim = mla ? cfg->kv_lora_rank + cfg->rope.dim : cfg->head_dim,
        .value_dim = mla ? cfg->kv_lora_rank : cfg->v_head_dim,
    };
    rows.keys = kv_cache_keys(b->kv, layer, cache_head, &rows.key_bytes);
    rows.values = kv_cache_values(b->kv, layer, cache_head, &rows.value_bytes);
    return rows;
}

/* So many items that no thread waits long for the last one; but what is little
 * work is better done with rows that are loaded once for several heads. */
static uint32_t items_wanted(const struct compute *c, uint64_t work)
{
    uint32_t threads = pool_size(c->pool);
    uint64_t items = work / ITEM_WORK;
    if (threads == 1 || items <= threads)
        return threads;
    return items < 4 * threads ? (uint32_t)items : 4 * threads;
}

uint32_t attn_heads_per_item(const struct compute *c, uint64_t work,
                             uint32_t n_items, uint32_t heads, uint32_t most)
{
    uint32_t want = items_wanted(c, work);
    uint32_t n = heads < most ? heads : most;
    while (n > 1 && (uint64_t)n_items * ((heads + n - 1) / n) < want)
        n = (n + 1) / 2;
    return n;
}

bool attn_next(struct attn_queue *queue, uint32_t *item)
{
    uint32_t i = atomic_fetch_add_explicit(&queue->next, 1,
                                           memory_order_relaxed);
    *item = queue->n - 1 - i;
    return i < queue->n;
}
