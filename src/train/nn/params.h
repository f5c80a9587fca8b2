/* params.h - the numbers that are learned: one flat buffer and a table of what
 * lies where in it.
 *
 * Gradients and an optimizer's moments are buffers of the same length, read
 * through the same table. Tensors have the names, shapes and element order of
 * the GGUF file, so that an export is a walk over the table; the one difference
 * is that the n matrices of a tensor may lie further apart than they are large
 * (gate and up of an expert are neighbours, because one product computes both).
 * Between tensors there is padding, which is 0 and must stay so. */
#ifndef TRAIN_NN_PARAMS_H
#define TRAIN_NN_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/real.h"
#include "train/nn/shape.h"

struct err;

/* What an optimizer may treat differently. */
enum param_group {
    PARAM_MATRIX,     /* hidden matrices: weight decay, Muon */
    PARAM_EMBEDDING,  /* token_embd and output */
    PARAM_NORM,
    PARAM_ROUTER,     /* ffn_gate_inp */
    PARAM_BIAS,       /* exp_probs_b: no gradient ever; net_update_bias */
};

struct param {
    char name[48];          /* "blk.3.ffn_gate_exps.weight" */
    enum param_group group;
    uint32_t block;         /* decoder block, n_blocks for what is outside */
    uint32_t n_dims;
    uint64_t dims[3];       /* dims[0] varies fastest, as in the file */
    uint32_t n_rows, n_cols; /* of one matrix: dims[1] (1), dims[0] */
    uint32_t n;             /* matrices: dims[2], or 1 */
    size_t at;              /* of the first matrix in the buffer */
    size_t stride;          /* from one matrix to the next */
    bool residual;          /* writes into the residual stream: smaller init */
};

/* Where the tensors of one decoder block begin; for the layers in this folder.
 * gate_up: the matrix of the gate, right behind it that of up. */
struct attn_at {
    size_t norm, q_a, q_a_norm, q_b, kv_a, kv_a_norm, k_b, v_b, o;
};
struct ffn_at {
    size_t norm, gate_up, down;                /* dense, or the shared expert */
    size_t router, bias, exps_gate_up, exps_down;
};
struct mtp_at {
    size_t eh_proj, enorm, hnorm, head_norm;
};
struct block_at {
    struct attn_at attn;
    struct ffn_at ffn;
};

struct params {
    struct shape shape;
    struct param *table;    /* [n]; owned, in the order of a file */
    size_t n;
    struct block_at *blocks; /* [n_blocks]; owned */
    struct mtp_at mtp;
    size_t token_embd, output, output_norm;
    size_t len;             /* of the buffer, padding included */
    uint64_t n_params;      /* without padding */
    uint64_t n_active;      /* of these read for one token, the embedding and
                               the MTP block left out */
    real *values;           /* [len], 64-byte aligned; owned */
};

/* All zero. ERR_MEMORY when the room is not there. */
bool params_init(struct params *p, const struct shape *s, struct err *err);
void params_clear(struct params *p);

/* Matrices, embeddings and router N(0, 0.02); those that write into the
 * residual stream divided by sqrt(2 * blocks); norms 1; biases 0. A pure
 * function of shape and seed. */
void params_randomize(struct params *p, uint64_t seed);

/* NULL when there is none of that name. */
const struct param *params_find(const struct params *p, const char *name);

/* Matrix i of a tensor, in any buffer of this layout. */
static inline real *param_matrix(const struct param *t, real *buffer, uint32_t i)
{
    return buffer + t->at + i * t->stride;
}

#endif
