/* SPDX-License-Identifier: Apache-2.0 */
#include "model/forward.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/kv_cache.h"
#include "model/model.h"
#include "model/pass.h"

static uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* The longest row that any product of the layers reads. */
static uint32_t widest_input(const struct model_config *cfg)
{
    uint32_t w = max_u32(cfg->n_embd, cfg->n_heads * cfg->v_head_dim);
    w = max_u32(max_u32(w, cfg->n_ff), cfg->q_lora_rank);
    return cfg->n_mtp > 0 ? max_u32(w, 2 * cfg->n_embd) : w;
}

void forward_layout_work(struct forward *f, unsigned n_threads,
                         struct arena *mem)
{
    const struct model_config *cfg = &f->cfg;
    size_t row = cfg->n_embd * sizeof(float);
    struct batch *b = &f->b;
    b->x = arena_take(mem, f->max_batch, row);
    b->xn = arena_take(mem, f->max_batch, row);
    b->out = arena_take(mem, f->max_batch, row);
    act_layout(&b->act, widest_input(cfg), f->max_batch, mem);
    rope_layout(&b->rope, &cfg->rope, f->max_batch, mem);
    attn_layout(&f->attn, cfg, n_threads, f->max_batch, f->max_context, mem);
    ffn_layout(&f->ffn, cfg, f->max_batch, mem);
    if (cfg->moe.n_experts > 0)
        moe_layout(&f->moe, cfg, f->max_batch, mem);
    f->choices = arena_take(mem, (size_t)model_config_moe_layers(cfg) *
                                     f->max_batch * cfg->moe.n_used,
                            sizeof *f->choices);
}

static void layout(struct forward *f, unsigned n_threads, struct arena *mem)
{
    const struct model_config *cfg = &f->cfg;
    size_t row = cfg->n_embd * sizeof(float);
    forward_layout_work(f, n_threads, mem);
    forward_few_layout(f, n_threads, mem);
    f->logits = arena_take(mem, f->max_batch, cfg->n_vocab * sizeof(float));
    if (cfg->n_mtp == 0)
        return;
    f->hidden = arena_take(mem, f->max_batch, row);
    f->mtp_in = arena_take(mem, f->max_batch, 2 * row);
    f->draft_logits = arena_take(mem, cfg->n_vocab, sizeof *f->draft_logits);
    f->guess_logits = arena_take(mem, cfg->n_vocab, sizeof *f->guess_logits);
    f->mtp_choices = arena_take(mem, (size_t)f->max_batch * cfg->moe.n_used,
                                sizeof *f->mtp_choices);
}

/* Everything that is as large as batch, context and experts used make it. What
 * is there stays when there is no room for more. */
static bool reserve(struct forward *f, uint32_t max_used, struct err *err)
{
    struct forward old = *f;
    struct arena mem = {0};
    unsigned n_threads = pool_size(f->b.c->pool);
    f->cfg.moe.n_used = f->max_used = max_used;
    layout(f, n_threads, &mem);
    f->scratch_bytes = mem.used;
    f->scratch = mem_big(mem.used, "the working memory of a batch", err);
    if (!f->scratch) {
        *f = old;
        return false;
    }
    mem = (struct arena){.base = f->scratch};
    layout(f, n_threads, &mem);
    for (uint32_t i = 0; f->guess_logits && i < f->cfg.n_vocab; i++)
        f->guess_logits[i] = -INFINITY;
    rope_init(&f->b.rope, &f->cfg.rope, f->m->w.rope_factors);
    for (unsigned i = 0; i < f->n_parts; i++)
        rope_init(&f->parts[i].f.b.rope, &f->cfg.rope, f->m->w.rope_factors);
    mem_big_free(old.scratch, old.scratch_bytes);
    return true;
}

uint64_t forward_bytes(const struct model_config *cfg, unsigned n_threads,
                       uint32_t max_batch, uint32_t max_context)
{
    struct forward f = {
        .cfg = *cfg, .max_batch = max_batch, .max_context = max_context};
    struct arena mem = {0};
    layout(&f, n_threads, &mem);
    return mem.used;
}

/* Small models lose more by roundings, and their prompts are quick; and only these
 * kernels leave out what is 0. */
