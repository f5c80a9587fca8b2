/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/marks.h"

#include "ui/chat_view.h"
#include "ui/glass.h"
#include "ui/parts.h"
#include "ui/transcript.h"

/* --- where to begin ------------------------------------------------------- */

/* The token of the block that byte `at` belongs to. */
static uint32_t token_at(const struct token_log *log, const struct block *b,
                         size_t at)
{
    uint32_t low = b->tok_from, high = b->tok_to;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (token_log_at(log, mid) <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low > b->tok_from ? low - 1 : low;
}

static bool wants_tokens(const struct glass *g)
{
    return g->color != COLOR_PLAIN || g->marking || g->token != TOKEN_NONE;
}

bool marks_begin(struct marks *m, struct chat_view *v, size_t block,
                 size_t from, size_t to)
{
    const struct block *b = transcript_block(v->t, block);
    *m = (struct marks){.glass = v->glass, .t = v->t, .block = (uint32_t)block,
                        .len = block_text(b).len};
    (void)to;
    if (b->kind == BLOCK_THOUGHT) {
        const struct steps *s = transcript_steps(v->t, block);
        if (s->n > 0)
            m->steps = s;
    }
    if (m->glass && wants_tokens(m->glass) && b->tok_to > b->tok_from) {
        m->token = token_at(transcript_tokens(v->t), b, from);
        m->tok_to = b->tok_to;
    }
    if (m->glass && m->glass->search) {
        m->hit = search_from(m->glass->search, m->block, (uint32_t)from);
        if (m->hit > 0) /* one that begins on the line before */
            m->hit--;
    }
    return m->steps || m->tok_to || (m->glass && m->glass->search);
}

/* --- one layer after the other -------------------------------------------- */

static void limit(size_t *until, size_t to)
{
    if (to < *until)
        *until = to;
}

static bool in_correction(const struct marks *m, size_t at, size_t *until)
{
    const struct steps *s = m->steps;
    if (!s)
        return false;
    uint32_t i = steps_find(s, at);
    if (i + 1 < s->n)
        limit(until, s->list[i + 1].at);
    else if (i == s->n && s->n > 0)
        limit(until, s->list[0].at);
    if (i >= s->n || s->list[i].kind != TURN_CORRECTION)
        return false;
    size_t end = s->list[i].at + s->list[i].words;
    if (at >= end)
        return false;
    limit(until, end);
    return true;
}

/* Finds are in order and do not overlap. */
static const struct hit *find_at(struct marks *m, size_t at, size_t *until,
                                 bool *is_current)
{
    const struct hit *h = NULL;
    if (!m->glass || !m->glass->search)
        return NULL;
    while ((h = search_hit(m->glass->search, m->hit)) != NULL &&
           (h->block < m->block ||
            (h->block == m->block && h->at + h->len <= at)))
        m->hit++;
    if (!h || h->block != m->block)
        return NULL;
    if (h->at > at) {
        limit(until, h->at);
        return NULL;
    }
    limit(until, h->at + h->len);
    *is_current = m->hit == m->glass->hit;
    return h;
}

/* --- tokens --------------------------------------------------------------- */

static struct style with_flag(struct style s, unsigned flag)
{
    s.flags |= (uint8_t)flag;
    return s;
}

/* Sure tokens look as ever: the eye is for the others. */
static struct style doubt(struct style base, int level)
{
    static const enum style_role roles[] = {STYLE_TEXT, STYLE_HEAT4,
                                            STYLE_HEAT6, STYLE_LOOK};
    if (level == 0)
        return base;
    base.role = (uint8_t)roles[level];
    return level == 3 ? with_flag(base, STYLE_BOLD) : base;
}

static int doubt_of_p(float p)
{
    return p >= 0.9f ? 0 : p >= 0.5f ? 1 : p >= 0.2f ? 2 : 3;
}

static int doubt_of_entropy(float bits)
{
    return bits < 0.3f ? 0 : bits < 1 ? 1 : bits < 2 ? 2 : 3;
}

static struct style by_draft(struct style base, enum draft_state d)
{
    if (d == DRAFT_ACCEPTED)
        return with_flag(base, STYLE_UNDERLINE);
    if (d == DRAFT_REFUSED)
        base.role = STYLE_LOOK;
    return base;
}

/* Seven colours for many experts: neighbours differ. */
static struct style by_expert(struct style base, const struct token_record *r,
                              uint32_t layer)
{
    if (layer >= r->n_layers || r->n_used == 0)
        return base;
    unsigned e = r->picks[(size_t)layer * r->n_used].expert;
    base.role = (uint8_t)(STYLE_HEAT1 + e * 3 % 7);
    return with_flag(base, e % 2 ? STYLE_BOLD : 0);
}

static struct style color_token(const struct marks *m, uint32_t i,
                                struct style base)
{
    const struct glass *g = m->glass;
    const struct token_log *log = transcript_tokens(m->t);
    struct token_record r;
    if (g->marking) {
        float share = token_log_share(log, i, g->layer, g->expert);
        return share > 0 ? with_flag(style_bold(STYLE_ACCENT), STYLE_UNDERLINE)
                         : base;
    }
    if (g->color == COLOR_PLAIN || !token_log_get(log, i, &r) || !r.measured)
        return base;
    switch (g->color) {
    case COLOR_PROBABILITY:
        return doubt(base, doubt_of_p(r.p));
    case COLOR_ENTROPY:
        return doubt(base, doubt_of_entropy(r.entropy));
    case COLOR_DRAFTS:
        return by_draft(base, r.draft);
    case COLOR_EXPERT:
        return by_expert(base, &r, g->color_layer);
    default:
        return base;
    }
}

/* Moves on to the token of byte `at`; its end limits. False: none. */
static bool find_token(struct marks *m, size_t at, size_t *until)
{
    const struct token_log *log = transcript_tokens(m->t);
    if (m->tok_to == 0)
        return false;
    while (m->token + 1 < m->tok_to && token_log_at(log, m->token + 1) <= at)
        m->token++;
    if (m->token + 1 < m->tok_to)
        limit(until, token_log_at(log, m->token + 1));
    return true;
}

struct style marks_style(struct marks *m, size_t at, size_t *until,
                         struct style base)
{
    bool current = false;
    struct style s = base;
    if (in_correction(m, at, until))
        s = style_bold(STYLE_LOOK);
    bool token = find_token(m, at, until);
    if (token)
        s = color_token(m, m->token, s);
    if (find_at(m, at, until, &current))
        s = with_flag(style_of(current ? STYLE_LOOK : STYLE_ACCENT),
                      STYLE_REVERSE);
    if (token && m->token == m->glass->token)
        s = with_flag(style_bold(STYLE_LOOK), STYLE_REVERSE);
    if (*until <= at)
        *until = at + 1;
    return s;
}
