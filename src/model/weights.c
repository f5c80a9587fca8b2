/* SPDX-License-Identifier: Apache-2.0 */
#include "model/weights.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf.h"
#include "model/arch.h"
#include "model/config.h"

struct weights_reader {
    const struct gguf *g;
    const struct model_config *cfg;
    struct weights *w;
    struct kernels kernels; /* for decoding: any level gives the same */
    bool measure;           /* count what would be decoded, touch nothing */
};

/* Memory that belongs to the weights, in a list to free. */
struct decoded {
    struct decoded *next;
    void *data;
    size_t bytes;
};

struct tensor_name {
    char s[64];
};

static struct tensor_name name_in(uint32_t layer, const char *name)
{
    struct tensor_name n;
    if (layer == UINT32_MAX)
        snprintf(n.s, sizeof n.s, "%s", name);
    else
        snprintf(n.s, sizeof n.s, "blk.%u.%s", layer, name);
    return n;
}

/* --- types ---------------------------------------------------------------- */

static bool weight_type_of(enum gguf_type t, enum weight_type *out)
{
    switch (t) {
    case GGUF_F32: *out = WEIGHT_F32; return true;
    case GGUF_F16: *out = WEIGHT_F16; return true;
    case GGUF_BF16: *out = WEIGHT_BF16; return true;
    case GGUF_Q8_0: *out = WEIGHT_Q8_0; return true;
    case GGUF_Q4_0: *out = WEIGHT_Q4_0; return true;
    case GGUF_Q4_1: *out = WEIGHT_Q4_1; return true;
    case GGUF_Q5_0: *out = WEIGHT_Q5_0; return true;
    case GGUF_Q4_K: *out = WEIGHT_Q4_K; return true;
    case GGUF_Q6_K: *out = WEIGHT_Q6_K; return true;
    case GGUF_Q5_1: *out = WEIGHT_Q5_1; return true;
    case GGUF_Q2_K: *out = WEIGHT_Q2_K; return true;
    case GGUF_Q3_K: *out = WEIGHT_Q3_K; return true;
    case GGUF_Q5_K: *out = WEIGHT_Q5_K; return true;
    case GGUF_IQ4_NL: *out = WEIGHT_IQ4_NL; return true;
    case GGUF_IQ4_XS: *out = WEIGHT_IQ4_XS; return true;
    case GGUF_MXFP4: *out = WEIGHT_MXFP4; return true;
    case GGUF_NVFP4: *out = WEIGHT_NVFP4; return true;
    case GGUF_Q1_0: *out = WEIGHT_Q1_0; return true;
    case GGUF_Q2_0: *out = WEIGHT_Q2_0; return true;
    case GGUF_TQ1_0: *out = WEIGHT_TQ1_0; return true;
    case GGUF_TQ2_0: *out = WEIGHT_TQ2_0; return true;
    case GGUF_IQ1_S: *out = WEIGHT_IQ1_S; return true;
    case GGUF_IQ1_M: *out = WEIGHT_IQ1_M; return true;
    case GGUF_IQ2_XXS: *out = WEIGHT_IQ2_XXS; return true;
    case GGUF_IQ2_XS: *out = WEIGHT_IQ2_XS; return true;
    case GGUF_IQ2_S: *out = WEIGHT_IQ2_S; return true;
    case GGUF_IQ3_XXS: *out = WEIGHT_IQ3_XXS; return true;
    case GGUF_IQ3_S: *out = WEIGHT_IQ3_S; return true;
    default: return false;
    }
}

static bool unsupported_type(const struct gguf_tensor *t, struct err *err)
{
    const struct gguf_type_info *info = gguf_type_info(t->type);
    return err_set(err, ERR_UNSUPPORTED,
                   "tensor %.*s is %s, which cannot be computed with yet",
                   (int)t->name.len, t->name.p,
                   info ? info->name : "of an unknown type");
}

