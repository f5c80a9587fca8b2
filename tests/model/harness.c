/* SPDX-License-Identifier: Apache-2.0 */
#include "model/harness.h"

#include <math.h>

#include "base/mem.h"

static void open_file(struct harness *h, const char *path,
                      const struct tiny_spec *spec, struct err *err)
{
    if (path) {
        CHECK_OK(gguf_open(&h->g, path, err), err);
        return;
    }
    tiny_write(spec, &h->bytes);
    CHECK_OK(gguf_open_memory(&h->g, h->bytes.p, h->bytes.len, err), err);
}

void harness_open(struct harness *h, const char *path,
                  const struct tiny_spec *spec, struct how how)
{
    struct err err;
    *h = (struct harness){0};
    open_file(h, path, spec, &err);
    CHECK_OK(model_open(&h->m, &h->g, &err), &err);
    h->pool = pool_new(how.threads ? how.threads : 2, &err);
    assert_non_null(h->pool);
    compute_init(&h->c, how.best ? cpu_best() : how.level, h->pool, how.exact);
    h->kv = kv_cache_new(&h->m.cfg, how.kv ? how.kv : KV_F32, HARNESS_CONTEXT, &err);
    assert_non_null(h->kv);
    h->f = forward_new(&h->m, &h->c, HARNESS_BATCH, HARNESS_CONTEXT, &err);
    assert_non_null(h->f);
}

void harness_close(struct harness *h)
{
    forward_free(h->f);
    kv_cache_free(h->kv);
    compute_clear(&h->c);
    pool_free(h->pool);
    model_close(&h->m);
    gguf_close(&h->g);
    buf_clear(&h->bytes);
}

float *harness_logits(struct harness *h, const int32_t *ids, uint32_t n,
                      uint32_t batch)
{
    uint32_t V = h->m.cfg.n_vocab;
    float *out = mem_array((size_t)n * V, sizeof *out);
    struct err err;
    for (uint32_t i = 0; i < n; i += batch) {
        uint32_t now = n - i < batch ? n - i : batch;
        CHECK_OK(forward_run(h->f, h->kv, ids + i, now, LOGITS_ALL, NULL, &err),
                 &err);
        memcpy(out + (size_t)i * V, forward_logits(h->f, 0),
               (size_t)now * V * sizeof *out);
    }
    return out;
}

float *harness_mtp_logits(struct harness *h, const int32_t *ids, uint32_t n,
                          uint32_t batch)
{
    uint32_t V = h->m.cfg.n_vocab;
    float *out = mem_array((size_t)n * V, sizeof *out);
    struct err err;
    forward_keep_hidden(h->f, true);
    for (uint32_t i = 0; i + 1 < n; i += batch) {
        uint32_t now = n - 1 - i < batch ? n - 1 - i : batch;
        CHECK_OK(forward_run(h->f, h->kv, ids + i, now, LOGITS_NONE, NULL,
                             &err), &err);
        CHECK_OK(mtp_run(h->f, h->kv, i, forward_hidden(h->f, 0), ids + i + 1,
                         now, LOGITS_ALL, &err), &err);
        memcpy(out + (size_t)i * V, forward_logits(h->f, 0),
               (size_t)now * V * sizeof *out);
    }
    forward_keep_hidden(h->f, false);
    return out;
}

struct reference reference_read(const char *path)
{
    struct err err;
    struct buf b = {0};
    struct reference r = {0};
    CHECK_OK(file_read(path, 1u << 30, &b, &err), &err);
    CHECK(b.len >= 8);
    memcpy(&r.n, b.p, 4);
    memcpy(&r.n_vocab, b.p + 4, 4);
    size_t values = (size_t)r.n * r.n_vocab;
    assert_int_equal(b.len, 8 + 4 * (size_t)r.n + 4 * values);
    r.ids = mem_array(r.n, sizeof *r.ids);
    r.logits = mem_array(values, sizeof *r.logits);
    memcpy(r.ids, b.p + 8, 4 * (size_t)r.n);
    memcpy(r.logits, b.p + 8 + 4 * (size_t)r.n, 4 * values);
    buf_clear(&b);
    return r;
}

void reference_free(struct reference *r)
{
    mem_free(r->ids);
    mem_free(r->logits);
}

double rms_between(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)a[i] - (double)b[i];
        sum += d * d;
    }
    return sqrt(sum / (double)n);
}
