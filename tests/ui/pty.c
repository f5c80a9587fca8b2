/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/pty.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <vterm.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "check.h"
#include "ui/theme.h"

/* For a loaded machine under valgrind; passing tests never wait for it. */
enum { DEADLINE_MS = 40000 };

/* --- the child ------------------------------------------------------------ */

/* What a shell does for a job: a process group of its own, in front. */
static int run_as_job(const struct pty_start *how)
{
    int status;
    signal(SIGTTOU, SIG_IGN);
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpgrp());
        signal(SIGTTOU, SIG_DFL);
        exit(how->run(how->arg));
    }
    setpgid(job, job);
    for (;;) {
        waitpid(job, &status, WUNTRACED);
        if (!WIFSTOPPED(status))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
        struct termios now;
        tcgetattr(STDIN_FILENO, &now);
        tcsetpgrp(STDIN_FILENO, getpgrp());
        dprintf(STDOUT_FILENO, "\r\nshell: stopped, %s\r\n",
                now.c_lflag & ICANON ? "modes are back" : "still raw");
        char c;
        while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
            ; /* "fg" */
        tcsetpgrp(STDIN_FILENO, job);
        kill(-job, SIGCONT);
    }
}

static void be_child(const struct pty_start *how)
{
    /* Neither the handlers of the test framework nor what the caller of the tests
     * ignores (nohup, a job in the background) are part of what is tested. */
    static const int taken[] = {SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGABRT,
                                SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        signal(taken[i], SIG_DFL);
    setenv("LC_ALL", how->locale, 1);
    setenv("INPUTRC", "/dev/null", 1);
    if (how->term)
        setenv("TERM", how->term, 1);
    else
        unsetenv("TERM");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    unsetenv("NO_COLOR");
    setlocale(LC_ALL, "");
    exit(how->through_shell ? run_as_job(how) : how->run(how->arg));
}

void pty_begin(struct pty *p, const struct pty_start *how)
{
    struct winsize ws = {.ws_row = (unsigned short)how->height,
                         .ws_col = (unsigned short)how->width};
    *p = (struct pty){.width = how->width, .height = how->height};
    CHECK(openpty(&p->fd, &p->tty, NULL, NULL, &ws) == 0);
    CHECK(tcgetattr(p->tty, &p->before) == 0);
    fflush(NULL); /* or the child writes our test report again */
    p->child = fork();
    CHECK(p->child >= 0);
    if (p->child == 0) {
        close(p->fd);
        CHECK(login_tty(p->tty) == 0);
        be_child(how);
    }
    fcntl(p->fd, F_SETFL, O_NONBLOCK);
    p->vt = vterm_new(how->height, how->width);
    vterm_set_utf8(p->vt, strstr(how->locale, "UTF-8") != NULL);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
}

/* --- talking to it -------------------------------------------------------- */

/* Reads what is there; false when nothing came within the time. */
static bool take(struct pty *p, int ms)
{
    char block[65536];
    struct pollfd pf = {.fd = p->fd, .events = POLLIN};
    if (p->gone || poll(&pf, 1, ms) <= 0)
        return false;
    ssize_t n = read(p->fd, block, sizeof block);
    if (n <= 0) {
        p->gone = n == 0 || errno == EIO;
        return false;
    }
    buf_add(&p->bytes, block, (size_t)n);
    vterm_input_write(p->vt, block, (size_t)n);
    return true;
}

void pty_send(struct pty *p, const char *keys)
{
    size_t n = strlen(keys);
    while (n > 0) {
        ssize_t w = write(p->fd, keys, n);
        if (w > 0) {
            keys += w;
            n -= (size_t)w;
        } else if (errno == EAGAIN || errno == EINTR) {
            take(p, 10); /* its side is full: let it speak first */
        } else {
            return;
        }
    }
}

void pty_resize(struct pty *p, int width, int height)
{
    struct winsize ws = {.ws_row = (unsigned short)height,
                         .ws_col = (unsigned short)width};
    p->width = width;
    p->height = height;
    vterm_set_size(p->vt, height, width);
    /* Margins of the old size go, as in a real terminal: libvterm 0.1 keeps a
     * top that is now below the last row, and then moves less than no lines. */
    static const char no_margins[] = "\0337\033[r\0338";
    vterm_input_write(p->vt, no_margins, sizeof no_margins - 1);
    CHECK(ioctl(p->fd, TIOCSWINSZ, &ws) == 0);
}

void pty_settle(struct pty *p)
{
    static const char mark[] = "\033[?2026l";
    size_t n = sizeof mark - 1;
    double until = clock_ms() + DEADLINE_MS;
    while (p->bytes.len < n ||
           memcmp(p->bytes.p + p->bytes.len - n, mark, n) != 0)
        if (!take(p, 20) && clock_ms() > until)
            fail_msg("a frame was not finished");
}

size_t pty_listen(struct pty *p, int ms)
{
    size_t before = p->bytes.len;
    double until = clock_ms() + ms;
    while (!p->gone && clock_ms() < until)
        take(p, (int)(until - clock_ms()) + 1);
    return p->bytes.len - before;
}

/* --- the screen ----------------------------------------------------------- */

static bool cell_at(struct pty *p, int x, int y, VTermScreenCell *cell)
{
    return vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x},
                                 cell) != 0;
}

