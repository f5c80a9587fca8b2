/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/plain.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "ui/attach.h"
#include "ui/commands.h"
#include "ui/copy.h"
#include "ui/glass_command.h"
#include "ui/interrupt.h"
#include "ui/plain_parts.h"
#include "ui/plain_steer.h"
#include "ui/replay.h"
#include "ui/talk_preset.h"
#include "ui/talk_sessions.h"
#include "ui/talk_steer.h"
#include "ui/transcript.h"
#include "ui/units.h"

#define MESSAGE_MAX ((size_t)16 << 20)
#define QUOTES "\"\"\""

/* --- one turn ---------------------------------------------------------------- */

static void say_why_it_stopped(struct plain *p, enum done_reason reason)
{
    static const char *const why[] = {
        [DONE_END] = NULL,
        [DONE_LIMIT] = N_("[stopped: the answer reached its limit of tokens]"),
        [DONE_CONTEXT] = N_("[stopped: the context is full; /drop oldest and\n"
                            " /continue go on, /clear begins anew]"),
        [DONE_CANCELLED] = N_("[interrupted]"),
    };
    if (why[reason])
        fprintf(p->chrome, "%s\n", _(why[reason]));
}

void plain_event(struct plain *p, const struct event *ev)
{
    bool reads = p->talk.only_reads;
    if (!talk_event(&p->talk, ev))
        return;
    transcript_event(p->t, ev);
    glass_event(&p->glass, ev);
    if (reads && ev->kind != EVENT_ERROR)
        return;
    if (p->ok && !plain_text_event(&p->text, ev)) {
        int why = errno;
        p->ok = err_system(p->err, why, _("cannot write the answer"));
        backend_cancel(p->talk.b);
    }
    if (ev->kind == EVENT_NOTICE)
        plain_text_line(p->notes, "", ev->notice.s);
    else if (ev->kind == EVENT_ERROR)
        plain_text_line(p->notes, "error: ", ev->error.msg);
    else if (ev->kind == EVENT_DONE)
        say_why_it_stopped(p, ev->done.reason);
}

/* What was said goes to its session, at once. */
void plain_keep(struct plain *p)
{
    struct buf news = {0};
    if (keeping_flush(&p->talk.keep, NULL, &news))
        plain_text_line(p->notes, "", news.p);
    buf_clear(&news);
}

static void follow_turn(struct plain *p)
{
    struct event ev;
    if (p->face) {
        p->face->follow(p->face->arg);
        return;
    }
    while (p->talk.running) {
        if (interrupt_seen()) {
            interrupt_forget();
            backend_cancel(p->talk.b); /* DONE still comes, and soon */
        }
        while (p->talk.running && backend_next(p->talk.b, &ev))
            plain_event(p, &ev);
        plain_keep(p);
        if (p->talk.running)
            interrupt_wait(backend_fd(p->talk.b));
    }
}

/* What a mistake costs is a sentence, not the chat. */
static void complain(struct plain *p, const struct err *e)
{
    plain_text_line(p->notes, "", e->msg);
}

/* Figures of the turn that ended, and whether the context is nearly full. */
static void note_telemetry(struct plain *p)
{
    struct telemetry now;
    backend_telemetry(p->talk.b, &now);
    glass_telemetry(&p->glass, &now);
    const char *warning = glass_warning(&p->glass);
    if (warning)
        plain_text_line(p->notes, "", warning);
}

/* Lines for the user, each cleaned. */
static void say_lines(FILE *out, const struct buf *lines)
{
    struct buf clean = {0};
    sanitize_text(buf_str(lines), false, &clean);
    if (clean.p)
        fputs(clean.p, out);
    buf_clear(&clean);
}

/* With the files that it names. */
static bool say_message(struct plain *p, struct err *e)
{
    struct buf sent = {0}, said = {0};
    bool ok = attach_files(buf_str(&p->message), &sent, &said, e);
    if (ok)
        say_lines(p->chrome, &said);
    ok = ok && talk_say(&p->talk, buf_str(&sent), e);
    buf_clear(&sent);
    buf_clear(&said);
    return ok;
}

