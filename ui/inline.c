/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h" /* open_memstream */

#include "ui/inline.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/bindings.h"
#include "ui/commands.h"
#include "ui/inline_parts.h"
#include "ui/lookup.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/talk_steer.h"
#include "ui/terminal_ask.h"
#include "ui/ui.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
/* Whatever was being drawn: colours off, the cursor there, a line of its own. */
#define RESTORE "\033[?2026l" PASTE_OFF "\033[0m\033[?25h\r\n"

enum {
    FRAME_NS = 33000000,        /* 30 frames a second are enough */
    ESC_WAIT = 25000000,        /* ns until a lone Esc is a key */
};
#define QUIT_WAIT 2000000000u
#define PROGRESS_EVERY 200000000u

/* --- the terminal --------------------------------------------------------- */

static void raw_mode(const struct inline_chat *c)
{
    struct termios raw = c->before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP | BRKINT);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

static void say_bytes(const char *bytes)
{
    struct err ignored;
    file_write_fd(STDOUT_FILENO, bytes, strlen(bytes), &ignored);
}

static void take_terminal(struct inline_chat *c)
{
    raw_mode(c);
    signals_set_restore(RESTORE, sizeof RESTORE - 1);
    say_bytes(PASTE_ON);
    c->dirty = true;
}

static void leave_terminal(struct inline_chat *c)
{
    inline_take_said(c);
    if (c->open.len) { /* cut off in the middle of a line */
        live_say(&c->live, buf_str(&c->open));
        buf_reset(&c->open);
    }
    live_leave(&c->live);
    say_bytes(PASTE_OFF);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &c->before);
    signals_set_restore("", 0);
}

static void suspend(struct inline_chat *c)
{
    struct buf open = c->open; /* it goes on after fg */
    c->open = (struct buf){0};
    leave_terminal(c);
    c->open = open;
    signals_stop_here();
    take_terminal(c);
}

static void take_size(struct inline_chat *c)
{
    if (!terminal_size(STDOUT_FILENO, &c->width, &c->height)) {
        c->width = 80;
        c->height = 24;
    }
    c->width = c->width < 1000 ? c->width : 1000;
    c->height = c->height < 1000 ? c->height : 1000;
    input_set_size(c->input, live_width(c->width), c->height);
    c->dirty = true;
}

static void take_signals(struct inline_chat *c)
{
    int signal;
    while ((signal = signals_next()) != 0) {
        if (signal == SIGWINCH) {
            take_size(c);
        } else if (signal == SIGTSTP) {
            suspend(c);
            take_size(c);
        } else if (signal == SIGCONT) {
            take_terminal(c);
            take_size(c);
        } else {
            c->died_of = signal;
        }
    }
}

/* --- keys ----------------------------------------------------------------- */

static void note(struct inline_chat *c, const char *sentence)
{
    buf_reset(&c->note);
    buf_puts(&c->note, sentence);
    c->dirty = true;
}

static void queue_line(struct inline_chat *c, struct str line)
{
    c->queue = mem_realloc(c->queue, (c->n_queue + 1) * sizeof *c->queue);
    c->queue[c->n_queue] = (struct buf){0};
    buf_add_str(&c->queue[c->n_queue++], line);
}

static void stop(struct inline_chat *c)
{
    uint64_t now = clock_ns();
    if (c->p.talk.lookup) {
        lookup_stop(c->p.talk.lookup);
    } else if (c->p.talk.running) {
        backend_cancel(c->p.talk.b);
    } else if (!input_empty(c->input)) {
        input_clear_line(c->input);
    } else if (c->quit_until_ns > now) {
        c->end = true;
    } else {
        c->quit_until_ns = now + QUIT_WAIT;
        note(c, _("Ctrl-C again to leave"));
    }
}

/* Keys with a meaning of their own; those of a command are as if it were typed. */
static bool act_on_key(struct inline_chat *c, enum action a)
{
    struct err e = {0};
    switch (a) {
    case ACTION_STOP:
        stop(c);
        return true;
    case ACTION_QUIT:
        if (c->p.talk.running)
            backend_cancel(c->p.talk.b);
        c->end = true;
        return true;
    case ACTION_SUSPEND:
        suspend(c);
        take_size(c);
        return true;
    case ACTION_REDRAW:
        buf_reset(&c->live.shown);
        return true;
    case ACTION_ENOUGH:
        if (!talk_enough(&c->p.talk, &e))
            note(c, e.msg);
        return true;
    case ACTION_FOLD_LAST:
        queue_line(c, str_of("/thoughts"));
        return true;
    default:
        return false;
    }
}

