/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/plain.h"

#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "ui/commands.h"
#include "ui/interrupt.h"
#include "ui/plain_parts.h"
#include "ui/replay.h"
#include "ui/transcript.h"
#include "ui/units.h"

#define MESSAGE_MAX ((size_t)16 << 20)

/* --- reading -------------------------------------------------------------- */

static void prompt(struct plain *p, bool more)
{
    if (p->prompts)
        fputs(more ? "  " : plain_mark(p), p->chrome);
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
        p->ok = err_set(p->err, ERR_CANCELLED, _("interrupted"));
    else if (more)
        fprintf(p->notes, _("the closing %s did not come: nothing was sent\n"),
                PLAIN_QUOTES);
    return false;
}

static bool ends_with_quotes(struct str s)
{
    return s.len >= 3 && memcmp(s.p + s.len - 3, PLAIN_QUOTES, 3) == 0;
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

static void take_line(struct plain *p)
{
    struct str s = str_trim(buf_str(&p->in.line), " \r");
    if (s.len == 0)
        return;
    if (str_starts(s, str_of(PLAIN_QUOTES))) {
        if (read_quoted(p) && p->message.len)
            plain_turn(p, NULL);
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
        plain_turn(p, NULL);
    }
}

/* --- the chat ------------------------------------------------------------- */

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
        replay(p->t, &p->talk.c);
    if (ok && path && p->prompts)
        plain_show_last_turn(p);
    plain_say_lines(p->notes, &note);
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
        ok = err_set(err, ERR_CANCELLED, _("interrupted"));
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
