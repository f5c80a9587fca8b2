/* shape.h - the sizes of a model that is trained: the DeepSeek-V3 architecture,
 * plain numbers, checked once.
 *
 * Names are those of the model files. What is not here is fixed: RMSNorm,
 * SwiGLU, adjacent rotary pairs, an untied head, a sigmoid router whose weights
 * are normalised, no biases but the router's (2412.19437, section 2). */
#ifndef TRAIN_NN_SHAPE_H
#define TRAIN_NN_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

struct err;

struct shape {
    uint32_t n_embd;
    uint32_t n_layers;        /* of the trunk */
    uint32_t n_dense_layers;  /* the first ones: one wide FFN, no experts */
    uint32_t n_vocab;
    uint32_t n_heads;
    uint32_t nope_dim;        /* of a query or key: this part is not rotated, */
    uint32_t rope_dim;        /* and this one is; even */
    uint32_t v_dim;           /* of a head's value */
    uint32_t q_lora_rank, kv_lora_rank;
    uint32_t n_ff;            /* dense FFN width */
    uint32_t n_experts, n_used;
    uint32_t n_groups, n_groups_used; /* 1, 1: no groups */
    uint32_t expert_ff;       /* width of one routed expert */
    uint32_t n_shared;        /* shared experts: one FFN of n_shared * expert_ff */
    float routed_scale;       /* of the routed experts' weights */
    uint32_t n_mtp;           /* blocks that look a token further: 0 or 1 */
    float norm_eps;
    float rope_base;
    float yarn_factor;        /* 1: no YaRN (2309.00071) */
    uint32_t yarn_original_ctx; /* what it was trained with before */
};

/* "tiny", "mini", "small": the rows of the table in shape.c. NULL: unknown. */
const struct shape *shape_recipe(const char *name);
/* The names, in order of size; NULL behind the last. */
const char *shape_name(unsigned i);

/* Whether all sizes fit together and are of a sane size: a shape may come from
 * a recipe or a file. */
bool shape_check(const struct shape *s, struct err *err);

static inline uint32_t shape_head_dim(const struct shape *s)
{
    return s->nope_dim + s->rope_dim;
}

/* Decoder blocks: the trunk's layers, then the MTP block. */
static inline uint32_t shape_n_blocks(const struct shape *s)
{
    return s->n_layers + s->n_mtp;
}

/* Block i has routed experts. The MTP block always does. */
static inline bool shape_is_moe(const struct shape *s, uint32_t block)
{
    return block >= s->n_dense_layers;
}

static inline uint32_t shape_moe_blocks(const struct shape *s)
{
    return shape_n_blocks(s) - s->n_dense_layers;
}

#endif
