/* SPDX-License-Identifier: Apache-2.0 */
/* How long the program takes beside computing, and what it holds in memory beside
 * the weights: MULL=./mull thrift [-m FILE ...]; the arguments are mull's. Starts are
 * of a warm page cache: the first of them is not counted. FILL=1000: the question on
 * the screen is that many words long, to fill a context. */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { ROUNDS = 5, MAX_ARGS = 64, QUIET_MS = 1500 };
#define QUESTION "What is 391 + 2748?"

static const char *mull;

static void fail(const char *what)
{
    fprintf(stderr, "thrift: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* "mull" FIRST..., then the user's arguments. */
static void become(const char *const *first, char **args)
{
    const char *all[MAX_ARGS + 16] = {mull};
    int n = 1;
    while (*first)
        all[n++] = *first++;
    for (int i = 0; args[i] && i < MAX_ARGS; i++)
        all[n++] = args[i];
    execv(mull, (char **)all);
    _exit(127);
}

/* --- start ---------------------------------------------------------------- */

struct start {
    double token_ms;   /* from the fork to the first token */
    double compute_ms; /* of them, the prompt */
    double peak_mb;    /* resident */
};

static double number_behind(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    return at ? strtod(at + strlen(key), NULL) : 0;
}

static struct start measure_start(char **args)
{
    static const char *const how[] = {"run", "--json", "-n", "1", "--temp", "0",
                                      NULL};
    static char line[1 << 20];
    struct start s = {0};
    struct rusage use;
    int out[2], status;
    if (pipe(out) != 0)
        fail("pipe");
    double began = clock_ms();
    pid_t pid = fork();
    if (pid == 0) {
        int in[2];
        if (pipe(in) != 0 || write(in[1], QUESTION, sizeof QUESTION - 1) < 0)
            _exit(127);
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        become(how, args);
    }
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    while (f && fgets(line, sizeof line, f)) {
        if (!s.token_ms && strstr(line, "\"event\":\"token\""))
            s.token_ms = clock_ms() - began;
        if (strstr(line, "\"event\":\"done\""))
            s.compute_ms = number_behind(line, "\"prompt_ms\":");
    }
    fclose(f);
    if (wait4(pid, &status, 0, &use) != pid || status != 0 || !s.token_ms)
        fail("mull run gave no token");
    s.peak_mb = (double)use.ru_maxrss * 1024 / 1e6;
    return s;
}

static int by_beyond(const void *a, const void *b)
{
    const struct start *x = a, *y = b;
    double d = (x->token_ms - x->compute_ms) - (y->token_ms - y->compute_ms);
    return (d > 0) - (d < 0);
}

static void tell_start(char **args)
{
    struct start s[ROUNDS];
    measure_start(args);
    for (int i = 0; i < ROUNDS; i++)
        s[i] = measure_start(args);
    qsort(s, ROUNDS, sizeof *s, by_beyond);
    const struct start *m = &s[ROUNDS / 2];
    printf("start       %.0f ms to the first token, %.0f of them computing: "
           "%.0f ms beyond\n", m->token_ms, m->compute_ms,
           m->token_ms - m->compute_ms);
    printf("mull run    %.1f MB resident at most, the mapped file among it\n",
           m->peak_mb);
}

/* --- memory --------------------------------------------------------------- */

static unsigned long cpu_ticks(pid_t pid)
{
    char path[64];
    unsigned long user = 0, sys = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f || fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u"
                     " %lu %lu", &user, &sys) != 2)
        fail(path);
    fclose(f);
    return user + sys;
}

/* Reads what it draws until it has not worked for a while. */
static void let_it_work(pid_t pid, int fd)
{
    char some[65536];
    unsigned long ticks = cpu_ticks(pid);
    double since = clock_ms();
    while (clock_ms() - since < QUIET_MS) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 50) > 0 && read(fd, some, sizeof some) <= 0)
            fail("the screen is gone");
        unsigned long now = cpu_ticks(pid);
        if (now != ticks)
            since = clock_ms();
        ticks = now;
    }
}

/* Resident megabytes: of all, and of mappings of this file. */
static void resident(pid_t pid, const char *model, double *all, double *file)
{
    char path[64], line[4096];
    bool is_model = false;
    unsigned long kb;
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f)
        fail(path);
    *all = *file = 0;
    while (fgets(line, sizeof line, f)) {
        if (isxdigit((unsigned char)line[0]) && strchr(line, '-'))
            is_model = model && strstr(line, model);
        else if (sscanf(line, "Rss: %lu", &kb) == 1) {
            *all += (double)kb * 1024 / 1e6;
            *file += is_model ? (double)kb * 1024 / 1e6 : 0;
        }
    }
    fclose(f);
}

static const char *model_of(char **args)
{
    static char real[4096];
    for (int i = 0; args[i] && args[i + 1]; i++)
        if (strcmp(args[i], "-m") == 0)
            return realpath(args[i + 1], real);
    return NULL; /* it is inside the program */
}

/* As a paste, with Enter. */
static void ask(int fd)
{
    static const char word[] = "number ";
    const char *fill = getenv("FILL");
    char some[65536];
    bool ok = write(fd, "\033[200~" QUESTION " ", 6 + sizeof QUESTION) > 0;
    for (long n = fill ? atol(fill) : 0; ok && n > 0; n--) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        while (poll(&p, 1, 0) > 0 && p.revents & POLLIN &&
               read(fd, some, sizeof some) > 0)
            ;
        ok = write(fd, word, sizeof word - 1) > 0;
    }
    if (!ok || write(fd, "\033[201~\r", 7) < 0)
        fail("the screen");
}

static void tell_memory(char **args)
{
    static const char *const how[] = {"chat", "--no-session", "--temp", "0", "-n",
                                      "64", NULL};
    struct winsize size = {.ws_row = 40, .ws_col = 120};
    double all, file;
    int fd, status;
    pid_t pid = forkpty(&fd, NULL, NULL, &size);
    if (pid < 0)
        fail("forkpty");
    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        become(how, args);
    }
    let_it_work(pid, fd);
    ask(fd);
    let_it_work(pid, fd);
    resident(pid, model_of(args), &all, &file);
    printf("the screen  %.1f MB resident after a turn", all);
    if (file > 0)
        printf(": %.1f of the mapped file, %.1f MB beyond", file, all - file);
    putchar('\n');
    kill(pid, SIGTERM);
    close(fd);
    waitpid(pid, &status, 0);
}

int main(int argc, char **argv)
{
    mull = getenv("MULL");
    if (!mull || argc > MAX_ARGS) {
        fputs("usage: MULL=./mull thrift [-m FILE] [options of mull]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    tell_start(argv + 1);
    tell_memory(argv + 1);
    return 0;
}
