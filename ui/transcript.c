/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/transcript.h"

#include <assert.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "chat/telemetry.h"
#include "ui/token_log.h"

#define NONE SIZE_MAX

struct transcript {
    struct block *blocks; /* owned */
    size_t n, cap;
    size_t open[2];       /* [enum text_part] the block that grows, or NONE */
    /* Tokens told before the first text of their part. */
    uint32_t early_tokens[2];
    double early_ms[2];
    size_t turn_begin;    /* the first block of the running turn */
    uint32_t turn;        /* of the last event */
    bool running;         /* its DONE or ERROR has not come */
    uint32_t stale_turn;  /* cleared while it ran: what it says is not ours */
    enum thought_show show;
    uint32_t bytes_per_token;
    uint64_t changes, era, folds;

    struct token_log *tokens;   /* owned */
    uint32_t turn_token;        /* the running turn's first */
    uint32_t unclaimed;         /* the first that no block shows */
    uint32_t said_in;           /* the turn that is told again, or 0 */
    uint32_t branch;            /* TOKEN_NONE, or as transcript_branch said */
    const struct turns *turns;  /* borrowed, or NULL */
};

struct transcript *transcript_new(void)
{
    struct transcript *t = mem_zalloc(sizeof *t);
    t->open[0] = t->open[1] = NONE;
    t->changes = t->era = 1;
    t->tokens = token_log_new();
    t->branch = TOKEN_NONE;
    return t;
}

static void cut_blocks(struct transcript *t, size_t n)
{
    while (t->n > n)
        block_clear(&t->blocks[--t->n]);
}

static void free_blocks(struct transcript *t)
{
    cut_blocks(t, 0);
    mem_free(t->blocks);
    t->blocks = NULL;
    t->n = t->cap = 0;
}

void transcript_free(struct transcript *t)
{
    if (!t)
        return;
    free_blocks(t);
    token_log_free(t->tokens);
    mem_free(t);
}

void transcript_clear_blocks(struct transcript *t)
{
    free_blocks(t);
    for (int part = 0; part < 2; part++) {
        t->open[part] = NONE;
        t->early_tokens[part] = 0;
        t->early_ms[part] = 0;
    }
    if (t->running)
        t->stale_turn = t->turn;
    t->running = false;
    t->turn_begin = 0;
    t->turn_token = t->unclaimed = token_log_count(t->tokens);
    t->branch = TOKEN_NONE;
    t->said_in = 0;
    t->changes++;
    t->era++;
}

void transcript_clear(struct transcript *t)
{
    token_log_clear(t->tokens);
    transcript_clear_blocks(t);
}

void transcript_said_in(struct transcript *t, uint32_t turn)
{
    t->said_in = turn;
}

void transcript_show_thoughts(struct transcript *t, enum thought_show how)
{
    t->show = how;
    for (size_t i = 0; i < t->n; i++)
        if (t->blocks[i].kind == BLOCK_THOUGHT && !t->blocks[i].touched)
            t->blocks[i].folded = how != THOUGHTS_FULL || !t->blocks[i].open;
    t->changes++;
}

enum thought_show transcript_thoughts_shown(const struct transcript *t)
{
    return t->show;
}

bool transcript_hides(const struct transcript *t, const struct block *b)
{
    return b->kind == BLOCK_THOUGHT && t->show == THOUGHTS_HIDDEN;
}

/* --- blocks --------------------------------------------------------------- */

static struct block *add_block(struct transcript *t, enum block_kind kind)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 16;
        t->blocks = mem_realloc(t->blocks, t->cap * sizeof *t->blocks);
    }
    struct block *b = &t->blocks[t->n++];
    *b = (struct block){.kind = kind, .turn = t->turn,
                        .tok_from = t->unclaimed, .tok_to = t->unclaimed};
    t->changes++;
    return b;
}

static void close_block(struct transcript *t, enum text_part part)
{
    if (t->open[part] == NONE)
        return;
    block_end(&t->blocks[t->open[part]]);
    t->open[part] = NONE;
    t->changes++;
}

/* The answer is what the user waits for: thoughts make room for it. */
static void fold_thoughts_of_turn(struct transcript *t)
{
    for (size_t i = t->turn_begin; i < t->n; i++)
        if (t->blocks[i].kind == BLOCK_THOUGHT && !t->blocks[i].touched &&
            !t->blocks[i].folded) {
            t->blocks[i].folded = true;
            t->folds++;
        }
}

/* Of a turn that is told again: its tokens of this part, which lie together. */
static void find_tokens(const struct transcript *t, enum text_part part,
                        struct block *b)
{
    struct token_record r;
    uint32_t from, to;
    token_log_turn(t->tokens, t->said_in, &from, &to);
    while (from < to && token_log_get(t->tokens, from, &r) && r.part != part)
        from++;
    b->tok_from = b->tok_to = from;
    while (b->tok_to < to && token_log_get(t->tokens, b->tok_to, &r) &&
           r.part == part)
        b->tok_to++;
}

