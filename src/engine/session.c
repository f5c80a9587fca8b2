/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/session.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "chat/experts.h"
#include "engine/experts.h"
#include "model/model.h"
#include "model/mtp.h"

/* Hidden states that wait at most, in decoding: one product for all of them
 * reads the weights once. */
#define MTP_WAIT 32u
/* Behind what was restored: the row of the last token was not made, and one row
 * of many is not worth a pass of the whole model. */
#define UNKNOWN (-1)

struct session {
    const struct model *m;   /* borrowed */
    struct model_config cfg; /* the model's; without MTP where nobody drafts */
    struct expert_changes experts;
    struct kv_cache *kv;     /* owned */
    struct forward *forward; /* owned */
    int32_t *ids;            /* owned; [context + 1], of the cache's rows */
    uint32_t len;            /* tokens taken; behind them are drafts */
    uint32_t first, end;     /* positions of the last batch */
    bool all_logits;         /* of the last batch, else of its last token */

    /* With MTP: its rows are made for positions below mtp_len, hidden states
     * wait for n_waiting behind them. Where the block rested, up to mtp_since,
     * mtp_gap positions have no row; those behind them have moved up. */
    uint32_t mtp_len, n_waiting;
    uint32_t mtp_gap, mtp_since;
    bool mtp_rests;
    float *waiting;          /* owned; [max_batch][n_embd] */
    size_t waiting_bytes;
};

static size_t bytes_waiting(const struct model_config *cfg, uint32_t max_batch)
{
    return (size_t)max_batch * cfg->n_embd * sizeof(float);
}

uint64_t session_bytes(const struct model_config *cfg, unsigned n_threads,
                       uint32_t context, uint32_t max_batch, bool mtp)
{
    uint64_t bytes = forward_bytes(cfg, n_threads, max_batch, context);
    return mtp && cfg->n_mtp > 0 ? bytes + bytes_waiting(cfg, max_batch)
                                 : bytes;
}

static bool reserve(struct session *s, struct compute *c, enum kv_type type,
                    uint32_t context, uint32_t max_batch, struct err *err)
{
    /* Its form does not depend on whether there are drafts: it may be saved. */
    s->kv = kv_cache_new(&s->m->cfg, type, context, err);
    if (!s->kv)
        return false;
    s->forward = forward_new(s->m, c, max_batch, context, err);
    if (!s->forward)
        return false;
    s->ids = mem_array(context + 1, sizeof *s->ids);
    if (!session_has_mtp(s))
        return true;
    s->waiting_bytes = bytes_waiting(&s->cfg, max_batch);
    s->waiting = mem_big(s->waiting_bytes, "hidden states", err);
    if (!s->waiting)
        return false;
    forward_keep_hidden(s->forward, true);
    return true;
}

struct session *session_new(const struct model *m, struct compute *c,
                            enum kv_type type, uint32_t context,
                            uint32_t max_batch, bool mtp, struct err *err)
{
    struct session *s = mem_zalloc(sizeof *s);
    s->m = m;
    s->cfg = m->cfg;
    if (!mtp)
        s->cfg.n_mtp = 0;
    if (reserve(s, c, type, context, max_batch, err))
        return s;
    session_free(s);
    return NULL;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    forward_free(s->forward);
    kv_cache_free(s->kv);
    mem_free(s->ids);
    if (s->waiting)
        mem_big_free(s->waiting, s->waiting_bytes);
    mem_free(s);
}

/* --- the rows of the MTP block -------------------------------------------- */

bool session_has_mtp(const struct session *s)
{
    return s->cfg.n_mtp > 0;
}

/* The tokens behind all states that wait must be known. */
static bool work_off(struct session *s, enum logits_wanted want,
                     struct err *err)
{
    uint32_t n = s->n_waiting;
    if (n == 0)
        return true;
    if (!mtp_run(s->forward, s->kv, s->mtp_len - s->mtp_gap, s->waiting,
                 s->ids + s->mtp_len + 1, n, want, err))
        return false;
    s->mtp_len += n;
    s->n_waiting = 0;
    return true;
}