static void end_row(struct buf *b, size_t from)
{
    while (b->len > from && b->p[b->len - 1] == ' ')
        buf_erase(b, b->len - 1, 1);
    buf_putc(b, '\n');
}

const char *pty_screen(struct pty *p)
{
    static struct buf b;
    buf_reset(&b);
    for (int y = 0; y < p->height; y++) {
        size_t from = b.len;
        for (int x = 0; x < p->width; x++) {
            VTermScreenCell cell;
            char utf8[4];
            if (!cell_at(p, x, y, &cell) || cell.chars[0] == (uint32_t)-1)
                continue; /* behind a wide character */
            if (cell.chars[0] == 0)
                buf_putc(&b, ' ');
            for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
                buf_add(&b, utf8, utf8_encode(cell.chars[i], utf8));
        }
        end_row(&b, from);
    }
    return b.p;
}

/* The role whose colours and attributes these are. */
static char letter_of(const VTermScreenCell *cell)
{
    static const char letters[STYLE_ROLES + 1] = ".utbalehsdr01234567XYZzyxkgcn";
    static const struct theme dark = {.kind = THEME_DARK};
    int fg = VTERM_COLOR_IS_INDEXED(&cell->fg) ? cell->fg.indexed.idx : -1;
    for (int role = 0; role < STYLE_ROLES && fg >= 0; role++) {
        struct look l = theme_look(&dark, (struct style){.role = (uint8_t)role},
                                   256, false);
        if (l.fg == fg)
            return letters[role];
    }
    if (fg >= 0)
        return '?';
    if (cell->attrs.reverse)
        return 'R';
    return cell->attrs.bold ? 'u' : '.';
}

void pty_looks(struct pty *p, struct buf *out)
{
    for (int y = 0; y < p->height; y++) {
        size_t from = out->len;
        for (int x = 0; x < p->width; x++) {
            VTermScreenCell cell;
            if (!cell_at(p, x, y, &cell))
                continue;
            bool nothing = (cell.chars[0] == 0 || cell.chars[0] == ' ') &&
                           !cell.attrs.reverse;
            buf_putc(out, nothing ? ' ' : letter_of(&cell));
        }
        end_row(out, from);
    }
}

/* Whether the child is there no more; all that it wrote has been read then. */
static bool ended(struct pty *p)
{
    if (p->child > 0 && waitpid(p->child, &p->status, WNOHANG) == p->child)
        p->child = 0;
    if (p->child > 0)
        return false;
    while (take(p, 0))
        ;
    return true;
}

/* Whether no frame is half drawn: rows are erased before they are written, so in
 * between a text may look gone (or its successor there) that is not. */
static bool is_whole(struct pty *p)
{
    static const char mode[] = "\033[?2026";
    size_t n = sizeof mode - 1;
    for (size_t at = p->bytes.len; at-- > n;)
        if (memcmp(p->bytes.p + at - n, mode, n) == 0)
            return p->bytes.p[at] == 'l';
    return true;
}

static bool shows(struct pty *p, const char *text)
{
    return strstr(pty_screen(p), text) != NULL;
}

static void wait_until(struct pty *p, const char *text, bool there)
{
    double until = clock_ms() + DEADLINE_MS;
    bool dead = false;
    while (shows(p, text) != there || !(dead || is_whole(p))) {
        if (dead || clock_ms() > until)
            fail_msg("waited for \"%s\" to %s; the screen%s is\n%s", text,
                     there ? "come" : "go", dead ? " of the dead" : "",
                     pty_screen(p));
        dead = !take(p, 20) && ended(p);
    }
}

void pty_wait(struct pty *p, const char *text)
{
    wait_until(p, text, true);
}

void pty_wait_gone(struct pty *p, const char *text)
{
    wait_until(p, text, false);
}

void pty_wait_other(struct pty *p, const char *screen)
{
    double until = clock_ms() + DEADLINE_MS;
    while (strcmp(pty_screen(p), screen) == 0 || !is_whole(p))
        if (!take(p, 20) && (ended(p) || clock_ms() > until))
            fail_msg("the screen stays as it is:\n%s", screen);
}

void pty_wait_bytes(struct pty *p, const char *bytes)
{
    double until = clock_ms() + DEADLINE_MS;
    while (str_find(buf_str(&p->bytes), str_of(bytes), 0) == p->bytes.len) {
        if (!take(p, 20) && (ended(p) || clock_ms() > until))
            fail_msg("the bytes did not come");
    }
}

