/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/event_json.h"

#include "base/json.h"
#include "chat/backend.h"
#include "store/stats_json.h"

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

static json_t *alternatives(const struct token_info *t)
{
    json_t *all = json_array();
    for (uint8_t i = 0; i < t->n_alts; i++) {
        json_t *a = json_object();
        json_object_set_new(a, "id", json_integer(t->alts[i].id));
        json_put_text(a, "text", str_n(t->alts[i].text, t->alts[i].text_len));
        json_put_real(a, "p", (double)t->alts[i].p);
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
        json_put_count(layer, "layer", first_layer + j);
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
    json_put_count(o, "pos", t->pos);
    json_put_name(o, "part", parts[t->part]);
    json_put_text(o, "text", str_n(t->text, t->text_len));
    json_put_real(o, "ms", (double)t->ms);
    json_put_name(o, "draft", drafts[t->draft]);
    json_put_bool(o, "given", t->given);
    if (!t->measured)
        return;
    json_put_real(o, "p", (double)t->p);
    json_put_real(o, "entropy", (double)t->entropy);
    json_object_set_new(o, "alternatives", alternatives(t));
    if (t->n_moe_layers && t->picks)
        json_object_set_new(o, "experts", experts(t, first_layer));
}

static json_t *line_object(const char *kind, uint32_t turn)
{
    json_t *o = json_object();
    json_put_name(o, "event", kind);
    json_put_count(o, "turn", turn);
    return o;
}

static json_t *event_object(const struct event_json *j, const struct event *ev)
{
    json_t *o = line_object(kinds[ev->kind], ev->turn);
    switch (ev->kind) {
    case EVENT_PREFILL:
        json_put_count(o, "done", ev->prefill.done);
        json_put_count(o, "total", ev->prefill.total);
        break;
    case EVENT_TEXT:
        json_put_name(o, "part", parts[ev->text.part]);
        json_put_text(o, "text", str_n(ev->text.s, ev->text.len));
        break;
    case EVENT_TOKEN:
        put_token(o, &ev->token, j->info->first_moe_layer);
        break;
    case EVENT_NOTICE:
        json_put_text(o, "text", str_of(ev->notice.s));
        break;
    case EVENT_DONE:
        json_put_name(o, "reason", reasons[ev->done.reason]);
        json_put_bool(o, "modified", experts_modified(&j->options->experts));
        json_put_bool(o, "compat", j->info->compat);
        json_object_set_new(o, "stats", stats_json(&ev->done.stats, STATS_TOLD));
        break;
    case EVENT_ERROR:
        json_put_name(o, "kind", error_kinds[ev->error.kind]);
        json_put_text(o, "message", str_of(ev->error.msg));
        break;
    case EVENT_THINK_BEGIN:
    case EVENT_THINK_END:
        break;
    }
    return o;
}

/* Six digits: these are measurements, not data to compute with. */
static bool write_line(const struct event_json *j, json_t *o)
{
    size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(6);
    if (j->ascii)
        flags |= JSON_ENSURE_ASCII;
    bool ok = json_dumpf(o, j->out, flags) == 0;
    json_decref(o);
    return ok && putc('\n', j->out) != EOF;
}

bool event_json_write(const struct event_json *j, const struct event *ev)
{
    return write_line(j, event_object(j, ev));
}

/* --- what is no event of the backend -------------------------------------- */

static json_t *model(const struct backend_info *info)
{
    json_t *o = json_object();
    json_put_text(o, "name", str_of(info->name));
    json_put_text(o, "architecture", str_of(info->arch));
    json_put_text(o, "quantization", str_of(info->quant));
    json_put_text(o, "family", str_of(info->family));
    json_put_count(o, "parameters", info->n_params);
    json_put_count(o, "active_parameters", info->n_active_params);
    json_put_count(o, "layers", info->n_layers);
    json_put_count(o, "moe_layers", info->n_moe_layers);
    json_put_count(o, "first_moe_layer", info->first_moe_layer);
    json_put_count(o, "n_experts", info->n_experts);
    json_put_count(o, "n_used", info->n_experts_used);
    json_put_count(o, "context", info->context_max);
    return o;
}

static json_t *sampling(const struct sampling *s)
{
    json_t *o = json_object();
    json_put_real(o, "temp", (double)s->temp);
    json_put_count(o, "top_k", s->top_k);
    json_put_real(o, "top_p", (double)s->top_p);
    json_put_real(o, "min_p", (double)s->min_p);
    json_put_real(o, "repeat_penalty", (double)s->repeat_penalty);
    /* A string: 64 bits are more than a double holds, and readers use those. */
    json_object_set_new(o, "seed",
                        json_sprintf("%llu", (unsigned long long)s->seed));
    return o;
}

static json_t *experts_off(const struct expert_changes *x)
{
    json_t *all = json_array();
    for (size_t i = 0; i < x->n_off; i++) {
        json_t *one = json_object();
        json_put_count(one, "layer", x->off[i].layer);
        json_put_count(one, "expert", x->off[i].expert);
        json_array_append_new(all, one);
    }
    return all;
}

bool event_json_begin(const struct event_json *j, uint32_t turn)
{
    const struct expert_changes *x = &j->options->experts;
    struct expert_shape shape = experts_shape(j->info);
    json_t *o = line_object("begin", turn);
    json_object_set_new(o, "model", model(j->info));
    json_object_set_new(o, "sampling", sampling(&j->options->sampling));
    json_put_bool(o, "modified", experts_modified(x));
    json_put_bool(o, "compat", j->info->compat);
    json_put_count(o, "experts_used", experts_used(x, &shape));
    json_object_set_new(o, "experts_off", experts_off(x));
    return write_line(j, o);
}

static json_t *kv_layers(const struct telemetry *t)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < t->kv_layers; i++) {
        json_t *layer = json_object();
        uint64_t index = i < t->kv_index_layers
                             ? t->kv_index_bytes / t->kv_index_layers : 0;
        uint64_t rows = (t->kv_bytes - t->kv_index_bytes) / t->kv_layers;
        json_put_count(layer, "layer", i);
        json_put_count(layer, "bytes", rows + index);
        json_put_count(layer, "latent_bytes", t->kv_latent_bytes / t->kv_layers);
        json_put_count(layer, "rope_bytes", t->kv_rope_bytes / t->kv_layers);
        json_put_count(layer, "index_bytes", index);
        json_array_append_new(all, layer);
    }
    return all;
}

