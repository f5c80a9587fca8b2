/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/turn.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "chat/event_queue.h"
#include "engine/load.h"
#include "engine/sampler.h"
#include "engine/session.h"
#include "text/template.h"
#include "text/vocab.h"

static void count_experts(struct turn_parts *p)
{
    const struct model_config *cfg = &p->m->model.cfg;
    p->n_moe_layers = (uint16_t)model_config_moe_layers(cfg);
    p->picks = mem_array((size_t)p->n_moe_layers * EXPERTS_USED_MAX,
                         sizeof *p->picks);
}

static bool set_experts(struct turn_parts *p, const struct expert_changes *x,
                        struct err *err)
{
    uint32_t n = x->used ? x->used : p->m->model.cfg.moe.n_used;
    p->n_used = (uint16_t)n;
    return session_set_experts(p->session, x, err);
}

/* What ends a turn or a thought keeps the probability that the model gave it. */
static void spare_ends(struct turn_parts *p)
{
    const struct vocab *v = p->m->vocab;
    for (uint32_t id = 0; id < vocab_size(v); id++)
        if (vocab_ends_turn(v, (int32_t)id))
            sampler_spare(p->sampler, (int32_t)id);
    sampler_spare(p->sampler, vocab_special(v, "</think>"));
}

bool turn_parts_init(struct turn_parts *p, struct loaded_model *m,
                     struct event_queue *events, enum kv_type type,
                     uint32_t context, uint32_t max_batch, int draft,
                     struct err *err)
{
    *p = (struct turn_parts){.m = m, .events = events, .kv_type = type};
    if (max_batch > context)
        max_batch = context;
    p->session = session_new(&m->model, &m->compute, type, context, max_batch,
                             draft != DRAFT_OFF, err);
    /* Rows of logits behind the vocabulary are padding, never picked. */
    if (p->session)
        p->sampler = sampler_new(vocab_size(m->vocab), err);
    if (!p->sampler)
        return false;
    reply_init(&p->reply, m->vocab, events);
    p->has_reply = true;
    speculate_init(&p->speculate, draft, p->session, p->sampler, m->vocab);
    count_experts(p);
    spare_ends(p);
    return true;
}

void turn_parts_clear(struct turn_parts *p)
{
    if (p->has_reply)
        reply_clear(&p->reply);
    sampler_free(p->sampler);
    session_free(p->session);
    mem_free(p->picks);
    *p = (struct turn_parts){0};
}

/* --- one turn, step by step ---------------------------------------------------- */

struct run {
    struct turn_parts *p;
    const struct turn *t;
    struct turn_stats stats;
    struct turn_rates rates;
    uint32_t n_tokens;      /* chosen so far, without the one that ends */
    double prefill_began_ms;
    double decode_began_ms; /* when the first token was chosen */
    double token_ms;        /* when the last one was */
};

static bool cancelled(const struct run *r)
{
    return atomic_load_explicit(r->t->cancel, memory_order_relaxed);
}

static void publish(struct run *r)
{
    r->t->publish(r->t->publish_arg, &r->rates);
}

static void on_progress(void *arg, uint32_t done, uint32_t total)
{
    struct run *r = arg;
    struct event ev = {.kind = EVENT_PREFILL, .turn = r->t->number};
    ev.prefill.done = done;
    ev.prefill.total = total;
    event_queue_push(r->p->events, &ev);

    double ms = clock_ms() - r->prefill_began_ms;
    uint32_t computed = done - r->stats.reused_tokens;
    if (computed && ms > 0)
        r->rates.prompt_tok_s = 1000 * computed / ms;
    publish(r);
}

static bool read_prompt(struct run *r, const struct prompt *prompt,
                        struct err *err)
{
    struct turn_parts *p = r->p;
    r->stats.prompt_tokens = (uint32_t)prompt->ids.n;
    r->prefill_began_ms = clock_ms();
    bool ok = session_read(p->session, prompt->ids.p, prompt->ids.n,
                           r->t->cancel, on_progress, r,
                           &r->stats.reused_tokens, err);
    r->stats.prompt_ms = clock_ms() - r->prefill_began_ms;
    log_info(LOG_ENGINE, "prefill of %zu tokens, %u of them known, in %.1f ms",
             prompt->ids.n, r->stats.reused_tokens, r->stats.prompt_ms);
    return ok;
}

/* The router's weights as shares of one layer's sum. */
static void collect_picks(struct turn_parts *p, struct token_info *info)
{
    info->n_moe_layers = p->n_moe_layers;
    info->n_used = p->n_used;
    info->picks = p->picks;
    for (uint32_t j = 0; j < p->n_moe_layers; j++) {
        const struct expert_choice *c = session_experts(p->session, j);
        struct expert_pick *to = p->picks + (size_t)j * p->n_used;
        float sum = 0;
        for (uint32_t k = 0; k < p->n_used; k++)
            sum += c[k].weight;
        for (uint32_t k = 0; k < p->n_used; k++) {
            float share = sum > 0 ? c[k].weight / sum : 0;
            to[k].expert = c[k].expert;
            to[k].weight = (uint16_t)(share * 65535.0f + 0.5f);
        }
    }
}

