/* SPDX-License-Identifier: Apache-2.0 */
/* Facts planted in a long context, asked for at its end.
 *
 *   needle [TOKENS]
 *
 * No small model has learned to look things up over 32,768 tokens, so this one
 * is built for it: one layer of latent attention whose queries look for a key
 * that only the token of a fact carries, among tokens of noise, and whose head
 * says what was found. So it is known what must come out: the same sums in
 * double. Eight facts at eight depths, each cache type, each way in which tokens
 * are computed; what is shown is whether the right token has the largest logit
 * and how far logits are from the true ones. Exits with 1 when a fact is lost. */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "gguf/gguf.h"
#include "model/forward.h"
#include "model/kv_cache.h"
#include "model/model.h"
#include "tiny/tiny.h"

enum {
    D = 128, HEADS = 4, NOPE = 32, ROPE = 32, RANK = 32, V = 32,
    FACTS = 8,
    CODE = RANK - FACTS,      /* what a token is, in signs */
    FACT = 240,               /* the first token with a key */
    ASK = FACT + FACTS,       /* the first that asks for one */
    ASKS = 64,                /* the dimension where it does */
    BATCH = 256,
};
#define KEY 3.0               /* of a fact, beside a code of ones */
#define GAP 18.0              /* of its score above that of noise, about */

struct world {
    struct buf file;
    struct gguf g;
    struct model m;
    struct compute c;
    struct pool *pool;
    float *embd, *q, *kv_a;   /* borrowed from the file */
    int32_t *ids;
    uint32_t n;
};

static void die(const struct err *err)
{
    fprintf(stderr, "needle: %s\n", err->msg);
    exit(1);
}

/* The floats of a tensor, all of them zero. */
static float *cleared(struct world *w, const char *name, float value)
{
    const struct gguf_tensor *t = gguf_find_tensor(&w->g, name);
    if (!t) {
        fprintf(stderr, "needle: no %s\n", name);
        exit(1);
    }
    float *p = (float *)(void *)(w->file.p +
                                 ((const char *)t->data - w->file.p));
    for (uint64_t i = 0; i < t->n_elements; i++)
        p[i] = value;
    return p;
}

static void fill_tokens(struct world *w, struct rng *rng)
{
    float *out = cleared(w, "output.weight", 0);
    w->embd = cleared(w, "token_embd.weight", 0);
    for (int t = 0; t < TINY_VOCAB; t++) {
        float *e = w->embd + (size_t)t * D;
        if (t >= ASK && t < ASK + FACTS) {
            e[ASKS + t - ASK] = 1;
            continue;
        }
        for (int i = 0; i < CODE; i++)
            e[i] = out[(size_t)t * D + i] = rng_below(rng, 2) ? 1 : -1;
        if (t >= FACT && t < FACT + FACTS)
            e[CODE + t - FACT] = (float)KEY;
    }
}

static void fill_attention(struct world *w, struct rng *rng)
{
    float *k_b = cleared(w, "blk.0.attn_k_b.weight", 0);
    float *v_b = cleared(w, "blk.0.attn_v_b.weight", 0);
    float *o = cleared(w, "blk.0.attn_output.weight", 0);
    double asks = sqrt(D);    /* after the norm */
    w->kv_a = cleared(w, "blk.0.attn_kv_a_mqa.weight", 0);
    w->q = cleared(w, "blk.0.attn_q.weight", 0);
    for (int i = 0; i < RANK; i++)
        w->kv_a[i * D + i] = 1;
    for (int i = 0; i < ROPE; i++)
        for (int j = 0; j < CODE; j++) /* positions make noise */
            w->kv_a[(RANK + i) * D + j] = (float)(rng_normal(rng) * 0.2);
    for (int h = 0; h < HEADS; h++) {
        float *q = w->q + (size_t)h * (NOPE + ROPE) * D;
        for (int f = 0; f < FACTS; f++) {
            q[f * D + ASKS + f] =
                (float)(GAP / asks * sqrt(NOPE + ROPE) / KEY);
            k_b[(h * RANK + CODE + f) * NOPE + f] = 1;
            for (int i = 0; i < ROPE; i++)
                q[(NOPE + i) * D + ASKS + f] =
                    (float)(rng_normal(rng) * 0.1);
        }
        for (int i = 0; i < CODE; i++) {
            v_b[(h * V + i) * RANK + i] = 1;
            o[(size_t)i * HEADS * V + h * V + i] = 1.0f / HEADS;
        }
    }
}

