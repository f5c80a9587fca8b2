/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screen_parts.h"
#include "ui/signals.h"
#include "ui/ui.h"

#include <term.h> /* behind all others: its short names are macros */

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

/* --- the terminal's own words --------------------------------------------- */

/* Past curses, so only while it holds nothing back: behind a refresh. */
static void say_bytes(const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t w = write(STDOUT_FILENO, bytes, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return;
        bytes += w;
        n -= (size_t)w;
    }
}

void screen_say(const char *bytes)
{
    say_bytes(bytes, strlen(bytes));
}

/* NULL: this terminal has no such capability. */
static const char *capability(const char *name)
{
    const char *s = tigetstr((char *)(uintptr_t)name);
    return s == (char *)-1 ? NULL : s;
}

/* A capability without its padding ("$<5>"), which only matters to paper. */
static void add_capability(char *out, size_t cap, const char *name)
{
    const char *s = capability(name);
    size_t at = strlen(out);
    if (!s)
        return;
    while (*s && at + 1 < cap) {
        if (s[0] == '$' && s[1] == '<') {
            const char *end = strchr(s, '>');
            if (end) {
                s = end + 1;
                continue;
            }
        }
        out[at++] = *s++;
    }
    out[at] = '\0';
}

static void build_leave(struct screen *s)
{
    static const char *const names[] = {"sgr0", "op",  "cnorm",
                                        "rmkx", "rmcup"};
    s->leave[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_capability(s->leave, sizeof s->leave, names[i]);
    if (!capability("rmcup")) { /* no other screen to go back to */
        size_t at = strlen(s->leave);
        snprintf(s->leave + at, sizeof s->leave - at, "\r\n");
    }
}

static void arm_restore(struct screen *s)
{
    char bytes[512];
    int n = snprintf(bytes, sizeof bytes, "%s%s%s%s", SYNC_OFF, PASTE_OFF,
                     s->mouse ? MOUSE_OFF : "", s->leave);
    signals_set_restore(bytes, n > 0 ? (size_t)n : 0);
}

void screen_facts_read(struct screen_facts *f)
{
    const char *term = getenv("TERM");
    int status;
    *f = (struct screen_facts){0};
    if (!term || !*term || setupterm(term, STDOUT_FILENO, &status) != OK)
        return;
    int colors = tigetnum((char *)(uintptr_t)"colors");
    f->known = true;
    f->moves = capability("cup") != NULL;
    f->colors = colors > 0 ? colors : 0;
    del_curterm(cur_term);
}

bool ui_possible(void)
{
    const char *term = getenv("TERM");
    struct screen_facts facts;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return false;
    if (term && strcmp(term, "dumb") == 0)
        return false;
    screen_facts_read(&facts);
    return facts.moves;
}

/* --- opening and closing -------------------------------------------------- */

/* A stray message of some library would tear the screen: it goes to a file. */
static void redirect_stderr(struct screen *s, const char *log_path)
{
    int fd = open(log_path ? log_path : "/dev/null",
                  O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
                      O_NOCTTY,
                  0600);
    if (fd < 0)
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    s->saved_stderr = -1;
    if (fd < 0)
        return;
    s->saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (s->saved_stderr >= 0)
        dup2(fd, STDERR_FILENO);
    close(fd);
}

static void restore_stderr(struct screen *s)
{
    if (s->saved_stderr < 0)
        return;
    dup2(s->saved_stderr, STDERR_FILENO);
    close(s->saved_stderr);
    s->saved_stderr = -1;
}

static void set_modes(struct screen *s)
{
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    keypad(s->keys, TRUE);
    nodelay(s->keys, TRUE);
    keyok(KEY_MOUSE, FALSE); /* keymap.c reads the whole report */
}

/* Coming back (fg, an editor) curses resets the terminal's palette (OSC 104). We
 * change no colour of it, and what the user's shell made of it would be lost: there
 * is nothing to say then. No call turns that off, but the word is ours to empty. */
static void keep_palette(void)
{
    char *reset = tigetstr((char *)(uintptr_t)"oc");
    if (reset && reset != (char *)-1)
        reset[0] = '\0';
}

static void set_colors(struct screen *s)
{
    s->colors = 0;
    if (s->no_color || !has_colors() || start_color() != OK)
        return;
    /* Without the terminal's own colours we would paint its background. */
    if (use_default_colors() == OK)
        s->colors = COLORS >= 256 ? 256 : COLORS;
    keep_palette();
}

struct screen *screen_open(const struct screen_options *o, struct err *err)
{
    struct termios before;
    if (!ui_possible() || tcgetattr(STDIN_FILENO, &before) != 0) {
        err_set(err, ERR_UNSUPPORTED, _("this terminal has no full screen"));
        return NULL;
    }
    /* Before curses, which takes only the signals that nobody has. */
    if (!signals_begin(STDOUT_FILENO, &before, err))
        return NULL;
    struct screen *s = mem_zalloc(sizeof *s);
    s->before = before;
    s->no_color = o->no_color;
    s->theme = o->theme;
    screen_theme(s, o->theme.kind);
    s->ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    s->curses = newterm(NULL, stdout, stdin);
    s->keys = s->curses ? newpad(1, 1) : NULL;
    if (!s->keys) {
        signals_end();
        mem_free(s);
        err_set(err, ERR_UNSUPPORTED, _("this terminal has no full screen"));
        return NULL;
    }
    redirect_stderr(s, o->log_path);
    build_leave(s);
    arm_restore(s);
    set_modes(s);
    set_colors(s);
    canvas_init(&s->shown, COLS, LINES);
    s->all = true;
    refresh(); /* what curses has to say at the start, before us */
    screen_say(PASTE_ON);
    return s;
}

/* Everything but freeing: the terminal belongs to the shell again. */
static void leave(struct screen *s)
{
    screen_say(s->mouse ? MOUSE_OFF PASTE_OFF : PASTE_OFF);
    curs_set(1);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
    signals_set_restore("", 0);
}

void screen_close(struct screen *s)
{
    if (!s)
        return;
    leave(s);
    delwin(s->keys);
    delscreen(s->curses);
    restore_stderr(s);
    signals_end();
    canvas_clear(&s->shown);
    mem_free(s);
}

/* --- suspending ----------------------------------------------------------- */

void screen_resume(struct screen *s)
{
    reset_prog_mode();
    set_modes(s);
    arm_restore(s);
    screen_resize(s);
    screen_redraw(s);
    refresh();
    screen_say(PASTE_ON);
    if (s->mouse)
        screen_say(MOUSE_ON);
}

void screen_lend(struct screen *s)
{
    def_prog_mode();
    leave(s);
}

void screen_suspend(struct screen *s)
{
    screen_lend(s);
    signals_stop_here();
    screen_resume(s);
}

/* --- size ----------------------------------------------------------------- */

int screen_fd(const struct screen *s)
{
    (void)s;
    return STDIN_FILENO;
}

void screen_size(const struct screen *s, int *width, int *height)
{
    *width = s->shown.width;
    *height = s->shown.height;
}

bool screen_ascii(const struct screen *s)
{
    return s->ascii;
}

bool screen_mono(const struct screen *s)
{
    return s->colors < 8 || s->theme.kind == THEME_MONO;
}

void screen_theme(struct screen *s, enum theme_kind kind)
{
    s->theme.kind = kind == THEME_AUTO ? theme_of_terminal(getenv("COLORFGBG"))
                                       : kind;
    s->all = true;
}

enum theme_kind screen_theme_kind(const struct screen *s)
{
    return s->theme.kind;
}

/* A cell is some 40 bytes; no terminal is as large as a hostile one can say. */
enum { SIZE_MAX_CELLS = 1000 };

static int clamp_size(int n, int otherwise)
{
    if (n < 1)
        n = otherwise;
    return n < 1 ? 1 : n > SIZE_MAX_CELLS ? SIZE_MAX_CELLS : n;
}

bool screen_resize(struct screen *s)
{
    struct winsize ws;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) != 0)
        return false;
    int width = clamp_size(ws.ws_col, COLS);
    int height = clamp_size(ws.ws_row, LINES);
    if (width == s->shown.width && height == s->shown.height &&
        width == COLS && height == LINES)
        return false;
    resizeterm(height, width);
    canvas_resize(&s->shown, width, height);
    screen_redraw(s);
    return true;
}

