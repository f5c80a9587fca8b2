/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "ui/attach.h"
#include "ui/commands.h"
#include "ui/editor.h"
#include "ui/frame.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/loop.h"
#include "ui/replay.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/talk.h"
#include "ui/talk_preset.h"
#include "ui/talk_sessions.h"
#include "ui/transcript.h"
#include "ui/ui_copy.h"
#include "ui/ui_look.h"
#include "ui/ui_parts.h"
#include "ui/ui_queue.h"
#include "ui/ui_steer.h"

#define SECOND 1000000000u
#define ESC_WAIT 25000000u      /* longer silence: Esc was a key of its own */
#define QUIT_WAIT (2 * SECOND)  /* Ctrl-C twice within this leaves */
enum { EVENTS_A_ROUND = 512, WHEEL_LINES = 3 };

/* --- turns ----------------------------------------------------------------- */

void ui_say(struct ui *u, const char *sentence)
{
    transcript_notice(u->transcript, sentence);
    u->frame.chat->dirty = true;
}

void ui_complain(struct ui *u, const struct err *err)
{
    transcript_error(u->transcript, err->msg);
    u->frame.chat->dirty = true;
}

void ui_note_running(struct ui *u)
{
    u->frame.running = u->talk.running;
    u->frame.status->dirty = true;
}

/* Several lines, as one notice; frees nothing. */
static void say_lines(struct ui *u, struct buf *lines)
{
    while (lines->len > 0 && lines->p[lines->len - 1] == '\n')
        buf_erase(lines, lines->len - 1, 1);
    if (lines->len > 0)
        ui_say(u, lines->p);
}

static void start_turn(struct ui *u, struct str message)
{
    struct err err;
    buf_reset(&u->question);
    buf_add_str(&u->question, message);
    u->choice = CHOICE_NONE;
    struct buf sent = {0}, said = {0};
    transcript_user(u->transcript, message);
    bool ok = attach_files(message, &sent, &said, &err);
    if (ok)
        say_lines(u, &said);
    if (!ok || !talk_say(&u->talk, buf_str(&sent), &err))
        ui_complain(u, &err);
    buf_clear(&sent);
    buf_clear(&said);
    ui_note_running(u);
    frame_action(&u->frame, ACTION_END);
    u->frame.chat->dirty = true;
}

static void send_next_queued(struct ui *u)
{
    struct buf first = {0};
    if (!u->talk.running && ui_queue_next(u, &first))
        start_turn(u, buf_str(&first));
    buf_clear(&first);
}

static void take_events(struct ui *u)
{
    struct event ev;
    struct telemetry t;
    int n = 0;
    while (n < EVENTS_A_ROUND && backend_next(u->b, &ev)) {
        n++;
        bool reads = u->talk.only_reads;
        if (talk_event(&u->talk, &ev)) {
            transcript_event(u->transcript, &ev);
            frame_event(&u->frame, &ev);
            ui_steer_event(u, &ev, reads);
        }
        if (ev.kind == EVENT_DONE || ev.kind == EVENT_ERROR)
            ui_note_running(u);
    }
    if (n == 0)
        return;
    backend_telemetry(u->b, &t);
    frame_telemetry(&u->frame, &t);
    ui_steer_news(u);
    if (u->choice == CHOICE_NONE) /* else the user is asked first */
        send_next_queued(u);
}

/* --- commands -------------------------------------------------------------- */

static void clear_chat(struct ui *u)
{
    ui_queue_drop(u);
    talk_restart(&u->talk);
    transcript_clear(u->transcript);
    glass_restart(&u->frame.glass);
    u->choice = CHOICE_NONE;
    frame_action(&u->frame, ACTION_END);
    u->frame.all_dirty = true;
}

static void regenerate(struct ui *u)
{
    struct err err;
    if (u->talk.running)
        ui_say(u, _("an answer is on its way: Ctrl-C stops it"));
    else if (talk_again(&u->talk, &err))
        frame_action(&u->frame, ACTION_END);
    else
        ui_complain(u, &err);
    ui_note_running(u);
}

/* Commands that answer with sentences. */
static void ask_settings(struct ui *u, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err err;
    bool ok = true;
    if (a == ACTION_SET)
        ok = talk_set(&u->talk, args, &answer, &err);
    else if (a == ACTION_EXPERT)
        ok = talk_experts(&u->talk, args, &answer, &err);
    else if (a == ACTION_THINK)
        ok = talk_think(&u->talk, args, &answer, &err);
    else if (a == ACTION_PRESET)
        ok = talk_preset(&u->talk, args, &answer, &err);
    else
        talk_stats(&u->talk, &answer);
    if (!ok)
        ui_complain(u, &err);
    if (ok)
        say_lines(u, &answer);
    frame_modified(&u->frame, &u->talk.options.experts);
    buf_clear(&answer);
}