static bool decode(const struct kernels *k, const struct gguf_tensor *t,
                   uint64_t first, uint64_t n, float *out, struct err *err)
{
    enum weight_type type;
    if (!weight_type_of(t->type, &type))
        return unsupported_type(t, err);
    const struct weight_kernels *wk = &k->weight[type];
    assert(first % wk->block_len == 0 && n % wk->block_len == 0);
    assert(first <= t->n_elements && n <= t->n_elements - first);
    wk->decode(t->data + first / wk->block_len * wk->block_bytes, out, n);
    return true;
}

bool weights_decode(const struct gguf_tensor *t, uint64_t first, uint64_t n,
                    float *out, struct err *err)
{
    struct kernels k;
    kernels_init(&k, CPU_SCALAR);
    return decode(&k, t, first, n, out, err);
}

/* --- finding and checking ------------------------------------------------- */

/* A tensor with exactly these dimensions (unused ones 1). */
static const struct gguf_tensor *find(struct weights_reader *r, uint32_t layer,
                                      const char *name, const uint64_t dims[3],
                                      struct err *err)
{
    struct tensor_name full = name_in(layer, name);
    const struct gguf_tensor *t = gguf_find_tensor(r->g, full.s);
    if (!t) {
        err_set(err, ERR_FORMAT, "tensor %s is missing", full.s);
        return NULL;
    }
    if (t->dims[0] == dims[0] && t->dims[1] == dims[1] &&
        t->dims[2] == dims[2] && t->dims[3] == 1)
        return t;
    err_set(err, ERR_FORMAT,
            "tensor %s is %llu x %llu x %llu, the model needs %llu x %llu x "
            "%llu", full.s, (unsigned long long)t->dims[0],
            (unsigned long long)t->dims[1], (unsigned long long)t->dims[2],
            (unsigned long long)dims[0], (unsigned long long)dims[1],
            (unsigned long long)dims[2]);
    return NULL;
}

/* num / den of the tensor is read for one token. */
static void count(struct weights_reader *r, const struct gguf_tensor *t,
                  uint64_t num, uint64_t den)
{
    r->w->bytes += t->bytes;
    r->w->n_params += t->n_elements;
    r->w->active_bytes += t->bytes / den * num;
    r->w->n_active_params += t->n_elements / den * num;
}

static bool as_matrix(struct weights_reader *r, const struct gguf_tensor *t,
                      uint32_t n_rows, uint32_t n_cols, struct matrix *out,
                      struct err *err)
{
    enum weight_type type;
    if (!weight_type_of(t->type, &type) || !r->kernels.weight[type].mul_f32)
        return unsupported_type(t, err);
    const struct weight_kernels *wk = &r->kernels.weight[type];
    if (n_cols % wk->block_len != 0)
        return err_set(err, ERR_FORMAT, "tensor %.*s: rows of %u are not whole "
                       "blocks", (int)t->name.len, t->name.p, n_cols);
    *out = (struct matrix){
        .type = type,
        .n_rows = n_rows,
        .n_cols = n_cols,
        .row_bytes = (size_t)(n_cols / wk->block_len) * wk->block_bytes,
        .data = t->data,
    };
    return true;
}

bool weights_matrix(struct weights_reader *r, uint32_t layer, const char *name,
                    uint32_t n_rows, uint32_t n_cols, struct matrix *out,
                    struct err *err)
{
    const struct gguf_tensor *t =
        find(r, layer, name, (uint64_t[]){n_cols, n_rows, 1}, err);
    if (!t || !as_matrix(r, t, n_rows, n_cols, out, err))
        return false;
    count(r, t, 1, 1);
    return true;
}

bool weights_matrix_opt(struct weights_reader *r, uint32_t layer,
                        const char *name, uint32_t n_rows, uint32_t n_cols,
                        struct matrix *out, struct err *err)
{
    if (!gguf_find_tensor(r->g, name_in(layer, name).s))
        return true;
    return weights_matrix(r, layer, name, n_rows, n_cols, out, err);
}

