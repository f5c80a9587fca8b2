/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "chat/conversation.h"
#include "ui/event_json.h"
#include "ui/interrupt.h"
#include "ui/plain_text.h"
#include "ui/reading.h"
#include "ui/terminal_ask.h"

enum { NOTE_COLUMNS = 72 };

struct answer {
    struct backend *b;
    FILE *out, *notes;
    bool json;
    struct event_json lines;  /* on out, where json */
    struct event_json trace;  /* out NULL: none, or none any more */
    double telemetry_ms;      /* when it was told last */
    struct reading reading;   /* of the prompt, */
    bool tells_reading;       /* which is told: notes go to a terminal, */
    double told_reading;      /* and have a line of it since then, ms; or 0 */
    struct plain_text text;
    struct turn_stats *stats; /* may be NULL */
    struct err *err;
    bool ok;
    bool interrupted;
    bool reader_left;         /* or the disk is full: nothing more is written */
};

/* A limit that the user set needs no word; one that was met by surprise does. */
static void mention_full_context(const struct answer *a)
{
    char text[128];
    snprintf(text, sizeof text, _("the context of %u tokens is full, so the "
             "answer ends here (-c N for a larger one)"),
             (unsigned)a->b->info.context_max);
    plain_text_line(a->notes, "mull: ", text);
}

/* A trace is worth less than the answer: it ends alone. */
static void end_trace(struct answer *a)
{
    struct err err;
    err_system(&err, errno, _("the trace ends here, it cannot be written"));
    plain_text_line(a->notes, "mull: ", err.msg);
    a->trace.out = NULL;
}

static bool begin_lines(struct answer *a, uint32_t turn)
{
    if (a->trace.out && !event_json_begin(&a->trace, turn))
        end_trace(a);
    return !a->json || (event_json_begin(&a->lines, turn) &&
                        fflush(a->out) == 0);
}

/* Once a second, and at the end. */
static bool telemetry_is_due(struct answer *a, const struct event *ev)
{
    double now = clock_ms();
    if (ev->kind != EVENT_DONE &&
        (ev->kind != EVENT_TOKEN || now - a->telemetry_ms < 1000))
        return false;
    a->telemetry_ms = now;
    return true;
}

static bool write_lines(const struct event_json *j, const struct event *ev,
                        const struct telemetry *t)
{
    return (!t || event_json_telemetry(j, ev->turn, t)) &&
           event_json_write(j, ev);
}

static bool write_event(struct answer *a, const struct event *ev,
                        const struct telemetry *t)
{
    if (a->json)
        return write_lines(&a->lines, ev, t) && fflush(a->out) == 0;
    if (ev->kind == EVENT_NOTICE)
        plain_text_line(a->notes, "mull: ", ev->notice.s);
    if (ev->kind == EVENT_DONE && ev->done.reason == DONE_CONTEXT)
        mention_full_context(a);
    return plain_text_event(&a->text, ev);
}

static void stop_writing(struct answer *a)
{
    int why = errno;
    a->ok = err_system(a->err, why, _("cannot write the answer"));
    a->reader_left = true;
    backend_cancel(a->b);
}

/* A terminal, and not one where the line would not fit and could not be wiped. */
static bool has_room_for_a_line(FILE *notes)
{
    int columns, rows, fd = fileno(notes);
    return isatty(fd) &&
           (!terminal_size(fd, &columns, &rows) || columns > NOTE_COLUMNS);
}

/* One line, drawn over ten times a second at most, once it is known that this will
 * take some time; wiped before anything else is said. */
