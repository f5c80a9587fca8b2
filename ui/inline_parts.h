/* inline_parts.h - inline mode from inside: the chat (inline.c), its text
 * (inline_text.c), and how its live lines look (inline_lines.c). Within ui/ only. */
#ifndef UI_INLINE_PARTS_H
#define UI_INLINE_PARTS_H

#include <termios.h>

#include "base/sanitize.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/live.h"
#include "ui/loop.h"
#include "ui/plain_parts.h"
#include "ui/reading.h"

struct bindings;

/* What is known of the thought that runs. */
struct inline_thought {
    bool runs;
    uint32_t tokens;
    double ms;
    struct sanitizer clean;
    struct buf tail;         /* owned; its end, cleaned */
};

struct inline_chat {
    struct plain p;
    struct plain_face face;
    struct live live;
    struct theme theme;      /* of the live lines */
    struct canvas canvas;    /* of the live lines */
    struct input *input;
    struct keymap keymap;
    struct loop loop;
    const struct bindings *bindings; /* borrowed */
    struct termios before;
    int width, height;       /* of the terminal */
    char *said;              /* what plain mode has written, and not yet taken */
    size_t said_len;
    struct buf open;         /* owned; the end of it, without a line feed yet */
    struct inline_thought thought;
    struct buf *queue;       /* owned; lines that wait for their turn */
    size_t n_queue;
    struct buf note;         /* owned; a word at the bottom until the next key */
    struct reading reading;  /* of the prompt */
    uint64_t key_ns, drawn_ns, quit_until_ns;
    bool dirty, end, gone;
    int died_of;
};

/* What plain mode has written since: whole lines go to the scrollback. */
void inline_take_said(struct inline_chat *c);
/* Before plain mode takes the event. */
void inline_follow_thought(struct inline_chat *c, const struct event *ev);
/* /thoughts: "" the last one again, "all", "2" the last but one; or from now on
 * "full" while they come, and "folded". */
void inline_thoughts(struct inline_chat *c, struct str arg);

/* The live lines as they are now, into c->canvas. */
void inline_lines(struct inline_chat *c);

#endif
