/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/glass_text.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "chat/backend.h"
#include "ui/token_quote.h"
#include "ui/token_log.h"
#include "ui/transcript.h"
#include "ui/units.h"

enum { BEST = 5 }; /* experts that a layer tells */

/* --- the map -------------------------------------------------------------- */

static float value_of(struct glass *g, enum map_mode mode, uint32_t layer,
                      uint32_t expert)
{
    const struct expert_company *c;
    switch (mode) {
    case MAP_LIVE:
        return expert_heat_rate(&g->heat, layer, expert, 1);
    case MAP_LEANING:
        return expert_tally_leaning(&g->tally, layer, expert);
    case MAP_COMPANY:
        c = glass_company(g);
        return c->tokens ? (float)c->with[layer * c->n_experts + expert] /
                               (float)c->tokens
                         : 0;
    default:
        return expert_tally_rate(&g->tally, layer, expert);
    }
}

static float size_of(float x)
{
    return x < 0 ? -x : x;
}

static void tell_value(const struct glass *g, enum map_mode mode,
                       uint32_t layer, uint32_t e, float x, struct buf *out)
{
    const struct expert_tally *t = &g->tally;
    size_t at = (size_t)layer * t->n_experts + e;
    if (mode == MAP_LIVE)
        buf_printf(out, "  %u %.1fx", (unsigned)e, (double)x);
    else if (mode == MAP_TURN)
        buf_printf(out, "  %u %.1fx (%u)", (unsigned)e, (double)x,
                   (unsigned)expert_tally_hits(t, layer, e));
    else if (mode == MAP_LEANING)
        buf_printf(out, "  %u %s %u:%u", (unsigned)e,
                   x > 0 ? _("thought") : _("answer"), (unsigned)t->hits[0][at],
                   (unsigned)t->hits[1][at]);
    else
        buf_printf(out, "  %u %.0f %%", (unsigned)e, 100 * (double)x);
}

/* The experts of a layer that stand out most. */
static void tell_layer(struct glass *g, enum map_mode mode, uint32_t layer,
                       struct buf *out)
{
    uint32_t best[BEST], n = 0;
    float value[BEST];
    for (uint32_t e = 0; e < g->tally.n_experts; e++) {
        float x = value_of(g, mode, layer, e);
        if (size_of(x) < 1e-4f)
            continue;
        uint32_t at = n < BEST ? n++ : BEST;
        for (; at > 0 && size_of(value[at - 1]) < size_of(x); at--)
            if (at < BEST) {
                value[at] = value[at - 1];
                best[at] = best[at - 1];
            }
        if (at < BEST) {
            value[at] = x;
            best[at] = e;
        }
    }
    buf_printf(out, "L%-3u", (unsigned)(g->info->first_moe_layer + layer));
    for (uint32_t i = 0; i < n; i++)
        tell_value(g, mode, layer, best[i], value[i], out);
    buf_puts(out, n ? "\n" : _("  nothing yet\n"));
}

static void tell_one_layer(const struct glass *g, struct buf *out)
{
    const struct expert_tally *t = &g->tally;
    const float *bias = g->info->router_bias;
    for (uint32_t e = 0; e < t->n_experts; e++) {
        buf_printf(out, _("%4u  %5u tokens  %4.1fx  weight %.2f"), (unsigned)e,
                   (unsigned)expert_tally_hits(t, g->layer, e),
                   (double)expert_tally_rate(t, g->layer, e),
                   (double)expert_tally_weight(t, g->layer, e));
        if (bias)
            buf_printf(out, _("  bias %+.3f"),
                       (double)bias[(size_t)g->layer * t->n_experts + e]);
        glass_expert_label(g, g->layer, e, out);
        buf_putc(out, '\n');
    }
}

static void tell_title(struct glass *g, enum map_mode mode, struct buf *out)
{
    const struct expert_tally *t = &g->tally;
    unsigned layer = g->info->first_moe_layer + g->layer;
    buf_printf(out, _("experts, %u of %u in each of %u layers: "),
               (unsigned)t->n_used, (unsigned)t->n_experts,
               (unsigned)t->n_layers);
    if (mode == MAP_LIVE)
        buf_printf(out, _("the last %d tokens, x an even share\n"), HEAT_WINDOW);
    else if (mode == MAP_TURN)
        buf_printf(out, _("this turn, %u tokens, x an even share (tokens)\n"),
                   (unsigned)expert_tally_tokens(t));
    else if (mode == MAP_LEANING)
        buf_printf(out, _("thought against answer, of %u and %u tokens\n"),
                   (unsigned)t->tokens[0], (unsigned)t->tokens[1]);
    else if (mode == MAP_LAYER)
        buf_printf(out, _("layer %u in this turn, %u tokens\n"), layer,
                   (unsigned)expert_tally_tokens(t));
    else
        buf_printf(out, _("with expert %u of layer %u, chosen by %u of %u tokens\n"),
                   (unsigned)g->expert, layer,
                   (unsigned)glass_company(g)->tokens,
                   (unsigned)glass_company(g)->looked);
}

