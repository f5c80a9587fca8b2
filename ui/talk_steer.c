/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_steer.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "ui/glass.h"
#include "ui/talk.h"
#include "ui/token_quote.h"
#include "ui/token_log.h"
#include "ui/transcript.h"
#include "ui/units.h"

static bool refuse_running(struct err *err)
{
    return err_set(err, ERR_USAGE, _("an answer is on its way: Ctrl-C stops it"));
}

bool talk_enough(struct talk *t, struct err *err)
{
    if (!t->running || t->only_reads)
        return err_set(err, ERR_USAGE, _("nothing is being thought"));
    if (!t->b->info.thinks)
        return err_set(err, ERR_USAGE, _("this model does not think"));
    return backend_enough(t->b) ||
           err_set(err, ERR_UNSUPPORTED,
                   _("thinking cannot be ended early here: Ctrl-C stops it"));
}

/* --- dropping ------------------------------------------------------------- */

bool talk_drop_thoughts(struct talk *t, const struct glass *g, struct err *err)
{
    if (t->running)
        return refuse_running(err);
    if (t->c.n == 0 || glass_thought_tokens(g) == 0)
        return err_set(err, ERR_USAGE, _("there are no thoughts in the cache: "
                       "those of earlier turns left it with the next question"));
    t->context_before = g->now.context_used;
    return talk_begin_reading(t, err);
}

void talk_dropped(const struct talk *t, const struct glass *g, struct buf *out)
{
    char bytes[UNITS_MAX], n[UNITS_MAX];
    uint32_t now = g->now.context_used;
    if (now >= t->context_before) {
        buf_puts(out, _("nothing could be given back\n"));
        return;
    }
    uint32_t tokens = t->context_before - now;
    buf_printf(out, _("thoughts are out of the cache: %s tokens, %s given back\n"),
               units_count(n, tokens),
               units_bytes(bytes, (uint64_t)tokens * g->now.kv_bytes_per_token));
}

/* Messages of the path that are sent, beginning with the oldest question. */
static size_t first_sent(const struct talk *t)
{
    size_t i = t->skip;
    while (i < t->c.n && t->c.messages[i]->role == ROLE_SYSTEM)
        i++;
    return i;
}

/* The question behind that. */
static size_t second_sent(const struct talk *t)
{
    size_t next = first_sent(t) + 1;
    while (next < t->c.n && t->c.messages[next]->role != ROLE_USER)
        next++;
    return next;
}

bool talk_has_older(const struct talk *t)
{
    return first_sent(t) < t->c.n && second_sent(t) < t->c.n + t->question_waits;
}

bool talk_drop_oldest(struct talk *t, struct buf *answer, struct err *err)
{
    size_t next = second_sent(t);
    if (t->running)
        return refuse_running(err);
    if (!talk_has_older(t))
        return err_set(err, ERR_USAGE,
                       _("there is no older question to drop"));
    t->skip = next;
    keeping_unseen(&t->keep, next);
    buf_puts(answer, _("the model no longer sees the oldest question; here it "
             "stays\n"));
    return true;
}

/* --- branches ------------------------------------------------------------- */

/* Answers once more as turn `turn` did, but beginning with these tokens. */
static bool branch_from(struct talk *t, uint32_t turn, const int32_t *ids,
                        uint32_t n, struct err *err)
{
    if (t->running)
        return refuse_running(err);
    struct message *answer = talk_answer_of(t, turn);
    struct message *last = conversation_last(&t->c);
    if (!answer || !answer->parent)
        return err_set(err, ERR_USAGE, _("that answer is not part of this chat "
                       "any more"));
    uint32_t end = last ? last->id : 0;
    talk_leaves_answer(t);
    conversation_end_at(&t->c, answer->parent->id);
    t->options.sampling.seed = rng_mix(t->options.sampling.seed + 1);
    t->options.prefix = ids;
    t->options.n_prefix = n;
    bool ok = talk_begin(t, NULL, err);
    t->options.prefix = NULL;
    t->options.n_prefix = 0;
    if (!ok)
        conversation_end_at(&t->c, end);
    return ok;
}

/* The ids of tokens from..to of the log, with room for one more; the caller's. */
static int32_t *ids_of(const struct token_log *log, uint32_t from, uint32_t to)
{
    int32_t *ids = mem_array((size_t)(to - from) + 1, sizeof *ids);
    struct token_record r;
    for (uint32_t i = from; i < to && token_log_get(log, i, &r); i++)
        ids[i - from] = r.id;
    return ids;
}

bool talk_branch_at(struct talk *t, const struct glass *g, uint32_t i,
                    uint32_t which, struct buf *said, struct err *err)
{
    const struct token_log *log = transcript_tokens(g->t);
    char was[TOKEN_QUOTE_MAX], is[TOKEN_QUOTE_MAX];
    struct token_record r;
    uint32_t from, to;
    if (!token_log_get(log, i, &r) || which >= r.n_alts)
        return err_set(err, ERR_USAGE, _("there is no such token to go on with"));
    token_log_turn(transcript_tokens(g->t), r.turn, &from, &to);
    if (i < from || from == to)
        return err_set(err, ERR_USAGE, _("that turn is not known whole any more"));
    int32_t *ids = ids_of(log, from, i);
    ids[i - from] = r.alts[which].id;
    buf_printf(said, _("branched: %s in place of %s; while browsing [ shows the "
               "answer before, v both\n"),
               token_quote(token_log_text(log, r.alts[which].id), is),
               token_quote(token_log_text(log, r.id), was));
    bool ok = branch_from(t, r.turn, ids, i - from + 1, err);
    if (ok && experts_same(&t->experts, &t->experts_before))
        transcript_branch(g->t, from);
    mem_free(ids);
    return ok;
}

bool talk_go_on(struct talk *t, const struct glass *g, bool without_thought,
                struct err *err)
{
    const struct token_log *log = transcript_tokens(g->t);
    uint32_t from, to, begin;
    struct token_record r;
    struct message *m = talk_answer_of(t, t->turn);
    token_log_turn(transcript_tokens(g->t), t->turn, &from, &to);
    if (!m || !m->interrupted || from == to)
        return err_set(err, ERR_USAGE, _("there is no answer that stopped"));
    begin = from;
    while (without_thought && begin < to && token_log_get(log, begin, &r) &&
           r.part == PART_THOUGHT)
        begin++;
    int32_t *ids = ids_of(log, begin, to);
    enum think_mode think = t->options.think;
    if (without_thought)
        t->options.think = THINK_OFF;
    bool ok = branch_from(t, t->turn, ids, to - begin, err);
    t->options.think = think;
    if (ok)
        transcript_branch(g->t, begin);
    mem_free(ids);
    return ok;
}
