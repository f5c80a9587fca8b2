/* SPDX-License-Identifier: Apache-2.0 */
#include "train/export.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file_out.h"
#include "base/file.h"
#include "base/mem.h"
#include "gguf/gguf_write.h"
#include "kernels/encode.h"
#include "train/data/tokenizer.h"
#include "train/nn/params.h"

bool export_type_parse(const char *name, enum gguf_type *type, struct err *err)
{
    if (gguf_type_parse(name, type) &&
        (*type == GGUF_F32 || *type == GGUF_F16 || *type == GGUF_Q8_0))
        return true;
    return err_set(err, ERR_USAGE, "\"%s\" is not f32, f16 or q8_0", name);
}

/* --- metadata ------------------------------------------------------------- */

static void put_u32(struct gguf_writer *w, const char *name, uint32_t v)
{
    char key[96];
    snprintf(key, sizeof key, "deepseek2.%s", name);
    gguf_put_u32(w, key, v);
}

static void put_f32(struct gguf_writer *w, const char *name, float v)
{
    char key[96];
    snprintf(key, sizeof key, "deepseek2.%s", name);
    gguf_put_f32(w, key, v);
}

static void put_general(struct gguf_writer *w, const struct export_options *o)
{
    char hash[17];
    gguf_put_str(w, "general.architecture", str_of("deepseek2"));
    gguf_put_str(w, "general.type", str_of("model"));
    gguf_put_str(w, "general.name", str_of(o->name));
    if (o->description)
        gguf_put_str(w, "general.description", str_of(o->description));
    gguf_put_str(w, "general.license", str_of("apache-2.0"));
    gguf_put_u32(w, "general.file_type", o->type == GGUF_F32   ? 0
                                         : o->type == GGUF_F16 ? 1
                                                               : 7);
    gguf_put_u32(w, "general.quantization_version", 2);
    gguf_put_f32(w, "general.sampling.temp", 0); /* trained to be right, once */
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)o->recipe_hash);
    gguf_put_str(w, "mull.recipe_hash", str_of(hash));
    if (o->labels)
        gguf_put_strs(w, "mull.expert_labels", o->labels, o->n_labels);
    if (o->mtp && o->draft_tokens)
        gguf_put_i32s(w, "mull.draft_tokens", o->draft_tokens, o->n_draft_tokens);
}

static void put_sizes(struct gguf_writer *w, const struct shape *s,
                      const struct export_options *o)
{
    uint32_t n_mtp = o->mtp ? s->n_mtp : 0;
    put_u32(w, "block_count", s->n_layers + n_mtp);
    put_u32(w, "context_length", o->context);
    put_u32(w, "embedding_length", s->n_embd);
    put_u32(w, "feed_forward_length", s->n_ff);
    put_u32(w, "vocab_size", s->n_vocab);
    put_u32(w, "leading_dense_block_count", s->n_dense_layers);
    if (n_mtp > 0)
        put_u32(w, "nextn_predict_layers", n_mtp);
}

/* As one shared key and value of every head: the absorbed form. */
static void put_attention(struct gguf_writer *w, const struct shape *s)
{
    put_u32(w, "attention.head_count", s->n_heads);
    put_u32(w, "attention.head_count_kv", 1);
    put_u32(w, "attention.q_lora_rank", s->q_lora_rank);
    put_u32(w, "attention.kv_lora_rank", s->kv_lora_rank);
    put_u32(w, "attention.key_length", s->kv_lora_rank + s->rope_dim);
    put_u32(w, "attention.value_length", s->kv_lora_rank);
    put_u32(w, "attention.key_length_mla", shape_head_dim(s));
    put_u32(w, "attention.value_length_mla", s->v_dim);
    put_f32(w, "attention.layer_norm_rms_epsilon", s->norm_eps);
    put_u32(w, "rope.dimension_count", s->rope_dim);
    put_f32(w, "rope.freq_base", s->rope_base);
}

static void put_yarn(struct gguf_writer *w, const struct shape *s)
{
    if (!(s->yarn_factor > 1))
        return;
    gguf_put_str(w, "deepseek2.rope.scaling.type", str_of("yarn"));
    put_f32(w, "rope.scaling.factor", s->yarn_factor);
    put_u32(w, "rope.scaling.original_context_length", s->yarn_original_ctx);
    put_f32(w, "rope.scaling.yarn_beta_fast", 32);
    put_f32(w, "rope.scaling.yarn_beta_slow", 1);
    put_f32(w, "rope.scaling.yarn_log_multiplier", 0.1f);
}