static void tell_reading(struct answer *a, const struct event *ev)
{
    enum { EVERY_MS = 100 };
    struct telemetry now;
    char text[READING_MAX];
    reading_event(&a->reading, ev);
    bool reads = a->reading.total > 0 && ev->kind == EVENT_PREFILL;
    if (reads ? clock_ms() - a->told_reading < EVERY_MS : a->told_reading <= 0)
        return;
    if (reads) {
        backend_telemetry(a->b, &now);
        if (a->told_reading <= 0 && !reading_is_long(&a->reading, &now))
            return;
    }
    fprintf(a->notes, "\r%*s\r", NOTE_COLUMNS, "");
    a->told_reading = 0;
    if (reads) {
        fprintf(a->notes, _("[reading %s]"), reading_text(&a->reading, &now, text));
        a->told_reading = clock_ms();
    }
    fflush(a->notes);
}

/* Returns false when the turn is over. */
static bool take_event(struct answer *a, const struct event *ev)
{
    struct telemetry measured, *t = NULL;
    if (a->tells_reading)
        tell_reading(a, ev);
    if ((a->json || a->trace.out) && telemetry_is_due(a, ev)) {
        backend_telemetry(a->b, &measured);
        t = &measured;
    }
    if (a->trace.out && !write_lines(&a->trace, ev, t))
        end_trace(a);
    if (!a->reader_left && !write_event(a, ev, t))
        stop_writing(a);
    if (ev->kind == EVENT_DONE && a->stats)
        *a->stats = ev->done.stats;
    if (ev->kind == EVENT_ERROR && a->ok) {
        *a->err = ev->error;
        a->ok = false;
    }
    return ev->kind != EVENT_DONE && ev->kind != EVENT_ERROR;
}

static void follow_turn(struct answer *a)
{
    struct event ev;
    bool going = true;
    while (going) {
        if (interrupt_seen()) {
            interrupt_forget();
            a->interrupted = true;
            backend_cancel(a->b); /* DONE still comes, and soon */
        }
        while (going && backend_next(a->b, &ev))
            going = take_event(a, &ev);
        if (going)
            interrupt_wait(backend_fd(a->b));
    }
}

/* JSON lines say it themselves. */
static void mention_modified(const struct answer *a,
                             const struct expert_changes *x)
{
    struct expert_shape shape = experts_shape(&a->b->info);
    char text[EXPERTS_TEXT_MAX];
    if (!a->json && experts_modified(x))
        plain_text_line(a->notes, "mull: ", experts_text(x, &shape, text));
    if (!a->json && a->b->info.compat)
        plain_text_line(a->notes, "mull: ", _("compat: computed like the usual "
                        "engine, where that differs from the authors"));
}

bool answer_run(struct backend *b, const struct ui_options *o,
                struct str message, bool json, FILE *out, FILE *notes,
                struct turn_stats *stats, struct err *err)
{
    struct answer a = {.b = b, .out = out, .notes = notes, .json = json,
                       .stats = stats, .err = err, .ok = true};
    struct conversation c = {0};
    struct interrupt interrupt;
    uint32_t turn;

    a.lines = (struct event_json){out, &b->info, &o->turn, isatty(fileno(out))};
    a.trace = (struct event_json){o->trace, &b->info, &o->turn, false};
    a.telemetry_ms = clock_ms();
    a.tells_reading = !json && has_room_for_a_line(notes);
    a.text = plain_text_init(out, o->think, plain_text_color(o->color, out),
                             false);
    a.text.ascii = plain_text_ascii(o->ascii, out);
    if (o->system && *o->system)
        conversation_add(&c, ROLE_SYSTEM, str_of(o->system));
    conversation_add(&c, ROLE_USER, message);
    interrupt_begin(&interrupt);
    a.ok = backend_start(b, &c, &o->turn, &turn, err);
    if (a.ok) {
        mention_modified(&a, &o->turn.experts);
        if (!begin_lines(&a, turn))
            stop_writing(&a);
        follow_turn(&a);
        if (a.trace.out && fflush(a.trace.out) != 0)
            end_trace(&a);
    }
    if (a.interrupted || interrupt_seen())
        a.ok = err_set(err, ERR_CANCELLED, _("interrupted"));
    interrupt_end(&interrupt);
    conversation_clear(&c);
    plain_text_clear(&a.text);
    return a.ok;
}
