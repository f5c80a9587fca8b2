/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/chat_tokens.h"

#include <limits.h>

#include "ui/glass.h"
#include "ui/transcript.h"

enum { LAST_ROW = INT_MAX };

static void look_at(struct glass *g, uint32_t token)
{
    if (g->token == token)
        return;
    g->token = token;
    g->alt = -1;
    g->changes++;
}

/* Where the text of a token begins, as far as its block shows it. */
static size_t place_of(const struct glass *g, uint32_t token, size_t block)
{
    size_t at = token_log_at(transcript_tokens(g->t), token);
    size_t len = block_text(transcript_block(g->t, block)).len;
    return at < len ? at : len;
}

/* The first token whose text begins on the row, else the one that covers it. */
static uint32_t token_on(const struct glass *g, struct chat_view *v,
                         struct place at)
{
    size_t from, to;
    const struct block *b = transcript_block(v->t, at.block);
    const struct token_log *log = transcript_tokens(v->t);
    if (b->tok_to == b->tok_from)
        return TOKEN_NONE;
    if (!chat_view_bytes(v, at, &from, &to))
        return at.row == 0 ? b->tok_from : b->tok_to - 1;
    uint32_t i = b->tok_from;
    while (i + 1 < b->tok_to && token_log_at(log, i) < from &&
           token_log_at(log, i + 1) < to)
        i++;
    (void)g;
    return i;
}

/* Of the block that is read; else the last one before; else the first behind. */
static uint32_t nearest_token(const struct glass *g, struct chat_view *v,
                              struct place at)
{
    size_t n = transcript_count(v->t);
    for (size_t d = 0; d < n; d++) {
        uint32_t token = TOKEN_NONE;
        if (d <= at.block)
            token = token_on(g, v, (struct place){at.block - d,
                                                  d ? LAST_ROW : at.row});
        if (token == TOKEN_NONE && d && at.block + d < n)
            token = token_on(g, v, (struct place){at.block + d, 0});
        if (token != TOKEN_NONE)
            return token;
    }
    return TOKEN_NONE;
}

bool chat_tokens_toggle(struct glass *g, struct chat_view *v, struct place from,
                        size_t *block, size_t *at)
{
    bool on = g->token != TOKEN_NONE;
    look_at(g, on || transcript_count(v->t) == 0 ? TOKEN_NONE
                                                 : nearest_token(g, v, from));
    if (g->token == TOKEN_NONE)
        return false;
    *block = transcript_token_block(v->t, g->token);
    if (*block == SIZE_MAX || *block == from.block)
        return false;
    *at = place_of(g, g->token, *block);
    return true;
}

void chat_tokens_settle(struct glass *g, struct chat_view *v, struct place at)
{
    if (!g || g->token == TOKEN_NONE)
        return;
    size_t block = transcript_token_block(v->t, g->token);
    if (block == SIZE_MAX) {
        look_at(g, TOKEN_NONE);
        return;
    }
    struct place is = chat_view_at(v, block, place_of(g, g->token, block));
    if (is.block == at.block && is.row == at.row)
        return;
    uint32_t token = token_on(g, v, at);
    if (token != TOKEN_NONE)
        look_at(g, token);
}

bool chat_tokens_move(struct glass *g, struct chat_view *v, int step,
                      size_t *block, size_t *at)
{
    uint32_t n = token_log_count(transcript_tokens(g->t));
    uint32_t i = g->token;
    do {
        if (step < 0 ? i == 0 : i + 1 >= n)
            return false;
        i += (uint32_t)step;
        *block = transcript_token_block(v->t, i);
    } while (*block == SIZE_MAX || chat_view_height(v, *block) == 0);
    look_at(g, i);
    *at = place_of(g, i, *block);
    return true;
}

void chat_tokens_choose(struct glass *g, int step)
{
    struct token_record r;
    if (!token_log_get(transcript_tokens(g->t), g->token, &r) || r.n_alts == 0)
        return;
    do {
        g->alt += step;
        if (g->alt < -1)
            g->alt = r.n_alts - 1;
        if (g->alt >= r.n_alts)
            g->alt = -1;
    } while (g->alt >= 0 && r.alts[g->alt].id == r.id);
    g->changes++;
}