void screen_redraw(struct screen *s)
{
    s->all = true;
    clearok(curscr, TRUE);
}

/* --- keys ----------------------------------------------------------------- */

bool screen_read(struct screen *s, struct keymap *m)
{
    bool any = false;
    int c;
    while ((c = wgetch(s->keys)) != ERR) {
        enum key_code code;
        unsigned mods;
        any = true;
        if (c < 256) {
            keymap_byte(m, (unsigned char)c);
        } else if (c != KEY_RESIZE && screen_key(c, &code, &mods)) {
            keymap_code(m, code, mods);
        }
    }
    /* Readable for ever and nothing to read: the other end hung up. */
    s->dry = any ? 0 : s->dry + 1;
    return s->dry < 8;
}

void screen_mouse(struct screen *s, bool on)
{
    if (s->mouse == on)
        return;
    s->mouse = on;
    screen_say(on ? MOUSE_ON : MOUSE_OFF);
    arm_restore(s);
}

bool screen_takes_clipboard(const struct screen *s)
{
    (void)s;
    const char *ms = capability("Ms");
    return ms && strncmp(ms, "\033]52;", 5) == 0;
}

void screen_send(struct screen *s, struct str bytes)
{
    (void)s;
    say_bytes(bytes.p, bytes.len);
}

