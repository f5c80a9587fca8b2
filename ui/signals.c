/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/map_guard.h"

static const int asked[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM,
                            SIGHUP,   SIGINT,  SIGQUIT};
static const int fatal[] = {SIGSEGV, SIGFPE, SIGILL, SIGABRT, SIGBUS};

enum { N_ASKED = sizeof asked / sizeof *asked };
enum { N_FATAL = sizeof fatal / sizeof *fatal };

/* Handlers have no context either. Everything here is set before the handlers
 * are, and only read by them. */
static struct {
    volatile sig_atomic_t active;
    int tty;
    struct termios modes;
    char restore[512];
    volatile sig_atomic_t restore_len;
    int pipe[2];
    volatile sig_atomic_t came[N_ASKED];
    struct sigaction old_asked[N_ASKED], old_fatal[N_FATAL];
    stack_t old_stack;
    void *stack;           /* owned */
} now = {.pipe = {-1, -1}};

static void write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return;
        p += w;
        n -= (size_t)w;
    }
}

/* Safe in a signal handler. */
static void restore_terminal(void)
{
    if (now.restore_len == 0)
        return;
    /* Whoever reads it may have stopped the output; we will not wait for it. */
    tcflow(now.tty, TCOON);
    write_all(now.tty, now.restore, (size_t)now.restore_len);
    tcsetattr(now.tty, TCSANOW, &now.modes);
    now.restore_len = 0;
}

static void on_asked(int signal)
{
    int saved = errno;
    for (int i = 0; i < N_ASKED; i++)
        if (asked[i] == signal)
            now.came[i] = 1;
    ssize_t n = write(now.pipe[1], "", 1);
    (void)n; /* a full pipe wakes just as well */
    errno = saved;
}

static void on_fatal(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (signal == SIGBUS && info->si_code > 0 && map_guard_repair(info->si_addr))
        return; /* a file was cut: no error of ours, and told elsewhere */
    static const char sentence[] =
        "\r\nmull: internal error; the terminal is as it was before\r\n";
    bool ours = now.restore_len > 0;
    restore_terminal();
    if (ours)
        write_all(now.tty, sentence, sizeof sentence - 1);
    /* Whoever was there before us (a debugger's friend, or the default) gets
     * it when this handler returns. */
    for (int i = 0; i < N_FATAL; i++)
        if (fatal[i] == signal)
            sigaction(signal, &now.old_fatal[i], NULL);
    raise(signal);
}

static void at_exit(void)
{
    if (now.active)
        restore_terminal();
}

/* A stack of its own, or a stack overflow could not be handled. */
static void take_stack(void)
{
    size_t size = 64 * 1024;
    now.stack = malloc(size);
    stack_t s = {.ss_sp = now.stack, .ss_size = size};
    if (!now.stack || sigaltstack(&s, &now.old_stack) != 0) {
        free(now.stack);
        now.stack = NULL;
    }
}

static void take_signals(void)
{
    struct sigaction sa = {.sa_handler = on_asked, .sa_flags = SA_RESTART};
    sigfillset(&sa.sa_mask);
    for (int i = 0; i < N_ASKED; i++) {
        now.came[i] = 0;
        sigaction(asked[i], NULL, &now.old_asked[i]);
        /* nohup and its like told us to ignore something: we do. */
        if (now.old_asked[i].sa_handler != SIG_IGN || asked[i] == SIGWINCH)
            sigaction(asked[i], &sa, NULL);
    }
    sa.sa_sigaction = on_fatal;
    sa.sa_flags = SA_ONSTACK | SA_SIGINFO;
    for (int i = 0; i < N_FATAL; i++)
        sigaction(fatal[i], &sa, &now.old_fatal[i]);
}

bool signals_begin(int tty, const struct termios *modes, struct err *err)
{
    static bool registered;
    if (pipe(now.pipe) != 0)
        return err_system(err, errno, "no pipe for signals");
    for (int i = 0; i < 2; i++) {
        fcntl(now.pipe[i], F_SETFL, O_NONBLOCK);
        fcntl(now.pipe[i], F_SETFD, FD_CLOEXEC);
    }
    now.tty = tty;
    now.modes = *modes;
    now.restore_len = 0;
    now.active = 1;
    if (!registered)
        registered = atexit(at_exit) == 0;
    take_stack();
    take_signals();
    return true;
}

void signals_set_restore(const char *bytes, size_t len)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    len = len < sizeof now.restore ? len : sizeof now.restore;
    memcpy(now.restore, bytes, len);
    now.restore_len = (sig_atomic_t)len;
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void signals_end(void)
{
    if (!now.active)
        return;
    for (int i = 0; i < N_ASKED; i++)
        sigaction(asked[i], &now.old_asked[i], NULL);
    for (int i = 0; i < N_FATAL; i++)
        sigaction(fatal[i], &now.old_fatal[i], NULL);
    if (now.stack) {
        sigaltstack(&now.old_stack, NULL);
        free(now.stack);
        now.stack = NULL;
    }
    now.active = 0;
    now.restore_len = 0;
    for (int i = 0; i < 2; i++) {
        close(now.pipe[i]);
        now.pipe[i] = -1;
    }
}

int signals_fd(void)
{
    return now.pipe[0];
}

int signals_next(void)
{
    char some[64];
    while (read(now.pipe[0], some, sizeof some) > 0)
        ;
    for (int i = 0; i < N_ASKED; i++)
        if (now.came[i]) {
            now.came[i] = 0;
            return asked[i];
        }
    return 0;
}

static void on_child(int signal)
{
    int saved = errno;
    (void)signal;
    ssize_t n = write(now.pipe[1], "", 1);
    (void)n;
    errno = saved;
}

void signals_lend(bool lent)
{
    static const int keys[] = {SIGINT, SIGQUIT, SIGTSTP};
    enum { KEYS = sizeof keys / sizeof *keys };
    static struct sigaction before[KEYS], before_child;
    struct sigaction sa = {.sa_handler = SIG_IGN};
    sigemptyset(&sa.sa_mask);
    for (int i = 0; i < KEYS; i++) {
        sa.sa_handler = keys[i] == SIGTSTP ? SIG_DFL : SIG_IGN;
        sigaction(keys[i], lent ? &sa : &before[i], lent ? &before[i] : NULL);
    }
    sa.sa_handler = on_child;
    sa.sa_flags = SA_RESTART;
    sigaction(SIGCHLD, lent ? &sa : &before_child, lent ? &before_child : NULL);
}

static void default_and_raise(int signal)
{
    struct sigaction sa = {.sa_handler = SIG_DFL};
    sigset_t one;
    sigemptyset(&sa.sa_mask);
    sigaction(signal, &sa, NULL);
    sigemptyset(&one);
    sigaddset(&one, signal);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    raise(signal);
}

void signals_stop_here(void)
{
    struct sigaction before;
    sigaction(SIGTSTP, NULL, &before);
    default_and_raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

void signals_die(int signal)
{
    default_and_raise(signal);
}
