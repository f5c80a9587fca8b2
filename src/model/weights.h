/* weights.h - where a tensor in a file becomes a matrix to multiply.
 *
 * Every tensor is looked up by name and its shape compared with the one the
 * config demands, so a forward pass cannot read outside the file. */
#ifndef MODEL_WEIGHTS_H
#define MODEL_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/matmul.h"

struct err;
struct gguf;
struct gguf_tensor;
struct decoded;
struct model_config;
struct weights_reader; /* knows the file and what was asked for */

/* n experts of the same shape, one behind the other. */
struct matrix_stack {
    struct matrix first;
    uint32_t n;
    size_t stride;      /* bytes from one expert to the next */
};

struct ffn_weights {
    struct matrix gate, up, down;
};

struct layer_weights {
    const float *attn_norm;      /* [n_embd] */
    const float *ffn_norm;       /* [n_embd] */
    /* GQA */
    struct matrix q, k, v, o;
    const float *q_bias, *k_bias, *v_bias, *o_bias; /* NULL: none */
    const float *q_norm, *k_norm;                   /* [head_dim], NULL: none */
    /* MLA; q is used when q_a is not there, o as above */
    struct matrix q_a, q_b, kv_a;
    const float *q_a_norm, *kv_a_norm;
    struct matrix_stack k_b;     /* n_heads of kv_lora_rank rows x qk_nope */
    struct matrix_stack v_b;     /* n_heads of v_head_dim rows x kv_lora_rank */
    /* The indexer of sparse attention; data NULL: none */
    struct matrix index_q, index_k, index_proj;
    const float *index_k_norm, *index_k_bias;
    /* FFN: dense, or router + experts + shared */
    struct ffn_weights ffn;
    struct matrix router;        /* n_experts rows; F32 */
    const float *router_bias;    /* [n_experts], NULL: none */
    struct matrix_stack gate_exps, up_exps, down_exps;
    struct ffn_weights shared;   /* data NULL: none */
};

/* The multi-token-prediction block (DeepSeek-V3, 2412.19437, section 2.2). Its
 * decoder layer is layers[n_layers] of the weights; what a file leaves out is
 * shared with the trunk, so all of this is always there. */
struct mtp_weights {
    struct matrix eh_proj;       /* n_embd rows x 2 n_embd */
    const float *enorm, *hnorm;  /* [n_embd] */
    struct matrix token_embd;
    struct matrix output;
    const float *output_norm;
    /* mull.draft_tokens, where the file names them: what the model mostly says, in
     * ascending order, and their rows of `output`. Drafts are chosen among these
     * alone, so that guessing costs less (FR-Spec, 2502.14856). n_drafts 0: among
     * all there are. */
    struct matrix draft_output;  /* n_drafts rows, copied */
    const int32_t *draft_ids;
    uint32_t n_drafts;
};

struct weights {
    struct matrix token_embd;
    struct matrix output;        /* the same view when tied */
    const float *output_norm;
    const float *rope_factors;   /* [rope.dim / 2], NULL: none */
    uint32_t n_layers;           /* of the trunk */
    struct layer_weights *layers; /* owned; the trunk's, then the MTP block's */
    struct mtp_weights mtp;      /* when the config has n_mtp */
    struct decoded *decoded;     /* owned: what could not be used in place */
    uint64_t decoded_bytes;      /* of these copies */
    uint64_t bytes;              /* of all tensors used */
    uint64_t active_bytes;       /* read to decode one token: of the experts
                                    those used, of the embedding one row, of
                                    the MTP block nothing */
    uint64_t n_params, n_active_params; /* counted in the same way */
};

/* Whether the file has the MTP block that its metadata speaks of: converters
 * that leave the block out keep the key. */
bool weights_have_mtp(const struct gguf *g, const struct model_config *cfg);
bool weights_bind(struct weights *w, const struct gguf *g,
                  const struct model_config *cfg, struct err *err);
/* The same checks and figures, but no weight is read and none can be computed
 * with: for planning. */
bool weights_measure(struct weights *w, const struct gguf *g,
                     const struct model_config *cfg, struct err *err);
void weights_clear(struct weights *w);

/* For architectures: a tensor of layer i by its short name ("attn_q.weight"),
 * with the shape it must have. _opt: missing is fine, data stays NULL. */
bool weights_matrix(struct weights_reader *r, uint32_t layer, const char *name,
                    uint32_t n_rows, uint32_t n_cols, struct matrix *out,
                    struct err *err);
bool weights_matrix_opt(struct weights_reader *r, uint32_t layer,
                        const char *name, uint32_t n_rows, uint32_t n_cols,
                        struct matrix *out, struct err *err);
bool weights_stack(struct weights_reader *r, uint32_t layer, const char *name,
                   uint32_t n, uint32_t n_rows, uint32_t n_cols,
                   struct matrix_stack *out, struct err *err);
/* The routed experts of layer i: a stack of moe.n_experts, of which a token
 * reads moe.n_used. */
bool weights_experts(struct weights_reader *r, uint32_t layer, const char *name,
                     uint32_t n_rows, uint32_t n_cols,
                     struct matrix_stack *out, struct err *err);
/* k_b and v_b out of the one tensor {kv_lora_rank, n_heads * (qk_nope +
 * v_head_dim)} of older files, decoded to float32: the keys' part has to be
 * transposed, which quantized blocks do not allow. */
bool weights_joined_kv_b(struct weights_reader *r, uint32_t layer,
                         const char *name, struct matrix_stack *k_b,
                         struct matrix_stack *v_b, struct err *err);
/* 1-D float32 tensors (norms, biases), decoded where the file has another
 * type. */
bool weights_vector(struct weights_reader *r, uint32_t layer, const char *name,
                    uint32_t n, const float **out, struct err *err);
bool weights_vector_opt(struct weights_reader *r, uint32_t layer,
                        const char *name, uint32_t n, const float **out,
                        struct err *err);

/* Matrix i of a stack. */
static inline struct matrix matrix_stack_at(const struct matrix_stack *s,
                                            uint32_t i)
{
    struct matrix m = s->first;
    m.data = (const char *)m.data + i * s->stride;
    return m;
}

/* Any tensor of any file as float32, n elements from `first` (a multiple of
 * the block length). ERR_UNSUPPORTED for types that no kernel decodes. */
bool weights_decode(const struct gguf_tensor *t, uint64_t first, uint64_t n,
                    float *out, struct err *err);

#endif