static bool stack(struct weights_reader *r, uint32_t layer, const char *name,
                  uint32_t n, uint32_t n_used, uint32_t n_rows, uint32_t n_cols,
                  struct matrix_stack *out, struct err *err)
{
    const struct gguf_tensor *t =
        find(r, layer, name, (uint64_t[]){n_cols, n_rows, n}, err);
    if (!t || !as_matrix(r, t, n_rows, n_cols, &out->first, err))
        return false;
    out->n = n;
    out->stride = out->first.row_bytes * n_rows;
    count(r, t, n_used, n);
    return true;
}

bool weights_stack(struct weights_reader *r, uint32_t layer, const char *name,
                   uint32_t n, uint32_t n_rows, uint32_t n_cols,
                   struct matrix_stack *out, struct err *err)
{
    return stack(r, layer, name, n, n, n_rows, n_cols, out, err);
}

bool weights_experts(struct weights_reader *r, uint32_t layer, const char *name,
                     uint32_t n_rows, uint32_t n_cols, struct matrix_stack *out,
                     struct err *err)
{
    const struct moe_config *m = &r->cfg->moe;
    return stack(r, layer, name, m->n_experts, m->n_used, n_rows, n_cols, out,
                 err);
}

/* --- decoded copies ------------------------------------------------------- */

/* NULL without an error where it is only counted. */
static void *keep_bytes(struct weights_reader *r, uint64_t n, size_t size,
                        const char *what, bool *ok, struct err *err)
{
    size_t bytes;
    *ok = !__builtin_mul_overflow(n, size, &bytes) ||
          err_set(err, ERR_MEMORY, "no room for %s", what);
    if (!*ok)
        return NULL;
    r->w->decoded_bytes += bytes;
    if (r->measure)
        return NULL;
    void *data = mem_big(bytes, what, err);
    *ok = data != NULL;
    if (!data)
        return NULL;
    struct decoded *d = mem_alloc(sizeof *d);
    *d = (struct decoded){r->w->decoded, data, bytes};
    r->w->decoded = d;
    return data;
}

static bool keep(struct weights_reader *r, uint64_t n, const char *what,
                 float **out, struct err *err)
{
    bool ok;
    *out = keep_bytes(r, n, sizeof **out, what, &ok, err);
    return ok;
}

bool weights_vector(struct weights_reader *r, uint32_t layer, const char *name,
                    uint32_t n, const float **out, struct err *err)
{
    const struct gguf_tensor *t =
        find(r, layer, name, (uint64_t[]){n, 1, 1}, err);
    if (!t)
        return false;
    count(r, t, 1, 1);
    if (t->type == GGUF_F32) {
        *out = (const float *)(const void *)t->data;
        return true;
    }
    enum weight_type type;
    float *copy;
    if (!weight_type_of(t->type, &type))
        return unsupported_type(t, err);
    if (!keep(r, n, "norms and biases", &copy, err) ||
        (copy && !decode(&r->kernels, t, 0, n, copy, err)))
        return false;
    *out = copy;
    return true;
}

bool weights_vector_opt(struct weights_reader *r, uint32_t layer,
                        const char *name, uint32_t n, const float **out,
                        struct err *err)
{
    if (!gguf_find_tensor(r->g, name_in(layer, name).s))
        return true;
    return weights_vector(r, layer, name, n, out, err);
}

static struct matrix_stack float_stack(const float *data, uint32_t n,
                                       uint32_t n_rows, uint32_t n_cols)
{
    size_t row = n_cols * sizeof(float);
    struct matrix first = {WEIGHT_F32, n_rows, n_cols, row, data};
    return (struct matrix_stack){first, n, row * n_rows};
}

/* Head h of the joined tensor has dn key rows, then dv value rows, of `rank`.
 * k_b[h] is the transpose of the former, v_b[h] the latter. */
