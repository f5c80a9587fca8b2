/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench_depth.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "engine/load.h"
#include "model/forward.h"
#include "model/kv_cache.h"

enum { DECODE = 8, ROUNDS = 5, PATTERN = 61 };

/* n rows, all of them of `values` numbers: the same few again and again. */
static void fill_rows(char *rows, size_t row_bytes, uint32_t n,
                      enum kv_type type, const struct kernels *k,
                      uint32_t values)
{
    struct rng rng = rng_init(values);
    float *x = mem_array((size_t)PATTERN * values, sizeof *x);
    for (uint32_t i = 0; i < PATTERN * values; i++)
        x[i] = (float)rng_normal(&rng);
    for (uint32_t r = 0; r < n; r++)
        kv_type_store(type, k, x + (size_t)(r % PATTERN) * values,
                      rows + r * row_bytes, values);
    mem_free(x);
}

static void fill(struct kv_cache *kv, const struct model_config *cfg,
                 const struct kernels *k, uint32_t n)
{
    bool mla = cfg->attn == ATTN_MLA;
    enum kv_type type = kv_cache_type(kv);
    size_t bytes;
    for (uint32_t layer = 0; layer < cfg->n_layers; layer++) {
        for (uint32_t h = 0; h < (mla ? 1 : cfg->n_kv_heads); h++) {
            char *rows = kv_cache_keys(kv, layer, h, &bytes);
            fill_rows(rows, bytes, n, type, k,
                      mla ? cfg->kv_lora_rank + cfg->rope.dim : cfg->head_dim);
            if (mla)
                continue;
            rows = kv_cache_values(kv, layer, h, &bytes);
            fill_rows(rows, bytes, n, type, k, cfg->v_head_dim);
        }
        if (cfg->index.n_heads == 0)
            continue;
        char *rows = kv_cache_index(kv, layer, &bytes);
        fill_rows(rows, bytes, n, type, k, cfg->index.dim);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool measure(struct forward *f, struct kv_cache *kv, uint32_t len,
                    double *tps, struct err *err)
{
    double rate[ROUNDS + 1];
    for (int r = 0; r <= ROUNDS; r++) { /* the first is not counted */
        kv_cache_truncate(kv, len);
        double began = clock_ms();
        for (int32_t i = 0; i < DECODE; i++)
            if (!forward_run(f, kv, &i, 1, LOGITS_LAST, NULL, err))
                return false;
        rate[r] = DECODE * 1e3 / (clock_ms() - began);
    }
    qsort(rate + 1, ROUNDS, sizeof *rate, compare);
    *tps = rate[1 + ROUNDS / 2];
    return true;
}

bool bench_depth(struct loaded_model *m, enum kv_type type, uint32_t tokens,
                 struct depth_figures *out, struct err *err)
{
    struct model_config trunk = m->model.cfg;
    trunk.n_mtp = 0;
    uint32_t len = tokens - DECODE;
    struct kv_cache *kv = kv_cache_new(&trunk, type, tokens, err);
    struct forward *f = kv ? forward_new(&m->model, &m->compute, 1, tokens, err)
                           : NULL;
    bool ok = f != NULL;
    if (ok) {
        fill(kv, &trunk, &m->compute.kernels, len);
        kv_cache_extend(kv, len);
        *out = (struct depth_figures){.tokens = tokens};
        out->cache_bytes =
            (uint64_t)len * kv_cache_usage(kv).bytes_per_token;
        ok = measure(f, kv, len, &out->decode_tps, err);
    }
    forward_free(f);
    kv_cache_free(kv);
    return ok;
}