static void tell_dense(const struct glass *g, struct buf *out)
{
    char n[UNITS_MAX], bytes[UNITS_MAX];
    buf_printf(out, _("no experts in this model: every token goes through all %s "
               "parameters in %u layers, %s of weights\n"),
               units_params(n, g->info->n_params), (unsigned)g->info->n_layers,
               units_bytes(bytes, g->info->file_bytes));
}

void glass_map_text(struct glass *g, enum map_mode mode, struct buf *out)
{
    if (g->tally.n_layers == 0) {
        tell_dense(g, out);
        return;
    }
    tell_title(g, mode, out);
    if (mode == MAP_LAYER) {
        tell_one_layer(g, out);
        return;
    }
    for (uint32_t layer = 0; layer < g->tally.n_layers; layer++)
        tell_layer(g, mode, layer, out);
}

/* --- tokens --------------------------------------------------------------- */

static const char *draft_word(enum draft_state d)
{
    return d == DRAFT_ACCEPTED   ? _(", drafted and kept")
           : d == DRAFT_REFUSED ? _(", another one was drafted")
                                : "";
}

static void tell_alternatives(const struct glass *g,
                              const struct token_record *r, struct buf *out)
{
    char q[TOKEN_QUOTE_MAX], p[UNITS_MAX];
    for (int i = 0; i < r->n_alts; i++)
        buf_printf(out, "  %d  %-5s  %s%s\n", i + 1,
                   units_share(p, (double)r->alts[i].p),
                   token_quote(token_log_text(transcript_tokens(g->t),
                                              r->alts[i].id), q),
                   r->alts[i].id == r->id ? _("  (this one)") : "");
}

static void tell_picks(const struct glass *g, const struct token_record *r,
                       struct buf *out)
{
    const struct expert_pick *p = r->picks;
    for (uint32_t layer = 0; layer < r->n_layers; layer++) {
        buf_printf(out, "L%-3u", (unsigned)(g->info->first_moe_layer + layer));
        for (uint32_t k = 0; k < r->n_used; k++, p++)
            buf_printf(out, "  %u %.2f", (unsigned)p->expert,
                       p->weight / 65535.0);
        buf_putc(out, '\n');
    }
}

void glass_token_text(const struct glass *g, uint32_t i, uint32_t nth,
                      struct buf *out)
{
    char q[TOKEN_QUOTE_MAX], p[UNITS_MAX];
    struct token_record r;
    if (!token_log_get(transcript_tokens(g->t), i, &r)) {
        buf_puts(out, _("nothing is known of that token any more\n"));
        return;
    }
    buf_printf(out, _("token %u of its turn: %s, %s, place %u of the context%s%s\n"),
               (unsigned)nth,
               token_quote(token_log_text(transcript_tokens(g->t), r.id), q),
               r.part == PART_THOUGHT ? _("thought") : _("answer"), (unsigned)r.pos,
               draft_word(r.draft),
               r.given ? _(", not the model's own choice") : "");
    if (!r.measured) {
        buf_puts(out, _("it was not measured\n"));
        return;
    }
    buf_printf(out, _("probability %s, entropy %.2f bit\n"),
               units_share(p, (double)r.p), (double)r.entropy);
    if (r.n_alts == 0) {
        buf_puts(out, _("what else could have stood there is forgotten\n"));
        return;
    }
    tell_alternatives(g, &r, out);
    tell_picks(g, &r, out);
}

void glass_tokens_text(const struct glass *g, struct buf *out)
{
    const struct token_log *log = transcript_tokens(g->t);
    char q[TOKEN_QUOTE_MAX], p[UNITS_MAX];
    uint32_t from, to;
    struct token_record r;
    token_log_turn(transcript_tokens(g->t), g->turn, &from, &to);
    if (from == to)
        buf_puts(out, _("no token was told yet\n"));
    for (uint32_t i = from; i < to && token_log_get(log, i, &r); i++)
        buf_printf(out, "%4u  %-5s  %5.2f bit  %s%s\n",
                   (unsigned)(i - from + 1), units_share(p, (double)r.p),
                   (double)r.entropy,
                   token_quote(token_log_text(log, r.id), q),
                   draft_word(r.draft));
}

