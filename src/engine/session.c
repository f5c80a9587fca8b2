/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/session.h"

#include <assert.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "chat/experts.h"
#include "engine/experts.h"
#include "model/model.h"

struct session {
    const struct model *m;   /* borrowed */
    struct expert_changes experts;
    struct kv_cache *kv;     /* owned */
    struct forward *forward; /* owned */
    int32_t *ids;            /* owned; [context], of the cache's rows */
    uint32_t last_row;       /* of the last batch: the last token's place */
};

struct session *session_new(const struct model *m, struct compute *c,
                            enum kv_type type, uint32_t context,
                            uint32_t max_batch, struct err *err)
{
    struct session *s = mem_zalloc(sizeof *s);
    s->m = m;
    s->kv = kv_cache_new(&m->cfg, type, context, err);
    if (s->kv)
        s->forward = forward_new(m, c, max_batch, context, err);
    if (!s->forward) {
        session_free(s);
        return NULL;
    }
    s->ids = mem_array(context, sizeof *s->ids);
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    forward_free(s->forward);
    kv_cache_free(s->kv);
    mem_free(s->ids);
    mem_free(s);
}

bool session_set_experts(struct session *s, const struct expert_changes *x,
                         struct err *err)
{
    if (experts_same(&s->experts, x))
        return true;
    if (!experts_apply(x, s->m, s->forward, err))
        return false;
    s->experts = *x;
    kv_cache_truncate(s->kv, 0);
    return true;
}

/* One batch behind what the cache holds. What a failed pass may have left is
 * forgotten, so cache and ids stay of one mind. */
static bool run(struct session *s, const int32_t *ids, uint32_t n,
                enum logits_wanted want, const atomic_bool *cancel,
                struct err *err)
{
    uint32_t len = kv_cache_len(s->kv);
    if (!forward_run(s->forward, s->kv, ids, n, want, cancel, err)) {
        kv_cache_truncate(s->kv, len);
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
        s->ids[len + i] = ids[i];
    s->last_row = n - 1;
    return true;
}

static uint32_t common_prefix(const struct session *s, const int32_t *ids,
                              uint32_t n)
{
    uint32_t len = kv_cache_len(s->kv);
    uint32_t i = 0;
    while (i < len && i < n && s->ids[i] == ids[i])
        i++;
    return i;
}

bool session_read(struct session *s, const int32_t *ids, size_t n_ids,
                  const atomic_bool *cancel, session_progress_fn progress,
                  void *arg, uint32_t *reused, struct err *err)
{
    assert(n_ids > 0);
    uint32_t max = session_max(s);
    if (n_ids >= max)
        return err_set(err, ERR_LIMIT,
                       "this conversation is %zu tokens long and the context "
                       "holds %u: begin a new chat, or start with a larger "
                       "context (-c)", n_ids, max);
    uint32_t n = (uint32_t)n_ids;
    uint32_t done = common_prefix(s, ids, n);
    if (done == n)
        done--;
    kv_cache_truncate(s->kv, done);
    *reused = done;
    progress(arg, done, n);

    uint32_t max_batch = forward_max_batch(s->forward);
    while (done < n - 1) {
        uint32_t left = n - 1 - done;
        uint32_t batch = left < max_batch ? left : max_batch;
        if (!run(s, ids + done, batch, LOGITS_NONE, cancel, err))
            return false;
        done += batch;
        progress(arg, done, n);
    }
    /* The last one alone: that is how it is computed when all before it are
     * remembered, and the same prompt must get the same answer. */
    if (!run(s, ids + done, 1, LOGITS_LAST, cancel, err)) {
        /* Only logits show nonsense: what was read before may hold it. */
        if (err->kind == ERR_MODEL)
            kv_cache_truncate(s->kv, *reused);
        return false;
    }
    progress(arg, n, n);
    return true;
}

bool session_append(struct session *s, int32_t id, const atomic_bool *cancel,
                    struct err *err)
{
    assert(kv_cache_len(s->kv) < kv_cache_max(s->kv));
    return run(s, &id, 1, LOGITS_LAST, cancel, err);
}

uint32_t session_len(const struct session *s)
{
    return kv_cache_len(s->kv);
}

uint32_t session_max(const struct session *s)
{
    return kv_cache_max(s->kv);
}

const int32_t *session_ids(const struct session *s)
{
    return s->ids;
}

const float *session_logits(const struct session *s)
{
    return forward_logits(s->forward, 0);
}

const struct expert_choice *session_experts(const struct session *s, uint32_t j)
{
    return forward_experts(s->forward, s->last_row, j);
}

struct kv_usage session_usage(const struct session *s)
{
    return kv_cache_usage(s->kv);
}

uint64_t session_scratch_bytes(const struct session *s)
{
    return forward_scratch_bytes(s->forward);
}

uint64_t session_scratch_touched(const struct session *s)
{
    return forward_scratch_touched(s->forward);
}

const struct expert_changes *session_experts_changed(const struct session *s)
{
    return &s->experts;
}

struct kv_cache *session_cache(struct session *s)
{
    return s->kv;
}

void session_restore(struct session *s, const int32_t *ids, uint32_t n)
{
    kv_cache_truncate(s->kv, 0);
    kv_cache_extend(s->kv, n);
    for (uint32_t i = 0; i < n; i++)
        s->ids[i] = ids[i];
}

uint32_t session_n_vocab(const struct session *s)
{
    return s->m->cfg.n_vocab;
}

bool session_modified(const struct session *s)
{
    return experts_modified(&s->experts);
}
