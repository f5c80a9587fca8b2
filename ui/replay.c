/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/replay.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "chat/conversation.h"
#include "ui/plain_text.h"
#include "ui/talk.h"
#include "ui/transcript.h"

/* Backends number their turns from 1. */
#define REPLAYED 0

struct listener {
    bool (*tell)(void *to, const struct event *ev); /* false: enough */
    void *to;
};

static bool tell_kind(const struct listener *l, enum event_kind kind)
{
    struct event ev = {.kind = kind, .turn = REPLAYED};
    return l->tell(l->to, &ev);
}

static bool tell_text(const struct listener *l, enum text_part part,
                      struct str s)
{
    struct event ev = {.kind = EVENT_TEXT, .turn = REPLAYED};
    bool ok = true;
    ev.text.part = part;
    while (ok && s.len > 0) {
        size_t n = s.len < EVENT_TEXT_MAX ? s.len : EVENT_TEXT_MAX;
        if (n < s.len)
            n -= utf8_open_tail(str_n(s.p, n));
        memcpy(ev.text.s, s.p, n);
        ev.text.len = (uint16_t)n;
        ok = l->tell(l->to, &ev);
        s = str_n(s.p + n, s.len - n);
    }
    return ok;
}

static bool tell_thought(const struct listener *l, const struct message *m)
{
    if (m->thought.len == 0)
        return true;
    /* The block of a thought that was cut off is still open at the end. */
    bool closed = m->text.len || !m->interrupted;
    return tell_kind(l, EVENT_THINK_BEGIN) &&
           tell_text(l, PART_THOUGHT, buf_str(&m->thought)) &&
           (!closed || tell_kind(l, EVENT_THINK_END));
}

static bool tell_answer(const struct listener *l, const struct message *m)
{
    struct event done = {.kind = EVENT_DONE, .turn = REPLAYED};
    done.done.reason = m->interrupted ? DONE_CANCELLED : DONE_END;
    if (m->has_stats)
        done.done.stats = m->stats;
    return tell_thought(l, m) && tell_text(l, PART_ANSWER, buf_str(&m->text)) &&
           l->tell(l->to, &done);
}

/* --- on the screen -------------------------------------------------------- */

static bool to_transcript(void *to, const struct event *ev)
{
    transcript_event(to, ev);
    return true;
}

static void show_system(struct transcript *t, const struct message *m)
{
    struct buf b = {0};
    buf_puts(&b, _("system: "));
    buf_add_str(&b, buf_str(&m->text));
    transcript_notice(t, b.p);
    buf_clear(&b);
}

/* What is not the model's own answer says so. */
static void show_experts(struct transcript *t, const struct message *m)
{
    struct buf b = {0};
    if (m->experts.len == 0)
        return;
    buf_printf(&b, _("modified: %s"), m->experts.p);
    transcript_notice(t, b.p);
    buf_clear(&b);
}

/* talk: whose turns answers came of, or NULL. */
static void show(struct transcript *t, const struct conversation *c,
                 const struct talk *talk)
{
    struct listener l = {to_transcript, t};
    for (size_t i = 0; i < c->n; i++) {
        const struct message *m = c->messages[i];
        if (m->role == ROLE_ASSISTANT) {
            show_experts(t, m);
            transcript_said_in(t, talk ? talk_turn_of(talk, m) : 0);
            tell_answer(&l, m);
        } else if (m->role == ROLE_USER) {
            transcript_user(t, buf_str(&m->text));
        } else {
            show_system(t, m);
        }
    }
}

void replay(struct transcript *t, const struct conversation *c)
{
    transcript_clear(t);
    show(t, c, NULL);
}

void replay_talk(struct transcript *t, const struct talk *talk)
{
    transcript_clear_blocks(t);
    show(t, &talk->c, talk);
}

/* --- as lines ------------------------------------------------------------- */

static bool to_lines(void *to, const struct event *ev)
{
    return plain_text_event(to, ev);
}

bool replay_plain(struct plain_text *p, const struct conversation *c,
                  size_t first, const char *mark)
{
    struct listener l = {to_lines, p};
    bool ok = true;
    for (size_t i = first; ok && i < c->n; i++) {
        const struct message *m = c->messages[i];
        if (m->role == ROLE_ASSISTANT) {
            p->think_tokens = m->has_stats ? m->stats.think_tokens : 0;
            p->think_ms = m->has_stats ? m->stats.think_ms : 0;
            if (m->experts.len && p->marks)
                fprintf(p->out, _("[modified: %s]\n"), m->experts.p);
            ok = tell_answer(&l, m);
            if (ok && m->interrupted && p->marks)
                fputs(_("[interrupted]\n"), p->out);
        } else {
            ok = plain_text_said(p, m->role == ROLE_USER ? mark : _("system: "),
                                 buf_str(&m->text));
        }
        if (i + 1 < c->n && m->role == ROLE_ASSISTANT)
            fputc('\n', p->out);
    }
    return ok;
}