bool weights_joined_kv_b(struct weights_reader *r, uint32_t layer,
                         const char *name, struct matrix_stack *k_b,
                         struct matrix_stack *v_b, struct err *err)
{
    uint32_t H = r->cfg->n_heads, rank = r->cfg->kv_lora_rank;
    uint32_t dn = r->cfg->qk_nope_dim, dv = r->cfg->v_head_dim;
    struct matrix joined;
    const struct gguf_tensor *t = find(
        r, layer, name, (uint64_t[]){rank, (uint64_t)H * (dn + dv), 1}, err);
    if (!t || !as_matrix(r, t, H * (dn + dv), rank, &joined, err))
        return false;
    count(r, t, 1, 1);
    float *k, *v, *row;
    if (!keep(r, (uint64_t)H * dn * rank, "attn_kv_b", &k, err) ||
        !keep(r, (uint64_t)H * dv * rank, "attn_kv_b", &v, err) ||
        !keep(r, rank, "attn_kv_b", &row, err))
        return false;
    for (uint32_t h = 0; h < H && !r->measure; h++) {
        uint64_t at = (uint64_t)h * (dn + dv) * rank;
        for (uint32_t i = 0; i < dn; i++) {
            decode(&r->kernels, t, at + (uint64_t)i * rank, rank, row, err);
            for (uint32_t j = 0; j < rank; j++)
                k[((size_t)h * rank + j) * dn + i] = row[j];
        }
        decode(&r->kernels, t, at + (uint64_t)dn * rank, (uint64_t)dv * rank,
               v + (size_t)h * dv * rank, err);
    }
    *k_b = float_stack(k, H, rank, dn);
    *v_b = float_stack(v, H, dv, rank);
    return true;
}

/* --- the whole model ------------------------------------------------------ */

static bool bind_ends(struct weights_reader *r, struct err *err)
{
    const struct model_config *cfg = r->cfg;
    struct weights *w = r->w;
    const uint32_t none = UINT32_MAX;
    if (!weights_matrix(r, none, "token_embd.weight", cfg->n_vocab, cfg->n_embd,
                        &w->token_embd, err) ||
        !weights_vector(r, none, "output_norm.weight", cfg->n_embd,
                        &w->output_norm, err) ||
        !weights_vector_opt(r, none, "rope_freqs.weight", cfg->rope.dim / 2,
                            &w->rope_factors, err) ||
        !weights_matrix_opt(r, none, "output.weight", cfg->n_vocab, cfg->n_embd,
                            &w->output, err))
        return false;
    if (!w->output.data) {
        w->output = w->token_embd; /* tied: read whole for every token */
        return true;
    }
    uint64_t rows = cfg->n_vocab - 1;
    w->active_bytes -= rows * w->token_embd.row_bytes;
    w->n_active_params -= rows * cfg->n_embd;
    return true;
}

static bool bind_layer(struct weights_reader *r, uint32_t i, struct err *err)
{
    const struct model_config *cfg = r->cfg;
    struct layer_weights *lw = &r->w->layers[i];
    return weights_vector(r, i, "attn_norm.weight", cfg->n_embd,
                          &lw->attn_norm, err) &&
           weights_vector(r, i, "ffn_norm.weight", cfg->n_embd, &lw->ffn_norm,
                          err) &&
           cfg->arch->bind_layer(lw, r, cfg, i, err);
}

bool weights_have_mtp(const struct gguf *g, const struct model_config *cfg)
{
    return cfg->n_mtp > 0 &&
           gguf_find_tensor(g, name_in(cfg->n_layers,
                                       "nextn.eh_proj.weight").s);
}

/* The list ascends; one that names all there are, or more, is of no use. */
static bool draft_ids(struct weights_reader *r, const struct gguf_kv *kv,
                      struct err *err)
{
    uint32_t n = (uint32_t)kv->n;
    bool ok;
    int32_t *ids = keep_bytes(r, n, sizeof *ids, "the words of drafts", &ok, err);
    int64_t last = -1;
    for (uint32_t i = 0; ok && i < n; i++) {
        int64_t id = gguf_array_int(kv, i);
        if (id <= last || id >= r->cfg->n_vocab)
            return err_set(err, ERR_FORMAT, "mull.draft_tokens: %lld, number %u of "
                           "them, is not a token behind the one before",
                           (long long)id, i);
        if (ids)
            ids[i] = (int32_t)id;
        last = id;
    }
    r->w->mtp.draft_ids = ids;
    r->w->mtp.n_drafts = n;
    return ok;
}

