/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/inspect.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "cmd/figure.h"
#include "cmd/inspect_cache.h"
#include "gguf/gguf.h"

/* A string from the file: one line, no more than a reader wants, clean. */
static void add_clean(struct buf *out, struct str s)
{
    enum { SHOWN = 300 };
    if (s.len > SHOWN) {
        s.len = SHOWN;
        s.len -= utf8_open_tail(s);
    }
    sanitize_text(s, true, out);
}

static void label(struct buf *out, const char *name)
{
    buf_printf(out, "%-14s ", name);
}

static void __attribute__((format(printf, 3, 4)))
line(struct buf *out, const char *name, const char *fmt, ...)
{
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    label(out, name);
    buf_printf(out, "%s\n", text);
}

static void clean_line(struct buf *out, const char *name, struct str s)
{
    if (s.len == 0)
        return;
    label(out, name);
    add_clean(out, s);
    buf_putc(out, '\n');
}

static void show_head(const struct inspect_facts *f, struct buf *out)
{
    const struct gguf *g = f->g;
    clean_line(out, "name", f->name);
    clean_line(out, "description", f->description);
    clean_line(out, "license", f->license);
    line(out, "file", "GGUF version %" PRIu32 ", %s, %s keys, %s tensors",
         g->version, bytes(g->file_bytes).s, count(g->n_kv).s,
         count(g->n_tensors).s);
    if (f->arch.len)
        clean_line(out, "architecture", f->arch);
    else
        line(out, "architecture", "the file does not say");
    if (f->runs)
        line(out, "runs here", "yes");
    else {
        label(out, "runs here");
        buf_puts(out, "no: ");
        add_clean(out, str_of(f->why_not.msg));
        buf_putc(out, '\n');
    }
}

static void show_layers(const struct inspect_facts *f, struct buf *out)
{
    if (f->n_layers && f->n_mtp)
        line(out, "layers", "%s, and %s for multi-token prediction",
             count(f->n_layers).s, count(f->n_mtp).s);
    else if (f->n_layers)
        line(out, "layers", "%s", count(f->n_layers).s);
    if (f->n_embd)
        line(out, "width", "%s", count(f->n_embd).s);
}

static void show_attention(const struct inspect_facts *f, struct buf *out)
{
    const struct model_config *c = &f->cfg;
    if (f->has_config && c->attn == ATTN_MLA)
        line(out, "attention",
             "latent (MLA): %s heads of %" PRIu32 " + %" PRIu32
             " rotated, values %" PRIu32 "; latent %" PRIu32 ", q %s%s",
             count(c->n_heads).s, c->qk_nope_dim, c->rope.dim, c->v_head_dim,
             c->kv_lora_rank, c->q_lora_rank ? "latent " : "direct",
             c->q_lora_rank ? count(c->q_lora_rank).s : "");
    else if (f->has_config)
        line(out, "attention",
             "%s heads of %" PRIu32 " on %s of keys and values",
             count(c->n_heads).s, c->head_dim, count(c->n_kv_heads).s);
    else if (f->n_heads && f->n_kv_heads)
        line(out, "attention", "%s heads on %s of keys and values",
             count(f->n_heads).s, count(f->n_kv_heads).s);
    else if (f->n_heads)
        line(out, "attention", "%s heads", count(f->n_heads).s);
}

static void show_feed_forward(const struct inspect_facts *f, struct buf *out)
{
    if (f->n_ff)
        line(out, "dense ffn", "%s wide", count(f->n_ff).s);
    if (f->n_experts == 0)
        return;
    line(out, "experts", "%s of %s a token, %s wide, %s shared",
         count(f->n_used).s, count(f->n_experts).s, count(f->expert_ff).s,
         f->n_shared ? count(f->n_shared).s : "none");
    if (f->has_config && f->cfg.moe.n_groups > 1)
        line(out, "", "in %s groups, chosen from the best %s",
             count(f->cfg.moe.n_groups).s, count(f->cfg.moe.n_groups_used).s);
}