static void begin_turn(struct plain *p, bool (*begin)(struct talk *, struct err *))
{
    struct err e = {0};
    if (!begin)
        transcript_user(p->t, buf_str(&p->message));
    if (begin ? begin(&p->talk, &e) : say_message(p, &e))
        follow_turn(p);
    else
        complain(p, &e);
    note_telemetry(p);
    if (p->prompts)
        fputc('\n', p->chrome);
}

static const char *mark_of(const struct plain *p)
{
    return p->text.ascii ? "> " : "\xE2\x80\xBA ";
}

/* Of a chat that goes on, or on another way. */
static void show_last_turn(struct plain *p)
{
    const struct conversation *c = &p->talk.c;
    size_t first = c->n;
    while (first > 0 && c->messages[first - 1]->role != ROLE_USER)
        first--;
    if (first > 1)
        fprintf(p->chrome, _("[%zu messages before]\n\n"), first - 1);
    replay_plain(&p->text, c, first ? first - 1 : 0, mark_of(p));
    fputc('\n', p->chrome);
}

/* --- commands ---------------------------------------------------------------- */

/* Those that mean something without a screen. */
bool plain_takes(enum action a)
{
    return a == ACTION_HELP || a == ACTION_QUIT || a == ACTION_CLEAR ||
           a == ACTION_THINK || a == ACTION_SET || a == ACTION_STATS ||
           a == ACTION_REGEN || a == ACTION_COPY || a == ACTION_PRESET || a == ACTION_EXPERT || talk_sessions_takes(a) ||
           plain_steer_knows(a);
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
    fprintf(p->chrome, "%-18s %s\n", QUOTES,
            _("begins and ends a message of several lines"));
    fprintf(p->chrome, "%-18s %s\n", "//", _("a message that begins with /"));
    fprintf(p->chrome, "%-18s %s\n", "@FILE", _("brings the text of a file along"));
    fprintf(p->chrome, "%-18s %s\n", "Ctrl-C", _("stops an answer, or leaves"));
}

static void think(struct plain *p, struct str arg)
{
    struct buf answer = {0};
    struct err e = {0};
    if (str_is(arg, "show") || str_is(arg, "hide")) {
        p->text.think = str_is(arg, "show") ? SHOW_THOUGHTS : HIDE_THOUGHTS;
        return;
    }
    if (talk_think(&p->talk, arg, &answer, &e))
        fputs(answer.p, p->chrome);
    else
        complain(p, &e);
    buf_clear(&answer);
}

static void choose_preset(struct plain *p, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    if (talk_preset(&p->talk, args, &answer, &e))
        fputs(answer.p, p->chrome);
    else
        complain(p, &e);
    buf_clear(&answer);
}

static void set(struct plain *p, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    if (talk_set(&p->talk, args, &answer, &e))
        fputs(answer.p, p->chrome);
    else
        complain(p, &e);
    buf_clear(&answer);
}

static void change_experts(struct plain *p, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    if (talk_experts(&p->talk, args, &answer, &e))
        fputs(answer.p, p->chrome);
    else
        complain(p, &e);
    buf_clear(&answer);
}

static void say_stats(struct plain *p)
{
    struct buf answer = {0};
    talk_stats(&p->talk, &answer);
    fputs(answer.p, p->chrome);
    buf_clear(&answer);
}

