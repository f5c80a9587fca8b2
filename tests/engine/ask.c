/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ask.h"

#include <math.h>
#include <poll.h>

void subject_open(struct subject *s, struct subject_options o)
{
    static char pilot[4096];
    const char *source = getenv("MULL_SOURCE");
    struct err err;
    *s = (struct subject){0};
    snprintf(pilot, sizeof pilot, "%s/models/default.gguf",
             source ? source : ".");
    struct load_options load = {
        .path = o.path ? o.path : pilot,
        .threads = o.threads ? o.threads : 2,
        .cpu = cpu_best(),
        .exact = o.exact,
    };
    if (o.tiny) {
        tiny_write(o.tiny, &s->bytes);
        load.path = NULL;
        load.builtin = s->bytes.p;
        load.builtin_size = s->bytes.len;
    }
    CHECK_OK(loaded_model_open(&s->m, &load, &err), &err);
    struct engine_options eo = {.context = o.context, .max_batch = o.max_batch,
                                .state = o.state, .draft = o.draft};
    s->b = engine_open(&s->m, &eo, &err);
    if (!s->b)
        fail_msg("%s", err.msg);
}

void subject_close(struct subject *s)
{
    backend_close(s->b);
    loaded_model_close(&s->m);
    buf_clear(&s->bytes);
}

struct turn_options greedy(uint32_t max_tokens)
{
    struct turn_options o = {.max_tokens = max_tokens};
    o.sampling = sampling_default();
    o.sampling.temp = 0;
    return o;
}

/* Where in "PREFILL* (THINK_BEGIN TEXT* THINK_END)? TEXT*" we are. */
enum stage { READING, BEFORE_THOUGHT, IN_THOUGHT, IN_ANSWER };

static enum stage check_order(enum stage at, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_PREFILL:
        assert_int_equal(at, READING);
        assert_true(ev->prefill.done <= ev->prefill.total);
        return READING;
    case EVENT_THINK_BEGIN:
        assert_true(at == READING || at == BEFORE_THOUGHT);
        return IN_THOUGHT;
    case EVENT_THINK_END:
        assert_int_equal(at, IN_THOUGHT);
        return IN_ANSWER;
    case EVENT_TEXT:
        assert_true(ev->text.len > 0);
        assert_true((ev->text.part == PART_THOUGHT) == (at == IN_THOUGHT));
        return at == IN_THOUGHT ? at : IN_ANSWER;
    case EVENT_TOKEN:
        return at == READING ? BEFORE_THOUGHT : at;
    default:
        return at;
    }
}

static void check_token(const struct subject *s, const struct token_info *t)
{
    const struct backend_info *info = &s->b->info;
    if (!t->measured) {
        assert_true(t->given);
        return;
    }
    assert_true(t->p >= 0 && t->p <= 1.0001f && t->entropy >= 0);
    assert_in_range(t->n_alts, 1, TOKEN_ALTS);
    for (int i = 1; i < t->n_alts; i++)
        assert_true(t->alts[i].p <= t->alts[i - 1].p);
    assert_int_equal(t->n_moe_layers, info->n_moe_layers);
    for (uint32_t j = 0; j < t->n_moe_layers; j++) {
        double sum = 0;
        for (uint32_t k = 0; k < t->n_used; k++) {
            const struct expert_pick *p = &t->picks[j * t->n_used + k];
            assert_in_range(p->expert, 0, info->n_experts - 1);
            sum += p->weight / 65535.0;
        }
        assert_true(fabs(sum - 1) < 0.001);
    }
}

static void hear(struct subject *s, struct reply_heard *r,
                 const struct event *ev, enum stop_at stop)
{
    switch (ev->kind) {
    case EVENT_PREFILL:
        r->n_prefill_events++;
        if (stop == STOP_IN_PREFILL)
            backend_cancel(s->b);
        break;
    case EVENT_TEXT:
        buf_add(ev->text.part == PART_THOUGHT ? &r->thought : &r->text,
                ev->text.s, ev->text.len);
        break;
    case EVENT_TOKEN:
        check_token(s, &ev->token);
        if (r->n_tokens < 1024)
            r->ids[r->n_tokens] = ev->token.id;
        r->n_given += ev->token.given;
        r->n_tokens++;
        if (stop == STOP_AT_TOKEN)
            backend_cancel(s->b);
        break;
    case EVENT_DONE:
        r->ended = true;
        r->reason = ev->done.reason;
        r->stats = ev->done.stats;
        break;
    case EVENT_ERROR:
        r->err = ev->error;
        break;
    default:
        break;
    }
}

struct reply_heard ask(struct subject *s, const struct conversation *c,
                       struct turn_options o, enum stop_at stop)
{
    struct reply_heard r = {0};
    struct err err;
    uint32_t turn;
    enum stage stage = READING;
    buf_puts(&r.thought, "");
    buf_puts(&r.text, "");
    CHECK_OK(backend_start(s->b, c, &o, &turn, &err), &err);
    for (;;) {
        struct pollfd p = {.fd = backend_fd(s->b), .events = POLLIN};
        struct event ev;
        assert_int_equal(poll(&p, 1, 600000), 1);
        while (backend_next(s->b, &ev)) {
            assert_int_equal(ev.turn, turn);
            stage = check_order(stage, &ev);
            hear(s, &r, &ev, stop);
            if (ev.kind == EVENT_DONE || ev.kind == EVENT_ERROR) {
                assert_false(backend_next(s->b, &ev));
                return r;
            }
        }
    }
}

struct reply_heard ask_text(struct subject *s, const char *text,
                            struct turn_options o, enum stop_at stop)
{
    struct conversation c = {0};
    conversation_add(&c, ROLE_USER, str_of(text));
    struct reply_heard r = ask(s, &c, o, stop);
    conversation_clear(&c);
    return r;
}

void forget(struct reply_heard *r)
{
    buf_clear(&r->thought);
    buf_clear(&r->text);
}