static void put_experts(struct gguf_writer *w, const struct shape *s)
{
    put_u32(w, "expert_count", s->n_experts);
    put_u32(w, "expert_used_count", s->n_used);
    put_u32(w, "expert_feed_forward_length", s->expert_ff);
    put_u32(w, "expert_shared_count", s->n_shared);
    put_u32(w, "expert_gating_func", 2); /* sigmoid */
    put_u32(w, "expert_group_count", s->n_groups);
    put_u32(w, "expert_group_used_count", s->n_groups_used);
    put_f32(w, "expert_weights_scale", s->routed_scale);
    gguf_put_bool(w, "deepseek2.expert_weights_norm", true);
}

/* --- tensors -------------------------------------------------------------- */

static bool is_left_out(const struct params *p, const struct param *t,
                        const struct export_options *o)
{
    return !o->mtp && p->shape.n_mtp > 0 && t->block == p->shape.n_layers;
}

static enum gguf_type type_of(const struct param *t,
                              const struct export_options *o)
{
    bool matrix = t->group == PARAM_MATRIX || t->group == PARAM_EMBEDDING;
    return matrix && t->n_dims > 1 ? o->type : GGUF_F32;
}

static bool encode_as(enum gguf_type type, const float *x, void *to, size_t n)
{
    switch (type) {
    case GGUF_F16:
        return encode_f16(x, to, n);
    case GGUF_Q8_0:
        return encode_q8_0(x, to, n);
    default:
        memcpy(to, x, n * sizeof *x);
        return true;
    }
}

static size_t row_bytes(enum gguf_type type, uint32_t n)
{
    const struct gguf_type_info *info = gguf_type_info(type);
    return n / info->block_len * info->block_bytes;
}

static bool write_tensor(const struct params *p, const struct param *t,
                         enum gguf_type type, struct gguf_writer *w,
                         struct buf *out, struct err *err)
{
    size_t matrix = row_bytes(type, t->n_cols) * t->n_rows;
    size_t numbers = (size_t)t->n_rows * t->n_cols;
    char *bytes = mem_alloc(matrix * t->n);
    bool ok = true;
    for (uint32_t i = 0; i < t->n && ok; i++)
        ok = encode_as(type, param_matrix(t, p->values, i), bytes + i * matrix,
                       numbers);
    if (ok)
        gguf_write_tensor(w, bytes, matrix * t->n, out);
    mem_free(bytes);
    return ok || err_set(err, ERR_MODEL, "%s is not finite", t->name);
}

static bool declare(const struct params *p, const struct export_options *o,
                    struct gguf_writer *w, struct err *err)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        enum gguf_type type = type_of(t, o);
        if (is_left_out(p, t, o))
            continue;
        if (t->n_cols % gguf_type_info(type)->block_len != 0)
            return err_set(err, ERR_UNSUPPORTED,
                           "rows of %u numbers do not fit into blocks of %s",
                           t->n_cols, gguf_type_info(type)->name);
        gguf_put_tensor(w, t->name, type, t->n_dims, t->dims);
    }
    return true;
}

bool export_gguf(const struct params *p, const struct tokenizer *t,
                 const struct export_options *o, struct buf *out,
                 struct err *err)
{
    struct gguf_writer *w = gguf_writer_new(32);
    put_general(w, o);
    put_sizes(w, &p->shape, o);
    put_attention(w, &p->shape);
    put_yarn(w, &p->shape);
    put_experts(w, &p->shape);
    tokenizer_put(t, w);
    bool ok = declare(p, o, w, err);
    if (ok)
        gguf_write_header(w, out);
    for (size_t i = 0; i < p->n && ok; i++) {
        if (!is_left_out(p, &p->table[i], o))
            ok = write_tensor(p, &p->table[i], type_of(&p->table[i], o), w, out,
                              err);
    }
    gguf_writer_free(w);
    return ok;
}

bool export_file(const struct params *p, const struct tokenizer *t,
                 const struct export_options *o, const char *path,
                 struct err *err)
{
    struct buf bytes = {0};
    struct file_out f = {.fd = -1};
    bool ok = export_gguf(p, t, o, &bytes, err) &&
              file_out_open(&f, path, bytes.len, err) &&
              file_out_write(&f, bytes.p, bytes.len, err) &&
              file_out_commit(&f, err);
    file_out_abandon(&f);
    buf_clear(&bytes);
    return ok || file_context(err, path);
}
