/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "chat/conversation.h"
#include "ui/event_json.h"
#include "ui/interrupt.h"
#include "ui/plain_text.h"

struct answer {
    struct backend *b;
    FILE *out, *notes;
    bool json, ascii;
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
    snprintf(text, sizeof text, "the context of %u tokens is full, so the "
             "answer ends here (-c N for a larger one)",
             (unsigned)a->b->info.context_max);
    plain_text_line(a->notes, "mull: ", text);
}

static bool write_event(struct answer *a, const struct event *ev)
{
    if (a->json)
        return event_json_write(a->out, ev, a->b->info.first_moe_layer,
                                a->ascii);
    if (ev->kind == EVENT_NOTICE)
        plain_text_line(a->notes, "mull: ", ev->notice.s);
    if (ev->kind == EVENT_DONE && ev->done.reason == DONE_CONTEXT)
        mention_full_context(a);
    return plain_text_event(&a->text, ev);
}

/* Returns false when the turn is over. */
static bool take_event(struct answer *a, const struct event *ev)
{
    if (!a->reader_left && !write_event(a, ev)) {
        int why = errno;
        a->ok = err_system(a->err, why, "cannot write the answer");
        a->reader_left = true;
        backend_cancel(a->b);
    }
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

bool answer_run(struct backend *b, const struct ui_options *o,
                struct str message, bool json, FILE *out, FILE *notes,
                struct turn_stats *stats, struct err *err)
{
    struct answer a = {.b = b, .out = out, .notes = notes, .json = json,
                       .stats = stats, .err = err, .ok = true};
    struct conversation c = {0};
    struct interrupt interrupt;
    uint32_t turn;

    a.ascii = isatty(fileno(out));
    a.text = plain_text_init(out, o->think, plain_text_color(o->color, out),
                             false);
    a.text.ascii = plain_text_ascii(o->ascii, out);
    conversation_add(&c, ROLE_USER, message);
    interrupt_begin(&interrupt);
    a.ok = backend_start(b, &c, &o->turn, &turn, err);
    if (a.ok)
        follow_turn(&a);
    if (a.interrupted || interrupt_seen())
        a.ok = err_set(err, ERR_CANCELLED, "interrupted");
    interrupt_end(&interrupt);
    conversation_clear(&c);
    plain_text_clear(&a.text);
    return a.ok;
}
