/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_keys.h"

#include <stdio.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "ui/bindings.h"
#include "ui/commands.h"
#include "ui/input.h"
#include "ui/ui_act.h"
#include "ui/ui_parts.h"
#include "ui/ui_queue.h"
#include "ui/ui_steer.h"
#include "ui/ui_turn.h"

enum { WHEEL_LINES = 3 };

/* --- lines ---------------------------------------------------------------- */

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
        ui_act(u, m.row->action, m.args);
    else if (m.kind == LINE_UNKNOWN)
        refuse_command(u, m.text);
    else if (u->talk.running || u->n_queued > 0)
        ui_queue_add(u, m.text);
    else
        ui_turn_start(u, m.text);
    buf_clear(&line);
}

/* --- keys ----------------------------------------------------------------- */

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
        ui_write_in_editor(u);
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
        ui_act(u, ACTION_BROWSE, str_n("", 0));
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
        ui_act(u, a, str_n("", 0));
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

void ui_key(void *arg, const struct key *key)
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
            ui_act(u, a, str_n("", 0));
        else
            type_key(u, key);
    }
    if (asked) /* whatever else it was, the question is answered */
        u->quit_until_ns = 0;
    u->keys_came = true;
}