/* --- steps ---------------------------------------------------------------- */

static void tell_step(const struct block *b, const struct steps *s, uint32_t i,
                      struct buf *out)
{
    static const char *const marks[] = {"  ", "> ", "! "};
    struct str text = block_text(b);
    size_t from = s->list[i].at;
    size_t to = i + 1 < s->n ? s->list[i + 1].at : text.len;
    size_t feed = str_find(text, str_of("\n"), from);
    to = feed < to ? feed : to;
    buf_printf(out, "%4u  %s", (unsigned)i + 1, marks[s->list[i].kind]);
    buf_add(out, text.p + from, to - from);
    buf_putc(out, '\n');
}

void glass_steps_text(struct glass *g, struct buf *out)
{
    size_t i = transcript_count(g->t);
    while (i > 0 && transcript_block(g->t, i - 1)->kind != BLOCK_THOUGHT)
        i--;
    if (i == 0) {
        buf_puts(out, _("there is no thought yet\n"));
        return;
    }
    const struct steps *s = transcript_steps(g->t, i - 1);
    buf_printf(out, _("%u steps, %u of them corrections (!)\n"), (unsigned)s->n,
               (unsigned)s->corrections);
    for (uint32_t k = 0; k < s->n; k++)
        tell_step(transcript_block(g->t, i - 1), s, k, out);
}

/* --- memory --------------------------------------------------------------- */

static void tell_cache(const struct telemetry *t, struct buf *out)
{
    char a[UNITS_MAX], b[UNITS_MAX], c[UNITS_MAX];
    buf_printf(out, _("cache    %s, %s a token"), units_bytes(a, t->kv_bytes),
               units_bytes(b, t->kv_bytes_per_token));
    if (t->kv_layers)
        buf_printf(out, _(", %s in each of %u layers"),
                   units_bytes(c, t->kv_bytes / t->kv_layers),
                   (unsigned)t->kv_layers);
    buf_putc(out, '\n');
    if (t->kv_latent_bytes && t->kv_layers)
        buf_printf(out, _("         latent %s, rope %s\n"),
                   units_bytes(a, t->kv_latent_bytes),
                   units_bytes(b, t->kv_rope_bytes));
    buf_printf(out, _("         as GQA it would be %s, as MHA %s\n"),
               units_bytes(a, t->kv_gqa_bytes), units_bytes(b, t->kv_mha_bytes));
}

static void tell_context(const struct glass *g, struct buf *out)
{
    char a[UNITS_MAX], b[UNITS_MAX], c[UNITS_MAX];
    const struct context_map *m = &g->context;
    buf_printf(out, _("context  %s of %s tokens: prompt %u, thought %u, answer %u; "
               "%u question%s\n"),
               units_count(a, g->now.context_used),
               units_count(b, g->now.context_max),
               (unsigned)context_map_tokens(m, CONTEXT_PROMPT),
               (unsigned)context_map_tokens(m, CONTEXT_THOUGHT),
               (unsigned)context_map_tokens(m, CONTEXT_ANSWER),
               (unsigned)g->now.n_turns, g->now.n_turns == 1 ? "" : "s");
    if (glass_thought_tokens(g))
        buf_printf(out, _("         thoughts hold %s: /drop gives them back\n"),
                   units_bytes(c, glass_thought_bytes(g)));
}

void glass_memory_text(const struct glass *g, struct buf *out)
{
    const struct telemetry *t = &g->now;
    char a[UNITS_MAX], b[UNITS_MAX], c[UNITS_MAX];
    if (!g->known) {
        buf_puts(out, _("nothing is in the cache yet\n"));
        return;
    }
    tell_cache(t, out);
    tell_context(g, out);
    buf_printf(out, _("memory   %s of weights mapped"), units_bytes(a, t->model_mapped));
    if (t->resident)
        buf_printf(out, _("; the process %s, %s of it files"),
                   units_bytes(b, t->resident),
                   units_bytes(c, t->resident_files));
    buf_printf(out, _("; scratch %s\n"), units_bytes(a, t->scratch));
    if (t->decode_tok_s > 0)
        buf_printf(out, _("reads    %s of weights and %s of cache a token: %s/s\n"),
                   units_bytes(a, t->bytes_per_token),
                   units_bytes(b, t->kv_bytes),
                   units_bytes(c, (uint64_t)((double)(t->bytes_per_token +
                                                      t->kv_bytes) *
                                             t->decode_tok_s)));
}
