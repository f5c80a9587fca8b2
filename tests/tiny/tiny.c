/* SPDX-License-Identifier: Apache-2.0 */
#include "tiny/tiny.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rng.h"
#include "gguf/gguf_write.h"
#include "tiny/tiny_vocab.h"

struct tiny_spec tiny_llama(void)
{
    return (struct tiny_spec){
        .arch = "llama", .seed = 1, .n_layers = 2, .n_embd = 64, .n_ff = 128,
        .n_ctx = 512, .n_heads = 4, .n_kv_heads = 2, .head_dim = 16,
    };
}

struct tiny_spec tiny_deepseek2(void)
{
    return (struct tiny_spec){
        .arch = "deepseek2", .seed = 1, .n_layers = 3, .n_embd = 64,
        .n_ff = 128, .n_ctx = 512, .n_heads = 4, .q_lora_rank = 32,
        .kv_lora_rank = 32, .qk_nope_dim = 32, .rope_dim = 16,
        .v_head_dim = 32, .n_dense_layers = 1, .n_experts = 16, .n_used = 4,
        .n_shared = 1, .expert_ff = 32, .n_groups = 4, .n_groups_used = 2,
    };
}

struct tiny_spec tiny_deepseek32(void)
{
    struct tiny_spec s = tiny_deepseek2();
    s.arch = "deepseek32";
    s.index_heads = 12; /* no round number: blocks of heads end unevenly */
    s.index_dim = 32;
    s.index_top_k = 8;
    return s;
}

/* The tensors are gone through twice: declared first, then written. */
struct pass {
    const struct tiny_spec *spec;
    struct gguf_writer *w;
    struct buf *out; /* NULL while declaring */
    uint32_t begin, end; /* only tensors begin..end-1; 0, 0: all */
    uint32_t n;
};

enum fill { WEIGHT, NORM, BIAS };

static uint64_t hash(const char *s)
{
    uint64_t h = 0;
    for (; *s; s++)
        h = rng_mix(h ^ (uint8_t)*s);
    return h;
}

/* Scaled by the row length, so that activations stay near 1 in any depth; the
 * values depend on seed and name alone, so a changed spec keeps the rest. */
static float *values(const struct tiny_spec *s, const char *name,
                     enum fill fill, uint64_t row, uint64_t n)
{
    struct rng rng = rng_init(s->seed ^ hash(name));
    float *v = mem_array(n, sizeof *v);
    double scale = fill == WEIGHT ? 1 / sqrt((double)row) : 0.1;
    for (uint64_t i = 0; i < n; i++)
        v[i] = (float)((fill == NORM) + scale * rng_normal(&rng));
    if (s->poison && strcmp(s->poison, name) == 0)
        v[0] = NAN;
    return v;
}

static void tensor(struct pass *p, const char *name, enum fill fill,
                   const uint32_t shape[3])
{
    uint32_t no = p->n++;
    if (p->end && (no < p->begin || no >= p->end))
        return;
    uint64_t dims[3], n = 1;
    uint32_t n_dims = shape[2] ? 3 : shape[1] ? 2 : 1;
    for (uint32_t i = 0; i < n_dims; i++)
        n *= dims[i] = shape[i];
    if (!p->out) {
        gguf_put_tensor(p->w, name, GGUF_F32, n_dims, dims);
        return;
    }
    float *v = values(p->spec, name, fill, dims[0], n);
    gguf_write_tensor(p->w, v, n * sizeof *v, p->out);
    mem_free(v);
}

static void in_layer(struct pass *p, uint32_t layer, const char *name,
                     enum fill fill, uint32_t d0, uint32_t d1, uint32_t d2)
{
    char full[64];
    snprintf(full, sizeof full, "blk.%u.%s", layer, name);
    tensor(p, full, fill, (const uint32_t[3]){d0, d1, d2});
}

static void matrix(struct pass *p, uint32_t layer, const char *name,
                   uint32_t in, uint32_t out)
{
    in_layer(p, layer, name, WEIGHT, in, out, 0);
}