static void on_key(void *arg, const struct key *key)
{
    struct inline_chat *c = arg;
    char name[KEY_LABEL_MAX];
    key_label(key, name);
    enum action a = bindings_action(c->bindings, str_of(name), false);
    uint64_t asked = c->quit_until_ns;
    buf_reset(&c->note);
    c->dirty = true;
    c->drawn_ns = 0; /* at once */
    if (!act_on_key(c, a)) {
        const struct action_row *row = NULL;
        for (size_t i = 0; a != ACTION_NONE && !row && action_row(i); i++)
            if (action_row(i)->action == a && *action_row(i)->name && plain_takes(a))
                row = action_row(i);
        char command[40];
        snprintf(command, sizeof command, "/%s", row ? row->name : "");
        enum input_result result = row ? INPUT_SAME : input_key(c->input, key);
        if (row) {
            queue_line(c, str_of(command));
        } else if (result == INPUT_LINE && input_line(c->input).len) {
            input_remember(c->input, input_line(c->input));
            queue_line(c, input_line(c->input));
        } else if (result == INPUT_END) {
            c->end = true;
        }
    }
    if (asked && asked == c->quit_until_ns)
        c->quit_until_ns = 0;
}

/* False: the other end hung up. */
static bool read_keys(struct inline_chat *c)
{
    char bytes[512];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    c->key_ns = clock_ns();
    if (n > 0)
        keymap_bytes(&c->keymap, bytes, (size_t)n);
    return n != 0;
}

/* --- rounds --------------------------------------------------------------- */

static void draw(struct inline_chat *c)
{
    uint64_t now = clock_ns();
    if (!c->dirty)
        return;
    if (c->drawn_ns && now - c->drawn_ns < FRAME_NS) {
        loop_due(&c->loop, c->drawn_ns + FRAME_NS);
        return;
    }
    c->dirty = false;
    c->drawn_ns = now;
    const char *said = input_note(c->input);
    if (said && !c->note.len)
        buf_puts(&c->note, said);
    inline_lines(c);
    c->gone |= !live_draw(&c->live, &c->canvas);
}

static void take_events(struct inline_chat *c)
{
    struct event ev;
    while (c->p.talk.running && backend_next(c->p.talk.b, &ev)) {
        reading_event(&c->reading, &ev);
        inline_follow_thought(c, &ev);
        plain_event(&c->p, &ev);
    }
    struct telemetry now;
    backend_telemetry(c->p.talk.b, &now);
    glass_telemetry(&c->p.glass, &now);
    plain_keep(&c->p);
    c->dirty = true;
}

/* How far a list of chats has come, while it is read. */
static void show_lookup(struct inline_chat *c)
{
    const char *progress = lookup_progress(c->p.talk.lookup);
    c->loop.lookup = lookup_fd(c->p.talk.lookup);
    if (!progress)
        return;
    note(c, progress);
    loop_due(&c->loop, clock_ns() + PROGRESS_EVERY);
}

static void take_lookup(struct inline_chat *c)
{
    note(c, "");
    plain_looked_up(&c->p);
}

static void run_round(struct inline_chat *c)
{
    show_lookup(c);
    inline_take_said(c);
    draw(c);
    if (keymap_waits(&c->keymap))
        loop_due(&c->loop, c->key_ns + ESC_WAIT);
    if (c->quit_until_ns)
        loop_due(&c->loop, c->quit_until_ns);
    c->loop.events = c->p.talk.running ? backend_fd(c->p.talk.b) : -1;
    unsigned news = loop_wait(&c->loop);
    if (news & LOOP_LOOKUP)
        take_lookup(c);
    if (news & LOOP_SIGNALS)
        take_signals(c);
    if (news & LOOP_GONE)
        c->gone = true;
    if (news & LOOP_KEYS)
        c->gone |= !read_keys(c);
    else if (keymap_waits(&c->keymap) && clock_ns() - c->key_ns >= ESC_WAIT)
        keymap_timeout(&c->keymap);
    if (news & LOOP_EVENTS)
        take_events(c);
    if (c->quit_until_ns && clock_ns() >= c->quit_until_ns) {
        c->quit_until_ns = 0;
        note(c, "");
    }
}

static bool over(const struct inline_chat *c)
{
    return c->end || c->gone || c->died_of;
}