/* What the batches before the last one left behind while the block rested has no
 * row, and never will. */
static bool skip_rest(struct session *s, struct err *err)
{
    if (s->mtp_len + s->n_waiting >= s->first)
        return true;
    if (!work_off(s, LOGITS_NONE, err))
        return false;
    s->mtp_gap += s->first - s->mtp_len;
    s->mtp_len = s->mtp_since = s->first;
    return true;
}

/* Saves the hidden states of the last batch, as far as its tokens were taken,
 * before another batch overwrites them. */
static bool save_hidden(struct session *s, struct err *err)
{
    if (!session_has_mtp(s) || s->mtp_rests)
        return true;
    if (!skip_rest(s, err))
        return false;
    size_t D = s->cfg.n_embd;
    uint32_t from = s->mtp_len + s->n_waiting, n = s->len - from;
    if (n == 0)
        return true;
    if (s->n_waiting + n > forward_max_batch(s->forward) &&
        !work_off(s, LOGITS_NONE, err))
        return false;
    memcpy(s->waiting + s->n_waiting * D,
           forward_hidden(s->forward, from - s->first), n * D * sizeof(float));
    s->n_waiting += n;
    return true;
}

static void forget_hidden(struct session *s, uint32_t len)
{
    if (s->mtp_since > len) { /* which rows are older is not known any more */
        s->mtp_gap = s->mtp_since = s->mtp_len = len;
        s->n_waiting = 0;
        return;
    }
    if (s->mtp_len > len)
        s->mtp_len = len;
    if (s->n_waiting > len - s->mtp_len)
        s->n_waiting = len - s->mtp_len;
}

/* --- batches -------------------------------------------------------------- */

static void forget(struct session *s, uint32_t len)
{
    kv_cache_truncate(s->kv, len);
    s->len = s->first = s->end = len;
    s->all_logits = false;
    forget_hidden(s, len);
}

bool session_set_experts(struct session *s, const struct expert_changes *x,
                         struct err *err)
{
    if (experts_same(&s->experts, x))
        return true;
    if (!experts_apply(x, s->m, s->forward, err))
        return false;
    s->experts = *x;
    forget(s, 0);
    return true;
}

/* One batch behind the tokens taken, of which it takes all but n_drafts. What a
 * failed pass may have left is forgotten, so cache and ids stay of one mind. */
static bool run(struct session *s, uint32_t n, uint32_t n_drafts,
                enum logits_wanted want, const atomic_bool *cancel,
                struct err *err)
{
    uint32_t len = s->len;
    kv_cache_truncate(s->kv, len);
    if (!save_hidden(s, err) ||
        (s->n_waiting >= MTP_WAIT && !work_off(s, LOGITS_NONE, err)) ||
        !forward_run(s->forward, s->kv, s->ids + len, n, want, cancel, err)) {
        forget(s, len);
        return false;
    }
    s->first = len;
    s->end = len + n;
    s->len = s->end - n_drafts;
    s->all_logits = want == LOGITS_ALL;
    return true;
}

/* How much of ids is here already and may stay. */
static uint32_t common_prefix(const struct session *s, const int32_t *ids,
                              uint32_t n)
{
    uint32_t i = 0;
    while (i < s->len && i < n && s->ids[i] == ids[i])
        i++;
    if (i == n)
        i--;
    /* The MTP block's last row knows the token behind it: where that changes,
     * the row has to be made again, from a hidden state that is gone. */
    bool other = s->ids[i] != ids[i] && s->ids[i] != UNKNOWN;
    if (i > 0 && s->mtp_len >= i && other)
        i--;
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
    if (!save_hidden(s, err))
        return false;
    uint32_t n = (uint32_t)n_ids;
    uint32_t done = common_prefix(s, ids, n);
    forget(s, done);
    memcpy(s->ids + done, ids + done, (n - done) * sizeof *ids);
    *reused = done;
    progress(arg, done, n);

    uint32_t max_batch = forward_max_batch(s->forward);
    while (done < n - 1) {
        uint32_t left = n - 1 - done;
        uint32_t batch = left < max_batch ? left : max_batch;
        if (!run(s, batch, 0, LOGITS_NONE, cancel, err))
            return false;
        done += batch;
        progress(arg, done, n);
    }
    /* The last one alone: that is how it is computed when all before it are
     * remembered, and the same prompt must get the same answer. */
    if (!run(s, 1, 0, LOGITS_LAST, cancel, err)) {
        /* Only logits show nonsense: what was read before may hold it. */
        if (err->kind == ERR_MODEL)
            forget(s, *reused);
        return false;
    }
    progress(arg, n, n);
    return true;
}