static void norm(struct pass *p, uint32_t layer, const char *name, uint32_t n)
{
    in_layer(p, layer, name, NORM, n, 0, 0);
}

static void gqa(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    matrix(p, i, "attn_q.weight", s->n_embd, s->n_heads * s->head_dim);
    matrix(p, i, "attn_k.weight", s->n_embd, s->n_kv_heads * s->head_dim);
    matrix(p, i, "attn_v.weight", s->n_embd, s->n_kv_heads * s->head_dim);
    matrix(p, i, "attn_output.weight", s->n_heads * s->head_dim, s->n_embd);
}

static void mla(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    uint32_t q_rows = s->n_heads * (s->qk_nope_dim + s->rope_dim);
    if (s->q_lora_rank) {
        matrix(p, i, "attn_q_a.weight", s->n_embd, s->q_lora_rank);
        norm(p, i, "attn_q_a_norm.weight", s->q_lora_rank);
        matrix(p, i, "attn_q_b.weight", s->q_lora_rank, q_rows);
    } else {
        matrix(p, i, "attn_q.weight", s->n_embd, q_rows);
    }
    matrix(p, i, "attn_kv_a_mqa.weight", s->n_embd,
           s->kv_lora_rank + s->rope_dim);
    norm(p, i, "attn_kv_a_norm.weight", s->kv_lora_rank);
    in_layer(p, i, "attn_k_b.weight", WEIGHT, s->qk_nope_dim, s->kv_lora_rank,
             s->n_heads);
    in_layer(p, i, "attn_v_b.weight", WEIGHT, s->kv_lora_rank, s->v_head_dim,
             s->n_heads);
    matrix(p, i, "attn_output.weight", s->n_heads * s->v_head_dim, s->n_embd);
}

static void indexer(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    matrix(p, i, "indexer.attn_q_b.weight", s->q_lora_rank,
           s->index_heads * s->index_dim);
    matrix(p, i, "indexer.attn_k.weight", s->n_embd, s->index_dim);
    matrix(p, i, "indexer.proj.weight", s->n_embd, s->index_heads);
    norm(p, i, "indexer.k_norm.weight", s->index_dim);
    in_layer(p, i, "indexer.k_norm.bias", BIAS, s->index_dim, 0, 0);
}

static void dense(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    matrix(p, i, "ffn_gate.weight", s->n_embd, s->n_ff);
    matrix(p, i, "ffn_up.weight", s->n_embd, s->n_ff);
    matrix(p, i, "ffn_down.weight", s->n_ff, s->n_embd);
}

static void experts(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    uint32_t d = s->n_embd, f = s->expert_ff, n = s->n_experts;
    matrix(p, i, "ffn_gate_inp.weight", d, n);
    if (!s->softmax)
        in_layer(p, i, "exp_probs_b.bias", BIAS, n, 0, 0);
    in_layer(p, i, "ffn_gate_exps.weight", WEIGHT, d, f, n);
    in_layer(p, i, "ffn_up_exps.weight", WEIGHT, d, f, n);
    in_layer(p, i, "ffn_down_exps.weight", WEIGHT, f, d, n);
    if (s->n_shared) {
        matrix(p, i, "ffn_gate_shexp.weight", d, f * s->n_shared);
        matrix(p, i, "ffn_up_shexp.weight", d, f * s->n_shared);
        matrix(p, i, "ffn_down_shexp.weight", f * s->n_shared, d);
    }
}

static bool is_mla(const struct tiny_spec *s)
{
    return strncmp(s->arch, "deepseek", 8) == 0;
}

static void layer(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    norm(p, i, "attn_norm.weight", s->n_embd);
    if (is_mla(s))
        mla(p, i);
    else
        gqa(p, i);
    if (s->index_heads && i < s->n_layers)
        indexer(p, i);
    norm(p, i, "ffn_norm.weight", s->n_embd);
    if (is_mla(s) && i >= s->n_dense_layers)
        experts(p, i);
    else
        dense(p, i);
}

