/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/view.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "chat/backend.h"
#include "chat/conversation.h"
#include "ui/plain_text.h"
#include "ui/replay.h"
#include "ui/ui.h"

/* --- a backend that never says anything ----------------------------------- */

struct nobody {
    struct backend b;
    int pipe[2]; /* nothing ever comes through it */
};

static bool nobody_start(struct backend *b, const struct conversation *c,
                         const struct turn_options *o, uint32_t *turn,
                         struct err *err)
{
    (void)b;
    (void)c;
    (void)o;
    (void)turn;
    return err_set(err, ERR_UNSUPPORTED,
                   _("this is only to be read, nobody answers here: mull chat "
                   "--session NAME goes on with a chat of one's own"));
}

static void nobody_cancel(struct backend *b)
{
    (void)b;
}

static int nobody_fd(struct backend *b)
{
    return ((struct nobody *)b)->pipe[0];
}

static bool nobody_next(struct backend *b, struct event *ev)
{
    (void)b;
    (void)ev;
    return false;
}

static void nobody_telemetry(struct backend *b, struct telemetry *out)
{
    (void)b;
    *out = (struct telemetry){0};
}

static const struct backend_ops nobody_ops = {
    .start = nobody_start, .cancel = nobody_cancel, .fd = nobody_fd,
    .next = nobody_next, .telemetry = nobody_telemetry};

bool view_screen(const struct conversation *c, const char *name,
                 const char *note, const struct ui_options *o, struct err *err)
{
    struct nobody n = {.b.ops = &nobody_ops};
    struct ui_options mine = *o;
    if (pipe(n.pipe) != 0)
        return err_system(err, errno, _("no pipe"));
    snprintf(n.b.info.name, sizeof n.b.info.name, "%s", name);
    n.b.info.thinks = true;
    mine.sessions = mine.resume = NULL;
    mine.reading = c;
    mine.news = note;
    bool ok = ui_run(&n.b, &mine, err);
    close(n.pipe[0]);
    close(n.pipe[1]);
    return ok;
}

bool view_lines(const struct conversation *c, const struct ui_options *o,
                FILE *out, struct err *err)
{
    struct plain_text text = plain_text_init(
        out, o->think, plain_text_color(o->color, out), true);
    text.ascii = plain_text_ascii(o->ascii, out);
    bool ok = replay_plain(&text, c, 0, text.ascii ? "> " : "\xE2\x80\xBA ") ||
              err_system(err, errno, _("cannot write"));
    plain_text_clear(&text);
    return ok;
}