static void world_open(struct world *w, uint32_t n)
{
    struct err err;
    struct rng rng = rng_init(7);
    struct tiny_spec s = tiny_deepseek2();
    s.n_layers = s.n_dense_layers = 1;
    s.n_embd = D;
    s.n_heads = HEADS;
    s.q_lora_rank = 0;
    s.kv_lora_rank = RANK;
    s.qk_nope_dim = NOPE;
    s.rope_dim = ROPE;
    s.v_head_dim = V;
    s.n_ctx = 1u << 20;
    tiny_write(&s, &w->file);
    if (!gguf_open_memory(&w->g, w->file.p, w->file.len, &err))
        die(&err);
    cleared(w, "blk.0.attn_norm.weight", 1);
    cleared(w, "blk.0.attn_kv_a_norm.weight", 1);
    cleared(w, "output_norm.weight", 1);
    cleared(w, "blk.0.ffn_down.weight", 0);
    fill_tokens(w, &rng);
    fill_attention(w, &rng);
    if (!model_open(&w->m, &w->g, &err) ||
        !(w->pool = pool_new(pool_default_threads(), &err)))
        die(&err);
    compute_init(&w->c, cpu_best(), w->pool, false);
    w->n = n;
    w->ids = mem_array(n + BATCH, sizeof *w->ids);
    for (uint32_t i = 0; i < n + BATCH; i++)
        w->ids[i] = (int32_t)rng_below(&rng, FACT);
}

static uint32_t depth_of(const struct world *w, int fact)
{
    return (uint32_t)((uint64_t)(w->n - 1) * (unsigned)fact / (FACTS - 1));
}

/* --- what must come out, in double ---------------------------------------- */

static double norm_of(const double *x, int n, double eps)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i] * x[i];
    return 1 / sqrt(sum / n + eps);
}

static void rotate(const struct world *w, double *u, uint32_t pos)
{
    for (int i = 0; i < ROPE; i += 2) {
        double a = pos * pow((double)w->m.cfg.rope.base, -(double)i / ROPE);
        double x = u[i], y = u[i + 1];
        u[i] = x * cos(a) - y * sin(a);
        u[i + 1] = x * sin(a) + y * cos(a);
    }
}

/* Of a token: its latent row and its key's rope part. */
static void row_of(const struct world *w, int32_t id, uint32_t pos,
                   double latent[RANK], double rope[ROPE])
{
    const float *e = w->embd + (size_t)id * D;
    double x[D], eps = (double)w->m.cfg.norm_eps;
    for (int i = 0; i < D; i++)
        x[i] = (double)e[i];
    double scale = norm_of(x, D, eps);
    for (int i = 0; i < RANK; i++)
        latent[i] = x[i] * scale;
    double second = norm_of(latent, RANK, eps);
    for (int i = 0; i < RANK; i++)
        latent[i] *= second;
    for (int i = 0; i < ROPE; i++) {
        rope[i] = 0;
        for (int j = 0; j < CODE; j++)
            rope[i] += (double)w->kv_a[(RANK + i) * D + j] * x[j] * scale;
    }
    rotate(w, rope, pos);
}

/* out += what one head finds for question f, asked at `pos`. */
static void look(const struct world *w, int head, int f, uint32_t pos,
                 const double *latent, const double *rope, double out[CODE])
{
    const float *q = w->q + (size_t)head * (NOPE + ROPE) * D;
    double asks = norm_of((double[D]){1}, D, (double)w->m.cfg.norm_eps);
    double qr[ROPE], total = 0, found[CODE] = {0};
    double key = (double)q[f * D + ASKS + f] * asks;
    for (int i = 0; i < ROPE; i++)
        qr[i] = (double)q[(NOPE + i) * D + ASKS + f] * asks;
    rotate(w, qr, pos);
    for (uint32_t s = 0; s <= pos; s++) {
        double score = key * latent[(size_t)s * RANK + CODE + f];
        for (int i = 0; i < ROPE; i++)
            score += qr[i] * rope[(size_t)s * ROPE + i];
        double p = exp(score * (double)w->m.cfg.attn_scale - GAP);
        total += p;
        for (int i = 0; i < CODE; i++)
            found[i] += p * latent[(size_t)s * RANK + i];
    }
    for (int i = 0; i < CODE; i++)
        out[i] += found[i] / total / HEADS;
}

static void true_logits(const struct world *w, int f, uint32_t pos,
                        const double *latent, const double *rope,
                        double logits[TINY_VOCAB])
{
    double x[D] = {0};
    for (int h = 0; h < HEADS; h++)
        look(w, h, f, pos, latent, rope, x);
    x[ASKS + f] = 1;
    double scale = norm_of(x, D, (double)w->m.cfg.norm_eps);
    for (int t = 0; t < TINY_VOCAB; t++) {
        logits[t] = 0; /* the head's rows are the codes */
        for (int i = 0; i < CODE; i++)
            if (t < ASK || t >= ASK + FACTS)
                logits[t] += (double)w->embd[(size_t)t * D + i] * x[i] * scale;
    }
}