static bool bind_draft_head(struct weights_reader *r, struct err *err)
{
    struct mtp_weights *m = &r->w->mtp;
    const struct gguf_kv *kv =
        gguf_find_array(r->g, "mull.draft_tokens", GGUF_VALUE_I32);
    if (!kv || kv->n == 0 || kv->n >= r->cfg->n_vocab)
        return true;
    if (!draft_ids(r, kv, err))
        return false;
    bool ok;
    size_t row = m->output.row_bytes;
    char *rows = keep_bytes(r, m->n_drafts, row, "the head of drafts", &ok, err);
    for (uint32_t i = 0; rows && i < m->n_drafts; i++)
        memcpy(rows + i * row,
               (const char *)m->output.data + (size_t)m->draft_ids[i] * row, row);
    m->draft_output = m->output;
    m->draft_output.n_rows = m->n_drafts;
    m->draft_output.data = rows;
    return ok;
}

static bool bind_mtp(struct weights_reader *r, struct err *err)
{
    struct weights *w = r->w;
    struct mtp_weights *m = &w->mtp;
    uint32_t i = r->cfg->n_layers, D = r->cfg->n_embd, V = r->cfg->n_vocab;
    uint64_t bytes = w->active_bytes, params = w->n_active_params;
    m->token_embd = w->token_embd;
    m->output = w->output;
    m->output_norm = w->output_norm;
    if (!weights_matrix(r, i, "nextn.eh_proj.weight", D, 2 * D, &m->eh_proj,
                        err) ||
        !weights_vector(r, i, "nextn.enorm.weight", D, &m->enorm, err) ||
        !weights_vector(r, i, "nextn.hnorm.weight", D, &m->hnorm, err) ||
        !weights_matrix_opt(r, i, "nextn.embed_tokens.weight", V, D,
                            &m->token_embd, err) ||
        !weights_matrix_opt(r, i, "nextn.shared_head_head.weight", V, D,
                            &m->output, err) ||
        !weights_vector_opt(r, i, "nextn.shared_head_norm.weight", D,
                            &m->output_norm, err) ||
        !bind_draft_head(r, err) || !bind_layer(r, i, err))
        return false;
    w->active_bytes = bytes; /* a token can be had without it */
    w->n_active_params = params;
    return true;
}

static bool bind(struct weights *w, const struct gguf *g,
                 const struct model_config *cfg, bool measure, struct err *err)
{
    struct weights_reader r = {.g = g, .cfg = cfg, .w = w, .measure = measure};
    kernels_init(&r.kernels, CPU_SCALAR);
    *w = (struct weights){.n_layers = cfg->n_layers};
    w->layers = mem_array(model_config_cache_layers(cfg), sizeof *w->layers);
    bool ok = bind_ends(&r, err);
    for (uint32_t i = 0; ok && i < w->n_layers; i++)
        ok = bind_layer(&r, i, err);
    if (ok && cfg->n_mtp > 0)
        ok = bind_mtp(&r, err);
    if (!ok)
        weights_clear(w);
    return ok;
}

bool weights_bind(struct weights *w, const struct gguf *g,
                  const struct model_config *cfg, struct err *err)
{
    return bind(w, g, cfg, false, err);
}

bool weights_measure(struct weights *w, const struct gguf *g,
                     const struct model_config *cfg, struct err *err)
{
    return bind(w, g, cfg, true, err);
}

void weights_clear(struct weights *w)
{
    for (struct decoded *d = w->decoded, *next; d; d = next) {
        next = d->next;
        mem_big_free(d->data, d->bytes);
        mem_free(d);
    }
    mem_free(w->layers);
    *w = (struct weights){0};
}
