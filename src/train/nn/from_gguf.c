/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/from_gguf.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf.h"
#include "model/arch.h"
#include "model/config.h"
#include "model/weights.h"

static bool refuse(struct err *err, const char *what)
{
    return err_set(err, ERR_UNSUPPORTED, "%s, which cannot be trained", what);
}

static bool check_kind(const struct model_config *c, struct err *err)
{
    if (strcmp(c->arch->name, "deepseek2") != 0)
        return err_set(err, ERR_UNSUPPORTED,
                       "only deepseek2 models can be trained, this is %s",
                       c->arch->name);
    if (c->joined_kv_b)
        return refuse(err, "the file has attn_kv_b in one piece");
    if (c->q_lora_rank == 0)
        return refuse(err, "the model's queries are not compressed");
    if (c->moe.n_experts &&
        (c->moe.score != ROUTER_SIGMOID || !c->moe.norm_weights))
        return refuse(err, "the router is not V3's");
    if (c->rope.scaling == ROPE_SCALE_LINEAR && c->rope.factor != 1)
        return refuse(err, "positions are scaled linearly");
    if (c->rope.scaling == ROPE_SCALE_YARN &&
        (c->rope.ext_factor != 1 || c->rope.beta_fast != 32 ||
         c->rope.beta_slow != 1 || fabsf(c->rope.log_multiplier - 0.1f) > 1e-5f))
        return refuse(err, "YaRN is not set up as in V3");
    return true;
}

/* Embedding and head: one each, not shared, for trunk and MTP block alike. */
static bool check_ends(const struct shape *s, const struct gguf *g,
                       struct err *err)
{
    char embed[64], head[64];
    snprintf(embed, sizeof embed, "blk.%u.nextn.embed_tokens.weight",
             s->n_layers);
    snprintf(head, sizeof head, "blk.%u.nextn.shared_head_head.weight",
             s->n_layers);
    if (s->n_mtp && (gguf_find_tensor(g, embed) || gguf_find_tensor(g, head)))
        return refuse(err, "the MTP block has an embedding or a head of its own");
    if (!gguf_find_tensor(g, "output.weight"))
        return refuse(err, "the head is the embedding");
    return true;
}

bool shape_from_gguf(struct shape *s, const struct gguf *g, struct err *err)
{
    struct model_config c;
    if (!model_config_read(&c, g, err) || !check_kind(&c, err))
        return false;
    bool yarn = c.rope.scaling == ROPE_SCALE_YARN;
    bool experts = c.moe.n_experts > 0;
    *s = (struct shape){
        .n_embd = c.n_embd,
        .n_layers = c.n_layers,
        .n_dense_layers = experts ? c.moe.n_dense_layers : c.n_layers,
        .n_vocab = c.n_vocab,
        .n_heads = c.n_heads,
        .nope_dim = c.qk_nope_dim,
        .rope_dim = c.rope.dim,
        .v_dim = c.v_head_dim,
        .q_lora_rank = c.q_lora_rank,
        .kv_lora_rank = c.kv_lora_rank,
        .n_ff = c.n_ff,
        .n_experts = c.moe.n_experts,
        .n_used = c.moe.n_used,
        .n_groups = c.moe.n_groups,
        .n_groups_used = c.moe.n_groups_used,
        .expert_ff = c.moe.ff_dim,
        .n_shared = c.moe.n_shared,
        .routed_scale = c.moe.weights_scale,
        .n_mtp = c.n_mtp > 0 && weights_have_mtp(g, &c),
        .norm_eps = c.norm_eps,
        .rope_base = c.rope.base,
        .yarn_factor = yarn ? c.rope.factor : 1,
        .yarn_original_ctx = yarn ? c.rope.original_ctx : 0,
    };
    return check_ends(s, g, err) && shape_check(s, err);
}

/* A row of a matrix at a time: enough for any block length. */
static bool decode_rows(const struct gguf_tensor *from, const struct param *t,
                        struct params *p, float *row, struct err *err)
{
    for (uint32_t m = 0; m < t->n; m++)
        for (uint32_t r = 0; r < t->n_rows; r++) {
            uint64_t first = ((uint64_t)m * t->n_rows + r) * t->n_cols;
            real *to = param_matrix(t, p->values, m) + (size_t)r * t->n_cols;
            if (!weights_decode(from, first, t->n_cols, row, err))
                return err_context(err, "tensor %s", t->name);
            for (uint32_t i = 0; i < t->n_cols; i++)
                to[i] = row[i];
        }
    return true;
}

static bool same_shape(const struct gguf_tensor *from, const struct param *t)
{
    return from->dims[0] == t->dims[0] && from->dims[1] == t->dims[1] &&
           from->dims[2] == t->dims[2] && from->dims[3] == 1;
}

/* An MTP block without a norm before the head shares the trunk's; in training
 * it gets its own, equal at the start. */
static const struct gguf_tensor *find(const struct gguf *g,
                                      const struct params *p,
                                      const struct param *t)
{
    const struct gguf_tensor *from = gguf_find_tensor(g, t->name);
    if (!from && p->shape.n_mtp && t->at == p->mtp.head_norm)
        return gguf_find_tensor(g, "output_norm.weight");
    return from;
}

static bool read_param(const struct gguf *g, const struct param *t,
                       struct params *p, float *row, struct err *err)
{
    const struct gguf_tensor *from = find(g, p, t);
    if (!from && t->group == PARAM_BIAS)
        return true; /* a router without one */
    if (!from)
        return err_set(err, ERR_FORMAT, "tensor %s is missing", t->name);
    if (!same_shape(from, t))
        return err_set(err, ERR_FORMAT, "tensor %s has the wrong shape",
                       t->name);
    return decode_rows(from, t, p, row, err);
}

bool params_from_gguf(struct params *p, const struct gguf *g, struct err *err)
{
    struct shape s;
    uint32_t widest = 0;
    if (!shape_from_gguf(&s, g, err) || !params_init(p, &s, err))
        return false;
    for (size_t i = 0; i < p->n; i++)
        widest = p->table[i].n_cols > widest ? p->table[i].n_cols : widest;
    float *row = mem_array(widest, sizeof *row);
    bool ok = true;
    for (size_t i = 0; i < p->n && ok; i++)
        ok = read_param(g, &p->table[i], p, row, err);
    mem_free(row);
    if (!ok)
        params_clear(p);
    return ok;
}
