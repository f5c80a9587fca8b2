/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_parts.h"

#include "base/err.h"
#include "ui/screen.h"
#include "ui/transcript.h"

void ui_say(struct ui *u, const char *sentence)
{
    transcript_notice(u->transcript, sentence);
    u->frame.chat->dirty = true;
}

void ui_note(struct ui *u, struct str line)
{
    while (line.len > 0 && line.p[line.len - 1] == '\n')
        line.len--;
    buf_reset(&u->note);
    buf_add_str(&u->note, line);
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

void ui_say_lines(struct ui *u, struct buf *lines)
{
    while (lines->len > 0 && lines->p[lines->len - 1] == '\n')
        buf_erase(lines, lines->len - 1, 1);
    if (lines->len > 0)
        ui_say(u, lines->p);
}

void ui_take_size(struct ui *u)
{
    int width, height;
    screen_size(u->screen, &width, &height);
    frame_resize(&u->frame, width, height);
}
