/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_queue.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "ui/input.h"
#include "ui/ui_parts.h"

enum { SHOWN_MAX = 60 }; /* bytes of each, in the list */

/* The first message that waits, made fit to be shown. */
static void show(struct ui *u)
{
    buf_reset(&u->queue_shown);
    if (u->n_queued > 0)
        sanitize_text(buf_str(&u->queue[0]), false, &u->queue_shown);
    u->frame.queued = u->n_queued > 0 ? u->queue_shown.p : NULL;
    u->frame.n_queued = u->n_queued;
    u->frame.all_dirty = true;
}

void ui_queue_add(struct ui *u, struct str message)
{
    u->queue = mem_realloc(u->queue, (u->n_queued + 1) * sizeof *u->queue);
    u->queue[u->n_queued] = (struct buf){0};
    buf_add_str(&u->queue[u->n_queued++], message);
    show(u);
}

static void take(struct ui *u, unsigned i, struct buf *message)
{
    buf_clear(message);
    *message = u->queue[i];
    u->n_queued--;
    memmove(u->queue + i, u->queue + i + 1,
            (u->n_queued - i) * sizeof *u->queue);
    show(u);
}

bool ui_queue_next(struct ui *u, struct buf *message)
{
    if (u->n_queued == 0)
        return false;
    take(u, 0, message);
    return true;
}

void ui_queue_drop(struct ui *u)
{
    for (unsigned i = 0; i < u->n_queued; i++)
        buf_clear(&u->queue[i]);
    u->n_queued = 0;
    show(u);
}

void ui_queue_clear(struct ui *u)
{
    ui_queue_drop(u);
    mem_free(u->queue);
    u->queue = NULL;
    u->frame.queued = NULL;
    buf_clear(&u->queue_shown);
}

/* --- commands ------------------------------------------------------------- */

/* "2" is the second; nothing is the last. */
static bool which(const struct ui *u, struct str args, unsigned *i,
                  struct err *err)
{
    unsigned n = args.len ? 0 : u->n_queued;
    if (u->n_queued == 0)
        return err_set(err, ERR_USAGE, _("no message waits"));
    for (size_t k = 0; k < args.len && n <= u->n_queued; k++) {
        if (args.p[k] < '0' || args.p[k] > '9')
            return err_set(err, ERR_USAGE, _("that takes the number of a message: "
                           "/queue lists them"));
        n = n * 10 + (unsigned)(args.p[k] - '0');
    }
    if (n == 0 || n > u->n_queued)
        return err_set(err, ERR_USAGE, _("only %u wait%s: /queue lists them"),
                       u->n_queued, u->n_queued == 1 ? "s" : "");
    *i = n - 1;
    return true;
}

static void list(struct ui *u)
{
    struct buf lines = {0};
    for (unsigned i = 0; i < u->n_queued; i++) {
        struct str s = buf_str(&u->queue[i]);
        size_t len = str_find(s, str_of("\n"), 0);
        bool cut = len < s.len || len > SHOWN_MAX;
        buf_printf(&lines, "%s%u  ", i ? "\n" : "", i + 1);
        sanitize_text(str_n(s.p, len < SHOWN_MAX ? len : SHOWN_MAX), true,
                      &lines);
        buf_puts(&lines, cut ? "..." : "");
    }
    ui_say(u, lines.p ? lines.p : _("no message waits"));
    buf_clear(&lines);
}

static bool drop(struct ui *u, struct str args, struct err *err)
{
    struct buf gone = {0};
    unsigned i;
    if (!which(u, args, &i, err))
        return false;
    take(u, i, &gone);
    buf_clear(&gone);
    return true;
}

static bool take_back(struct ui *u, struct str args, struct err *err)
{
    struct buf message = {0};
    unsigned i;
    if (!which(u, args, &i, err))
        return false;
    if (!input_empty(u->input))
        return err_set(err, ERR_USAGE, _("the line is not empty: send or clear it "
                       "first"));
    take(u, i, &message);
    input_put(u->input, buf_str(&message));
    u->frame.input_dirty = true;
    buf_clear(&message);
    return true;
}

bool ui_queue_act(struct ui *u, enum action a, struct str args)
{
    struct str word = str_of("drop");
    struct err err;
    bool ok = true;
    if (a == ACTION_UNQUEUE) {
        ok = take_back(u, args, &err);
    } else if (a == ACTION_QUEUE && str_starts(args, word)) {
        args = str_n(args.p + word.len, args.len - word.len);
        while (args.len > 0 && args.p[0] == ' ')
            args = str_n(args.p + 1, args.len - 1);
        ok = drop(u, args, &err);
    } else if (a == ACTION_QUEUE) {
        list(u);
    } else {
        return false;
    }
    if (!ok)
        ui_complain(u, &err);
    return true;
}
