/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench_draft.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "chat/backend.h"
#include "chat/conversation.h"
#include "engine/load.h"
#include "engine/sampler.h"
#include "engine/session.h"
#include "engine/speculate.h"
#include "text/template.h"
#include "text/vocab.h"

static const char *const questions[] = {
    "Calculate 347+582.", "What is 12 times 7?", "Add 128 and 256.",
    "Name three colours and say why you like them.",
};

enum {
    N_QUESTIONS = sizeof questions / sizeof *questions,
    MIN_TOKENS = 16, /* of an answer: what a second gives, within these */
    MAX_TOKENS = 96,
    CONTEXT = 1024,
    ROUNDS = 7,
    ROUNDS_MIN = 3,   /* of a model so slow that more would try one's patience */
};
static const double PATIENCE_MS = 20e3;

/* One way of decoding, kept from round to round as in a conversation. */
struct way {
    struct session *session;
    struct sampler *sampler;
    struct speculate speculate;
    uint32_t max_tokens;
    uint32_t tokens;  /* of this round */
    double ms;
};

static bool way_open(struct way *w, struct loaded_model *m, enum kv_type type,
                     int mode, struct err *err)
{
    struct sampling greedy = sampling_default();
    greedy.temp = 0;
    w->session = session_new(&m->model, &m->compute, type, CONTEXT, 128,
                             mode != DRAFT_OFF, err);
    w->sampler = w->session ? sampler_new(&m->compute.kernels,
                                         vocab_size(m->vocab), err)
                           : NULL;
    if (!w->sampler)
        return false;
    sampler_set(w->sampler, &greedy);
    speculate_init(&w->speculate, mode, w->session, w->sampler, m->vocab);
    return true;
}

static void way_close(struct way *w)
{
    sampler_free(w->sampler);
    session_free(w->session);
}

static void no_progress(void *arg, uint32_t done, uint32_t total)
{
    (void)arg;
    (void)done;
    (void)total;
}

static bool decode(struct way *w, const struct vocab *v, struct err *err)
{
    double began = clock_ms();
    for (uint32_t i = 0; i < w->max_tokens; i++) {
        uint32_t len = session_len(w->session);
        int32_t id = sampler_pick(w->sampler, session_logits(w->session), len,
                                  session_ids(w->session), len);
        if (id < 0 || vocab_ends_turn(v, id))
            break;
        speculate_judge(&w->speculate, id);
        if (!speculate_append(&w->speculate, id, NULL, err))
            return false;
        w->tokens++;
    }
    w->ms += clock_ms() - began;
    return true;
}

static bool answer(struct way *w, struct loaded_model *m, const char *question,
                   struct err *err)
{
    struct conversation c = {0};
    struct prompt p = {0};
    uint32_t reused;
    conversation_add(&c, ROLE_USER, str_of(question));
    bool ok = chat_render(m->family, m->vocab, &c, THINK_DEFAULT, &p, err) &&
              session_read(w->session, p.ids.p, p.ids.n, NULL, no_progress,
                           NULL, &reused, err) &&
              decode(w, m->vocab, err);
    prompt_clear(&p);
    conversation_clear(&c);
    return ok;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, compare);
    return x[n / 2];
}

/* Question by question by turns, so that both meet the same noise; and each is as
 * often the one that finds the caches as the other left them. */
static bool play(struct way way[2], struct loaded_model *m, int round,
                 struct err *err)
{
    for (int i = 0; i < 2; i++)
        way[i].ms = way[i].tokens = 0;
    for (int q = 0; q < N_QUESTIONS; q++)
        for (int i = 0; i < 2; i++)
            if (!answer(&way[(i + q + round) % 2], m, questions[q], err))
                return false;
    return true;
}

static double rate(const struct way *w)
{
    return w->ms > 0 ? 1000.0 * w->tokens / w->ms : 0;
}

static bool measure(struct way way[2], struct loaded_model *m,
                    struct draft_figures *out, struct err *err)
{
    double plain[ROUNDS], drafts[ROUNDS], ratio[ROUNDS];
    if (!play(way, m, 0, err)) /* not counted: auto learns what things cost */
        return false;
    way[1].speculate.drafted = way[1].speculate.accepted = 0;
    double began = clock_ms();
    size_t n = 0;
    while (n < ROUNDS_MIN ||
           (n < ROUNDS && clock_ms() - began < PATIENCE_MS)) {
        if (!play(way, m, (int)n, err))
            return false;
        plain[n] = rate(&way[0]);
        drafts[n] = rate(&way[1]);
        ratio[n] = plain[n] > 0 ? drafts[n] / plain[n] : 0;
        n++;
    }
    const struct speculate *sp = &way[1].speculate;
    *out = (struct draft_figures){
        median(plain, n), median(drafts, n), median(ratio, n), sp->drafted, sp->accepted,
        sp->costs.batch_ms[1], sp->costs.batch_ms[2], sp->costs.draft_ms};
    return true;
}

bool bench_draft(struct loaded_model *m, enum kv_type type, int mode,
                 double tokens_per_s, struct draft_figures *out,
                 struct err *err)
{
    uint32_t limit = tokens_per_s > MAX_TOKENS   ? MAX_TOKENS
                     : tokens_per_s < MIN_TOKENS ? MIN_TOKENS
                                                 : (uint32_t)tokens_per_s;
    struct way way[2] = {{.max_tokens = limit}, {.max_tokens = limit}};
    bool ok = way_open(&way[0], m, type, DRAFT_OFF, err) &&
              way_open(&way[1], m, type, mode, err) &&
              measure(way, m, out, err);
    way_close(&way[0]);
    way_close(&way[1]);
    return ok;
}