/* --- asking --------------------------------------------------------------- */

enum way { ALONE, WITH_DRAFTS, IN_A_PROMPT, N_WAYS };
static const char *const way_names[] = {"alone", "with 4 drafts",
                                        "in a prompt"};

/* Runs the question so that it stands at *pos; its logits. */
static const float *ask(struct world *w, struct forward *f, struct kv_cache *kv,
                        enum way way, int fact, uint32_t *pos)
{
    struct err err;
    uint32_t before = way == IN_A_PROMPT ? 63 : 0;
    uint32_t behind = way == WITH_DRAFTS ? 4 : 0;
    kv_cache_truncate(kv, w->n);
    *pos = w->n + before;
    int32_t was = w->ids[*pos];
    w->ids[*pos] = ASK + fact;
    bool ok = forward_run(f, kv, w->ids + w->n, before + 1 + behind,
                          LOGITS_ALL, NULL, &err);
    w->ids[*pos] = was;
    if (!ok)
        die(&err);
    return forward_logits(f, before);
}

/* The largest difference from the true logits, as a share of the largest of
 * these; or -1 where another token is ahead. */
static double compare(const float *got, const double *want, int fact)
{
    double worst = 0, scale = 0;
    for (int t = 0; t < TINY_VOCAB; t++) {
        if (t != FACT + fact && got[t] >= got[FACT + fact])
            return -1;
        worst = fmax(worst, fabs((double)got[t] - want[t]));
        scale = fmax(scale, fabs(want[t]));
    }
    return worst / scale;
}

static void read_all(struct world *w, struct forward *f, struct kv_cache *kv)
{
    struct err err;
    for (uint32_t i = 0; i < w->n; i += BATCH)
        if (!forward_run(f, kv, w->ids + i, w->n - i < BATCH ? w->n - i : BATCH,
                         LOGITS_NONE, NULL, &err))
            die(&err);
}

/* All depths in one cache type. */
static int try_type(struct world *w, enum kv_type type, const double *latent,
                    const double *rope, double bound)
{
    struct err err;
    struct kv_cache *kv = kv_cache_new(&w->m.cfg, type, w->n + BATCH, &err);
    struct forward *f = kv ? forward_new(&w->m, &w->c, BATCH, w->n + BATCH,
                                         &err) : NULL;
    int lost = 0;
    if (!f)
        die(&err);
    double began = clock_ms();
    read_all(w, f, kv);
    fprintf(stderr, "# %s: read in %.1f s\n", kv_type_name(type),
            (clock_ms() - began) / 1e3);
    for (int fact = 0; fact < FACTS; fact++)
        for (int way = 0; way < N_WAYS; way++) {
            double want[TINY_VOCAB];
            uint32_t pos;
            const float *got = ask(w, f, kv, (enum way)way, fact, &pos);
            true_logits(w, fact, pos, latent, rope, want);
            double off = compare(got, want, fact);
            bool ok = off >= 0 && off <= bound;
            printf("%s,%u,%s,%s,%.1e\n", kv_type_name(type), depth_of(w, fact),
                   way_names[way], off < 0 ? "lost" : "found", off);
            lost += !ok;
        }
    forward_free(f);
    kv_cache_free(kv);
    return lost;
}

int main(int argc, char **argv)
{
    static const struct {
        enum kv_type type;
        double bound; /* some times what rounding the rows does */
    } types[] = {{KV_F32, 1e-5}, {KV_F16, 1e-4}, {KV_Q8_0, 2e-3}};
    struct world w = {0};
    int n = argc > 1 ? atoi(argv[1]) : 32768, lost = 0;
    world_open(&w, n > BATCH ? (uint32_t)n : BATCH);
    for (int f = 0; f < FACTS; f++)
        w.ids[depth_of(&w, f)] = FACT + f;
    uint32_t rows = w.n + BATCH;
    double *latent = mem_array((size_t)rows * RANK, sizeof *latent);
    double *rope = mem_array((size_t)rows * ROPE, sizeof *rope);
    for (uint32_t s = 0; s < rows; s++)
        row_of(&w, w.ids[s], s, latent + (size_t)s * RANK,
               rope + (size_t)s * ROPE);
    printf("# %u tokens, facts at 8 depths; error: of the logits, relative to "
           "the largest\ncache,depth,question,fact,error\n", w.n);
    for (int i = 0; i < 3; i++)
        lost += try_type(&w, types[i].type, latent, rope, types[i].bound);
    printf("# %d of %d lost or too far off\n", lost, 3 * FACTS * N_WAYS);
    mem_free(latent);
    mem_free(rope);
    mem_free(w.ids);
    compute_clear(&w.c);
    pool_free(w.pool);
    model_close(&w.m);
    gguf_close(&w.g);
    buf_clear(&w.file);
    return lost > 0;
}
