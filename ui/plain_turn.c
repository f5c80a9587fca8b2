/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "ui/attach.h"
#include "ui/glass_command.h"
#include "ui/interrupt.h"
#include "ui/plain_parts.h"
#include "ui/replay.h"
#include "ui/transcript.h"

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

/* One line, once it is known that this will take some time: nothing moves here. */
static void tell_reading(struct plain *p, const struct event *ev)
{
    struct telemetry now;
    char text[READING_MAX];
    reading_event(&p->reading, ev);
    p->told_reading &= p->reading.total != 0;
    if (p->face || p->told_reading || p->reading.total == 0)
        return;
    backend_telemetry(p->talk.b, &now);
    if (!reading_is_long(&p->reading, &now))
        return;
    fprintf(p->chrome, _("[reading %s]\n"), reading_text(&p->reading, &now, text));
    fflush(p->chrome);
    p->told_reading = true;
}

void plain_event(struct plain *p, const struct event *ev)
{
    bool reads = p->talk.only_reads;
    if (!talk_event(&p->talk, ev))
        return;
    transcript_event(p->t, ev);
    glass_event(&p->glass, ev);
    tell_reading(p, ev);
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
        plain_text_line(p->notes, _("error: "), ev->error.msg);
    else if (ev->kind == EVENT_DONE)
        say_why_it_stopped(p, ev->done.reason);
}

void plain_keep(struct plain *p)
{
    struct buf news = {0};
    if (keeping_flush(&p->talk.keep, NULL, &news))
        plain_text_line(p->notes, "", news.p);
    buf_clear(&news);
}

void plain_follow(struct plain *p)
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

void plain_complain(struct plain *p, const struct err *e)
{
    plain_text_line(p->notes, "", e->msg);
}

void plain_telemetry(struct plain *p)
{
    struct telemetry now;
    backend_telemetry(p->talk.b, &now);
    glass_telemetry(&p->glass, &now);
    const char *warning = glass_warning(&p->glass);
    if (warning)
        plain_text_line(p->notes, "", warning);
}

void plain_say_lines(FILE *out, const struct buf *lines)
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
        plain_say_lines(p->chrome, &said);
    ok = ok && talk_say(&p->talk, buf_str(&sent), e);
    buf_clear(&sent);
    buf_clear(&said);
    return ok;
}

void plain_turn(struct plain *p, bool (*begin)(struct talk *, struct err *))
{
    struct err e = {0};
    if (!begin)
        transcript_user(p->t, buf_str(&p->message));
    if (begin ? begin(&p->talk, &e) : say_message(p, &e))
        plain_follow(p);
    else
        plain_complain(p, &e);
    plain_telemetry(p);
    if (p->prompts)
        fputc('\n', p->chrome);
}

const char *plain_mark(const struct plain *p)
{
    return p->text.ascii ? "> " : "\xE2\x80\xBA ";
}

void plain_show_last_turn(struct plain *p)
{
    const struct conversation *c = &p->talk.c;
    size_t first = c->n;
    while (first > 0 && c->messages[first - 1]->role != ROLE_USER)
        first--;
    if (first > 1)
        fprintf(p->chrome, _("[%zu messages before]\n\n"), first - 1);
    replay_plain(&p->text, c, first ? first - 1 : 0, plain_mark(p));
    fputc('\n', p->chrome);
}
