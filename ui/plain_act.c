/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/i18n.h"
#include "ui/copy.h"
#include "ui/interrupt.h"
#include "ui/lookup.h"
#include "ui/plain_parts.h"
#include "ui/plain_steer.h"
#include "ui/replay.h"
#include "ui/talk_sessions.h"
#include "ui/talk_settings.h"
#include "ui/talk_steer.h"
#include "ui/transcript.h"

bool plain_takes(enum action a)
{
    return a == ACTION_HELP || a == ACTION_QUIT || a == ACTION_CLEAR ||
           a == ACTION_REGEN || a == ACTION_COPY || talk_settings_takes(a) ||
           talk_sessions_takes(a) || plain_steer_knows(a);
}

static void say_help(struct plain *p)
{
    for (size_t i = 0; action_row(i); i++) {
        const struct action_row *r = action_row(i);
        char usage[64];
        if (!plain_takes(r->action) || !*r->name)
            continue;
        snprintf(usage, sizeof usage, "/%s %s", r->name, r->args ? r->args : "");
        fprintf(p->chrome, "%-18s %s\n", usage, _(r->help));
    }
    fprintf(p->chrome, "%-18s %s\n", "/think show|hide",
            _("print thoughts, or only how long they were"));
    fprintf(p->chrome, "%-18s %s\n", PLAIN_QUOTES,
            _("begins and ends a message of several lines"));
    fprintf(p->chrome, "%-18s %s\n", "//", _("a message that begins with /"));
    fprintf(p->chrome, "%-18s %s\n", "@FILE", _("brings the text of a file along"));
    fprintf(p->chrome, "%-18s %s\n", "Ctrl-C", _("stops an answer, or leaves"));
}

/* A setting; but to show thoughts or not is ours. */
static void act_on_settings(struct plain *p, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    if (a == ACTION_THINK && (str_is(args, "show") || str_is(args, "hide"))) {
        p->text.think = str_is(args, "show") ? SHOW_THOUGHTS : HIDE_THOUGHTS;
        return;
    }
    if (talk_settings_act(&p->talk, a, args, &answer, &e))
        plain_say_lines(p->chrome, &answer);
    else
        plain_complain(p, &e);
    buf_clear(&answer);
}

/* Lines go nowhere but to files: a terminal that shows plain text is promised no
 * control sequences. */
static void copy(struct plain *p, struct str args)
{
    struct copy_ask ask;
    struct buf text = {0}, said = {0};
    struct err err;
    bool ok = copy_read(args, &ask, &err);
    if (ok && ask.path.len == 0)
        ok = err_set(&err, ERR_USAGE, _("/copy takes the name of a file here"));
    ok = ok && copy_last(p->t, ask.code, &text, &err) &&
         copy_to_file(&ask, buf_str(&text), &said, &err);
    if (ok)
        plain_text_line(p->chrome, "", said.p);
    else
        plain_text_line(p->notes, "", err.msg);
    buf_clear(&text);
    buf_clear(&said);
}

void plain_looked_up(struct plain *p)
{
    struct buf answer = {0};
    struct err e;
    if (talk_looked_up(&p->talk, &answer, &e))
        plain_say_lines(p->chrome, &answer);
    else
        plain_complain(p, &e);
    buf_clear(&answer);
}

static void follow_lookup(struct plain *p)
{
    fflush(p->chrome);
    while (!interrupt_wait(lookup_fd(p->talk.lookup))) {
        if (interrupt_seen())
            lookup_stop(p->talk.lookup);
        interrupt_forget();
    }
    plain_looked_up(p);
}

static void act_on_session(struct plain *p, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    enum talk_change change;
    bool ok = talk_sessions_act(&p->talk, a, args, &answer, &change, &e);
    if (ok && change != TALK_SAME)
        replay_talk(p->t, &p->talk);
    if (ok && change == TALK_REPLAY && p->talk.c.n > 0)
        plain_show_last_turn(p);
    plain_say_lines(p->chrome, &answer);
    if (!ok)
        plain_complain(p, &e);
    else if (change == TALK_STARTED)
        plain_follow(p);
    else if (p->talk.lookup && !p->face)
        follow_lookup(p);
    buf_clear(&answer);
}

/* What the screen shows in panes, as text; and turns taken in hand. */
static void steer(struct plain *p, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    bool ok = plain_steer(&p->talk, &p->glass, a, args, &answer, &e);
    if (ok)
        plain_text_lines(&p->text, p->chrome, buf_str(&answer));
    else
        plain_complain(p, &e);
    if (p->talk.running) {
        uint32_t turn = p->talk.turn;
        bool reads = p->talk.only_reads;
        plain_follow(p);
        plain_telemetry(p);
        buf_reset(&answer);
        if (reads && turn == p->talk.turn)
            talk_dropped(&p->talk, &p->glass, &answer);
        plain_text_lines(&p->text, p->chrome, buf_str(&answer));
    }
    buf_clear(&answer);
}

void plain_act(struct plain *p, const struct action_row *row, struct str args)
{
    if (p->face && p->face->act(p->face->arg, row->action, args))
        return;
    if (talk_sessions_takes(row->action)) {
        act_on_session(p, row->action, args);
        return;
    }
    if (talk_settings_takes(row->action)) {
        act_on_settings(p, row->action, args);
        return;
    }
    switch (row->action) {
    case ACTION_HELP:
        say_help(p);
        break;
    case ACTION_QUIT:
        p->quit = true;
        break;
    case ACTION_CLEAR:
        talk_restart(&p->talk);
        transcript_clear(p->t);
        glass_restart(&p->glass);
        fputs(_("a new conversation\n"), p->chrome);
        break;
    case ACTION_REGEN:
        plain_turn(p, talk_again);
        break;
    case ACTION_COPY:
        copy(p, args);
        break;
    default:
        if (plain_steer_knows(row->action)) {
            steer(p, row->action, args);
            break;
        }
        fprintf(p->notes, _("/%s needs the full screen\n"), row->name);
    }
}
