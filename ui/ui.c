/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui.h"

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/log.h"
#include "ui/commands.h"
#include "ui/input.h"
#include "ui/lookup.h"
#include "ui/replay.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/transcript.h"
#include "ui/turns.h"
#include "ui/ui_act.h"
#include "ui/ui_keys.h"
#include "ui/ui_parts.h"
#include "ui/ui_queue.h"
#include "ui/ui_steer.h"
#include "ui/ui_turn.h"

#define PROGRESS_EVERY 200000000u /* ns */
#define ESC_WAIT 25000000u /* ns; longer silence: Esc was a key of its own */

/* --- the rounds ----------------------------------------------------------- */

static void take_signals(struct ui *u)
{
    int signal;
    while ((signal = signals_next()) != 0) {
        if (signal == SIGWINCH) {
            if (screen_resize(u->screen))
                ui_take_size(u);
        } else if (signal == SIGTSTP) {
            ui_suspend(u);
            ui_take_size(u);
        } else if (signal == SIGCONT) {
            screen_resume(u->screen);
            ui_take_size(u);
        } else {
            u->died_of = signal;
        }
    }
}

/* What stands in place of the keys at the bottom. */
static void show_message(struct ui *u, uint64_t now)
{
    const char *message = lookup_progress(u->talk.lookup);
    if (message)
        loop_due(&u->loop, now + PROGRESS_EVERY);
    if (!message)
        message = input_note(u->input);
    if (!message && u->note.len)
        message = u->note.p;
    if (!message)
        message = ui_token_text(u);
    if (!message && u->frame.glass.thinking &&
        transcript_thoughts_shown(u->transcript) == THOUGHTS_HIDDEN)
        message = _("thinking: /thoughts full shows it");
    if (!message && u->choice != CHOICE_NONE)
        message = ui_choice_text(u);
    if (u->quit_until_ns > now) {
        message = _("Ctrl-C again to leave");
        loop_due(&u->loop, u->quit_until_ns);
    } else {
        u->quit_until_ns = 0;
    }
    frame_message(&u->frame, message);
}

static void draw(struct ui *u)
{
    uint64_t now = clock_ns();
    bool drawn;
    show_message(u, now);
    uint64_t due = frame_draw(&u->frame, now, u->keys_came, &drawn);
    u->keys_came = false;
    if (due)
        loop_due(&u->loop, due);
    if (drawn)
        screen_show(u->screen, &u->frame.canvas);
}

/* What was said goes to its session, at the pace of the keeper. */
static void keep(struct ui *u)
{
    struct buf news = {0};
    uint64_t due;
    if (keeping_flush(&u->talk.keep, &due, &news))
        ui_say(u, news.p);
    if (due)
        loop_due(&u->loop, due);
    buf_clear(&news);
}

static void run(struct ui *u)
{
    while (!u->quit && !u->died_of && !u->terminal_gone) {
        keep(u);
        draw(u);
        if (keymap_waits(&u->keymap))
            loop_due(&u->loop, u->key_ns + ESC_WAIT);
        u->loop.lookup = lookup_fd(u->talk.lookup);
        unsigned news = loop_wait(&u->loop);
        if (news & LOOP_LOOKUP)
            ui_take_lookup(u);
        if (news & LOOP_SIGNALS)
            take_signals(u);
        if (news & LOOP_GONE)
            u->terminal_gone = true;
        if (news & LOOP_KEYS) {
            u->key_ns = clock_ns();
            u->terminal_gone |= !screen_read(u->screen, &u->keymap);
        } else if (keymap_waits(&u->keymap) &&
                   clock_ns() - u->key_ns >= ESC_WAIT) {
            keymap_timeout(&u->keymap);
        }
        if (news & LOOP_EVENTS)
            ui_turn_events(u);
    }
}

/* --- beginning and end ---------------------------------------------------- */

static bool wants_no_color(const struct ui_options *o)
{
    const char *no = getenv("NO_COLOR");
    return o->color == COLOR_NEVER || (o->color == COLOR_AUTO && no && *no);
}

/* Before the screen opens: a session that cannot go on is a sentence in the
 * shell. */
static bool begin_talk(struct ui *u, const struct ui_options *o,
                       struct buf *note, struct err *err)
{
    talk_init(&u->talk, u->b, &o->turn);
    talk_keep(&u->talk, o->sessions);
    talk_system(&u->talk, str_of(o->system ? o->system : ""));
    talk_presets(&u->talk, o->presets, o->preset,
                 o->presets ? &o->usual : &o->turn,
                 str_of(o->usual_system ? o->usual_system : ""));
    u->reading = o->reading != NULL;
    if (o->reading)
        conversation_copy(&u->talk.c, o->reading);
    return !o->resume || talk_resume(&u->talk, o->resume, note, err);
}