static void stop(struct ui *u)
{
    uint64_t now = clock_ns();
    if (u->talk.running) {
        backend_cancel(u->b);
    } else if (!input_empty(u->input)) {
        input_clear_line(u->input);
        u->frame.input_dirty = true;
    } else if (u->quit_until_ns > now) {
        u->quit = true;
    } else {
        u->quit_until_ns = now + QUIT_WAIT;
    }
}

static void suspend(struct ui *u)
{
    screen_suspend(u->screen);
    u->frame.all_dirty = true;
}

static void take_size(struct ui *u);

/* What stands in the input goes to an editor and comes back: to be read once
 * more, Enter sends it. */
static void write_in_editor(struct ui *u)
{
    struct buf text = {0}, changed = {0};
    struct err err;
    int died = 0;
    buf_add_str(&text, input_text(u->input));
    screen_lend(u->screen);
    bool ok = editor_run(buf_str(&text), &changed, &died, &err);
    screen_resume(u->screen);
    take_size(u);
    if (ok)
        input_put(u->input, buf_str(&changed));
    else
        ui_complain(u, &err);
    if (died)
        u->died_of = died;
    frame_browse(&u->frame, false);
    u->frame.all_dirty = true;
    buf_clear(&text);
    buf_clear(&changed);
}

static uint32_t turn_of(const void *talk, const struct message *m)
{
    return talk_turn_of(talk, m);
}

/* The chat as it is now, in place of what was shown. */
static void show_anew(struct ui *u)
{
    replay(u->transcript, &u->talk.c, turn_of, &u->talk);
    glass_look_away(&u->frame.glass);
    frame_action(&u->frame, ACTION_END);
    u->frame.all_dirty = true;
    ui_note_running(u);
}

/* The commands of talk_sessions.h. The key for /edit has no text to send: it gives
 * the old one to be changed. */
static void act_on_session(struct ui *u, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err err;
    enum talk_change change;
    if (a == ACTION_EDIT && args.len == 0 && talk_last_question(&u->talk).len) {
        buf_puts(&answer, "/edit ");
        buf_add_str(&answer, talk_last_question(&u->talk));
        input_put(u->input, buf_str(&answer));
        frame_browse(&u->frame, false);
        u->frame.all_dirty = true;
        buf_clear(&answer);
        return;
    }
    bool ok = talk_sessions_act(&u->talk, a, args, &answer, &change, &err);
    if (change != TALK_SAME) {
        ui_queue_drop(u);
        show_anew(u);
    }
    say_lines(u, &answer);
    if (!ok)
        ui_complain(u, &err);
    buf_clear(&answer);
}

static void act(struct ui *u, enum action a, struct str args)
{
    if (talk_sessions_takes(a)) {
        act_on_session(u, a, args);
        return;
    }
    switch (a) {
    case ACTION_HELP:
        frame_toggle_help(&u->frame);
        break;
    case ACTION_EXPERTS:
        frame_toggle_sides(&u->frame);
        break;
    case ACTION_BROWSE:
        frame_browse(&u->frame, true);
        break;
    case ACTION_INPUT: /* one step out, then another */
        if (!ui_steer_leave(u))
            frame_browse(&u->frame, false);
        break;
    case ACTION_STOP:
        stop(u);
        break;
    case ACTION_QUIT:
        u->quit = true;
        break;
    case ACTION_CLEAR:
        clear_chat(u);
        break;
    case ACTION_REDRAW:
        screen_redraw(u->screen);
        u->frame.all_dirty = true;
        break;
    case ACTION_SUSPEND:
        suspend(u);
        break;
    case ACTION_REGEN:
        regenerate(u);
        break;
    case ACTION_EDITOR:
        write_in_editor(u);
        break;
    case ACTION_THINK:
    case ACTION_SET:
    case ACTION_EXPERT:
    case ACTION_STATS:
    case ACTION_PRESET:
        ask_settings(u, a, args);
        break;
    default:
        if (!ui_look_act(u, a, args) && !ui_copy_act(u, a, args) &&
            !ui_queue_act(u, a, args) && !ui_steer(u, a, args))
            frame_action(&u->frame, a);
    }
}

/* --- lines ----------------------------------------------------------------- */

