/* SPDX-License-Identifier: Apache-2.0 */
/* SwiGLU (2002.05202): down(silu(gate x) * up x). */
#include "base/arena.h"
#include "model/layer.h"

void ffn_layout(struct ffn *f, const struct model_config *cfg,
                uint32_t max_batch, struct arena *mem)
{
    f->max_batch = max_batch;
    f->gate = arena_take(mem, max_batch, cfg->n_ff * sizeof(float));
    f->up = arena_take(mem, max_batch, cfg->n_ff * sizeof(float));
}

struct swiglu_job {
    const struct kernels *k;
    float *gate;
    const float *up;
    uint32_t width, n;
};

static void swiglu_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct swiglu_job *j = arg;
    size_t begin, end;
    pool_range((size_t)j->width * j->n, ACT_BLOCK, part, n_parts, &begin, &end);
    if (begin < end)
        j->k->swiglu(j->gate + begin, j->up + begin, j->gate + begin,
                     end - begin);
}

void ffn_swiglu(struct compute *c, float *gate, const float *up, uint32_t k,
                uint32_t n)
{
    struct swiglu_job j = {&c->kernels, gate, up, k, n};
    compute_run(c, (uint64_t)k * n * 4, swiglu_part, &j);
}

void ffn_dense(struct ffn *f, struct batch *b, const struct ffn_weights *w)
{
    uint32_t width = w->gate.n_rows;
    const struct product gate_up[] = {
        {.w = w->gate, .x = &b->act, .n = b->n, .y = f->gate, .ldy = width},
        {.w = w->up, .x = &b->act, .n = b->n, .y = f->up, .ldy = width},
    };
    act_set(&b->act, b->xn, b->cfg->n_embd, b->cfg->n_embd, b->n);
    matmul_many(b->c, gate_up, 2);
    ffn_swiglu(b->c, f->gate, f->up, width, b->n);
    act_set_fine(&b->act, f->gate, width, width, b->n);
    matmul(b->c, &w->down, &b->act, b->out, b->cfg->n_embd);
}
