/* screen_parts.h - the terminal from inside: for screen*.c, which alone include
 * curses.
 *
 * screen.c opens and closes it and gives it away meanwhile; screen_keys.c says
 * which key a number of curses is, screen_show.c puts a canvas onto it. */
#ifndef UI_SCREEN_PARTS_H
#define UI_SCREEN_PARTS_H

#include <stdbool.h>
#include <termios.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/theme.h"

/* What comes between them is shown at once. */
#define SYNC_ON "\033[?2026h"
#define SYNC_OFF "\033[?2026l"

struct screen {
    SCREEN *curses;        /* owned */
    WINDOW *keys;          /* a pad: reading from it never draws */
    struct termios before; /* the terminal's modes as we found them */
    int saved_stderr;      /* -1: not redirected */
    struct canvas shown;   /* what curses was told last */
    bool all;              /* nothing of it can be relied on */
    bool ascii, no_color, mouse;
    int colors;
    struct theme theme;
    bool pair_made[258];
    char leave[256];       /* terminfo's words for going back */
    unsigned dry;          /* reads in a row that gave nothing */
};

/* Past curses, so only while it holds nothing back: behind a refresh. */
void screen_say(const char *bytes);

/* False: none that we know. */
bool screen_key(int c, enum key_code *code, unsigned *mods);

#endif
