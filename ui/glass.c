/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/glass.h"

#include "base/sanitize.h"
#include "chat/backend.h"
#include "ui/transcript.h"

void glass_init(struct glass *g, const struct backend_info *info,
                struct transcript *t)
{
    *g = (struct glass){.info = info, .t = t, .token = TOKEN_NONE, .alt = -1,
                        .changes = 1};
    expert_heat_init(&g->heat, info);
    expert_tally_init(&g->tally, info);
}

void glass_clear(struct glass *g)
{
    context_map_clear(&g->context);
    expert_heat_clear(&g->heat);
    expert_tally_clear(&g->tally);
    expert_company_clear(&g->company);
    search_free(g->search);
}

void glass_expert_label(const struct glass *g, uint32_t layer, uint32_t expert,
                        struct buf *out)
{
    const struct backend_info *info = g->info;
    struct buf clean = {0};
    if (!info->expert_labels || layer >= info->n_moe_layers ||
        expert >= info->n_experts)
        return;
    sanitize_text(info->expert_labels[(size_t)layer * info->n_experts + expert],
                  true, &clean);
    if (clean.len > 0)
        buf_printf(out, " \xC2\xB7 %s", clean.p);
    buf_clear(&clean);
}

void glass_restart(struct glass *g)
{
    context_map_clear(&g->context);
    glass_look_away(g);
}

void glass_look_away(struct glass *g)
{
    expert_company_clear(&g->company);
    g->company_tokens = 0;
    g->token = TOKEN_NONE;
    g->alt = -1;
    g->hit = 0;
    g->changes++;
}

static void note_doubt(struct glass *g, const struct token_info *token)
{
    struct doubt *d = &g->doubt[token->part == PART_THOUGHT ? PART_THOUGHT
                                                            : PART_ANSWER];
    if (!token->measured)
        return;
    d->tokens++;
    d->unsure += token->p < 0.5f;
    d->p += (double)token->p;
    d->entropy += (double)token->entropy;
}

void glass_event(struct glass *g, const struct event *ev)
{
    if (ev->kind == EVENT_TOKEN && g->turn != ev->turn) {
        /* Not before: a turn that only reads leaves the last one here. */
        g->doubt[0] = g->doubt[1] = (struct doubt){0};
        g->turn = ev->turn;
    }
    if (ev->kind == EVENT_TOKEN)
        note_doubt(g, &ev->token);
    context_map_event(&g->context, ev);
    expert_tally_event(&g->tally, ev);
    if (ev->kind == EVENT_TOKEN)
        expert_heat_token(&g->heat, &ev->token);
    if (ev->kind == EVENT_THINK_BEGIN)
        g->thinking = true;
    else if (ev->kind == EVENT_THINK_END || ev->kind == EVENT_DONE ||
             ev->kind == EVENT_ERROR)
        g->thinking = false;
}

void glass_telemetry(struct glass *g, const struct telemetry *now)
{
    g->now = *now;
    g->known |= now->kv_bytes != 0;
}

const struct expert_company *glass_company(struct glass *g)
{
    const struct token_log *log = transcript_tokens(g->t);
    struct expert_company *c = &g->company;
    uint32_t n = token_log_count(log);
    if (g->tally.n_layers && (!c->with || n != g->company_tokens ||
                              c->layer != g->layer || c->expert != g->expert)) {
        expert_company_of(c, &g->tally, log, g->layer, g->expert);
        g->company_tokens = n;
    }
    return c;
}

uint32_t glass_thought_tokens(const struct glass *g)
{
    return context_map_tokens(&g->context, CONTEXT_THOUGHT);
}

uint64_t glass_thought_bytes(const struct glass *g)
{
    return (uint64_t)glass_thought_tokens(g) * g->now.kv_bytes_per_token;
}

const char *map_mode_name(enum map_mode m)
{
    static const char *const names[] = {"live", "turn", "leaning", "layer",
                                        "company"};
    return m < MAP_MODES ? names[m] : NULL;
}

const char *token_color_name(enum token_color c)
{
    static const char *const names[] = {"plain", "probability", "entropy",
                                        "drafts", "expert"};
    return c < COLOR_MODES ? names[c] : NULL;
}
