/* SPDX-License-Identifier: Apache-2.0 */
#include "train/cmd/live.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "train/cmd/live_view.h"
#include "train/progress.h"
#include "ui/keymap.h"
#include "ui/loop.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/ui.h"

/* Between two pictures. */
static const uint64_t PAUSE_NS = 100000000;

struct live {
    pthread_mutex_t lock;     /* guards view, dirty, over */
    struct live_view view;
    bool dirty, over;
    int wake[2];              /* the run says that there is something new */
    volatile sig_atomic_t stop;
    /* Of the run's thread, until it has been joined. */
    struct trainer_options o;
    enum trainer_end end;
    struct err err;
    bool ok;
    /* Of the screen's. */
    struct screen *screen;
    struct canvas canvas;
    struct keymap keys;
    uint64_t shown_ns;
    bool again;               /* something that the run knows nothing of */
    int signal;
};

bool live_possible(void)
{
    return isatty(STDERR_FILENO) && ui_possible();
}

/* --- the run's side ------------------------------------------------------- */

static void wake(struct live *l)
{
    ssize_t n = write(l->wake[1], "", 1); /* full: it is awake already */
    (void)n;
}

static void on_step(void *arg, const struct progress_step *s,
                    const struct net_report *r)
{
    struct live *l = arg;
    pthread_mutex_lock(&l->lock);
    live_view_step(&l->view, s, r);
    l->dirty = true;
    pthread_mutex_unlock(&l->lock);
    wake(l);
}

static void on_line(void *arg, const char *line, bool kept)
{
    struct live *l = arg;
    pthread_mutex_lock(&l->lock);
    if (kept)
        live_view_say(&l->view, line);
    else
        live_view_note(&l->view, line);
    l->dirty = true;
    pthread_mutex_unlock(&l->lock);
    wake(l);
}

static void *run(void *arg)
{
    struct live *l = arg;
    l->ok = trainer_run(&l->o, &l->end, &l->err);
    pthread_mutex_lock(&l->lock);
    l->over = true;
    pthread_mutex_unlock(&l->lock);
    wake(l);
    return NULL;
}

/* --- the screen's side ---------------------------------------------------- */

static void show(struct live *l)
{
    int width, height;
    screen_size(l->screen, &width, &height);
    if (width != l->canvas.width || height != l->canvas.height)
        canvas_resize(&l->canvas, width, height);
    pthread_mutex_lock(&l->lock);
    live_view_draw(&l->view, &l->canvas);
    l->dirty = l->again = false;
    pthread_mutex_unlock(&l->lock);
    screen_show(l->screen, &l->canvas);
    l->shown_ns = clock_ns();
}

/* The run looks at it between two steps. */
static void leave(struct live *l, int signal)
{
    pthread_mutex_lock(&l->lock);
    l->view.leaving = l->dirty = true;
    pthread_mutex_unlock(&l->lock);
    if (signal)
        l->signal = signal;
    l->stop = signal ? signal : SIGINT;
}

static void on_key(void *arg, const struct key *key)
{
    struct live *l = arg;
    bool ctrl = (key->mods & MOD_CTRL) != 0;
    if (key->code != K_CHAR)
        return;
    if ((ctrl && key->text[0] == 'C') || (!ctrl && key->text[0] == 'q'))
        leave(l, 0);
    else if (ctrl && key->text[0] == 'Z')
        screen_suspend(l->screen);
    else if (ctrl && key->text[0] == 'L')
        screen_redraw(l->screen);
    else if (!ctrl && key->text[0] == 'b') {
        pthread_mutex_lock(&l->lock);
        l->view.map = (enum live_map)((l->view.map + 1) % LIVE_MAPS);
        pthread_mutex_unlock(&l->lock);
    }
    l->again = true;
}

static void on_signals(struct live *l)
{
    for (int s; (s = signals_next()) != 0;) {
        if (s == SIGWINCH)
            screen_resize(l->screen);
        else if (s == SIGTSTP)
            screen_suspend(l->screen);
        else if (s == SIGCONT)
            screen_resume(l->screen);
        else
            leave(l, s);
        l->again = true;
    }
}