static void follow(void *arg)
{
    struct inline_chat *c = arg;
    while (c->p.talk.running) {
        run_round(c);
        if (over(c) && c->p.talk.running)
            backend_cancel(c->p.talk.b); /* DONE still comes, and soon */
    }
    c->thought.runs = false;
    c->reading = (struct reading){0};
}

static enum line_result next_line(void *arg, bool more)
{
    struct inline_chat *c = arg;
    (void)more;
    while (!c->n_queue && !over(c))
        run_round(c);
    if (over(c))
        return LINE_END;
    buf_clear(&c->p.in.line);
    c->p.in.line = c->queue[0];
    c->n_queue--;
    memmove(c->queue, c->queue + 1, c->n_queue * sizeof *c->queue);
    plain_text_said(&c->p.text, plain_mark(&c->p), buf_str(&c->p.in.line));
    return LINE_READ;
}

static bool act(void *arg, enum action a, struct str args)
{
    if (a == ACTION_THOUGHTS)
        inline_thoughts(arg, args);
    return a == ACTION_THOUGHTS;
}

/* --- beginning and end ---------------------------------------------------- */

static bool begin(struct inline_chat *c, struct backend *b,
                  const struct ui_options *o, struct err *err)
{
    struct screen_facts facts;
    bool color = plain_text_color(o->color, stdout);
    FILE *out = open_memstream(&c->said, &c->said_len);
    if (!out)
        return err_set(err, ERR_MEMORY, _("no room for text"));
    c->p.out = c->p.notes = c->p.chrome = out;
    c->p.text = plain_text_init(out, HIDE_THOUGHTS, color, true);
    c->p.text.ascii = plain_text_ascii(o->ascii, stdout);
    c->p.prompts = true;
    c->face = (struct plain_face){next_line, follow, act, c};
    c->p.face = &c->face;
    if (tcgetattr(STDIN_FILENO, &c->before) != 0) {
        fclose(out);
        return err_set(err, ERR_UNSUPPORTED, _("this is no terminal"));
    }
    if (!plain_begin(&c->p, b, o, err)) {
        fclose(out);
        return false;
    }
    screen_facts_read(&facts);
    c->theme = o->theme;
    if (c->theme.kind == THEME_AUTO)
        c->theme.kind = theme_of_terminal(getenv("COLORFGBG"));
    c->live = (struct live){.fd = STDOUT_FILENO, .theme = &c->theme,
                            .colors = color ? facts.colors : 0};
    canvas_init(&c->canvas, 1, 1);
    c->canvas.ascii = c->p.text.ascii;
    c->canvas.mono = c->live.colors < 8;
    c->bindings = &o->bindings;
    c->input = input_new(o->history_path, command_word);
    keymap_init(&c->keymap, on_key, c);
    return true;
}

static void end(struct inline_chat *c)
{
    for (size_t i = 0; i < c->n_queue; i++)
        buf_clear(&c->queue[i]);
    mem_free(c->queue);
    input_free(c->input);
    keymap_clear(&c->keymap);
    canvas_clear(&c->canvas);
    live_clear(&c->live);
    buf_clear(&c->open);
    buf_clear(&c->note);
    buf_clear(&c->thought.tail);
    fclose(c->p.out);
    free(c->said);
}

bool inline_run(struct backend *b, const struct ui_options *o, struct err *err)
{
    struct inline_chat c = {0};
    if (!begin(&c, b, o, err))
        return false;
    bool ok = signals_begin(STDOUT_FILENO, &c.before, err);
    if (ok) {
        c.loop = (struct loop){.keys = STDIN_FILENO, .events = -1,
                               .signals = signals_fd(), .lookup = -1};
        struct telemetry now;
        backend_telemetry(b, &now);
        glass_telemetry(&c.p.glass, &now);
        take_terminal(&c);
        take_size(&c);
        plain_greet(&c.p, o);
        plain_talk(&c.p);
        if (!c.gone)
            leave_terminal(&c);
        signals_end();
    }
    bool kept = plain_end(&c.p, err);
    int died_of = c.died_of;
    bool gone = c.gone;
    end(&c);
    if (died_of) {
        log_info(LOG_UI, "ended by signal %d", died_of);
        signals_die(died_of); /* the exit status tells the shell */
    }
    if (gone)
        return err_set(err, ERR_IO, _("the terminal is gone"));
    return ok && kept;
}