static void mtp_block(struct pass *p, uint32_t i)
{
    const struct tiny_spec *s = p->spec;
    layer(p, i);
    matrix(p, i, "nextn.eh_proj.weight", 2 * s->n_embd, s->n_embd);
    norm(p, i, "nextn.enorm.weight", s->n_embd);
    norm(p, i, "nextn.hnorm.weight", s->n_embd);
    if (!s->mtp_own_ends)
        return;
    matrix(p, i, "nextn.embed_tokens.weight", s->n_embd, TINY_VOCAB);
    matrix(p, i, "nextn.shared_head_head.weight", s->n_embd, TINY_VOCAB);
    norm(p, i, "nextn.shared_head_norm.weight", s->n_embd);
}

static void all_tensors(struct pass *p)
{
    const struct tiny_spec *s = p->spec;
    const uint32_t head[3] = {s->n_embd, TINY_VOCAB, 0};
    tensor(p, "token_embd.weight", WEIGHT, head);
    for (uint32_t i = 0; i < s->n_layers; i++)
        layer(p, i);
    if (s->mtp && !s->mtp_left_out)
        mtp_block(p, s->n_layers);
    tensor(p, "output_norm.weight", NORM, (const uint32_t[3]){s->n_embd, 0, 0});
    if (!s->tied)
        tensor(p, "output.weight", WEIGHT, head);
}

static void put(struct gguf_writer *w, const struct tiny_spec *s,
                const char *key, uint32_t v)
{
    char full[96];
    snprintf(full, sizeof full, "%s.%s", s->arch, key);
    gguf_put_u32(w, full, v);
}

static void put_f32(struct gguf_writer *w, const struct tiny_spec *s,
                    const char *key, float v)
{
    char full[96];
    snprintf(full, sizeof full, "%s.%s", s->arch, key);
    gguf_put_f32(w, full, v);
}

static void put_bool(struct gguf_writer *w, const struct tiny_spec *s,
                     const char *key, bool v)
{
    char full[96];
    snprintf(full, sizeof full, "%s.%s", s->arch, key);
    gguf_put_bool(w, full, v);
}

static void put_llama(struct gguf_writer *w, const struct tiny_spec *s)
{
    put(w, s, "attention.head_count_kv", s->n_kv_heads);
    put(w, s, "attention.key_length", s->head_dim);
    put(w, s, "attention.value_length", s->head_dim);
    put(w, s, "rope.dimension_count", s->head_dim);
}

static void put_experts(struct gguf_writer *w, const struct tiny_spec *s)
{
    put(w, s, "leading_dense_block_count", s->n_dense_layers);
    put(w, s, "expert_count", s->n_experts);
    put(w, s, "expert_used_count", s->n_used);
    put(w, s, "expert_shared_count", s->n_shared);
    put(w, s, "expert_feed_forward_length", s->expert_ff);
    put(w, s, "expert_gating_func", s->softmax ? 1 : 2);
    put_f32(w, s, "expert_weights_scale", s->softmax ? 1.0f : 2.5f);
    put_bool(w, s, "expert_weights_norm", !s->softmax);
    if (s->n_groups > 1) {
        put(w, s, "expert_group_count", s->n_groups);
        put(w, s, "expert_group_used_count", s->n_groups_used);
    }
}

static void put_deepseek2(struct gguf_writer *w, const struct tiny_spec *s)
{
    put(w, s, "attention.head_count_kv", 1);
    if (s->q_lora_rank)
        put(w, s, "attention.q_lora_rank", s->q_lora_rank);
    put(w, s, "attention.kv_lora_rank", s->kv_lora_rank);
    put(w, s, "attention.key_length", s->kv_lora_rank + s->rope_dim);
    put(w, s, "attention.value_length", s->kv_lora_rank);
    put(w, s, "attention.key_length_mla", s->qk_nope_dim + s->rope_dim);
    put(w, s, "attention.value_length_mla", s->v_head_dim);
    put(w, s, "rope.dimension_count", s->rope_dim);
    if (s->index_heads) {
        put(w, s, "attention.indexer.head_count", s->index_heads);
        put(w, s, "attention.indexer.key_length", s->index_dim);
        put(w, s, "attention.indexer.top_k", s->index_top_k);
    }
    if (s->n_dense_layers < s->n_layers)
        put_experts(w, s);
}

