/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk.h"

#include <assert.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "ui/lookup.h"

void talk_init(struct talk *t, struct backend *b, const struct turn_options *o)
{
    *t = (struct talk){.b = b, .options = *o};
}

void talk_keep(struct talk *t, const char *folder)
{
    keeping_init(&t->keep, folder, &t->b->info);
}

bool talk_resume(struct talk *t, const char *path, struct buf *note,
                 struct err *err)
{
    if (t->running)
        return err_set(err, ERR_USAGE,
                       _("an answer is on its way: Ctrl-C stops it"));
    if (!keeping_open(&t->keep, path, &t->c, note, err))
        return false;
    t->has_stats = false;
    t->n_turns = 0;
    t->question_waits = false;
    t->skip = t->keep.unseen <= t->c.n ? t->keep.unseen : 0;
    return true;
}

bool talk_system(struct talk *t, struct str text)
{
    buf_reset(&t->system);
    buf_add_str(&t->system, text);
    bool nothing_said = t->c.n == 0 ||
                        (t->c.n == 1 && t->c.messages[0]->role == ROLE_SYSTEM);
    if (nothing_said && !t->running)
        conversation_back(&t->c, 0);
    return nothing_said;
}

void talk_path_changed(struct talk *t)
{
    t->question_waits = false;
    if (t->skip == 0 || t->skip < t->c.n)
        return;
    t->skip = 0; /* all that is left is in sight again */
    keeping_unseen(&t->keep, 0);
}

void talk_presets(struct talk *t, const struct presets *all,
                  const struct preset *now, const struct turn_options *usual,
                  struct str system)
{
    t->presets = all;
    t->preset = now;
    t->usual = *usual;
    buf_reset(&t->usual_system);
    buf_add_str(&t->usual_system, system);
}

/* The turn that runs is left alone: what it has said is its answer. */
static void abandon_turn(struct talk *t)
{
    struct message *m = conversation_last(&t->c);
    backend_cancel(t->b);
    if (t->forget || t->only_reads || !m)
        return;
    m->interrupted = true;
    if (m->thought.len || m->text.len)
        keeping_end(&t->keep, m, DONE_CANCELLED);
    else
        keeping_remove(&t->keep, m);
}

void talk_forget_lookup(struct talk *t)
{
    struct buf answer = {0};
    struct err ignored;
    lookup_stop(t->lookup);
    if (t->lookup)
        lookup_end(t->lookup, &answer, &ignored);
    t->lookup = NULL;
    buf_clear(&answer);
}

bool talk_close(struct talk *t, struct err *err)
{
    if (t->running)
        abandon_turn(t);
    talk_forget_lookup(t);
    conversation_clear(&t->c);
    buf_clear(&t->system);
    buf_clear(&t->usual_system);
    mem_free(t->turns);
    t->turns = NULL;
    t->n_turns = 0;
    return keeping_close(&t->keep, err);
}

void talk_clear(struct talk *t)
{
    struct err ignored;
    talk_close(t, &ignored);
}

/* --- turns ---------------------------------------------------------------- */

/* The path as the model sees it. */
static bool send(struct talk *t, const struct turn_options *o, struct err *err)
{
    struct conversation sent = {0};
    if (t->skip == 0)
        return backend_start(t->b, &t->c, o, &t->turn, err);
    for (size_t i = 0; i < t->c.n; i++) {
        const struct message *m = t->c.messages[i];
        if (i < t->skip && m->role != ROLE_SYSTEM)
            continue;
        struct message *copy = conversation_add(&sent, m->role,
                                                buf_str(&m->text));
        buf_add_str(&copy->thought, buf_str(&m->thought));
        copy->interrupted = m->interrupted;
        copy->thought_open = m->thought_open;
    }
    bool ok = backend_start(t->b, &sent, o, &t->turn, err);
    conversation_clear(&sent);
    return ok;
}

static void note_answer(struct talk *t, const struct message *answer)
{
    t->turns = mem_realloc(t->turns, (t->n_turns + 1) * sizeof *t->turns);
    t->turns[t->n_turns].turn = t->turn;
    t->turns[t->n_turns++].message = answer->id;
}

struct message *talk_answer_of(const struct talk *t, uint32_t turn)
{
    for (size_t i = t->n_turns; i-- > 0;)
        if (t->turns[i].turn == turn)
            return conversation_find(&t->c, t->turns[i].message);
    return NULL;
}

uint32_t talk_turn_of(const struct talk *t, const struct message *answer)
{
    for (size_t i = t->n_turns; i-- > 0;)
        if (t->turns[i].message == answer->id)
            return t->turns[i].turn;
    return 0;
}

bool talk_begin_reading(struct talk *t, struct err *err)
{
    struct turn_options o = t->options;
    assert(!t->running);
    o.only_read = true;
    if (!send(t, &o, err))
        return false;
    t->running = t->only_reads = true;
    t->forget = false;
    return true;
}