static void refuse_command(struct ui *u, struct str name)
{
    struct err err;
    struct buf b = {0};
    sanitize_text(str_n(name.p, name.len < 40 ? name.len : 40), true, &b);
    err_set(&err, ERR_USAGE,
            _("there is no /%s: did you mean /%s? (// sends a slash)"),
            b.p ? b.p : "", action_nearest(name));
    ui_complain(u, &err);
    buf_clear(&b);
}

static void take_line(struct ui *u)
{
    const char *tried = chat_pane_suggestion(u->frame.chat);
    struct buf line = {0};
    buf_add_str(&line, input_line(u->input));
    if (line.len == 0 && tried && !u->frame.help_shown)
        buf_puts(&line, tried);
    if (line.len == 0)
        return;
    input_remember(u->input, buf_str(&line));
    struct line_meaning m = line_meaning(buf_str(&line));
    if (m.kind == LINE_COMMAND)
        act(u, m.row->action, m.args);
    else if (m.kind == LINE_UNKNOWN)
        refuse_command(u, m.text);
    else if (u->talk.running || u->n_queued > 0)
        ui_queue_add(u, m.text);
    else
        start_turn(u, m.text);
    buf_clear(&line);
}

/* --- keys ------------------------------------------------------------------ */

static void type_key(struct ui *u, const struct key *key)
{
    switch (input_key(u->input, key)) {
    case INPUT_LINE:
        take_line(u);
        u->frame.input_dirty = true;
        break;
    case INPUT_END:
        u->quit = true;
        break;
    case INPUT_EDITOR:
        write_in_editor(u);
        break;
    case INPUT_EDITED:
        u->frame.input_dirty = true;
        break;
    case INPUT_SAME:
        break;
    }
}

/* An empty chat offers prompts to try; there is nothing to browse yet. Tab begins
 * to choose: before that the arrows are those of the line's history. */
static bool choose_prompt(struct ui *u, const struct key *key)
{
    if (key->code == K_TAB && key->mods == 0)
        return frame_action(&u->frame, ACTION_LINE_DOWN);
    if (!chat_pane_suggestion(u->frame.chat))
        return false;
    if (key->code == K_DOWN)
        return frame_action(&u->frame, ACTION_LINE_DOWN);
    if (key->code == K_UP || (key->code == K_TAB && key->mods == MOD_SHIFT))
        return frame_action(&u->frame, ACTION_LINE_UP);
    return false;
}

/* In the line: the cursor goes there. In the chat: a thought folds at its header,
 * and who browses goes to that line. */
static void click(struct ui *u, const struct key *key)
{
    if (frame_in_input(&u->frame, key->x, key->y)) {
        if (u->frame.browsing)
            frame_browse(&u->frame, false);
        input_click(u->input, key->x, key->y);
        u->frame.input_dirty = true;
    } else {
        frame_click(&u->frame, key->x, key->y);
    }
}

/* Keys whose meaning hangs on what is on the screen. True: done. */
static bool key_of_the_moment(struct ui *u, const struct key *key)
{
    if (key->code == K_WHEEL_UP || key->code == K_WHEEL_DOWN) {
        for (int i = 0; i < WHEEL_LINES; i++)
            frame_action(&u->frame, key->code == K_WHEEL_UP
                                        ? ACTION_LINE_UP
                                        : ACTION_LINE_DOWN);
        return true;
    }
    if (key->code == K_CLICK) {
        click(u, key);
        return true;
    }
    if (key->code == K_ESC && u->frame.help_shown) {
        frame_toggle_help(&u->frame);
        return true;
    }
    if (u->reading && u->frame.browsing && key->code == K_CHAR &&
        key->mods == 0 && key->text[0] == 'q') {
        u->quit = true;
        return true;
    }
    if (key->code == K_ESC && u->frame.compare_shown) {
        frame_show_compare(&u->frame, false);
        return true;
    }
    if (u->frame.browsing || !input_empty(u->input))
        return false;
    if (u->choice != CHOICE_NONE && ui_choose(u, key))
        return true;
    if (chat_pane_offers(u->frame.chat) && !u->frame.help_shown)
        return choose_prompt(u, key);
    if (key->code == K_TAB && key->mods == 0) {
        act(u, ACTION_BROWSE, str_n("", 0));
        return true;
    }
    return false;
}

