/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/plan.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "cmd/figure.h"
#include "engine/context.h"
#include "model/arch.h"

enum { SHOWN_NAME = 120 };

static void add_size(struct plan_report *r, uint32_t tokens)
{
    size_t i = r->n_tokens;
    if (tokens < CONTEXT_MIN || i == sizeof r->tokens / sizeof *r->tokens)
        return;
    for (size_t k = 0; k < r->n_tokens; k++)
        if (r->tokens[k] == tokens)
            return;
    for (; i > 0 && r->tokens[i - 1] > tokens; i--)
        r->tokens[i] = r->tokens[i - 1];
    r->tokens[i] = tokens;
    r->n_tokens++;
}

void plan_sizes(struct plan_report *r, uint32_t also)
{
    uint32_t trained = r->plan.cfg.n_ctx_train, size = 256;
    while (size < trained / 32)
        size *= 2;
    for (; size < trained && size < 1u << 30; size *= 2)
        add_size(r, size);
    add_size(r, trained);
    add_size(r, r->plan.context);
    add_size(r, also);
}

/* The most tokens a second that memory can allow behind so many; 0 where memory
 * is not the limit, or where nothing was measured. */
static double most_speed(const struct plan_report *r, uint32_t tokens)
{
    if (r->cached || r->read_gbs <= 0 || !plan_in_memory(&r->plan, tokens))
        return 0;
    return r->read_gbs * 1e9 / (double)plan_token_bytes(&r->plan, tokens);
}

/* --- as text -------------------------------------------------------------- */

static void text_head(const struct plan_report *r, struct buf *out)
{
    const struct plan *p = &r->plan;
    struct str name = r->name.len ? r->name : str_of(r->file ? r->file
                                                             : "builtin");
    if (name.len > SHOWN_NAME) {
        name.len = SHOWN_NAME;
        name.len -= utf8_open_tail(name);
    }
    buf_puts(out, "model     ");
    sanitize_text(name, true, out);
    buf_printf(out, _(": %s, %s parameters, %s active\n"), p->cfg.arch->name,
               params(p->n_params).s, params(p->n_active_params).s);
    if (p->memory == UINT64_MAX)
        buf_puts(out, _("memory    how much is free is not known here\n"));
    else
        buf_printf(out, _("memory    %s may be taken now\n"),
                   bytes(p->memory).s);
    buf_printf(out, _("weights   %s, mapped from the file\n"),
               bytes(p->weights).s);
    if (p->decoded > 1000000)
        buf_printf(out, _("copies    %s of weights that cannot be used as they "
                   "are stored\n"), bytes(p->decoded).s);
    uint32_t batch = p->context && p->context < p->max_batch ? p->context
                                                             : p->max_batch;
    buf_printf(out, _("working   %s to read prompts %u tokens at a time with %u "
               "%s\n"), bytes(plan_scratch(p, p->context ? p->context
                                                        : CONTEXT_MIN)).s,
               batch, p->threads, p->threads == 1 ? "thread" : "threads");
    buf_printf(out, _("cache     %s a token as %s\n"),
               bytes(plan_cache(p, p->type, 1)).s, kv_type_name(p->type));
}

/* One cell: what a context takes, '!' where it would be refused. */
static void text_cell(const struct plan *p, enum kv_type type, uint32_t tokens,
                      struct buf *out)
{
    if (!p->has_type[type])
        buf_printf(out, " %11s  ", "-");
    else
        buf_printf(out, " %11s%s", bytes(plan_cache(p, type, tokens)).s,
                   plan_accepts(p, type, tokens) ? "  " : " !");
}

static void text_table(const struct plan_report *r, struct buf *out)
{
    const struct plan *p = &r->plan;
    bool refused = false;
    buf_printf(out, "\n%10s", "context");
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++)
        buf_printf(out, " %11s  ", kv_type_name(t));
    buf_printf(out, " %11s\n", _("all in all"));
    for (size_t i = 0; i < r->n_tokens; i++) {
        uint32_t n = r->tokens[i];
        buf_printf(out, "%10s", count(n).s);
        for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++) {
            text_cell(p, t, n, out);
            refused |= p->has_type[t] && !plan_accepts(p, t, n);
        }
        buf_printf(out, " %11s%s\n", bytes(plan_total(p, n)).s,
                   n == p->context ? "  <" : "");
    }
    buf_printf(out, _("All in all: weights, working memory and the %s cache.%s%s"
               "\n\n"), kv_type_name(p->type),
               p->context ? _(" <: what mull would take.") : "",
               refused ? _(" !: no room now.") : "");
}

static void text_verdict(const struct plan_report *r, struct buf *out)
{
    const struct plan *p = &r->plan;
    if (p->context == 0)
        buf_puts(out, _("fits      no\n"));
    else if (plan_in_memory(p, p->context))
        buf_printf(out, _("fits      yes: %s tokens of context, %s in all\n"),
                   count(p->context).s, bytes(plan_total(p, p->context)).s);
    else
        buf_printf(out, _("fits      not at once: with %s tokens of context it "
                   "takes %s.\n          It runs, reading weights from the "
                   "disk again and again\n"), count(p->context).s,
                   bytes(plan_total(p, p->context)).s);
    if (p->largest >= p->cfg.n_ctx_train)
        buf_printf(out, _("largest   all %s tokens that the model was trained "
                   "for fit\n"), count(p->cfg.n_ctx_train).s);
    else
        buf_printf(out, _("largest   %s tokens of context fit (trained for "
                   "%s)\n"), count(p->largest).s,
                   count(p->cfg.n_ctx_train).s);
}