static struct block *open_block(struct transcript *t, enum text_part part)
{
    if (t->open[part] != NONE)
        return &t->blocks[t->open[part]];
    close_block(t, part == PART_THOUGHT ? PART_ANSWER : PART_THOUGHT);
    if (part == PART_ANSWER)
        fold_thoughts_of_turn(t);
    struct block *b =
        add_block(t, part == PART_THOUGHT ? BLOCK_THOUGHT : BLOCK_ANSWER);
    b->open = true;
    b->folded = part == PART_THOUGHT && t->show != THOUGHTS_FULL;
    b->tok_to = t->unclaimed = token_log_count(t->tokens);
    if (t->said_in)
        find_tokens(t, part, b);
    b->tokens = t->early_tokens[part];
    b->ms = t->early_ms[part];
    t->early_tokens[part] = 0;
    t->early_ms[part] = 0;
    t->open[part] = t->n - 1;
    return b;
}

static void add_said(struct transcript *t, enum block_kind kind, struct str text)
{
    struct block *b = add_block(t, kind);
    block_add(b, text);
    block_end(b);
}

void transcript_user(struct transcript *t, struct str text)
{
    add_said(t, BLOCK_USER, text);
}

void transcript_notice(struct transcript *t, const char *sentence)
{
    add_said(t, BLOCK_NOTICE, str_of(sentence));
}

void transcript_error(struct transcript *t, const char *sentence)
{
    add_said(t, BLOCK_ERROR, str_of(sentence));
}

/* --- events --------------------------------------------------------------- */

static void take_text(struct transcript *t, enum text_part part, struct str text)
{
    block_add(open_block(t, part), text);
    t->changes++;
}

/* Where the text of the token to come will begin. */
static uint32_t shown_so_far(const struct transcript *t, enum text_part part)
{
    return t->open[part] == NONE
               ? 0 : (uint32_t)t->blocks[t->open[part]].shown.len;
}

static void log_token(struct transcript *t, const struct token_info *token,
                      enum text_part part)
{
    uint32_t at = shown_so_far(t, part), n = token_log_count(t->tokens);
    if (token->given && !token->measured && t->branch != TOKEN_NONE)
        token_log_add_again(t->tokens, token, t->turn, at,
                            t->branch + (n - t->turn_token));
    else
        token_log_add(t->tokens, token, t->turn, at);
    if (t->open[part] == NONE)
        return;
    t->blocks[t->open[part]].tok_to = t->unclaimed = n + 1;
}

static void take_token(struct transcript *t, const struct token_info *token)
{
    enum text_part part = token->part == PART_THOUGHT ? PART_THOUGHT : PART_ANSWER;
    double ms = token->ms > 0 ? (double)token->ms : 0; /* NaN is no time */
    log_token(t, token, part);
    if (t->open[part] == NONE) {
        t->early_tokens[part]++;
        t->early_ms[part] += ms;
        return;
    }
    struct block *b = &t->blocks[t->open[part]];
    b->tokens++;
    b->ms += ms;
    /* Given and yet computed: the end of a thought that was put there. What an
     * answer is made to begin with takes no time. */
    b->ended_early |= token->given && ms > 0;
    t->changes++;
}

/* The engine's own figures for the thoughts of a turn; ours are sums over the
 * tokens and miss what was spent between them. */
static void settle_thought(struct transcript *t, const struct turn_stats *stats)
{
    struct block *only = NULL;
    for (size_t i = t->turn_begin; i < t->n; i++) {
        struct block *b = &t->blocks[i];
        if (b->kind != BLOCK_THOUGHT)
            continue;
        if (only)
            return;
        only = b;
    }
    if (only && stats->think_tokens)
        only->tokens = stats->think_tokens;
    if (only && stats->think_ms > 0)
        only->ms = stats->think_ms;
}

static const char *why_it_stopped(enum done_reason reason, bool in_thought)
{
    switch (reason) {
    case DONE_END:
        return in_thought ? _("no answer: the model stopped inside its thought")
                          : NULL;
    case DONE_LIMIT:
        return _("stopped: the answer reached its limit of tokens");
    case DONE_CONTEXT:
        return _("stopped: the context is full, /clear begins a new chat");
    case DONE_CANCELLED:
        return in_thought ? NULL /* the header says it */ : _("interrupted");
    }
    return NULL;
}

static void end_turn(struct transcript *t, bool finished)
{
    for (int part = 0; part < 2; part++) {
        if (t->open[part] != NONE)
            t->blocks[t->open[part]].interrupted = !finished;
        close_block(t, (enum text_part)part);
        t->early_tokens[part] = 0;
        t->early_ms[part] = 0;
    }
    t->running = false;
    t->said_in = 0;
    t->turn_begin = t->n;
    t->unclaimed = token_log_count(t->tokens);
    t->branch = TOKEN_NONE;
    t->changes++;
}