/* --- the end -------------------------------------------------------------- */

void pty_end(struct pty *p)
{
    double until = clock_ms() + DEADLINE_MS;
    while (!ended(p)) {
        if (clock_ms() > until) {
            kill(p->child, SIGKILL);
            waitpid(p->child, &p->status, 0);
            p->child = 0;
            fail_msg("it does not end; the screen is\n%s", pty_screen(p));
        }
        take(p, 20);
    }
}

/* The last that was said of private mode `n`: 'h', 'l', or 0. */
static char last_said(struct pty *p, const char *mode)
{
    char last = 0;
    char begin[16];
    snprintf(begin, sizeof begin, "\033[?%s", mode);
    struct str all = buf_str(&p->bytes);
    for (size_t at = str_find(all, str_of(begin), 0); at < all.len;
         at = str_find(all, str_of(begin), at + 1)) {
        char end = all.p[at + strlen(begin)];
        if (end == 'h' || end == 'l')
            last = end;
    }
    return last;
}

void pty_check_restored(struct pty *p)
{
    static const char *const modes[] = {"1",    "1000", "1002", "1006", "1049",
                                        "2004", "2026"};
    struct termios now;
    CHECK(tcgetattr(p->tty, &now) == 0);
    assert_int_equal(now.c_iflag, p->before.c_iflag);
    assert_int_equal(now.c_oflag, p->before.c_oflag);
    assert_int_equal(now.c_lflag, p->before.c_lflag);
    assert_int_equal(now.c_cflag, p->before.c_cflag);
    assert_memory_equal(now.c_cc, p->before.c_cc, sizeof now.c_cc);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (last_said(p, modes[i]) == 'h')
            fail_msg("mode %s was left on", modes[i]);
    if (last_said(p, "25") == 'l')
        fail_msg("the cursor was left hidden");
}

/* The end of "ESC ]52;c;BASE64 BEL" that begins here; 0: it is another OSC. */
static size_t clipboard_end(struct str s, size_t at)
{
    static const char begin[] = "\033]52;c;";
    if (!str_starts(str_n(s.p + at, s.len - at), str_of(begin)))
        return 0;
    at += sizeof begin - 1;
    while (at < s.len && (isalnum((unsigned char)s.p[at]) ||
                          (s.p[at] && strchr("+/=", s.p[at]))))
        at++;
    return at < s.len && s.p[at] == '\a' ? at + 1 : 0;
}

void pty_check_harmless(struct pty *p)
{
    struct str s = buf_str(&p->bytes);
    unsigned copies = 0;
    for (size_t i = 0; i < s.len;) {
        unsigned char c = (unsigned char)s.p[i];
        uint32_t cp;
        bool valid = true;
        if (c == 0x1B) {
            char next = i + 1 < s.len ? s.p[i + 1] : '[';
            if (next == '[') {
                size_t at = i + 2;
                while (at < s.len && s.p[at] >= 0x20 && s.p[at] < 0x40)
                    at++;
                /* no reports (n, c, q), no window commands but the title
                 * stack of smcup (t), no soft fonts, no macros */
                bool cursor_shape = /* of the linux console */
                    at < s.len && s.p[at] == 'c' && s.p[i + 2] == '?';
                if (at < s.len && !cursor_shape &&
                    !strchr("ABCDGHJKLMPSTX@bdhlmrtg", s.p[at]))
                    fail_msg("CSI ... 0x%02x was written", s.p[at]);
                i = at + 1;
                continue;
            }
            if (next == ']' && clipboard_end(s, i)) {
                copies++;
                i = clipboard_end(s, i);
                continue;
            }
            if (!strchr("()=>78M", next))
                fail_msg("ESC %c was written: %.12s", next, s.p + i + 1);
            i += next == '(' || next == ')' ? 3 : 2;
            continue;
        }
        i += utf8_decode(s.p + i, s.len - i, &cp, &valid);
        /* The linux console and vt100 draw lines between SO and SI. */
        if (!valid || (cp < 0x20 && !strchr("\r\n\b\t\x0E\x0F", (int)cp)) ||
            (cp >= 0x7F && cp < 0xA0) || (cp >= 0x202A && cp <= 0x202E) ||
            (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200B ||
            (cp >= 0xE0000 && cp <= 0xE007F))
            fail_msg("U+%04X was written at byte %zu of %zu", (unsigned)cp, i,
                     s.len);
    }
    if (copies != p->copies)
        fail_msg("%u copies were asked for, %u were made", p->copies, copies);
}

void pty_free(struct pty *p)
{
    if (p->child > 0) {
        kill(p->child, SIGKILL);
        waitpid(p->child, NULL, 0);
    }
    vterm_free(p->vt);
    close(p->fd);
    close(p->tty);
    buf_clear(&p->bytes);
}
