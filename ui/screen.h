/* screen.h - the terminal, as somewhere to show a canvas and get keys from.
 *
 * These files alone (screen*.c) include curses. The terminal is brought back as it was
 * however the program ends (signals.h), also while it is stopped. Text of the
 * canvas is checked once more on its way out: what the C library cannot show in
 * the columns it was given comes out as a replacement sign. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/keymap.h"

struct err;
struct screen;

struct screen_options {
    bool ascii;           /* also where the locale could do better */
    bool no_color;
    struct theme theme;
    const char *log_path; /* where stray output goes meanwhile, or NULL */
};

/* What terminfo knows of $TERM, at a terminal or not. */
struct screen_facts {
    bool known, moves;    /* described at all; with a cursor that can be moved */
    int colors;           /* 0: none */
};
void screen_facts_read(struct screen_facts *f);

/* NULL with a sentence: this terminal cannot, use plain lines. */
struct screen *screen_open(const struct screen_options *o, struct err *err);
void screen_close(struct screen *s); /* NULL is fine */

int screen_fd(const struct screen *s); /* poll it for keys */
void screen_size(const struct screen *s, int *width, int *height);
bool screen_ascii(const struct screen *s);
bool screen_mono(const struct screen *s); /* shows no colours, for any reason */
/* Another theme, from the next show on; its own colours stay. */
void screen_theme(struct screen *s, enum theme_kind kind);
enum theme_kind screen_theme_kind(const struct screen *s);

/* Reads what has been typed into the keymap. false: the terminal is gone. */
bool screen_read(struct screen *s, struct keymap *m);
/* After SIGWINCH, or when it may have been missed: true when it changed. */
bool screen_resize(struct screen *s);
/* Shows the canvas (of the screen's size). Writes nothing when nothing has
 * changed. */
void screen_show(struct screen *s, const struct canvas *c);
void screen_redraw(struct screen *s);  /* the next show repaints everything */
void screen_suspend(struct screen *s); /* stops the process; returns after fg */
void screen_resume(struct screen *s);  /* somebody stopped and continued us */
/* Whether the terminal is known to take text for its clipboard (terminfo: Ms). */
bool screen_takes_clipboard(const struct screen *s);
/* Bytes past curses: a sequence that draws nothing. */
void screen_send(struct screen *s, struct str bytes);
/* Another program has the terminal, as it was before us, until screen_resume. */
void screen_lend(struct screen *s);
void screen_mouse(struct screen *s, bool on);

#endif