void talk_leaves_answer(struct talk *t)
{
    for (size_t i = t->c.n; i-- > 0;)
        if (t->c.messages[i]->role == ROLE_ASSISTANT) {
            t->answer_before = t->c.messages[i]->id;
            return;
        }
}

/* question: said just now, or NULL when one is answered again. */
bool talk_begin(struct talk *t, struct message *question, struct err *err)
{
    assert(!t->running);
    if (!send(t, &t->options, err))
        return false;
    t->running = true;
    t->forget = t->question_waits = false;
    t->experts_before = t->experts;
    t->experts = t->options.experts;
    struct message *answer =
        conversation_add(&t->c, ROLE_ASSISTANT, str_n("", 0));
    answer->at_ms = clock_wall_ms();
    struct expert_shape shape = experts_shape(&t->b->info);
    experts_words(&t->experts, &shape, &answer->experts);
    if (question)
        question->at_ms = answer->at_ms;
    note_answer(t, answer);
    keeping_turn(&t->keep, question, answer, &t->options);
    return true;
}

bool talk_say(struct talk *t, struct str text, struct err *err)
{
    size_t n = t->c.n;
    if (n == 0 && t->system.len)
        conversation_add(&t->c, ROLE_SYSTEM, buf_str(&t->system))->at_ms =
            clock_wall_ms();
    struct message *question = conversation_add(&t->c, ROLE_USER, text);
    if (talk_begin(t, question, err))
        return true;
    conversation_truncate(&t->c, n);
    return false;
}

/* The same seed would give the same words again. */
bool talk_again(struct talk *t, struct err *err)
{
    size_t n = t->c.n;
    uint32_t end = n ? conversation_last(&t->c)->id : 0;
    while (n && t->c.messages[n - 1]->role != ROLE_USER)
        n--;
    if (n == 0)
        return err_set(err, ERR_USAGE, _("there is no message to answer again"));
    talk_leaves_answer(t);
    conversation_back(&t->c, n);
    t->options.sampling.seed = rng_mix(t->options.sampling.seed + 1);
    return talk_begin(t, NULL, err) || (conversation_end_at(&t->c, end), false);
}

void talk_restart(struct talk *t)
{
    if (t->running) {
        abandon_turn(t);
        t->forget = true;
    }
    keeping_next(&t->keep);
    conversation_clear(&t->c);
    t->has_stats = t->question_waits = false;
    t->skip = t->n_turns = 0;
}

/* Message n of the path is gone; an earlier answer to the same question is there
 * again. */
static void remove_message(struct talk *t, size_t n)
{
    keeping_remove(&t->keep, t->c.messages[n]);
    conversation_truncate(&t->c, n);
    struct message *m = conversation_last(&t->c);
    if (m && m->chosen) {
        conversation_choose(&t->c, m->chosen->id);
        keeping_path(&t->keep, &t->c);
    }
}

/* An answer that says nothing is no message: the next prompt does without. And
 * a question that did not fit would keep all later ones from fitting. */
static void settle_message(struct talk *t, const struct event *ev)
{
    struct message *m = conversation_last(&t->c);
    bool said = m->thought.len || m->text.len;
    bool too_long = ev->kind == EVENT_ERROR && ev->error.kind == ERR_LIMIT;
    t->question_waits = too_long && !said;
    m->interrupted = ev->kind == EVENT_ERROR || ev->done.reason != DONE_END;
    m->thought_open = m->thought.len && m->text.len == 0;
    if (ev->kind == EVENT_DONE) {
        m->has_stats = true;
        m->stats = ev->done.stats;
    }
    if (said)
        keeping_end(&t->keep, m, ev->kind == EVENT_DONE ? ev->done.reason
                                                        : DONE_CANCELLED);
    else
        remove_message(t, t->c.n - (too_long ? 2 : 1));
}

static void take_text(struct talk *t, const struct event *ev)
{
    struct message *m = conversation_last(&t->c);
    bool thought = ev->text.part == PART_THOUGHT;
    buf_add(thought ? &m->thought : &m->text, ev->text.s, ev->text.len);
    keeping_text(&t->keep, m, thought ? PART_THOUGHT : PART_ANSWER,
                 str_n(ev->text.s, ev->text.len));
}

bool talk_event(struct talk *t, const struct event *ev)
{
    if (!t->running || ev->turn != t->turn)
        return false;
    bool ends = ev->kind == EVENT_DONE || ev->kind == EVENT_ERROR;
    bool reads = t->only_reads;
    t->running = !ends;
    t->only_reads = reads && !ends;
    if (t->forget || reads)
        return !t->forget;
    if (ev->kind == EVENT_TEXT)
        take_text(t, ev);
    if (ends)
        settle_message(t, ev);
    if (ev->kind == EVENT_DONE) {
        t->stats = ev->done.stats;
        t->has_stats = true;
    }
    return true;
}
