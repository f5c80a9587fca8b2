/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/ffn.h"

#include "base/arena.h"
#include "train/nn/vec.h"

void ffn_saved_layout(struct ffn_saved *s, uint32_t width, uint32_t max_tokens,
                struct arena *mem)
{
    s->gate_up = arena_take(mem, (size_t)max_tokens * 2 * width, sizeof(real));
}

void ffn_scratch_layout(struct ffn_scratch *s, uint32_t width,
                        uint32_t max_tokens, struct arena *mem)
{
    s->act = arena_take(mem, (size_t)max_tokens * width, sizeof(real));
    s->dact = arena_take(mem, (size_t)max_tokens * width, sizeof(real));
}

void ffn_forward(struct lane *l, size_t n, size_t width, const real *gate_up,
                 const real *down, const real *x, real *y, struct ffn_saved *s,
                 struct ffn_scratch *t)
{
    size_t D = l->shape->n_embd;
    gemm_nt(&l->meter, GEMM_DENSE, n, 2 * width, D, x, D, gate_up, D,
            s->gate_up, 2 * width, false);
    l->vec->swiglu(s->gate_up, NULL, n, width, t->act);
    gemm_nt(&l->meter, GEMM_DENSE, n, D, width, t->act, width, down, width, y,
            D, true);
}

void ffn_back(struct lane *l, size_t n, size_t width, const real *gate_up,
              const real *down, real *dgate_up, real *ddown, const real *x,
              const real *dy, real *dx, struct ffn_saved *s,
              struct ffn_scratch *t)
{
    size_t D = l->shape->n_embd;
    gemm_nn(&l->meter, GEMM_DENSE, n, width, D, dy, D, down, width, t->dact,
            width, false);
    l->vec->swiglu_back(s->gate_up, t->dact, NULL, n, width, t->act, NULL);
    gemm_tn(&l->meter, GEMM_DENSE, D, width, n, dy, D, t->act, width, ddown,
            width, true);
    gemm_nn(&l->meter, GEMM_DENSE, n, D, 2 * width, s->gate_up, 2 * width,
            gate_up, D, dx, D, true);
    gemm_tn(&l->meter, GEMM_DENSE, 2 * width, D, n, s->gate_up, 2 * width, x, D,
            dgate_up, D, true);
}
