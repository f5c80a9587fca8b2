/* SPDX-License-Identifier: Apache-2.0 */
/* What the screen costs, measured from the other side of a pseudo terminal.
 *
 *   screen [PART...]    keys, large, engine, share, open, idle; without one all
 *
 * keys: from a key to the frame that shows it, while 200 tokens a second stream
 * and the map of experts runs. large: the same with a map of 58 layers of 256
 * experts, of which each token calls 8 a layer. engine: the same while the real
 * engine answers (MULL, BENCH_MODEL). share: of a core, at 20 tokens a second.
 * open: a transcript of 100,000 lines, read and as a kept chat; then scrolling,
 * and memory. idle: wake-ups and bytes in 10 s. Each figure stands beside its
 * bar; exits with 1 when one is missed. A terminal that takes its time is not
 * part of it. */
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "bench/long_chat.h"
#include "check.h"
#include "ui/show.h"

enum { LINES_IN_ALL = 100000, KEYS = 200, SCROLLS = 40 };

static bool missed;
static char home[] = "/tmp/mull-bench-XXXXXX"; /* nobody's settings and chats */

/* bar < 0: there is none. */
static void tell(const char *what, double figure, const char *unit, double bar)
{
    printf("%-52s %10.*f %-9s", what, figure < 10 ? 2 : 0, figure, unit);
    if (bar >= 0)
        printf(" (bar %g)%s", bar, figure > bar ? " MISSED" : "");
    putchar('\n');
    fflush(stdout);
    missed |= bar >= 0 && figure > bar;
}

/* --- what the kernel knows of a process ----------------------------------- */

/* The number behind `name` in a file of /proc, or -1. */
static double proc_figure(const char *path, const char *name)
{
    char line[256];
    double n = -1;
    size_t len = strlen(name);
    FILE *f = fopen(path, "r");
    while (f && n < 0 && fgets(line, sizeof line, f))
        if (strncmp(line, name, len) == 0)
            n = strtod(line + len, NULL);
    if (f)
        fclose(f);
    return n;
}

static double memory_kb(pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    return proc_figure(path, name);
}

/* Of the thread that draws, which is the first. */
static double cpu_ms(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
    return proc_figure(path, "") / 1e6;
}

/* How often any of its threads went to sleep and was woken. */
static double wake_ups(pid_t pid)
{
    char path[300];
    double n = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/status", (int)pid,
                 e->d_name);
        if (e->d_name[0] != '.')
            n += proc_figure(path, "voluntary_ctxt_switches:");
    }
    if (d)
        closedir(d);
    return n;
}

/* --- figures of many ------------------------------------------------------ */