static void drain(struct live *l)
{
    char some[64];
    while (read(l->wake[0], some, sizeof some) > 0)
        ;
}

static bool is_over(struct live *l, bool *dirty)
{
    pthread_mutex_lock(&l->lock);
    bool over = l->over;
    *dirty = l->dirty || l->again;
    pthread_mutex_unlock(&l->lock);
    return over;
}

static void watch(struct live *l)
{
    struct loop loop = {.keys = screen_fd(l->screen), .events = l->wake[0],
                        .signals = signals_fd()};
    bool dirty = true, gone = false;
    show(l);
    while (!is_over(l, &dirty)) {
        if (dirty && clock_ns() >= l->shown_ns + PAUSE_NS)
            show(l);
        else if (dirty)
            loop_due(&loop, l->shown_ns + PAUSE_NS);
        unsigned news = loop_wait(&loop);
        drain(l);
        if (news & LOOP_SIGNALS)
            on_signals(l);
        if ((news & LOOP_KEYS) && !gone)
            gone = !screen_read(l->screen, &l->keys);
        if (keymap_waits(&l->keys))
            keymap_timeout(&l->keys); /* no key of ours begins with Esc */
        if ((news & LOOP_GONE) || gone) {
            leave(l, SIGHUP);
            return; /* nobody looks any more */
        }
    }
    show(l);
}

/* --- both ----------------------------------------------------------------- */

/* What happened stays readable below the prompt. */
static void tell_rest(const struct live *l)
{
    const struct live_view *v = &l->view;
    unsigned n = v->n_lines < LIVE_LINES ? v->n_lines : LIVE_LINES;
    for (unsigned i = 0; i < n; i++)
        fprintf(stderr, "%s\n", v->lines[(v->n_lines - n + i) % LIVE_LINES]);
}

static bool open_wake(struct live *l, struct err *err)
{
    if (pipe(l->wake) != 0)
        return err_system(err, errno, "no pipe");
    for (int i = 0; i < 2; i++) {
        fcntl(l->wake[i], F_SETFL, O_NONBLOCK);
        fcntl(l->wake[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

static bool open_screen(struct live *l, struct err *err)
{
    const struct screen_options o = {.no_color = getenv("NO_COLOR") != NULL};
    int width, height;
    setlocale(LC_CTYPE, ""); /* numbers stay as they are in files */
    l->screen = screen_open(&o, err);
    if (!l->screen)
        return false;
    screen_size(l->screen, &width, &height);
    canvas_init(&l->canvas, width, height);
    l->canvas.ascii = screen_ascii(l->screen);
    l->canvas.mono = screen_mono(l->screen);
    keymap_init(&l->keys, on_key, l);
    return true;
}

static bool run_watched(struct live *l, struct err *err)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, l) != 0) {
        screen_close(l->screen);
        return err_set(err, ERR_MEMORY, "there is no thread for the run");
    }
    watch(l);
    pthread_join(thread, NULL);
    screen_close(l->screen);
    tell_rest(l);
    if (!l->ok)
        *err = l->err;
    return l->ok;
}

bool live_run(const struct trainer_options *o, enum trainer_end *end, int *signal,
              struct err *err)
{
    struct live l = {.o = *o};
    const struct progress_sink sink = {on_step, on_line, &l};
    *signal = 0;
    l.o.sink = &sink;
    l.o.screen = NULL;
    l.o.stop = &l.stop;
    if (!open_wake(&l, err))
        return false;
    pthread_mutex_init(&l.lock, NULL);
    bool ok = open_screen(&l, err) && run_watched(&l, err);
    *end = l.end;
    *signal = l.signal;
    keymap_clear(&l.keys);
    canvas_clear(&l.canvas);
    live_view_clear(&l.view);
    pthread_mutex_destroy(&l.lock);
    close(l.wake[0]);
    close(l.wake[1]);
    return ok;
}