bool session_append(struct session *s, int32_t id, const int32_t *drafts,
                    uint32_t n, const atomic_bool *cancel, struct err *err)
{
    assert(s->len < session_max(s) && n <= session_draft_room(s));
    s->ids[s->len] = id;
    for (uint32_t i = 0; i < n; i++)
        s->ids[s->len + 1 + i] = drafts[i];
    return run(s, 1 + n, n, n ? LOGITS_ALL : LOGITS_LAST, cancel, err);
}

/* --- drafts --------------------------------------------------------------- */

int32_t session_drafted(const struct session *s)
{
    return s->len < s->end ? s->ids[s->len] : -1;
}

bool session_take(struct session *s, int32_t id)
{
    if (s->len == s->end || s->ids[s->len] != id)
        return false;
    s->len++;
    return true;
}

uint32_t session_draft_room(const struct session *s)
{
    uint32_t batch = forward_max_batch(s->forward) - 1;
    uint32_t room = session_max(s) - s->len;
    uint32_t n = batch < SESSION_DRAFTS ? batch : SESSION_DRAFTS;
    return room == 0 ? 0 : n < room - 1 ? n : room - 1;
}

void session_rest_mtp(struct session *s, bool rests)
{
    s->mtp_rests = rests;
}

bool session_draft(struct session *s, int32_t id, uint32_t n,
                   session_choose_fn choose, void *arg, int32_t *out,
                   uint32_t *n_out, struct err *err)
{
    assert(session_has_mtp(s) && !s->mtp_rests && n <= session_draft_room(s));
    uint32_t len = s->len;
    *n_out = 0;
    s->ids[len] = id;
    if (!save_hidden(s, err))
        return false;
    s->end = len; /* drafts of the last batch are over; so are its logits */
    if (n == 0 || s->n_waiting == 0)
        return true;
    if (!work_off(s, LOGITS_LAST, err))
        return false;
    for (uint32_t i = 0;; i++) {
        int32_t d = choose(arg, mtp_guess_logits(s->forward), len + 1 + i,
                           s->ids, len + 1 + i);
        if (d < 0)
            return true;
        out[i] = s->ids[len + 1 + i] = d;
        *n_out = i + 1;
        if (i + 1 == n)
            return true;
        /* From here on it goes by its own word instead of the trunk's. */
        if (!mtp_run(s->forward, s->kv, len + i - s->mtp_gap,
                     mtp_hidden(s->forward), &d, 1, LOGITS_LAST, err))
            return false;
    }
}

bool session_guesses_beside(const struct session *s)
{
    bool reads_along = session_has_mtp(s) && !s->mtp_rests &&
                       s->mtp_len + s->n_waiting >= s->first;
    return reads_along && session_draft_room(s) > 0 && s->len > s->mtp_len &&
           mtp_can_run_beside(s->forward, s->len - s->mtp_len);
}

struct choice {
    const struct session *s;
    const struct session_guess *g;
};

static int32_t choose_behind(void *arg, const float *logits)
{
    const struct choice *c = arg;
    uint32_t len = c->s->len + 1;
    return c->g->choose(c->g->arg, logits, len, c->s->ids, len);
}

