/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/terminal_ask.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/err.h"

#define ASK_MODE "\033[?2026$p"
#define ASK_KIND "\033[c"

bool terminal_size(int fd, int *columns, int *rows)
{
    struct winsize ws;
    if (ioctl(fd, TIOCGWINSZ, &ws) != 0 || ws.ws_col == 0 || ws.ws_row == 0)
        return false;
    *columns = ws.ws_col;
    *rows = ws.ws_row;
    return true;
}

/* "ESC [ ? 2026 ; n $ y": n is 1 or 2 where the mode is known and may be set. */
static enum terminal_answer mode_in(const char *bytes)
{
    static const char head[] = "\033[?2026;";
    const char *p = strstr(bytes, head);
    if (!p)
        return TERMINAL_SILENT;
    p += sizeof head - 1;
    return (p[0] == '1' || p[0] == '2') && p[1] == '$' ? TERMINAL_YES
                                                       : TERMINAL_NO;
}

/* "ESC [ ? ... c": the answer to the second question, which ends the waiting. */
static bool has_kind(const char *bytes)
{
    for (const char *p = bytes; (p = strstr(p, "\033[?")) != NULL; p++) {
        const char *end = p + 3 + strspn(p + 3, "0123456789;");
        if (*end == 'c')
            return true;
    }
    return false;
}

/* What comes within the time, or until the second answer is there. */
static void listen_for(int in, int timeout_ms, char *bytes, size_t cap)
{
    double until = clock_ms() + timeout_ms;
    size_t n = 0;
    while (n + 1 < cap && !has_kind(bytes)) {
        double left = until - clock_ms();
        struct pollfd p = {.fd = in, .events = POLLIN};
        if (left <= 0 || poll(&p, 1, (int)left + 1) <= 0)
            return;
        ssize_t got = read(in, bytes + n, cap - 1 - n);
        if (got <= 0)
            return;
        n += (size_t)got;
        bytes[n] = '\0';
    }
}

enum terminal_answer terminal_synchronized(int in, int out, int timeout_ms)
{
    struct termios before, quiet;
    struct err ignored;
    char bytes[256] = "";
    sigset_t keys, mask;
    if (tcgetattr(in, &before) != 0)
        return TERMINAL_SILENT;
    /* Nobody may interrupt or stop us while the terminal echoes nothing. */
    sigemptyset(&keys);
    sigaddset(&keys, SIGINT);
    sigaddset(&keys, SIGTSTP);
    sigprocmask(SIG_BLOCK, &keys, &mask);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    if (tcsetattr(in, TCSANOW, &quiet) == 0 &&
        file_write_fd(out, ASK_MODE ASK_KIND, sizeof ASK_MODE ASK_KIND - 1,
                      &ignored))
        listen_for(in, timeout_ms, bytes, sizeof bytes);
    tcsetattr(in, TCSAFLUSH, &before);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return mode_in(bytes);
}