static uint32_t one_plane_from(const struct model *m, const struct compute *c)
{
    bool large = m->w.n_active_params >= 256u << 20;
    return large && c->kernels.level == CPU_AVX512 ? 32 : UINT32_MAX;
}

struct forward *forward_new(const struct model *m, struct compute *c,
                            uint32_t max_batch, uint32_t max_context,
                            struct err *err)
{
    const struct model_config *cfg = &m->cfg;
    uint32_t widest = max_u32(widest_input(cfg), cfg->moe.n_shared *
                                                     cfg->moe.ff_dim);
    if (!compute_reserve(c, max_u32(widest, cfg->moe.ff_dim), err))
        return NULL;
    struct forward *f = mem_zalloc(sizeof *f);
    f->m = m;
    f->cfg = *cfg;
    f->max_batch = max_batch;
    f->max_context = max_context;
    f->one_plane_from = one_plane_from(m, c);
    f->b.cfg = &f->cfg;
    f->b.c = c;
    compute_init(&f->alone, c->kernels.level, NULL, c->exact);
    f->one = f->alone.pool = pool_new(1, err);
    if (f->one && reserve(f, cfg->moe.n_used, err))
        return f;
    forward_free(f);
    return NULL;
}

bool forward_set_experts(struct forward *f, uint32_t n_used,
                         const uint8_t *off, struct err *err)
{
    size_t n = (size_t)f->cfg.n_layers * f->cfg.moe.n_experts;
    assert(n_used >= 1 && n_used <= f->cfg.moe.n_experts);
    if (n_used > f->max_used && !reserve(f, n_used, err))
        return false;
    f->cfg.moe.n_used = n_used;
    mem_free(f->experts_off);
    f->experts_off = NULL;
    if (off) {
        f->experts_off = mem_alloc(n);
        memcpy(f->experts_off, off, n);
    }
    f->moe.off = f->experts_off;
    return true;
}

void forward_free(struct forward *f)
{
    if (!f)
        return;
    mem_big_free(f->scratch, f->scratch_bytes);
    pool_free(f->one);
    compute_clear(&f->alone);
    mem_free(f->experts_off);
    mem_free(f);
}

uint32_t forward_max_batch(const struct forward *f)
{
    return f->max_batch;
}

uint64_t forward_scratch_bytes(const struct forward *f)
{
    return f->scratch_bytes;
}

uint64_t forward_scratch_touched(const struct forward *f)
{
    return mem_big_touched(f->scratch, f->scratch_bytes);
}

float *forward_logits(struct forward *f, uint32_t row)
{
    assert(row < f->max_batch);
    return f->logits + (size_t)row * f->m->cfg.n_vocab;
}

void forward_one_plane_from(struct forward *f, uint32_t n_tokens)
{
    f->one_plane_from = n_tokens;
}

void forward_keep_hidden(struct forward *f, bool keep)
{
    assert(!keep || f->m->cfg.n_mtp > 0);
    f->keep_hidden = keep;
}

const float *forward_hidden(const struct forward *f, uint32_t row)
{
    assert(f->keep_hidden && row < f->max_batch);
    return f->hidden + (size_t)row * f->m->cfg.n_embd;
}

const struct expert_choice *forward_experts(const struct forward *f, uint32_t i,
                                            uint32_t j)
{
    assert(i < f->max_batch && j < model_config_moe_layers(&f->m->cfg));
    return f->choices + ((size_t)j * f->max_batch + i) * f->cfg.moe.n_used;
}

/* --- small steps over all tokens ------------------------------------------ */

static void norm_x(struct batch *b, const float *w)
{
    uint32_t D = b->cfg->n_embd;
    batch_norm(b, b->x, D, w, b->xn, D, D, b->n);
}

static void add_out(struct batch *b, uint32_t first)
{
    size_t D = b->cfg->n_embd;
    for (size_t i = first * D; i < b->n * D; i++)
        b->x[i] += b->out[i];
}

static void embed(struct batch *b, const struct matrix *table,
                  const int32_t *ids)
{
    for (uint32_t t = 0; t < b->n; t++)
        b->c->kernels.weight[table->type].decode(
            (const char *)table->data + (size_t)ids[t] * table->row_bytes,
            b->x + (size_t)t * table->n_cols, table->n_cols);
}

/* --- what trunk and MTP block share --------------------------------------- */