static void show_parameters(const struct inspect_facts *f, struct buf *out)
{
    const struct tensor_group *t = &f->groups.total;
    char all[UNITS_MAX], active[UNITS_MAX];
    if (t->n_tensors == 0) {
        line(out, "parameters", "none: this file has no tensors");
        return;
    }
    line(out, "parameters", "%s (%s)", units_params(all, t->n_params),
         count(t->n_params).s);
    line(out, "active", "%s (%s), %s read for a token",
         units_params(active, t->active_params), count(t->active_params).s,
         bytes(t->active_bytes).s);
}

static void show_cache(const struct inspect_facts *f, struct buf *out)
{
    if (f->n_ctx)
        line(out, "context", "%s tokens", count(f->n_ctx).s);
    if (!f->cache_values) {
        line(out, "KV cache", "not known for this architecture");
        return;
    }
    line(out, "KV cache", "%s bytes a token as float16, %s as float32",
         count(f->cache_values * 2).s, count(f->cache_values * 4).s);
}

static void add_token(struct buf *out, const char *name, struct str token)
{
    if (token.len == 0)
        return;
    buf_printf(out, ", %s ", name);
    add_clean(out, token);
}

static void show_tokenizer(const struct inspect_facts *f, struct buf *out)
{
    label(out, "tokenizer");
    if (f->tokenizer.len == 0 && f->n_tokens == 0) {
        buf_puts(out, "none\n");
        return;
    }
    add_clean(out, f->tokenizer);
    if (f->pretokenizer.len) {
        buf_puts(out, ", splits as ");
        add_clean(out, f->pretokenizer);
    }
    buf_printf(out, ", %s tokens\n", count(f->n_tokens).s);
    label(out, "special tokens");
    buf_puts(out, count(f->n_special).s);
    add_token(out, "begins with", f->bos);
    add_token(out, "ends with", f->eos);
    buf_putc(out, '\n');
    line(out, "chat family", "%s", f->family ? f->family : "not known");
    if (f->family_notice[0])
        clean_line(out, "", str_of(f->family_notice));
}

/* "Q8_0", or the shares in bytes when there are several. */
static void add_types(struct buf *out, const struct tensor_group *t)
{
    bool first = true;
    for (uint32_t id = 0; id < GGUF_TYPE_COUNT; id++) {
        if (!t->bytes_of[id])
            continue;
        buf_printf(out, "%s%s", first ? "" : ", ", gguf_type_info(id)->name);
        if (t->bytes_of[id] != t->bytes)
            buf_printf(out, " %.0f %%",
                       100.0 * (double)t->bytes_of[id] / (double)t->bytes);
        first = false;
    }
    buf_putc(out, '\n');
}

static void show_row(const char *name, const struct tensor_group *t,
                     struct buf *out)
{
    buf_printf(out, "%-17s %7s %15s %9s  ", name, count(t->n_tensors).s,
               count(t->n_params).s, bytes(t->bytes).s);
    add_types(out, t);
}

static void show_groups(const struct inspect_facts *f, struct buf *out)
{
    if (f->groups.total.n_tensors == 0)
        return;
    buf_printf(out, "\n%-17s %7s %15s %9s  %s\n", "weights", "tensors",
               "parameters", "size", "types by size");
    for (int i = 0; i < GROUP_COUNT; i++)
        if (f->groups.group[i].n_tensors)
            show_row(tensor_group_name((enum tensor_group_id)i),
                     &f->groups.group[i], out);
    show_row("all", &f->groups.total, out);
}

void inspect_text(const struct inspect_facts *f, struct buf *out)
{
    show_head(f, out);
    show_parameters(f, out);
    show_layers(f, out);
    show_attention(f, out);
    show_feed_forward(f, out);
    show_cache(f, out);
    show_tokenizer(f, out);
    show_groups(f, out);
    if (f->has_config)
        inspect_cache_text(&f->cfg, out);
}
