/* layer.h - what travels through the layers while one batch runs.
 *
 * Within model/ only. Blocks read `xn` (the normed residual), write `out`, and
 * forward.c adds that to `x`. Each block has its own scratch beside this. */
#ifndef MODEL_LAYER_H
#define MODEL_LAYER_H

#include <stdatomic.h>
#include <stdint.h>

#include "model/config.h"
#include "model/indexer.h"
#include "model/kv_type.h"
#include "model/matmul.h"
#include "model/rope.h"
#include "model/weights.h"

struct expert_choice;
struct kv_cache;

enum { FEW_TOKENS = 5 }; /* one and its drafts: what decoding computes at once */

struct batch {
    const struct model_config *cfg; /* all borrowed */
    struct compute *c;
    struct kv_cache *kv;
    uint32_t n;        /* tokens; in the last layer's FFN those wanted */
    uint32_t pos;      /* position of the first */
    uint32_t looks_from; /* attention: tokens before this one are only remembered */
    float *x;          /* [n][n_embd] the residual stream */
    float *xn;         /* [n][n_embd] */
    float *out;        /* [n][n_embd] */
    struct act act;    /* over xn, or whatever feeds the next products */
    struct rope rope;
    /* Of a batch whose tokens are dealt to threads (forward_few.c), else NULL:
     * layers whose rows this part and all before it have stored, and the same of
     * the part before it. */
    atomic_uint *stored;
    const atomic_uint *before;
};

/* Its rows of this layer are in the cache: waits until those of the tokens before
 * them are, and tells so. */
void batch_meet(const struct batch *b, uint32_t layer);

/* y[i] = rms_norm(x[i]) * w for n rows; y may be x. */
void batch_norm(struct batch *b, const float *x, size_t ldx, const float *w,
                float *y, size_t ldy, uint32_t k, uint32_t n);

/* --- feed forward --------------------------------------------------------- */

struct ffn {
    float *gate, *up;  /* [max_batch][width] */
    uint32_t max_batch;
};

void ffn_layout(struct ffn *f, const struct model_config *cfg,
                uint32_t max_batch, struct arena *mem);
void ffn_dense(struct ffn *f, struct batch *b, const struct ffn_weights *w);
/* y[i] = silu(gate[i]) * up[i], n rows of k one behind the other, in place. */
void ffn_swiglu(struct compute *c, float *gate, const float *up, uint32_t k,
                uint32_t n);

struct moe {
    float *scores;              /* [max_batch][n_experts] */
    float *gathered;            /* [slots][n_embd] inputs, then outputs */
    float *gate, *up;           /* [slots][ff_dim] */
    float *shared_gate, *shared_up; /* [max_batch][n_shared * ff_dim] */
    struct act slot_act;        /* over gathered, then over gate */
    struct act shared_act;      /* over shared_gate */
    uint32_t *slot_of;          /* [max_batch][n_used] choice -> slot */
    uint32_t *token_of;         /* [slots] */
    uint32_t *first_slot;       /* [n_experts + 1] */
    uint32_t *next_slot;        /* [n_experts] */
    struct product *products;   /* of two kinds, and of the shared ones */
    float *group_best;          /* [n_groups] */
    float *selection;           /* [n_experts] */
    const uint8_t *off;         /* [n_layers][n_experts] 1: not to be chosen;
                                   NULL: none */
};

void moe_layout(struct moe *m, const struct model_config *cfg,
                uint32_t max_batch, struct arena *mem);
/* choices: [b->n][n_used], filled for telemetry as well. */
void ffn_moe(struct moe *m, struct batch *b, const struct layer_weights *lw,
             uint32_t layer, struct expert_choice *choices);

/* Which experts one token goes to (router.c). scores: [n_experts] raw router
 * outputs, overwritten; off (may be NULL): [n_experts], those marked are as if
 * they were not there, and at least n_used are not marked; selection and
 * group_best are scratch of n_experts and n_groups. Always n_used different
 * experts, whatever the numbers are. */
void router_choose(const struct moe_config *cfg, float *scores,
                   const float *bias, const uint8_t *off, float *selection,
                   float *group_best, struct expert_choice *out);

#endif