bool pass_check_ids(const struct forward *f, const int32_t *ids, uint32_t n,
                    struct err *err)
{
    uint32_t n_vocab = f->m->cfg.n_vocab;
    for (uint32_t i = 0; i < n; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= n_vocab)
            return err_set(err, ERR_FORMAT, "token %d is not one of %u", ids[i],
                           n_vocab);
    return true;
}

static void set_coarse(struct forward *f, uint32_t n_tokens)
{
    f->b.act.coarse = f->moe.slot_act.coarse = n_tokens >= f->one_plane_from;
}

void pass_begin(struct forward *f, struct kv_cache *kv,
                const struct matrix *embeddings, const int32_t *ids,
                uint32_t pos, uint32_t n)
{
    struct batch *b = &f->b;
    b->kv = kv;
    b->n = n;
    b->pos = pos;
    set_coarse(f, n);
    rope_set(&b->rope, pos, n);
    embed(b, embeddings, ids);
}

void pass_attention(struct forward *f, uint32_t layer)
{
    struct batch *b = &f->b;
    const struct layer_weights *lw = &f->m->w.layers[layer];
    norm_x(b, lw->attn_norm);
    if (b->cfg->attn == ATTN_MLA)
        attn_mla(&f->attn, b, lw, layer);
    else
        attn_gqa(&f->attn, b, lw, layer);
    add_out(b, b->looks_from);
}

void pass_keep_wanted(struct forward *f, enum logits_wanted want)
{
    struct batch *b = &f->b;
    size_t D = b->cfg->n_embd;
    if (want == LOGITS_ALL)
        return;
    if (want == LOGITS_LAST && b->n > 1)
        memcpy(b->x, b->x + (b->n - 1) * D, D * sizeof(float));
    b->n = want == LOGITS_LAST ? 1 : 0;
    set_coarse(f, b->n);
}

void pass_ffn(struct forward *f, uint32_t layer, struct expert_choice *choices)
{
    struct batch *b = &f->b;
    const struct layer_weights *lw = &f->m->w.layers[layer];
    norm_x(b, lw->ffn_norm);
    if (model_config_layer_is_moe(b->cfg, layer))
        ffn_moe(&f->moe, b, lw, layer, choices);
    else
        ffn_dense(&f->ffn, b, &lw->ffn);
    add_out(b, 0);
}

enum { LANES = 16 }; /* so that a compiler sees vectors */

/* Infinities and NaN have all exponent bits set: one more takes the sign's place. */
static void note_exponents(const float x[LANES], uint32_t over[LANES])
{
    uint32_t bits[LANES];
    memcpy(bits, x, sizeof bits);
    for (int j = 0; j < LANES; j++)
        over[j] |= (bits[j] & 0x7f800000) + 0x00800000;
}

static bool all_finite(const float *x, size_t n)
{
    uint32_t over[LANES] = {0}, any = 0;
    float rest[LANES] = {0};
    for (; n >= LANES; n -= LANES, x += LANES)
        note_exponents(x, over);
    memcpy(rest, x, n * sizeof *x);
    note_exponents(rest, over);
    for (int j = 0; j < LANES; j++)
        any |= over[j];
    return any < 0x80000000;
}

bool pass_head(struct forward *f, const struct matrix *output, const float *h,
               uint32_t n, struct err *err)
{
    struct batch *b = &f->b;
    const struct model_config *cfg = b->cfg;
    set_coarse(f, n);
    act_set(&b->act, h, cfg->n_embd, cfg->n_embd, n);
    if (f->head)
        matmul_helped(b->c, f->head, output, &b->act, f->logits, cfg->n_vocab);
    else
        matmul(b->c, output, &b->act, f->logits, cfg->n_vocab);
    if (!all_finite(f->logits, (size_t)n * cfg->n_vocab))
        return err_set(err, ERR_MODEL, "the model produced NaN");
    return true;
}

bool pass_draft_head(struct forward *f, const struct mtp_weights *w, const float *h,
                     struct err *err)
{
    struct batch *b = &f->b;
    const struct model_config *cfg = b->cfg;
    act_set(&b->act, h, cfg->n_embd, cfg->n_embd, 1);
    matmul(b->c, &w->draft_output, &b->act, f->draft_logits, w->n_drafts);
    if (!all_finite(f->draft_logits, w->n_drafts))
        return err_set(err, ERR_MODEL, "the model produced NaN");
    for (uint32_t i = 0; i < w->n_drafts; i++)
        f->guess_logits[w->draft_ids[i]] = f->draft_logits[i];
    return true;
}

