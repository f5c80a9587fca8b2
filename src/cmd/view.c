/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "chat/conversation.h"
#include "cmd/trace_open.h"
#include "options.h"
#include "store/export.h"
#include "ui/plain_text.h"
#include "ui/view.h"

/* The trace came through a pipe, the keys come from the terminal. */
static bool keys_from_terminal(void)
{
    if (isatty(STDIN_FILENO))
        return true;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = dup2(fd, STDIN_FILENO) >= 0;
    close(fd);
    return ok;
}

static bool show(const struct conversation *c, const char *title,
                 const struct buf *note, const struct options *o,
                 struct err *err)
{
    if (o->json) {
        struct buf out = {0};
        export_plain_json(c, &out);
        fwrite(out.p, 1, out.len, stdout); /* main sees whether it arrived */
        buf_clear(&out);
    }
    bool screen = !o->json && !o->plain && isatty(STDOUT_FILENO) &&
                  keys_from_terminal() && ui_possible();
    if (screen)
        return view_screen(c, title, note->len ? note->p : NULL, &o->ui, err);
    if (note->len)
        plain_text_line(stderr, "mull: ", note->p);
    return o->json || view_lines(c, &o->ui, stdout, err);
}

bool cmd_view(struct options *o, struct err *err)
{
    struct conversation c = {0};
    struct buf title = {0}, note = {0};
    if (!options_want_args(o, 1, 1, _("the file to read (- for standard input)"),
                           err))
        return false;
    bool ok = trace_open(o->args[0], &c, &title, &note, err) &&
              show(&c, title.p, &note, o, err);
    conversation_clear(&c);
    buf_clear(&title);
    buf_clear(&note);
    return ok;
}
