/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_look.h"

#include <stdio.h>

#include "base/err.h"
#include "base/i18n.h"
#include "ui/screen.h"
#include "ui/ui_parts.h"

static void change_theme(struct ui *u, struct str name)
{
    enum theme_kind kind;
    struct err err;
    char said[96];
    if (name.len > 0) {
        if (!theme_find(name, &kind, &err)) {
            ui_complain(u, &err);
            return;
        }
        screen_theme(u->screen, kind);
        u->frame.canvas.mono = screen_mono(u->screen);
        u->frame.all_dirty = true;
    }
    kind = screen_theme_kind(u->screen);
    bool plain = kind != THEME_MONO && screen_mono(u->screen);
    snprintf(said, sizeof said, _("theme %s%s"), theme_name(kind),
             plain ? _(", but no colours: NO_COLOR, --color or the terminal")
                   : "");
    ui_say(u, said);
}

static void toggle_mouse(struct ui *u)
{
    u->mouse = !u->mouse;
    screen_mouse(u->screen, u->mouse);
    ui_say(u, u->mouse ? _("the mouse scrolls and clicks; Shift selects text")
                       : _("the mouse is the terminal's again"));
}

static void toggle_raw(struct ui *u)
{
    frame_action(&u->frame, ACTION_RAW);
    buf_reset(&u->note);
    buf_puts(&u->note, chat_pane_is_raw(u->frame.chat)
                           ? _("text as it came; R or /raw lays it out")
                           : _("text laid out: Markdown, tables, formulas"));
}

bool ui_look_act(struct ui *u, enum action a, struct str args)
{
    if (a == ACTION_THEME)
        change_theme(u, args);
    else if (a == ACTION_RAW)
        toggle_raw(u);
    else if (a == ACTION_MOUSE)
        toggle_mouse(u);
    else
        return false;
    return true;
}
