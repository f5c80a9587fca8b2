/* show.h - the full screen in another process on a pseudo terminal, and us as
 * the one who sits before it. */
#ifndef TESTS_UI_SHOW_H
#define TESTS_UI_SHOW_H

#include <sys/wait.h>
#include <unistd.h>

#include "ui/golden.h"
#include "ui/pty.h"
#include "ui/scripted.h"
#include "ui/ui.h"

struct show {
    struct pty p;
    struct backend *b;
    struct ui_options o;
};

/* In the child. */
static inline int run_ui(void *arg)
{
    struct show *s = arg;
    struct err err;
    int code = 0;
    if (!ui_run(s->b, &s->o, &err)) {
        dprintf(STDOUT_FILENO, "refused: %s\n", err.msg);
        code = 3;
    }
    backend_close(s->b);
    return code;
}

static inline void start_show(struct show *s, const struct script_step *steps,
                      struct pty_start how)
{
    s->b = scripted_new(steps, false);
    s->o.turn.sampling = s->b->info.sampling;
    how.run = run_ui;
    how.arg = s;
    pty_begin(&s->p, &how);
}

/* The same, and waits until it reads keys: before, the terminal would turn
 * Enter into a line feed. */
static inline void open_show(struct show *s, const struct script_step *steps,
                      struct pty_start how)
{
    start_show(s, steps, how);
    pty_wait_bytes(&s->p, "\033[?2004h");
}

#define SHOW(w, h) \
    (struct pty_start){.width = (w), .height = (h), \
                       .term = "xterm-256color", .locale = "C.UTF-8"}

static inline void close_show(struct show *s)
{
    pty_free(&s->p);
    backend_close(s->b);
}

/* Leaves by Ctrl-D on an empty line and looks at what is left behind. */
static inline void leave(struct show *s)
{
    pty_send(&s->p, "\x04");
    pty_end(&s->p);
    assert_true(WIFEXITED(s->p.status));
    assert_int_equal(WEXITSTATUS(s->p.status), 0);
    pty_check_restored(&s->p);
    pty_check_harmless(&s->p);
}

static inline void expect_golden(struct show *s, const char *name)
{
    struct buf b = {0};
    pty_settle(&s->p);
    buf_puts(&b, pty_screen(&s->p));
    buf_puts(&b, "---\n");
    pty_looks(&s->p, &b);
    golden_compare(name, &b);
    buf_clear(&b);
}

#endif