struct times {
    double ms[KEYS];
    int n;
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void tell_times(const char *what, struct times *t, double bar)
{
    char name[80];
    qsort(t->ms, (size_t)t->n, sizeof *t->ms, by_size);
    snprintf(name, sizeof name, "%s, p50 of %d", what, t->n);
    tell(name, t->ms[t->n / 2], "ms", -1);
    snprintf(name, sizeof name, "%s, p99", what);
    tell(name, t->ms[(t->n * 99 - 1) / 100], "ms", bar);
}

/* Who types: the line so far, with what stands before it on the screen. */
struct typist {
    struct rng r;
    char line[48];
};
#define MARK "\xE2\x94\x80\n \xE2\x80\xBA" /* the end of the rule above it */
#define TYPIST (struct typist){rng_init(6), MARK " "}

static void clear_line(struct pty *p, struct typist *who)
{
    pty_send(p, "\x15");
    pty_wait(p, MARK "\n");
    who->line[sizeof MARK] = '\0';
}

/* One letter more, after a pause as of fingers. */
static void type_letter(struct pty *p, struct typist *who, struct times *t)
{
    if (strlen(who->line) > sizeof MARK + 15)
        clear_line(p, who);
    size_t at = strlen(who->line);
    const char key[2] = {(char)('a' + rng_below(&who->r, 26)), '\0'};
    pty_listen(p, 15 + (int)rng_below(&who->r, 40));
    memcpy(who->line + at, key, 2);
    double begin = clock_ms();
    pty_send(p, key);
    pty_wait(p, who->line);
    t->ms[t->n++] = clock_ms() - begin;
}

/* --- with a model that plays a script ------------------------------------- */

/* Thoughts and an answer of so many words, with what is laid out in an answer. */
static struct script_step *long_script(unsigned words, struct buf *thought,
                                       struct buf *answer)
{
    static struct script_step steps[5];
    for (unsigned i = 0; i < words / 2; i++)
        buf_printf(thought, "%s%u ", i % 9 ? "so " : "\nwait, ", i);
    for (unsigned i = 0; i < words / 2; i++)
        buf_printf(answer, "%s%u ", i % 40 == 0  ? "\n\n## Part "
                                    : i % 40 == 1 ? "\n\n"
                                    : i % 8 == 0  ? "\n- **item** "
                                    : i % 5 == 0  ? "`code` $x^2$ " : "words ",
                   i);
    steps[0] = (struct script_step){SCRIPT_READ, NULL, 64};
    steps[1] = (struct script_step){SCRIPT_THINK, thought->p, 0};
    steps[2] = (struct script_step){SCRIPT_SAY, answer->p, 0};
    steps[3] = (struct script_step){SCRIPT_DONE, NULL, 0};
    steps[4] = (struct script_step){SCRIPT_END, NULL, 0};
    return steps;
}

/* A screen with its map, on which tokens of this model stream. */
static void open_stream(struct show *s, struct backend *model,
                        struct pty_start how, unsigned tokens_s)
{
    *s = (struct show){.b = model};
    scripted_pace(s->b, 1000000 / tokens_s);
    s->o.turn.sampling = s->b->info.sampling;
    how.run = run_ui;
    how.arg = s;
    pty_begin(&s->p, &how);
    pty_wait_bytes(&s->p, "\033[?2004h");
    pty_send(&s->p, "go\r");
    pty_wait(&s->p, "tok/s");
    pty_wait(&s->p, "experts");
}

static void end_stream(struct show *s)
{
    kill(s->p.child, SIGTERM);
    pty_end(&s->p);
    close_show(s);
}

static void type_meanwhile(struct show *s, const char *what)
{
    struct times t = {.n = 0};
    struct typist who = TYPIST;
    while (t.n < KEYS)
        type_letter(&s->p, &who, &t);
    tell_times(what, &t, 50);
}

static void measure_keys(void)
{
    struct buf thought = {0}, answer = {0};
    struct show s;
    const struct script_step *steps = long_script(8000, &thought, &answer);
    open_stream(&s, scripted_new(steps, false), SHOW(120, 36), 200);
    type_meanwhile(&s, "key to screen at 200 tokens/s");
    end_stream(&s);
    buf_clear(&thought);
    buf_clear(&answer);
}

/* On a terminal where half of the experts have a cell of their own, and on one
 * where few have. */
static void measure_large(void)
{
    static const int sizes[][2] = {{120, 36}, {240, 80}};
    for (int i = 0; i < 2; i++) {
        struct buf thought = {0}, answer = {0};
        struct show s;
        char what[80];
        const struct script_step *steps = long_script(8000, &thought, &answer);
        open_stream(&s, scripted_large(steps), SHOW(sizes[i][0], sizes[i][1]),
                    200);
        double cpu = cpu_ms(s.p.child), begin = clock_ms();
        snprintf(what, sizeof what, "with 58 x 256 experts on %d x %d", sizes[i][0],
                 sizes[i][1]);
        type_meanwhile(&s, what);
        tell("  of one core meanwhile",
             100 * (cpu_ms(s.p.child) - cpu) / (clock_ms() - begin), "%", -1);
        end_stream(&s);
        buf_clear(&thought);
        buf_clear(&answer);
    }
}

static void measure_share(void)
{
    enum { SECONDS = 10 };
    struct buf thought = {0}, answer = {0};
    struct show s;
    const struct script_step *steps = long_script(2000, &thought, &answer);
    open_stream(&s, scripted_new(steps, false), SHOW(120, 36), 20);
    pty_listen(&s.p, 1000);
    double cpu = cpu_ms(s.p.child), begin = clock_ms();
    size_t bytes = pty_listen(&s.p, SECONDS * 1000);
    double ms = clock_ms() - begin;
    tell("of one core at 20 tokens/s", 100 * (cpu_ms(s.p.child) - cpu) / ms, "%",
         5);
    tell("written to the terminal then", (double)bytes / ms, "KB/s", -1);
    end_stream(&s);
    buf_clear(&thought);
    buf_clear(&answer);
}

/* --- with the program ----------------------------------------------------- */

/* In the child: the program with these arguments. */
static int run_mull(void *arg)
{
    char *const *argv = arg;
    const char *mull = getenv("MULL");
    setenv("XDG_CONFIG_HOME", home, 1);
    setenv("XDG_DATA_HOME", home, 1);
    setenv("XDG_STATE_HOME", home, 1);
    execv(mull ? mull : "./mull", argv);
    return 127;
}

static void open_mull(struct pty *p, const char *const *argv)
{
    struct pty_start how = SHOW(120, 36);
    how.run = run_mull;
    how.arg = (void *)(uintptr_t)argv;
    pty_begin(p, &how);
}

static void end_mull(struct pty *p)
{
    kill(p->child, SIGTERM);
    pty_end(p);
    pty_free(p);
}

static void open_engine(struct pty *p)
{
    const char *model = getenv("BENCH_MODEL");
    const char *argv[] = {"mull", "chat", "--no-session", "--seed", "6", "-m",
                          model && *model ? model : "builtin", NULL};
    open_mull(p, argv);
    pty_wait(p, "F1 help");
}

static bool computes(struct pty *p)
{
    return strstr(pty_screen(p), "Ctrl-C stop") != NULL;
}

/* The same question again, in an empty chat. */
static void ask_anew(struct pty *p, struct typist *who)
{
    static const char question[] = "Make 25 from 3, 8, 8 and 9.";
    clear_line(p, who);
    pty_send(p, "/clear\r");
    pty_wait_gone(p, question);
    pty_send(p, question);
    pty_send(p, "\r");
    pty_wait(p, question);
    pty_wait(p, MARK "\n");
}

/* Letters count that are typed while it computes. */
static void measure_engine(void)
{
    struct pty p;
    struct times t = {.n = 0}, other = {.n = 0};
    struct typist who = TYPIST;
    open_engine(&p);
    for (int i = 0; i < 4 * KEYS && t.n < KEYS; i++) {
        if (!computes(&p))
            ask_anew(&p, &who);
        other.n = 0;
        type_letter(&p, &who, computes(&p) ? &t : &other);
    }
    if (t.n)
        tell_times("key to screen while the engine computes", &t, 50);
    end_mull(&p);
}

static void measure_idle(void)
{
    enum { SECONDS = 10 };
    struct pty p;
    open_engine(&p);
    pty_send(&p, "What is 12 + 34?\r");
    pty_wait(&p, "first token");
    pty_wait_gone(&p, "Ctrl-C stop");
    pty_listen(&p, 2500); /* the last frames, and the disk */
    double before = wake_ups(p.child);
    size_t bytes = pty_listen(&p, SECONDS * 1000);
    tell("written in 10 idle seconds", (double)bytes, "bytes", 0);
    tell("wake-ups of all threads in them", wake_ups(p.child) - before, "", 0);
    end_mull(&p);
}

/* --- a long transcript ---------------------------------------------------- */

static void scroll(struct pty *p, const char *what, const char *keys, int times)
{
    struct buf before = {0};
    struct times t = {.n = 0};
    while (t.n < times) {
        buf_reset(&before);
        buf_puts(&before, pty_screen(p));
        double begin = clock_ms();
        pty_send(p, keys);
        pty_wait_other(p, before.p);
        t.ms[t.n++] = clock_ms() - begin;
    }
    if (times == 1)
        tell(what, t.ms[0], "ms", -1);
    else
        tell_times(what, &t, 50);
    buf_clear(&before);
}

static void open_and_scroll(const char *what, const char *const *argv,
                            const char *first, bool at_end)
{
    struct pty p;
    printf("%s\n", what);
    double begin = clock_ms();
    open_mull(&p, argv);
    pty_wait(&p, first);
    tell("  on the screen after", clock_ms() - begin, "ms", 300);
    tell("  of which it computed", cpu_ms(p.child), "ms", -1);
    if (at_end)
        pty_send(&p, "\t");
    pty_wait(&p, "Enter fold");
    scroll(&p, at_end ? "  to the beginning" : "  to the end", at_end ? "g" : "G",
           1);
    scroll(&p, at_end ? "  to the end" : "  to the beginning", at_end ? "G" : "g",
           1);
    scroll(&p, "  a page", at_end ? "b" : " ", SCROLLS);
    scroll(&p, "  a line", at_end ? "k" : "j", SCROLLS);
    scroll(&p, "  all thoughts unfolded, to the beginning", "zRg", 1);
    scroll(&p, "  a page of them", " ", SCROLLS);
    scroll(&p, "  to the end of them", "G", 1);
    tell("  memory of its own", memory_kb(p.child, "RssAnon:") / 1024, "MB", 64);
    tell("  and with what is mapped", memory_kb(p.child, "VmRSS:") / 1024, "MB",
         -1);
    end_mull(&p);
}

static void measure_open(void)
{
    char path[64];
    const char *view[] = {"mull", "view", path, NULL};
    const char *chat[] = {"mull", "chat", "--continue", NULL};

    snprintf(path, sizeof path, "%s/turns.json", home);
    long_chat_trace(path, 1000, LINES_IN_ALL);
    open_and_scroll("100,000 lines in 1,000 turns, read", view, "question 1 of", false);
    unlink(path);
    long_chat_trace(path, 1, LINES_IN_ALL);
    open_and_scroll("100,000 lines in one turn, read", view, "question 1 of", false);
    unlink(path);
    long_chat_session(home, 1000, LINES_IN_ALL);
    open_and_scroll("100,000 lines in 1,000 turns, a kept chat", chat,
                    "line 100000 ", true);
}

/* --------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*measure)(void);
} parts[] = {
    {"keys", measure_keys},   {"large", measure_large}, {"engine", measure_engine},
    {"share", measure_share}, {"open", measure_open},   {"idle", measure_idle},
};

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

static void remove_home(void)
{
    const char *argv[] = {"rm", "-rf", home, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
    CHECK(mkdtemp(home) != NULL);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (wanted(parts[i].name, argc, argv))
            parts[i].measure();
    remove_home();
    return missed;
}