/* While browsing: one key, or the second of two. False: not for us. */
static bool browse_key(struct ui *u, const struct key *key, const char *name)
{
    char both[32];
    snprintf(both, sizeof both, "%s%s", u->first_key, name);
    bool began = u->first_key[0] != '\0';
    u->first_key[0] = '\0';
    enum action a = bindings_action(u->bindings, str_of(both), true);
    if (a != ACTION_NONE) {
        act(u, a, str_n("", 0));
        return true;
    }
    if (!began && bindings_begins(u->bindings, str_of(name))) {
        snprintf(u->first_key, sizeof u->first_key, "%s", name);
        return true;
    }
    if (key->code == K_PASTE || (key->code == K_CHAR && key->mods == 0)) {
        frame_browse(&u->frame, false); /* and it is typed */
        return false;
    }
    return true;
}

static void on_key(void *arg, const struct key *key)
{
    struct ui *u = arg;
    char name[KEY_LABEL_MAX];
    key_label(key, name);
    bool asked = u->quit_until_ns != 0;
    buf_reset(&u->note);
    if (!key_of_the_moment(u, key) &&
        !(u->frame.browsing && browse_key(u, key, name))) {
        enum action a = bindings_action(u->bindings, str_of(name), false);
        if (a != ACTION_NONE)
            act(u, a, str_n("", 0));
        else
            type_key(u, key);
    }
    if (asked) /* whatever else it was, the question is answered */
        u->quit_until_ns = 0;
    u->keys_came = true;
}

/* --- the rounds ------------------------------------------------------------ */

static void take_size(struct ui *u)
{
    int width, height;
    screen_size(u->screen, &width, &height);
    frame_resize(&u->frame, width, height);
}

static void take_signals(struct ui *u)
{
    int signal;
    while ((signal = signals_next()) != 0) {
        if (signal == SIGWINCH) {
            if (screen_resize(u->screen))
                take_size(u);
        } else if (signal == SIGTSTP) {
            suspend(u);
            take_size(u);
        } else if (signal == SIGCONT) {
            screen_resume(u->screen);
            take_size(u);
        } else {
            u->died_of = signal;
        }
    }
}

/* What stands in place of the keys at the bottom. */
static void show_message(struct ui *u, uint64_t now)
{
    const char *message = input_note(u->input);
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
        unsigned news = loop_wait(&u->loop);
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
            take_events(u);
    }
}

/* --- beginning and end ----------------------------------------------------- */

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

static bool begin(struct ui *u, const struct ui_options *o, struct err *err)
{
    struct turns *turns = turns_new(str_of(o->turns ? o->turns : turns_builtin),
                                    err);
    if (!turns)
        return err_context(err, _("the list of turns of thought"));
    struct screen_options so = {.ascii = o->ascii,
                                .no_color = wants_no_color(o),
                                .theme = o->theme,
                                .log_path = o->log_path};
    struct telemetry t;

    u->screen = screen_open(&so, err);
    if (!u->screen) {
        turns_free(turns);
        return false;
    }
    u->input = input_new(o->history_path, command_word);
    u->transcript = transcript_new();
    u->turns = turns;
    transcript_set_turns(u->transcript, turns);
    if (o->think == HIDE_THOUGHTS)
        transcript_show_thoughts(u->transcript, THOUGHTS_FOLDED);
    frame_init(&u->frame, u->transcript, &u->b->info, o->greeting, u->input);
    u->bindings = u->frame.glass.bindings = &o->bindings;
    frame_modified(&u->frame, &o->turn.experts);
    u->frame.canvas.ascii = screen_ascii(u->screen);
    u->frame.canvas.mono = screen_mono(u->screen);
    keymap_init(&u->keymap, on_key, u);
    take_size(u);
    u->mouse = o->mouse;
    u->no_clipboard = o->no_clipboard;
    u->copied_path = o->copied_path;
    screen_mouse(u->screen, u->mouse);
    if (o->raw)
        frame_action(&u->frame, ACTION_RAW);
    if (u->b->info.notice[0])
        ui_say(u, u->b->info.notice);
    if (o->news)
        ui_say(u, o->news);
    backend_telemetry(u->b, &t);
    frame_telemetry(&u->frame, &t);
    u->loop = (struct loop){screen_fd(u->screen), backend_fd(u->b),
                            signals_fd(), 0};
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
    frame_browse(&u->frame, true);
    u->frame.all_dirty = true;
    frame_draw(&u->frame, clock_ns(), true, &drawn);
    frame_action(&u->frame, ACTION_TOP);
}

/* A chat that goes on begins with what was said. */
static void show_resumed(struct ui *u, struct buf *note)
{
    if (u->talk.c.n > 0)
        replay(u->transcript, &u->talk.c, NULL, NULL);
    say_lines(u, note);
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
