/* pass.h - a forward pass from inside: what trunk and MTP block share.
 *
 * Within model/ only. forward.c runs the trunk's layers, mtp.c the one behind
 * them; both on the same scratch, one after the other. */
#ifndef MODEL_PASS_H
#define MODEL_PASS_H

#include "base/err.h"
#include "model/attn.h"
#include "model/forward.h"
#include "model/layer.h"

struct forward {
    const struct model *m;           /* borrowed */
    struct model_config cfg;         /* the model's, but for moe.n_used */
    uint32_t max_used;               /* experts that there is room for */
    uint8_t *experts_off;            /* owned; moe.off, or NULL */
    uint32_t max_batch, max_context;
    uint32_t one_plane_from;         /* tokens; see forward.h */
    bool keep_hidden;
    struct batch b;
    struct attn attn;
    struct ffn ffn;
    struct moe moe;
    float *logits;                   /* [max_batch][n_vocab] */
    struct expert_choice *choices;   /* [moe layers][max_batch][n_used] */
    /* Models with an MTP block. */
    float *hidden;                   /* [max_batch][n_embd] normed, of the
                                        trunk's last batch */
    float *mtp_in;                   /* [max_batch][2 * n_embd] */
    float *draft_logits;             /* [n_vocab], the first n_drafts in use */
    float *guess_logits;             /* [n_vocab] those at their tokens, where there are
                                        n_drafts: -INFINITY at all others */
    struct expert_choice *mtp_choices; /* [max_batch][n_used] */
    struct open_product *head;       /* borrowed: others help with it; or NULL */
    struct forward_part *parts;      /* [n_parts] see forward_few.c, or NULL */
    unsigned n_parts;
    void *scratch;                   /* owned: all of the above */
    size_t scratch_bytes;
    /* What a thread of its own computes with; not of a part. */
    struct compute alone;
    struct pool *one;                /* owned: alone.pool */
};

/* Some tokens of a batch on one thread. */
struct forward_part {
    struct forward f;                /* scratch alone; results are the whole's */
    _Alignas(64) atomic_uint stored; /* see struct batch */
    bool ok;
    struct err err;
};

/* ERR_FORMAT for an id that is not below n_vocab. */
bool pass_check_ids(const struct forward *f, const int32_t *ids, uint32_t n,
                    struct err *err);
/* The batch's tokens, from position pos on. x: their embeddings. */
void pass_begin(struct forward *f, struct kv_cache *kv,
                const struct matrix *embeddings, const int32_t *ids,
                uint32_t pos, uint32_t n);
/* x += attention(norm(x)), of the tokens from b.looks_from on; of those before just the
 * cache's rows. */
void pass_attention(struct forward *f, uint32_t layer);
/* Rows of x whose logits nobody wants go no further. */
void pass_keep_wanted(struct forward *f, enum logits_wanted want);
/* x += ffn(norm(x)). choices: of a MoE layer. */
void pass_ffn(struct forward *f, uint32_t layer, struct expert_choice *choices);
/* A layer of the trunk, of a batch that began with n_tokens. */
void pass_layer(struct forward *f, uint32_t layer, enum logits_wanted want,
                uint32_t n_tokens);
/* The final norm and the head. */
bool pass_end(struct forward *f, enum logits_wanted want, struct err *err);
/* logits of n rows of normed hidden states. ERR_MODEL when not finite. */
bool pass_head(struct forward *f, const struct matrix *output, const float *h,
               uint32_t n, struct err *err);
/* The same of one row and of the tokens that drafts are chosen among: all others
 * are out of the question. */
bool pass_draft_head(struct forward *f, const struct mtp_weights *w, const float *h,
                     struct err *err);

/* --- a few tokens of a small model (forward_few.c) ------------------------ */

/* Scratch for everything but results. */
void forward_layout_work(struct forward *f, unsigned n_threads,
                         struct arena *mem);
void forward_few_layout(struct forward *f, unsigned n_threads,
                        struct arena *mem);
bool forward_few_can(const struct forward *f, uint32_t n,
                     enum logits_wanted want);
/* All logits of n tokens behind position pos, the cache's length still to be set. */
bool forward_few_run(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                     uint32_t pos, uint32_t n, struct err *err);

/* The same of a token and of the one that `find` says follows it (< n_vocab, or < 0:
 * none, and *n is 1), which it is asked on the thread that will compute it, while
 * another computes the first. What it computes with is p, whose logits and choices
 * are not yet those of a token. */
typedef int32_t (*few_find_fn)(void *arg, struct forward *p);
bool forward_few_run_found(struct forward *f, struct kv_cache *kv, int32_t id,
                           uint32_t pos, few_find_fn find, void *arg, uint32_t *n,
                           struct err *err);

#endif