static int32_t pick(struct turn_parts *p)
{
    uint32_t len = session_len(p->session);
    return sampler_pick(p->sampler, session_logits(p->session), len,
                        session_ids(p->session), len);
}

static bool tell_token(struct run *r, int32_t id)
{
    struct turn_parts *p = r->p;
    struct token_info info = {.id = id, .pos = session_len(p->session)};
    info.draft = speculate_judge(&p->speculate, id);
    if (!r->t->options->no_telemetry) {
        info.measured = true;
        sampler_observe(p->sampler, session_logits(p->session), id, &info);
        collect_picks(p, &info);
    }

    double now = clock_ms();
    if (r->n_tokens++ == 0) {
        r->decode_began_ms = now;
        r->stats.first_token_ms = r->rates.first_token_ms = now - r->t->began_ms;
        info.ms = (float)r->stats.first_token_ms;
    } else {
        info.ms = (float)(now - r->token_ms);
        r->stats.decode_ms = now - r->decode_began_ms;
        if (r->stats.decode_ms > 0)
            r->rates.decode_tok_s =
                1000 * (r->n_tokens - 1) / r->stats.decode_ms;
    }
    r->token_ms = now;
    publish(r);
    return reply_token(&p->reply, &info);
}

/* Chooses, tells and computes tokens until something ends it. The token that
 * meets a limit is told but not computed: the next prompt brings it along. */
static bool decode(struct run *r, enum done_reason *reason, struct err *err)
{
    struct turn_parts *p = r->p;
    uint32_t max = r->t->options->max_tokens;
    for (;;) {
        *reason = DONE_CANCELLED;
        if (cancelled(r))
            return true;
        int32_t id = pick(p);
        if (id < 0)
            return err_set(err, ERR_MODEL,
                           "the model produced no usable probabilities");
        *reason = DONE_END;
        if (vocab_ends_turn(p->m->vocab, id))
            return true;
        *reason = DONE_CANCELLED;
        if (!tell_token(r, id))
            return true; /* closed */
        *reason = DONE_LIMIT;
        if (max && r->n_tokens >= max)
            return true;
        *reason = DONE_CONTEXT;
        if (session_len(p->session) >= session_max(p->session))
            return true;
        if (!speculate_append(&p->speculate, id, r->t->cancel, err))
            return false;
    }
}

static void end_turn(struct run *r, bool ok, enum done_reason reason,
                     const struct err *err)
{
    struct reply *reply = &r->p->reply;
    struct event ev = {.kind = EVENT_DONE, .turn = r->t->number};
    if (!ok && err->kind == ERR_CANCELLED) {
        ok = true;
        reason = DONE_CANCELLED;
    }
    r->stats.think_tokens = reply->think_tokens;
    r->stats.answer_tokens = reply->answer_tokens;
    r->stats.think_ms = reply->think_ms;
    r->stats.context_used = session_len(r->p->session);
    if (ok) {
        ev.done.reason = reason;
        ev.done.stats = r->stats;
        log_info(LOG_ENGINE, "%u tokens, %.1f tok/s, first after %.1f ms",
                 r->n_tokens, r->rates.decode_tok_s, r->stats.first_token_ms);
    } else {
        ev.kind = EVENT_ERROR;
        ev.error = *err;
        log_error(LOG_ENGINE, "turn %u: %s", r->t->number, err->msg);
    }
    r->rates.ended = true;
    publish(r);
    event_queue_push(r->p->events, &ev);
}

void turn_run(struct turn_parts *p, const struct turn *t)
{
    struct run r = {.p = p, .t = t};
    const struct speculate before = p->speculate;
    struct prompt prompt = {0};
    struct err err = {0};
    enum done_reason reason = DONE_CANCELLED;

    sampler_set(p->sampler, &t->options->sampling);
    bool ok = chat_render(p->m->family, p->m->vocab, t->conversation,
                          t->options->think, &prompt, &err);
    ok = ok && set_experts(p, &t->options->experts, &err);
    if (ok && prompt.ids.n == 0)
        ok = err_set(&err, ERR_UNSUPPORTED, "there is nothing to answer");
    ok = ok && read_prompt(&r, &prompt, &err);
    reply_begin(&p->reply, t->number, ok && prompt.inside_think);
    ok = ok && decode(&r, &reason, &err);
    reply_end(&p->reply);
    r.stats.drafted = p->speculate.drafted - before.drafted;
    r.stats.accepted = p->speculate.accepted - before.accepted;
    end_turn(&r, ok, reason, &err);
    prompt_clear(&prompt);
}