static json_t *kv(const struct telemetry *t)
{
    json_t *o = json_object();
    json_put_count(o, "tokens", t->context_used);
    json_put_count(o, "bytes", t->kv_bytes);
    json_put_count(o, "latent_bytes", t->kv_latent_bytes);
    json_put_count(o, "rope_bytes", t->kv_rope_bytes);
    json_put_count(o, "index_bytes", t->kv_index_bytes);
    json_put_count(o, "bytes_per_token", t->kv_bytes_per_token);
    json_object_set_new(o, "by_layer", kv_layers(t));
    return o;
}

static json_t *memory(const struct telemetry *t)
{
    json_t *o = json_object();
    json_put_count(o, "model_mapped", t->model_mapped);
    json_put_count(o, "resident", t->resident);
    json_put_count(o, "resident_files", t->resident_files);
    json_put_count(o, "cache", t->kv_bytes);
    json_put_count(o, "scratch", t->scratch);
    json_put_count(o, "scratch_reserved", t->scratch_reserved);
    return o;
}

bool event_json_telemetry(const struct event_json *j, uint32_t turn,
                          const struct telemetry *t)
{
    json_t *o = line_object("telemetry", turn), *read = json_object();
    json_object_set_new(o, "kv", kv(t));
    json_object_set_new(o, "memory", memory(t));
    json_put_real(o, "prefill_tokens_per_s", t->prompt_tok_s);
    json_put_real(o, "decode_tokens_per_s", t->decode_tok_s);
    json_put_count(read, "weights", t->bytes_per_token);
    json_put_count(read, "cache", t->kv_bytes);
    json_object_set_new(o, "read_per_token", read);
    return write_line(j, o);
}
