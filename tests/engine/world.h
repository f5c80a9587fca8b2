/* world.h - a tiny model and sessions over it, for tests. Exact: so that equal
 * means equal. */
#ifndef TESTS_ENGINE_WORLD_H
#define TESTS_ENGINE_WORLD_H

#include "check.h"

#include "base/pool.h"
#include "base/rng.h"
#include "engine/session.h"
#include "gguf/gguf.h"
#include "model/matmul.h"
#include "model/model.h"
#include "tiny/tiny.h"

enum { CONTEXT = 64, BATCH = 16, N = 40 };

struct world {
    struct buf bytes;
    struct gguf g;
    struct model m;
    struct pool *pool;
    struct compute c;
    int32_t ids[N];
};

static inline void world_open(struct world *w, struct tiny_spec spec)
{
    struct err err;
    *w = (struct world){0};
    tiny_write(&spec, &w->bytes);
    CHECK_OK(gguf_open_memory(&w->g, w->bytes.p, w->bytes.len, &err), &err);
    CHECK_OK(model_open(&w->m, &w->g, &err), &err);
    w->pool = pool_new(2, &err);
    assert_non_null(w->pool);
    compute_init(&w->c, CPU_SCALAR, w->pool, true);
    struct rng rng = rng_init(9);
    for (int i = 0; i < N; i++)
        w->ids[i] = (int32_t)rng_below(&rng, TINY_VOCAB);
}

static inline void world_close(struct world *w)
{
    compute_clear(&w->c);
    pool_free(w->pool);
    model_close(&w->m);
    gguf_close(&w->g);
    buf_clear(&w->bytes);
}

static inline struct session *new_session(struct world *w, uint32_t batch)
{
    struct err err;
    struct session *s = session_new(&w->m, &w->c, KV_F32, CONTEXT, batch, true,
                                    &err);
    if (!s)
        fail_msg("%s", err.msg);
    return s;
}

static inline void no_progress(void *arg, uint32_t done, uint32_t total)
{
    (void)arg;
    (void)done;
    (void)total;
}

static inline uint32_t read_ids(struct session *s, const int32_t *ids, size_t n)
{
    struct err err;
    uint32_t reused = 999;
    CHECK_OK(session_read(s, ids, n, NULL, no_progress, NULL, &reused, &err),
             &err);
    assert_int_equal(session_len(s), n);
    assert_memory_equal(session_ids(s), ids, n * sizeof *ids);
    return reused;
}

#endif