bool session_append_guess(struct session *s, int32_t id, struct session_guess *g,
                          const atomic_bool *cancel, struct err *err)
{
    assert(session_guesses_beside(s));
    uint32_t len = s->len;
    struct choice c = {s, g};
    s->ids[len] = id;
    kv_cache_truncate(s->kv, len);
    bool ok = save_hidden(s, err);
    struct mtp_guess m = {.pos = s->mtp_len - s->mtp_gap, .n = s->n_waiting,
                          .h = s->waiting, .next = s->ids + s->mtp_len + 1,
                          .choose = choose_behind, .arg = &c};
    if (!ok || !mtp_run_beside(s->forward, s->kv, id, &m, cancel, err)) {
        forget(s, len);
        return false;
    }
    g->ok = m.ok;
    g->why = m.err;
    g->ms = m.ms;
    g->n = m.id >= 0;
    if (m.ok) {
        s->mtp_len += s->n_waiting;
        s->n_waiting = 0;
    }
    if (m.id >= 0)
        s->ids[len + 1] = m.id;
    s->first = len;
    s->len = len + 1;
    s->end = s->len + g->n;
    s->all_logits = true;
    return true;
}

/* --- what there is -------------------------------------------------------- */

uint32_t session_len(const struct session *s)
{
    return s->len;
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
    return forward_logits(s->forward,
                          s->all_logits ? s->len - 1 - s->first : 0);
}

const struct expert_choice *session_experts(const struct session *s, uint32_t j)
{
    return forward_experts(s->forward, s->len - 1 - s->first, j);
}

const struct model_config *session_config(const struct session *s)
{
    return &s->cfg;
}

/* Without the drafts, and without a layer for them where there are none. */
struct kv_usage session_usage(const struct session *s)
{
    struct kv_usage u = kv_cache_usage(s->kv);
    uint64_t rows = (uint64_t)kv_cache_len(s->kv) *
                    model_config_cache_layers(&s->m->cfg);
    uint64_t used = (uint64_t)s->len * model_config_cache_layers(&s->cfg);
    if (rows > 0) {
        uint64_t index = u.index_bytes / kv_cache_len(s->kv) * s->len;
        u.bytes = (u.bytes - u.index_bytes) / rows * used + index;
        u.index_bytes = index;
        u.latent_bytes = u.latent_bytes / rows * used;
        u.rope_bytes = u.rope_bytes / rows * used;
    }
    u.bytes_per_token = u.bytes_per_token /
                        model_config_cache_layers(&s->m->cfg) *
                        model_config_cache_layers(&s->cfg);
    return u;
}

uint64_t session_scratch_bytes(const struct session *s)
{
    return forward_scratch_bytes(s->forward) + s->waiting_bytes;
}

uint64_t session_scratch_touched(const struct session *s)
{
    return forward_scratch_touched(s->forward);
}

const struct expert_changes *session_experts_changed(const struct session *s)
{
    return &s->experts;
}

bool session_settle(struct session *s, struct err *err)
{
    if (!save_hidden(s, err))
        return false;
    if (s->n_waiting < 2)
        return true;
    /* The token behind the last state is not known yet. */
    size_t D = s->cfg.n_embd, last = --s->n_waiting;
    bool ok = work_off(s, LOGITS_NONE, err);
    if (ok)
        memmove(s->waiting, s->waiting + last * D, D * sizeof(float));
    s->n_waiting++;
    return ok;
}

struct kv_cache *session_cache(struct session *s)
{
    return s->kv;
}

void session_restore(struct session *s, const int32_t *ids, uint32_t n)
{
    forget(s, 0);
    kv_cache_extend(s->kv, n);
    for (uint32_t i = 0; i < n; i++)
        s->ids[i] = ids[i];
    s->ids[n] = UNKNOWN;
    s->len = s->first = s->end = n;
    if (session_has_mtp(s))
        s->mtp_len = n;
}

uint32_t session_n_vocab(const struct session *s)
{
    return s->m->cfg.n_vocab;
}

bool session_modified(const struct session *s)
{
    return experts_modified(&s->experts);
}
