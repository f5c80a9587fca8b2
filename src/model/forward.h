/* forward.h - tokens in, logits out.
 *
 * A struct forward is the scratch of one session, sized once: running it does
 * not allocate. Batches of any length up to max_batch run through the same
 * code, a single token being a batch of one. */
#ifndef MODEL_FORWARD_H
#define MODEL_FORWARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct compute;
struct err;
struct forward;
struct kv_cache;
struct model;
struct model_config;

struct expert_choice {
    uint16_t expert;
    float weight;          /* as applied, scale included */
};

enum logits_wanted { LOGITS_NONE, LOGITS_LAST, LOGITS_ALL };

struct forward *forward_new(const struct model *m, struct compute *c,
                            uint32_t max_batch, uint32_t max_context,
                            struct err *err);
void forward_free(struct forward *f);
/* The scratch of such a struct, before there is one. */
uint64_t forward_bytes(const struct model_config *cfg, unsigned n_threads,
                       uint32_t max_batch, uint32_t max_context);
uint32_t forward_max_batch(const struct forward *f);
/* From batches of how many tokens on activations have one plane of integers instead
 * of two (kernels/act_group.h). A large model (256 million parameters a token) does
 * so from 32 tokens on with AVX-512, where multiplying takes longer than reading the
 * weights: a prompt takes three quarters of the time, and its tokens differ by
 * roundings from those computed alone. What feeds down-projections keeps two, a
 * small model never has one, and drafts are always fewer than 32. Where attention
 * looks back far, such a batch rounds it to bfloat16 (attn_rounded.c). */
void forward_one_plane_from(struct forward *f, uint32_t n_tokens);
uint64_t forward_scratch_bytes(const struct forward *f);
uint64_t forward_scratch_touched(const struct forward *f); /* costly */

/* From the next batch on, a token uses n_used experts in each layer (n_used <=
 * n_experts) and none of those that are off ([n_layers][n_experts], 1: off;
 * NULL: all are on; copied), of which enough are left in each layer. ERR_MEMORY:
 * no room for that many, nothing has changed. What other choices have put into
 * a cache is the caller's to forget. */
bool forward_set_experts(struct forward *f, uint32_t n_used,
                         const uint8_t *off, struct err *err);

/* Runs ids[0..n) behind what the cache holds; on success the cache is n longer.
 * 1 <= n <= max_batch, and the cache must have room (the caller's promise,
 * asserted; as is that the cache fits into max_context). ids must be below
 * n_vocab: ERR_FORMAT. *cancel (may be NULL) is read between layers:
 * ERR_CANCELLED leaves the cache as it was. Logits that are not finite:
 * ERR_MODEL. */
bool forward_run(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                 uint32_t n, enum logits_wanted want,
                 const atomic_bool *cancel, struct err *err);

/* After LOGITS_LAST row 0 is the last token's; after LOGITS_ALL row i is token
 * i's. [n_vocab], valid until the next run. The sampler may write into it. */
float *forward_logits(struct forward *f, uint32_t row);

/* For models with an MTP block: run every row of a batch to the end and keep
 * the normed hidden states, which are what the block works with (mtp.h). */
void forward_keep_hidden(struct forward *f, bool keep);
/* Of token i of the trunk's last batch. [n_embd], valid until the next
 * forward_run. */
const float *forward_hidden(const struct forward *f, uint32_t row);

/* What the router of MoE layer j (0-based among MoE layers) chose for token i
 * of the last batch: n_used choices, best first. The last layer is only
 * computed for tokens whose logits were wanted; the others have weight 0
 * there. */
const struct expert_choice *forward_experts(const struct forward *f, uint32_t i,
                                            uint32_t j);

#endif