static void put_keys(struct gguf_writer *w, const struct tiny_spec *s)
{
    gguf_put_str(w, "general.architecture", str_of(s->arch));
    gguf_put_str(w, "general.type", str_of("model"));
    gguf_put_str(w, "general.name", str_of("tiny random model"));
    put(w, s, "block_count", s->n_layers + s->mtp);
    if (s->mtp)
        put(w, s, "nextn_predict_layers", 1);
    if (s->draft_tokens)
        gguf_put_i32s(w, "mull.draft_tokens", s->draft_tokens, s->n_draft_tokens);
    put(w, s, "context_length", s->n_ctx);
    put(w, s, "embedding_length", s->n_embd);
    put(w, s, "feed_forward_length", s->n_ff);
    put(w, s, "attention.head_count", s->n_heads);
    put(w, s, "vocab_size", TINY_VOCAB);
    put_f32(w, s, "attention.layer_norm_rms_epsilon", 1e-6f);
    put_f32(w, s, "rope.freq_base", 10000.0f);
    if (is_mla(s))
        put_deepseek2(w, s);
    else
        put_llama(w, s);
    tiny_put_vocab(w);
}

void tiny_write(const struct tiny_spec *spec, struct buf *out)
{
    struct gguf_writer *w = gguf_writer_new(32);
    put_keys(w, spec);
    all_tensors(&(struct pass){.spec = spec, .w = w});
    gguf_write_header(w, out);
    all_tensors(&(struct pass){.spec = spec, .w = w, .out = out});
    gguf_writer_free(w);
}

uint64_t tiny_write_header(const struct tiny_spec *spec, struct buf *out)
{
    struct gguf_writer *w = gguf_writer_new(32);
    put_keys(w, spec);
    all_tensors(&(struct pass){.spec = spec, .w = w});
    gguf_write_header(w, out);
    uint64_t bytes = gguf_data_bytes(w);
    gguf_writer_free(w);
    return bytes;
}

static uint32_t count_tensors(const struct tiny_spec *spec)
{
    struct pass p = {.spec = spec, .w = gguf_writer_new(32)};
    all_tensors(&p);
    gguf_writer_free(p.w);
    return p.n;
}

void tiny_write_parts(const struct tiny_spec *spec, struct buf out[2])
{
    uint32_t n = count_tensors(spec);
    const uint32_t cut[3] = {0, n / 3, n};
    for (uint32_t i = 0; i < 2; i++) {
        /* Each part has an alignment of its own. */
        struct gguf_writer *w = gguf_writer_new(i ? 64 : 32);
        struct pass p = {.spec = spec, .w = w, .begin = cut[i],
                         .end = cut[i + 1]};
        if (i == 0)
            put_keys(w, spec);
        gguf_put_u32(w, "split.no", i);
        gguf_put_u32(w, "split.count", 2);
        gguf_put_u32(w, "split.tensors.count", n);
        all_tensors(&p);
        gguf_write_header(w, &out[i]);
        p.out = &out[i];
        p.n = 0;
        all_tensors(&p);
        gguf_writer_free(w);
    }
}

char *tiny_write_file(const struct tiny_spec *spec)
{
    const char *dir = getenv("TMPDIR");
    struct buf path = {0}, file = {0};
    buf_printf(&path, "%s/tiny-XXXXXX", dir && *dir ? dir : "/tmp");
    tiny_write(spec, &file);
    int fd = mkstemp(path.p);
    FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!f || fwrite(file.p, 1, file.len, f) != file.len || fclose(f) != 0) {
        perror(path.p);
        abort();
    }
    buf_clear(&file);
    return path.p;
}
