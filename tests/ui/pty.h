/* pty.h - a terminal that a test sits behind.
 *
 * A function runs in a child on a pseudo terminal; what it writes goes through
 * libvterm, so that a test sees the screen as a person would, and is kept, so
 * that it can be searched. Waiting is for a condition, with a deadline. */
#ifndef TESTS_UI_PTY_H
#define TESTS_UI_PTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "base/buf.h"

struct pty {
    int fd;
    pid_t child;
    void *vt, *screen;       /* libvterm's */
    int width, height;
    struct buf bytes;        /* owned; all that was written */
    struct termios before;   /* the terminal's modes at the start */
    int tty;                 /* the other side, to look at its modes */
    bool gone;               /* nobody writes any more */
    unsigned copies;         /* that were asked for: so many OSC 52 are harmless */
    int status;              /* as waitpid gives it, after pty_end */
};

struct pty_start {
    int width, height;
    const char *term, *locale;     /* "xterm-256color", "C.UTF-8" */
    int (*run)(void *arg);         /* in the child; its exit code */
    void *arg;
    bool through_shell;            /* with job control between, for Ctrl-Z */
};

void pty_begin(struct pty *p, const struct pty_start *how);
void pty_send(struct pty *p, const char *keys);
void pty_resize(struct pty *p, int width, int height);
/* The screen as text: rows, trailing blanks off. Valid until the next call. */
const char *pty_screen(struct pty *p);
/* One letter a cell for how it looks, rows as above, into out. */
void pty_looks(struct pty *p, struct buf *out);
/* Fails the test when the text does not come (or go) in time. */
void pty_wait(struct pty *p, const char *text);
void pty_wait_gone(struct pty *p, const char *text);
/* Until the screen is another one than this text of it. */
void pty_wait_other(struct pty *p, const char *screen);
void pty_wait_bytes(struct pty *p, const char *bytes);
/* Until the frame that is being written is whole. */
void pty_settle(struct pty *p);
/* Reads what comes within this time; returns how many bytes. */
size_t pty_listen(struct pty *p, int ms);
/* Until the child has ended; the status is in p->status. */
void pty_end(struct pty *p);
/* After the end: modes as before, every mode that was set is reset, the cursor
 * shown, the other screen left. */
void pty_check_restored(struct pty *p);
/* Every byte written is text or a sequence of the short list that curses and
 * we use: nothing of a title, query or link, and of the clipboard exactly as much
 * as was asked for (p->copies). */
void pty_check_harmless(struct pty *p);
void pty_free(struct pty *p);

#endif