static uint32_t turn_of(const void *talk, const struct message *m)
{
    return talk_turn_of(talk, m);
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

static void act_on_session(struct plain *p, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err e = {0};
    enum talk_change change;
    bool ok = talk_sessions_act(&p->talk, a, args, &answer, &change, &e);
    if (ok && change != TALK_SAME)
        replay(p->t, &p->talk.c, turn_of, &p->talk);
    if (ok && change == TALK_REPLAY && p->talk.c.n > 0)
        show_last_turn(p);
    say_lines(p->chrome, &answer);
    if (!ok)
        complain(p, &e);
    else if (change == TALK_STARTED)
        follow_turn(p);
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
        complain(p, &e);
    if (p->talk.running) {
        uint32_t turn = p->talk.turn;
        bool reads = p->talk.only_reads;
        follow_turn(p);
        note_telemetry(p);
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
    case ACTION_THINK:
        think(p, args);
        break;
    case ACTION_SET:
        set(p, args);
        break;
    case ACTION_EXPERT:
        change_experts(p, args);
        break;
    case ACTION_STATS:
        say_stats(p);
        break;
    case ACTION_REGEN:
        begin_turn(p, talk_again);
        break;
    case ACTION_PRESET:
        choose_preset(p, args);
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

static void say_unknown(struct plain *p, struct str name)
{
    struct buf clean = {0};
    const char *nearest = action_nearest(name);
    sanitize_text(name, true, &clean);
    fprintf(p->notes, _("no command /%s"), clean.p ? clean.p : "");
    if (nearest)
        fprintf(p->notes, _(", did you mean /%s?"), nearest);
    fputs(_(" /help lists them\n"), p->notes);
    buf_clear(&clean);
}

/* --- reading ----------------------------------------------------------------- */

static void prompt(struct plain *p, bool more)
{
    if (p->prompts)
        fputs(more ? "  " : mark_of(p), p->chrome);
    fflush(p->chrome);
    fflush(p->out);
}

static bool next_line(struct plain *p, bool more)
{
    if (!p->face)
        prompt(p, more);
    enum line_result got = p->face ? p->face->next_line(p->face->arg, more)
                                   : line_reader_next(&p->in);
    if (got == LINE_READ)
        return true;
    if (p->prompts && !p->face)
        fputc('\n', p->chrome);
    if (got == LINE_INTERRUPTED)
        p->ok = err_set(p->err, ERR_CANCELLED, "interrupted");
    else if (more)
        fputs("the closing " QUOTES " did not come: nothing was sent\n",
              p->notes);
    return false;
}

static bool ends_with_quotes(struct str s)
{
    return s.len >= 3 && memcmp(s.p + s.len - 3, QUOTES, 3) == 0;
}

/* The message between triple quotes; the line has the opening ones. */
static bool read_quoted(struct plain *p)
{
    struct str s = buf_str(&p->in.line);
    s = str_n(s.p + 3, s.len - 3);
    buf_reset(&p->message);
    while (!ends_with_quotes(s)) {
        buf_add_str(&p->message, s);
        if (s.len || p->message.len)
            buf_putc(&p->message, '\n');
        if (p->message.len > MESSAGE_MAX) {
            fputs(_("the message is too long: nothing was sent\n"), p->notes);
            return false;
        }
        if (!next_line(p, true))
            return false;
        s = buf_str(&p->in.line);
    }
    buf_add(&p->message, s.p, s.len - 3);
    return true;
}

static struct str trimmed(struct str s)
{
    while (s.len && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\r'))
        s.len--;
    while (s.len && *s.p == ' ')
        s = str_n(s.p + 1, s.len - 1);
    return s;
}

static void take_line(struct plain *p)
{
    struct str s = trimmed(buf_str(&p->in.line));
    if (s.len == 0)
        return;
    if (str_starts(s, str_of(QUOTES))) {
        if (read_quoted(p) && p->message.len)
            begin_turn(p, NULL);
        return;
    }
    struct line_meaning m = line_meaning(s);
    if (m.kind == LINE_COMMAND) {
        plain_act(p, m.row, m.args);
    } else if (m.kind == LINE_UNKNOWN) {
        say_unknown(p, m.text);
    } else {
        buf_reset(&p->message);
        buf_add_str(&p->message, m.text);
        begin_turn(p, NULL);
    }
}

/* --- the chat ---------------------------------------------------------------- */

static void greet(struct plain *p)
{
    const struct backend_info *info = &p->talk.b->info;
    char n[UNITS_MAX];
    struct buf name = {0};
    if (*info->notice)
        plain_text_line(p->notes, "", info->notice);
    if (experts_modified(&p->talk.options.experts)) {
        struct expert_shape shape = experts_shape(info);
        char text[EXPERTS_TEXT_MAX];
        plain_text_line(p->notes, "",
                        experts_text(&p->talk.options.experts, &shape, text));
    }
    if (!p->prompts)
        return;
    sanitize_text(str_of(info->name), true, &name);
    fprintf(p->chrome, _("%s, %s parameters. /help lists commands, Ctrl-D leaves.\n\n"),
            name.p ? name.p : "", units_params(n, info->n_params));
    buf_clear(&name);
}

/* A session that goes on begins with what was said last. */
static bool resume(struct plain *p, const char *path)
{
    struct buf note = {0};
    bool ok = !path || talk_resume(&p->talk, path, &note, p->err);
    if (ok && path)
        replay(p->t, &p->talk.c, NULL, NULL);
    if (ok && path && p->prompts)
        show_last_turn(p);
    say_lines(p->notes, &note);
    buf_clear(&note);
    return ok;
}

bool plain_begin(struct plain *p, struct backend *b, const struct ui_options *o,
                 struct err *err)
{
    p->ok = true;
    p->err = err;
    p->turns = turns_new(str_of(o->turns ? o->turns : turns_builtin), err);
    if (!p->turns)
        return err_context(err, _("the list of turns of thought"));
    p->t = transcript_new();
    transcript_set_turns(p->t, p->turns);
    glass_init(&p->glass, &b->info, p->t);
    talk_init(&p->talk, b, &o->turn);
    talk_keep(&p->talk, o->sessions);
    talk_system(&p->talk, str_of(o->system ? o->system : ""));
    talk_presets(&p->talk, o->presets, o->preset,
                 o->presets ? &o->usual : &o->turn,
                 str_of(o->usual_system ? o->usual_system : ""));
    return true;
}

void plain_greet(struct plain *p, const struct ui_options *o)
{
    greet(p);
    if (o->news)
        plain_text_line(p->notes, "", o->news);
    p->ok = resume(p, o->resume);
}

void plain_talk(struct plain *p)
{
    while (p->ok && !p->quit && next_line(p, false))
        take_line(p);
    fflush(p->chrome);
}

bool plain_end(struct plain *p, struct err *err)
{
    struct err unkept;
    if (!talk_close(&p->talk, p->ok ? err : &unkept))
        p->ok = false;
    plain_text_clear(&p->text);
    glass_clear(&p->glass);
    transcript_free(p->t);
    turns_free(p->turns);
    line_reader_clear(&p->in);
    buf_clear(&p->message);
    return p->ok;
}

bool plain_chat(struct backend *b, const struct ui_options *o, FILE *in,
                FILE *out, FILE *notes, struct err *err)
{
    struct interrupt interrupt;
    struct plain p = {.in = {.fd = fileno(in)}, .out = out, .notes = notes};
    p.prompts = isatty(fileno(in));
    p.chrome = isatty(fileno(out)) || !p.prompts ? out : notes;
    p.text = plain_text_init(out, o->think, plain_text_color(o->color, out), true);
    p.text.ascii = plain_text_ascii(o->ascii, out);
    if (!plain_begin(&p, b, o, err))
        return false;
    interrupt_begin(&interrupt);
    plain_greet(&p, o);
    plain_talk(&p);
    interrupt_end(&interrupt);
    return plain_end(&p, err);
}

bool plain_once(struct backend *b, const struct ui_options *o, FILE *in,
                FILE *out, FILE *notes, struct err *err)
{
    struct line_reader r = {.fd = fileno(in)};
    struct interrupt interrupt;
    bool whole = false, ok;
    interrupt_begin(&interrupt);
    enum line_result got = line_reader_rest(&r, MESSAGE_MAX, &whole);
    interrupt_end(&interrupt);
    struct str message = buf_str(&r.line);
    while (message.len && (message.p[message.len - 1] == '\n' ||
                           message.p[message.len - 1] == '\r'))
        message.len--;
    if (got == LINE_INTERRUPTED)
        ok = err_set(err, ERR_CANCELLED, "interrupted");
    else if (!whole)
        ok = err_set(err, ERR_LIMIT, _("the message is longer than %zu MB"),
                     MESSAGE_MAX >> 20);
    else if (message.len == 0)
        ok = err_set(err, ERR_USAGE, _("nothing to answer: standard input is empty"));
    else
        ok = answer_run(b, o, message, false, out, notes, NULL, err);
    line_reader_clear(&r);
    return ok;
}

bool plain_run(struct backend *b, const struct ui_options *o, FILE *in,
               FILE *out, FILE *notes, struct err *err)
{
    bool lines = isatty(fileno(in)) || o->resume;
    return lines ? plain_chat(b, o, in, out, notes, err)
                 : plain_once(b, o, in, out, notes, err);
}