/* --- the trunk ------------------------------------------------------------ */

/* The router's choices of layer i for the batch, telemetry's view of them. */
static struct expert_choice *choices_of(struct forward *f, uint32_t layer)
{
    const struct moe_config *moe = &f->b.cfg->moe;
    return f->choices + (size_t)(layer - moe->n_dense_layers) * f->max_batch *
                            moe->n_used;
}

/* After pass_keep_wanted the one row computed was the last token's. */
static void place_choices(struct forward *f, uint32_t layer, uint32_t n_tokens)
{
    uint32_t K = f->b.cfg->moe.n_used, n = f->b.n;
    struct expert_choice *c = choices_of(f, layer);
    if (n == n_tokens)
        return;
    if (n == 1)
        memcpy(c + (size_t)(n_tokens - 1) * K, c, K * sizeof *c);
    for (uint32_t i = 0; i < (n_tokens - n) * K; i++)
        c[i] = (struct expert_choice){0, 0};
}

/* Behind the last attention only the rows whose logits are wanted go on, unless
 * the MTP block is to see them all. */
void pass_layer(struct forward *f, uint32_t layer, enum logits_wanted want,
                uint32_t n_tokens)
{
    bool moe = model_config_layer_is_moe(f->b.cfg, layer);
    pass_attention(f, layer);
    if (layer + 1 == f->b.cfg->n_layers && !f->keep_hidden)
        pass_keep_wanted(f, want);
    if (f->b.n > 0)
        pass_ffn(f, layer, moe ? choices_of(f, layer) : NULL);
    if (moe)
        place_choices(f, layer, n_tokens);
}

/* The final norm, of all rows that came this far; the head, of those wanted. */
bool pass_end(struct forward *f, enum logits_wanted want, struct err *err)
{
    struct batch *b = &f->b;
    uint32_t D = b->cfg->n_embd, first = 0;
    float *h = f->keep_hidden ? f->hidden : b->xn;
    batch_norm(b, b->x, D, f->m->w.output_norm, h, D, D, b->n);
    if (want == LOGITS_NONE)
        return true;
    if (want == LOGITS_LAST)
        first = b->n - 1;
    return pass_head(f, &f->m->w.output, h + (size_t)first * D, b->n - first,
                     err);
}

static bool run_all(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                    uint32_t n, enum logits_wanted want,
                    const atomic_bool *cancel, struct err *err)
{
    pass_begin(f, kv, &f->m->w.token_embd, ids, kv_cache_len(kv), n);
    for (uint32_t i = 0; i < f->cfg.n_layers; i++) {
        if (cancel && atomic_load_explicit(cancel, memory_order_relaxed))
            return err_set(err, ERR_CANCELLED, "cancelled");
        compute_enter(f->b.c);
        pass_layer(f, i, want, n);
        compute_leave(f->b.c);
    }
    compute_enter(f->b.c);
    bool ok = pass_end(f, want, err);
    compute_leave(f->b.c);
    return ok;
}

/* So short that nobody waits for its end who has cancelled it. */
static bool run_few(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                    uint32_t n, const atomic_bool *cancel, struct err *err)
{
    if (cancel && atomic_load_explicit(cancel, memory_order_relaxed))
        return err_set(err, ERR_CANCELLED, "cancelled");
    compute_enter(f->b.c);
    bool ok = forward_few_run(f, kv, ids, kv_cache_len(kv), n, err);
    compute_leave(f->b.c);
    return ok;
}

bool forward_run(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                 uint32_t n, enum logits_wanted want,
                 const atomic_bool *cancel, struct err *err)
{
    assert(n >= 1 && n <= f->max_batch);
    assert(kv_cache_max(kv) - kv_cache_len(kv) >= n);
    assert(kv_cache_len(kv) + n <= f->max_context);
    if (!pass_check_ids(f, ids, n, err))
        return false;
    bool ok = forward_few_can(f, n, want)
                  ? run_few(f, kv, ids, n, cancel, err)
                  : run_all(f, kv, ids, n, want, cancel, err);
    if (ok)
        kv_cache_extend(kv, n);
    return ok;
}
