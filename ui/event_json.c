/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/event_json.h"

#include <jansson.h>

#include "base/utf8.h"
#include "chat/event.h"

static const char *const kinds[] = {
    [EVENT_PREFILL] = "prefill",
    [EVENT_THINK_BEGIN] = "think_begin",
    [EVENT_THINK_END] = "think_end",
    [EVENT_TEXT] = "text",
    [EVENT_TOKEN] = "token",
    [EVENT_NOTICE] = "notice",
    [EVENT_DONE] = "done",
    [EVENT_ERROR] = "error",
};

static const char *const parts[] = {
    [PART_THOUGHT] = "thought",
    [PART_ANSWER] = "answer",
};

static const char *const reasons[] = {
    [DONE_END] = "end",
    [DONE_LIMIT] = "limit",
    [DONE_CONTEXT] = "context",
    [DONE_CANCELLED] = "cancelled",
};

static const char *const drafts[] = {
    [DRAFT_NONE] = "none",
    [DRAFT_ACCEPTED] = "accepted",
    [DRAFT_REFUSED] = "refused",
};

static const char *const error_kinds[] = {
    [ERR_NONE] = "none",
    [ERR_IO] = "io",
    [ERR_FORMAT] = "format",
    [ERR_UNSUPPORTED] = "unsupported",
    [ERR_MEMORY] = "memory",
    [ERR_LIMIT] = "limit",
    [ERR_CANCELLED] = "cancelled",
    [ERR_MODEL] = "model",
    [ERR_USAGE] = "usage",
};

static void set_text(json_t *o, const char *key, struct str raw)
{
    struct buf b = {0};
    utf8_repair(raw, &b);
    json_object_set_new(o, key, json_stringn(buf_str(&b).p, b.len));
    buf_clear(&b);
}

static void set_int(json_t *o, const char *key, uint64_t n)
{
    json_object_set_new(o, key, json_integer((json_int_t)n));
}

static void set_real(json_t *o, const char *key, double x)
{
    json_object_set_new(o, key, json_real(x));
}

static void set_name(json_t *o, const char *key, const char *name)
{
    json_object_set_new(o, key, json_string(name));
}

static json_t *alternatives(const struct token_info *t)
{
    json_t *all = json_array();
    for (uint8_t i = 0; i < t->n_alts; i++) {
        json_t *a = json_object();
        json_object_set_new(a, "id", json_integer(t->alts[i].id));
        set_real(a, "p", (double)t->alts[i].p);
        json_array_append_new(all, a);
    }
    return all;
}

static json_t *experts(const struct token_info *t, uint32_t first_layer)
{
    json_t *all = json_array();
    for (uint32_t j = 0; j < t->n_moe_layers; j++) {
        const struct expert_pick *p = t->picks + (size_t)j * t->n_used;
        json_t *layer = json_object(), *ids = json_array();
        json_t *weights = json_array();
        for (uint32_t k = 0; k < t->n_used; k++) {
            json_array_append_new(ids, json_integer(p[k].expert));
            json_array_append_new(weights, json_real(p[k].weight / 65535.0));
        }
        set_int(layer, "layer", first_layer + j);
        json_object_set_new(layer, "experts", ids);
        json_object_set_new(layer, "weights", weights);
        json_array_append_new(all, layer);
    }
    return all;
}

static void put_token(json_t *o, const struct token_info *t,
                      uint32_t first_layer)
{
    json_object_set_new(o, "id", json_integer(t->id));
    set_int(o, "pos", t->pos);
    set_name(o, "part", parts[t->part]);
    set_text(o, "text", str_n(t->text, t->text_len));
    set_real(o, "p", (double)t->p);
    set_real(o, "entropy", (double)t->entropy);
    set_real(o, "ms", (double)t->ms);
    set_name(o, "draft", drafts[t->draft]);
    json_object_set_new(o, "alternatives", alternatives(t));
    if (t->n_moe_layers && t->picks)
        json_object_set_new(o, "experts", experts(t, first_layer));
}

static json_t *stats(const struct turn_stats *s)
{
    json_t *o = json_object();
    set_int(o, "prompt_tokens", s->prompt_tokens);
    set_int(o, "reused_tokens", s->reused_tokens);
    set_int(o, "think_tokens", s->think_tokens);
    set_int(o, "answer_tokens", s->answer_tokens);
    set_int(o, "context_used", s->context_used);
    set_int(o, "drafted_tokens", s->drafted);
    set_int(o, "accepted_tokens", s->accepted);
    set_real(o, "prompt_ms", s->prompt_ms);
    set_real(o, "first_token_ms", s->first_token_ms);
    set_real(o, "decode_ms", s->decode_ms);
    set_real(o, "think_ms", s->think_ms);
    return o;
}

static json_t *event_object(const struct event *ev, uint32_t first_layer)
{
    json_t *o = json_object();
    set_name(o, "event", kinds[ev->kind]);
    set_int(o, "turn", ev->turn);
    switch (ev->kind) {
    case EVENT_PREFILL:
        set_int(o, "done", ev->prefill.done);
        set_int(o, "total", ev->prefill.total);
        break;
    case EVENT_TEXT:
        set_name(o, "part", parts[ev->text.part]);
        set_text(o, "text", str_n(ev->text.s, ev->text.len));
        break;
    case EVENT_TOKEN:
        put_token(o, &ev->token, first_layer);
        break;
    case EVENT_NOTICE:
        set_text(o, "text", str_of(ev->notice.s));
        break;
    case EVENT_DONE:
        set_name(o, "reason", reasons[ev->done.reason]);
        json_object_set_new(o, "stats", stats(&ev->done.stats));
        break;
    case EVENT_ERROR:
        set_name(o, "kind", error_kinds[ev->error.kind]);
        set_text(o, "message", str_of(ev->error.msg));
        break;
    case EVENT_THINK_BEGIN:
    case EVENT_THINK_END:
        break;
    }
    return o;
}

bool event_json_write(FILE *out, const struct event *ev,
                      uint32_t first_moe_layer, bool ascii)
{
    json_t *o = event_object(ev, first_moe_layer);
    /* Six digits: these are measurements, not data to compute with. */
    size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(6);
    bool ok = json_dumpf(o, out, ascii ? flags | JSON_ENSURE_ASCII : flags) == 0;
    json_decref(o);
    return ok && putc('\n', out) != EOF && fflush(out) == 0;
}