static bool open_screen(struct ui *u, const struct ui_options *o,
                        struct err *err)
{
    struct screen_options so = {.ascii = o->ascii,
                                .no_color = wants_no_color(o),
                                .theme = o->theme,
                                .log_path = o->log_path};
    u->screen = screen_open(&so, err);
    if (!u->screen)
        return false;
    u->mouse = o->mouse;
    screen_mouse(u->screen, u->mouse);
    return true;
}

static void begin_frame(struct ui *u, const struct ui_options *o)
{
    struct telemetry t;
    frame_init(&u->frame, u->transcript, &u->b->info, o->greeting, u->input);
    u->bindings = u->frame.glass.bindings = &o->bindings;
    frame_modified(&u->frame, &o->turn.experts);
    u->frame.canvas.ascii = screen_ascii(u->screen);
    u->frame.canvas.mono = screen_mono(u->screen);
    ui_take_size(u);
    if (o->raw)
        frame_action(&u->frame, ACTION_RAW);
    backend_telemetry(u->b, &t);
    frame_telemetry(&u->frame, &t);
}

static bool begin(struct ui *u, const struct ui_options *o, struct err *err)
{
    u->turns = turns_new(str_of(o->turns ? o->turns : turns_builtin), err);
    if (!u->turns)
        return err_context(err, _("the list of turns of thought"));
    if (!open_screen(u, o, err)) {
        turns_free(u->turns);
        return false;
    }
    u->input = input_new(o->history_path, command_word);
    u->transcript = transcript_new();
    transcript_set_turns(u->transcript, u->turns);
    if (o->think == HIDE_THOUGHTS)
        transcript_show_thoughts(u->transcript, THOUGHTS_FOLDED);
    begin_frame(u, o);
    keymap_init(&u->keymap, ui_key, u);
    u->no_clipboard = o->no_clipboard;
    u->copied_path = o->copied_path;
    if (u->b->info.notice[0])
        ui_say(u, u->b->info.notice);
    if (o->news)
        ui_say(u, o->news);
    u->loop = (struct loop){.keys = screen_fd(u->screen),
                            .events = backend_fd(u->b),
                            .signals = signals_fd(), .lookup = -1};
    u->keys_came = true;
    return true;
}

/* False: the chat could not be kept to its end. */
static bool end(struct ui *u, struct err *err)
{
    screen_close(u->screen); /* first: the user has the terminal back at once */
    frame_clear(&u->frame);
    bool kept = talk_close(&u->talk, err);
    transcript_free(u->transcript);
    input_free(u->input);
    keymap_clear(&u->keymap);
    ui_queue_clear(u);
    buf_clear(&u->note);
    buf_clear(&u->token);
    buf_clear(&u->question);
    turns_free(u->turns);
    return kept;
}

/* What is read begins at its beginning; that has a place once it is drawn. Nothing
 * is measured, so there is nothing for the side panes. */
static void begin_reading(struct ui *u)
{
    bool drawn;
    u->frame.sides_wanted = false;
    u->frame.reading = true;
    frame_browse(&u->frame, true);
    u->frame.all_dirty = true;
    frame_draw(&u->frame, clock_ns(), true, &drawn);
    frame_action(&u->frame, ACTION_TOP);
}

/* A chat that goes on begins with what was said. */
static void show_resumed(struct ui *u, struct buf *note)
{
    if (u->talk.c.n > 0)
        replay(u->transcript, &u->talk.c);
    ui_say_lines(u, note);
    buf_clear(note);
    if (u->reading)
        begin_reading(u);
    u->frame.all_dirty = true;
}

bool ui_run(struct backend *b, const struct ui_options *o, struct err *err)
{
    struct ui u = {.b = b};
    struct buf note = {0};
    if (!begin_talk(&u, o, &note, err) || !begin(&u, o, err)) {
        talk_clear(&u.talk);
        buf_clear(&note);
        return false;
    }
    show_resumed(&u, &note);
    run(&u);
    int died_of = u.died_of;
    bool gone = u.terminal_gone;
    bool kept = end(&u, err);
    if (died_of) {
        log_info(LOG_UI, "ended by signal %d", died_of);
        signals_die(died_of); /* the exit status tells the shell */
    }
    if (gone)
        return err_set(err, ERR_IO, _("the terminal is gone"));
    return kept;
}
