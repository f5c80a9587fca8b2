/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/turn.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/reserve.h"
#include "chat/backend.h"
#include "chat/conversation.h"
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
        p->sampler = sampler_new(&m->compute.kernels, vocab_size(m->vocab),
                                 err);
    if (!p->sampler)
        return false;
    reply_init(&p->reply, m->vocab, events);
    p->has_reply = true;
    speculate_init(&p->speculate, draft, p->session, p->sampler, m->vocab);
    count_experts(p);
    spare_ends(p);
    chat_end_thought(m->family, m->vocab, &p->end_thought);
    return true;
}

void turn_parts_clear(struct turn_parts *p)
{
    if (p->has_reply)
        reply_clear(&p->reply);
    sampler_free(p->sampler);
    session_free(p->session);
    mem_free(p->picks);
    ids_clear(&p->end_thought);
    *p = (struct turn_parts){0};
}

/* --- one turn, step by step ----------------------------------------------- */

struct run {
    struct turn_parts *p;
    const struct turn *t;
    struct turn_stats stats;
    struct turn_rates rates;
    uint32_t n_tokens;      /* chosen so far, without the one that ends */
    double prefill_began_ms;
    double decode_began_ms; /* when the first token was chosen */
    double token_ms;        /* when the last one was */
    size_t n_ended;         /* tokens of end_thought written, if any */
    bool ending;            /* the thought is being ended */
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

/* Where the questions stand, for the gauges: the latest ones. */
static void note_turns(struct turn_parts *p, const struct conversation *c,
                       const struct prompt *prompt)
{
    p->n_turns = 0;
    for (size_t i = 0; i < prompt->begins.n && i < c->n; i++) {
        if (c->messages[i]->role != ROLE_USER ||
            (size_t)prompt->begins.p[i] >= prompt->ids.n)
            continue;
        if (p->n_turns == TELEMETRY_TURNS)
            memmove(p->turn_begins, p->turn_begins + 1,
                    --p->n_turns * sizeof *p->turn_begins);
        p->turn_begins[p->n_turns++] = (uint32_t)prompt->begins.p[i];
    }
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

/* Whether the thought has to end here, by the user's word or the budget. */
static bool is_enough(const struct run *r)
{
    const struct reply *reply = &r->p->reply;
    uint32_t budget = r->t->options->think_budget;
    return reply->thinking && !r->ending &&
           (atomic_load_explicit(r->t->enough, memory_order_relaxed) ||
            (budget && reply->think_tokens >= budget));
}

/* The next token: the model's choice, unless its thought is being ended. */
static int32_t next_token(struct run *r, bool *given)
{
    const struct ids *end = &r->p->end_thought;
    r->ending |= is_enough(r);
    *given = r->ending && r->n_ended < end->n;
    return *given ? end->p[r->n_ended++] : pick(r->p);
}

static bool tell_token(struct run *r, int32_t id, bool given)
{
    struct turn_parts *p = r->p;
    struct token_info info = {.id = id, .pos = session_len(p->session),
                              .given = given};
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

static bool has_memory(struct err *err)
{
    return !reserve_is_spent() ||
           err_set(err, ERR_MEMORY, "memory is used up, so the answer ends here: what "
                   "was said is kept, and ending other programs helps");
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
        bool given;
        int32_t id = next_token(r, &given);
        if (id < 0)
            return err_set(err, ERR_MODEL,
                           "the model produced no usable probabilities");
        if (!loaded_model_intact(p->m, err) || !has_memory(err))
            return false;
        *reason = DONE_END;
        if (vocab_ends_turn(p->m->vocab, id))
            return true;
        *reason = DONE_CANCELLED;
        if (!tell_token(r, id, given))
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

/* What the reply begins with is read like a prompt. */
static bool add_prefix(const struct run *r, struct prompt *prompt,
                       struct err *err)
{
    const struct turn_options *o = r->t->options;
    const struct vocab *v = r->p->m->vocab;
    for (uint32_t i = 0; i < o->n_prefix; i++)
        if (o->prefix[i] < 0 || (uint32_t)o->prefix[i] >= vocab_size(v) ||
            vocab_ends_turn(v, o->prefix[i]))
            return err_set(err, ERR_USAGE,
                           "an answer cannot begin with token %d",
                           (int)o->prefix[i]);
    ids_add_all(&prompt->ids, o->prefix, o->n_prefix);
    return true;
}

static void tell_prefix(struct run *r)
{
    const struct turn_options *o = r->t->options;
    uint32_t pos = r->stats.prompt_tokens - o->n_prefix;
    for (uint32_t i = 0; i < o->n_prefix; i++) {
        struct token_info info = {.id = o->prefix[i], .pos = pos + i,
                                  .given = true};
        reply_token(&r->p->reply, &info);
    }
}

/* The conversation ends with an empty question: what stands before it is what
 * every next prompt begins with. */
static void cut_at_last_message(struct prompt *prompt)
{
    if (prompt->begins.n)
        prompt->ids.n = (size_t)prompt->begins.p[prompt->begins.n - 1];
    prompt->inside_think = false;
}

static bool make_prompt(struct run *r, struct prompt *prompt, struct err *err)
{
    const struct turn *t = r->t;
    struct turn_parts *p = r->p;
    if (!chat_render(p->m->family, p->m->vocab, t->conversation,
                     t->options->think, prompt, err))
        return false;
    if (t->options->only_read)
        cut_at_last_message(prompt);
    note_turns(p, t->conversation, prompt);
    if (prompt->ids.n == 0)
        return err_set(err, ERR_UNSUPPORTED, "there is nothing to answer");
    return t->options->only_read || add_prefix(r, prompt, err);
}

static bool answer(struct run *r, enum done_reason *reason, struct err *err)
{
    *reason = DONE_END;
    if (r->t->options->only_read)
        return true;
    tell_prefix(r);
    return decode(r, reason, err);
}

void turn_run(struct turn_parts *p, const struct turn *t)
{
    struct run r = {.p = p, .t = t};
    const struct speculate before = p->speculate;
    struct prompt prompt = {0};
    struct err err = {0};
    enum done_reason reason = DONE_CANCELLED;

    sampler_set(p->sampler, &t->options->sampling);
    reserve_keep(); /* what an earlier turn needed may be free again */
    bool ok = loaded_model_intact(p->m, &err) && has_memory(&err);
    ok = ok && make_prompt(&r, &prompt, &err) && has_memory(&err);
    ok = ok && set_experts(p, &t->options->experts, &err);
    ok = ok && read_prompt(&r, &prompt, &err);
    reply_begin(&p->reply, t->number, ok && prompt.inside_think);
    ok = ok && answer(&r, &reason, &err);
    reply_end(&p->reply);
    /* Whatever else went wrong: that is why. */
    if (!ok && err.kind != ERR_CANCELLED)
        loaded_model_intact(p->m, &err);
    r.stats.drafted = p->speculate.drafted - before.drafted;
    r.stats.accepted = p->speculate.accepted - before.accepted;
    end_turn(&r, ok, reason, &err);
    prompt_clear(&prompt);
}
