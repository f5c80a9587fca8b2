/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_turn.h"

#include "base/err.h"
#include "ui/attach.h"
#include "ui/transcript.h"
#include "ui/ui_parts.h"
#include "ui/ui_queue.h"
#include "ui/ui_steer.h"

enum { EVENTS_A_ROUND = 512 };

void ui_turn_start(struct ui *u, struct str message)
{
    struct err err;
    buf_reset(&u->question);
    buf_add_str(&u->question, message);
    u->choice = CHOICE_NONE;
    struct buf sent = {0}, said = {0};
    transcript_user(u->transcript, message);
    bool ok = attach_files(message, &sent, &said, &err);
    if (ok)
        ui_say_lines(u, &said);
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
        ui_turn_start(u, buf_str(&first));
    buf_clear(&first);
}

void ui_turn_events(struct ui *u)
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
