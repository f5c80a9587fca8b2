/* optim.h - one update of all parameters.
 *
 * Gradients are clipped by their global norm, then hidden matrices go by Muon
 * (or AdamW, as the recipe says), embeddings, norms and router by AdamW; the
 * routers' bias is not touched. Weight decay is for hidden matrices only. Every
 * matrix of a stack of experts is a matrix of its own, and so are gate and up:
 * orthogonalised apart they are cheaper, and neither has to share its
 * directions with the other.
 *
 * The moments are two buffers in the layout of the parameters: what a
 * checkpoint saves besides these. The result does not depend on the number of
 * threads. */
#ifndef TRAIN_OPTIM_H
#define TRAIN_OPTIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "train/nn/gemm.h"

struct err;
struct optim_job;
struct params;
struct pool;
struct vec;

enum optim_kind { OPTIM_ADAMW, OPTIM_MUON };

struct optim {
    enum optim_kind kind;
    uint64_t step;        /* updates made since the moments began */
    size_t len;           /* of a moment, as params.len */
    float *m, *v;         /* owned */
    struct pool *pool;    /* borrowed */
    struct optim_job *jobs; /* owned; what threads take one after the other */
    size_t n_jobs;
    const struct vec *vec;
    float *work;          /* owned; [threads][work_len] */
    size_t work_len;
    gemm_bf16_fn rounded; /* Muon's products; NULL: float32 */
    struct gemm_bf16_room *rooms; /* owned; [threads] */
};

/* Muon's products are rounded as `products` says. */
bool optim_init(struct optim *o, enum optim_kind kind, const struct params *p,
                enum products products, struct pool *pool, struct err *err);
void optim_clear(struct optim *o);
void optim_forget(struct optim *o); /* moments 0, step 0: a new stage */

struct optim_options {
    double lr, decay;
    double clip;          /* 0: off */
    bool mtp_only;        /* the MTP block alone moves */
};

/* *norm: of the gradient before clipping. Where it is not finite nothing is
 * changed: ERR_MODEL. */
bool optim_step(struct optim *o, struct params *p, const float *grads,
                const struct optim_options *options, double *norm,
                struct err *err);

#endif