static void text_speed(const struct plan_report *r, struct buf *out)
{
    const struct plan *p = &r->plan;
    double empty = p->context ? most_speed(r, 0) : 0;
    if (r->cached) {
        buf_puts(out, _("speed     not a matter of memory: the weights may stay "
                 "in the CPU's caches;\n          mull bench measures\n"));
    } else if (empty <= 0) {
        buf_puts(out, _("speed     not to be told before trying\n"));
    } else {
        buf_printf(out, _("speed     at most %s tokens/s, %s once the context is "
                   "full; an estimate:\n          %s of weights are read for "
                   "each, memory gives %.1f GB/s (measured)\n"),
                   rate(empty).s, rate(most_speed(r, p->context)).s,
                   bytes(p->active_bytes).s, r->read_gbs);
    }
}

void plan_text(const struct plan_report *r, struct buf *out)
{
    text_head(r, out);
    text_table(r, out);
    text_verdict(r, out);
    text_speed(r, out);
}

/* --- as JSON -------------------------------------------------------------- */

static json_t *json_size(const struct plan *p, uint32_t tokens)
{
    json_t *cache = json_object(), *accepted = json_object();
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++) {
        if (!p->has_type[t])
            continue;
        json_object_set_new(cache, kv_type_name(t),
                            json_count(plan_cache(p, t, tokens)));
        json_object_set_new(accepted, kv_type_name(t),
                            json_boolean(plan_accepts(p, t, tokens)));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "tokens",
                     json_count(tokens), "cache_bytes", cache, "accepted",
                     accepted,
                     "scratch_bytes", json_count(plan_scratch(p, tokens)),
                     "total_bytes", json_count(plan_total(p, tokens)), "in_memory",
                     (int)plan_in_memory(p, tokens));
}

/* null where there is nothing to say. */
static json_t *json_speed(double per_s)
{
    return per_s > 0 ? json_real(per_s) : json_null();
}

static void json_estimate(const struct plan_report *r, json_t *j)
{
    const struct plan *p = &r->plan;
    bool can = p->context > 0;
    json_object_set_new(j, "read_gb_per_s", json_speed(r->read_gbs));
    json_object_set_new(j, "in_cpu_cache", json_boolean(r->cached));
    json_object_set_new(j, "estimated_most_tokens_per_s",
                        json_speed(can ? most_speed(r, 0) : 0));
    json_object_set_new(j, "estimated_most_tokens_per_s_full",
                        json_speed(can ? most_speed(r, p->context) : 0));
}

static json_t *json_all(const struct plan_report *r)
{
    const struct plan *p = &r->plan;
    json_t *j = json_object(), *sizes = json_array();
    json_object_set_new(j, "file", json_text(str_of(r->file ? r->file
                                                            : "builtin")));
    if (r->name.len)
        json_put_text(j, "name", r->name);
    json_object_set_new(j, "architecture", json_string(p->cfg.arch->name));
    json_put_count(j, "parameters", p->n_params);
    json_put_count(j, "active_parameters", p->n_active_params);
    json_object_set_new(j, "memory_bytes", p->memory == UINT64_MAX
                                               ? json_null()
                                               : json_count(p->memory));
    json_put_count(j, "weight_bytes", p->weights);
    json_put_count(j, "decoded_bytes", p->decoded);
    json_put_count(j, "active_bytes", p->active_bytes);
    json_put_count(j, "threads", p->threads);
    json_put_count(j, "batch", p->max_batch);
    json_object_set_new(j, "cache_type", json_string(kv_type_name(p->type)));
    json_object_set_new(j, "fits", json_boolean(
        p->context && plan_in_memory(p, p->context)));
    json_object_set_new(j, "runs", json_boolean(p->context > 0));
    if (!p->context)
        json_put_text(j, "why_not", str_of(p->why_not.msg));
    json_put_count(j, "context", p->context);
    json_put_count(j, "context_trained", p->cfg.n_ctx_train);
    json_put_count(j, "largest_context", p->largest);
    for (size_t i = 0; i < r->n_tokens; i++)
        json_array_append_new(sizes, json_size(p, r->tokens[i]));
    json_object_set_new(j, "contexts", sizes);
    json_estimate(r, j);
    return j;
}

bool plan_json(const struct plan_report *r, struct buf *out, struct err *err)
{
    /* Escaped to ASCII: no character from the file reaches a terminal. */
    if (!json_print(json_all(r), JSON_INDENT(2) | JSON_ENSURE_ASCII |
                                     JSON_REAL_PRECISION(6), out))
        return err_set(err, ERR_MEMORY, _("no room for the JSON text"));
    buf_putc(out, '\n');
    return true;
}
