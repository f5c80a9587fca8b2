/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_act.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "ui/editor.h"
#include "ui/input.h"
#include "ui/lookup.h"
#include "ui/replay.h"
#include "ui/screen.h"
#include "ui/talk_sessions.h"
#include "ui/talk_settings.h"
#include "ui/transcript.h"
#include "ui/ui_copy.h"
#include "ui/ui_look.h"
#include "ui/ui_parts.h"
#include "ui/ui_queue.h"
#include "ui/ui_steer.h"

#define QUIT_WAIT 2000000000u /* ns: Ctrl-C twice within this leaves */

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

static void act_on_settings(struct ui *u, enum action a, struct str args)
{
    struct buf answer = {0};
    struct err err;
    if (talk_settings_act(&u->talk, a, args, &answer, &err))
        ui_say_lines(u, &answer);
    else
        ui_complain(u, &err);
    frame_modified(&u->frame, &u->talk.options.experts);
    buf_clear(&answer);
}

void ui_take_lookup(struct ui *u)
{
    struct buf answer = {0};
    struct err err;
    if (talk_looked_up(&u->talk, &answer, &err))
        ui_say_lines(u, &answer);
    else
        ui_complain(u, &err);
    buf_clear(&answer);
}

static void stop(struct ui *u)
{
    uint64_t now = clock_ns();
    if (u->talk.lookup) {
        lookup_stop(u->talk.lookup);
    } else if (u->talk.running) {
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

void ui_suspend(struct ui *u)
{
    screen_suspend(u->screen);
    u->frame.all_dirty = true;
}

void ui_write_in_editor(struct ui *u)
{
    struct buf text = {0}, changed = {0};
    struct err err;
    int died = 0;
    buf_add_str(&text, input_text(u->input));
    screen_lend(u->screen);
    bool ok = editor_run(buf_str(&text), &changed, &died, &err);
    screen_resume(u->screen);
    ui_take_size(u);
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

/* The chat as it is now, in place of what was shown. */
static void show_anew(struct ui *u)
{
    replay_talk(u->transcript, &u->talk);
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
    if (a == ACTION_VARIANT_BEFORE || a == ACTION_VARIANT_AFTER) {
        /* By keys, back and forth: nothing to keep in the chat. */
        ui_note(u, ok ? buf_str(&answer) : str_of(err.msg));
    } else {
        ui_say_lines(u, &answer);
        if (!ok)
            ui_complain(u, &err);
    }
    buf_clear(&answer);
}

void ui_act(struct ui *u, enum action a, struct str args)
{
    if (talk_sessions_takes(a)) {
        act_on_session(u, a, args);
        return;
    }
    if (talk_settings_takes(a)) {
        act_on_settings(u, a, args);
        return;
    }
    switch (a) {
    case ACTION_HELP:
        frame_toggle_help(&u->frame);
        break;
    case ACTION_EXPERTS:
        if (u->frame.layout.sides_possible)
            frame_toggle_sides(&u->frame);
        else
            ui_note(u, str_of(_("no room for the map here; /map text tells it")));
        break;
    case ACTION_BROWSE:
        frame_browse(&u->frame, true);
        break;
    case ACTION_INPUT: /* one step out, then another */
        if (u->frame.compare_shown)
            frame_show_compare(&u->frame, false);
        else if (!ui_steer_leave(u))
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
        ui_suspend(u);
        break;
    case ACTION_REGEN:
        regenerate(u);
        break;
    case ACTION_EDITOR:
        ui_write_in_editor(u);
        break;
    default:
        if (!ui_look_act(u, a, args) && !ui_copy_act(u, a, args) &&
            !ui_queue_act(u, a, args) && !ui_steer(u, a, args))
            frame_action(&u->frame, a);
    }
}