static void take_done(struct transcript *t, enum done_reason reason,
                      const struct turn_stats *stats)
{
    const char *why = why_it_stopped(reason, t->open[PART_THOUGHT] != NONE);
    settle_thought(t, stats);
    end_turn(t, reason == DONE_END);
    if (why)
        transcript_notice(t, why);
}

void transcript_event(struct transcript *t, const struct event *ev)
{
    if (t->stale_turn && ev->turn == t->stale_turn)
        return;
    if (!t->running) {
        t->turn_begin = t->n;
        t->turn_token = t->unclaimed = token_log_count(t->tokens);
        t->running = true;
    }
    t->turn = ev->turn;
    switch (ev->kind) {
    case EVENT_PREFILL:
        break;
    case EVENT_THINK_BEGIN:
        open_block(t, PART_THOUGHT);
        break;
    case EVENT_THINK_END:
        close_block(t, PART_THOUGHT);
        break;
    case EVENT_TEXT:
        take_text(t, ev->text.part == PART_THOUGHT ? PART_THOUGHT : PART_ANSWER,
                  str_n(ev->text.s, ev->text.len));
        break;
    case EVENT_TOKEN:
        take_token(t, &ev->token);
        break;
    case EVENT_NOTICE:
        transcript_notice(t, ev->notice.s);
        break;
    case EVENT_DONE:
        take_done(t, ev->done.reason, &ev->done.stats);
        break;
    case EVENT_ERROR:
        end_turn(t, false);
        transcript_error(t, ev->error.msg);
        break;
    }
}

void transcript_telemetry(struct transcript *t, const struct telemetry *now)
{
    if (t->bytes_per_token != now->kv_bytes_per_token)
        t->changes++;
    t->bytes_per_token = now->kv_bytes_per_token;
}

/* --- looking -------------------------------------------------------------- */

size_t transcript_count(const struct transcript *t)
{
    return t->n;
}

const struct block *transcript_block(const struct transcript *t, size_t i)
{
    assert(i < t->n);
    return &t->blocks[i];
}

uint64_t transcript_changes(const struct transcript *t)
{
    return t->changes;
}

uint64_t transcript_era(const struct transcript *t)
{
    return t->era;
}

uint64_t transcript_cache_bytes(const struct transcript *t,
                                const struct block *b)
{
    return (uint64_t)t->bytes_per_token * b->tokens;
}

void transcript_set_turns(struct transcript *t, const struct turns *turns)
{
    t->turns = turns;
}

const struct steps *transcript_steps(struct transcript *t, size_t i)
{
    struct block *b = &t->blocks[i];
    steps_update(&b->index, t->turns, block_text(b), b->open);
    return &b->index;
}

void transcript_retract(struct transcript *t, uint32_t turn)
{
    size_t i = 0;
    while (i < t->n && (t->blocks[i].turn != turn ||
                        (t->blocks[i].kind != BLOCK_THOUGHT &&
                         t->blocks[i].kind != BLOCK_ANSWER)))
        i++;
    cut_blocks(t, i);
    t->turn_begin = t->n;
    t->changes++;
    t->era++;
}

/* --- tokens --------------------------------------------------------------- */

struct token_log *transcript_tokens(const struct transcript *t)
{
    return t->tokens;
}

size_t transcript_token_block(const struct transcript *t, uint32_t token)
{
    /* Told again, answers may stand in another order than their tokens. */
    for (size_t i = t->n; i-- > 0;)
        if (token >= t->blocks[i].tok_from && token < t->blocks[i].tok_to)
            return i;
    return NONE;
}

void transcript_branch(struct transcript *t, uint32_t first_token)
{
    t->branch = first_token;
}

/* --- folding -------------------------------------------------------------- */

bool transcript_toggle(struct transcript *t, size_t i)
{
    if (i >= t->n || t->blocks[i].kind != BLOCK_THOUGHT)
        return false;
    block_fold_next(&t->blocks[i]);
    t->changes++;
    return true;
}

void transcript_unfold(struct transcript *t, size_t i)
{
    const struct block *b = &t->blocks[i];
    if (i >= t->n || b->kind != BLOCK_THOUGHT || (!b->folded && !b->tail))
        return;
    block_fold(&t->blocks[i], false);
    t->changes++;
}

void transcript_keep_open(struct transcript *t, size_t i)
{
    if (i < t->n && t->blocks[i].kind == BLOCK_THOUGHT && t->blocks[i].open)
        t->blocks[i].touched = true;
}

uint64_t transcript_folds(const struct transcript *t)
{
    return t->folds;
}

bool transcript_toggle_last(struct transcript *t)
{
    for (size_t i = t->n; i-- > 0;)
        if (t->blocks[i].kind == BLOCK_THOUGHT && !block_is_empty(&t->blocks[i]))
            return transcript_toggle(t, i);
    return false;
}

void transcript_fold_all(struct transcript *t, bool folded)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->blocks[i].kind == BLOCK_THOUGHT)
            block_fold(&t->blocks[i], folded);
    t->changes++;
}
