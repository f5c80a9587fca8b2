/* ui_parts.h - the full screen from inside: for ui.c and the files beside it.
 *
 * ui.c opens it, goes round and closes it; ui_keys.c says what a key means,
 * ui_act.c what is then done, ui_turn.c how messages become turns. */
#ifndef UI_UI_PARTS_H
#define UI_UI_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/frame.h"
#include "ui/keymap.h"
#include "ui/loop.h"
#include "ui/talk.h"

struct err;
struct input;
struct screen;
struct transcript;
struct turns;

/* The context is full: before the answer was done, or with the question. */
enum ui_choice { CHOICE_NONE, CHOICE_ANSWER, CHOICE_QUESTION };

struct ui {
    struct backend *b;        /* borrowed */
    struct screen *screen;
    struct input *input;
    struct transcript *transcript;
    struct talk talk;
    struct frame frame;
    struct keymap keymap;
    struct loop loop;

    struct buf *queue;        /* owned; messages that wait for their turn */
    unsigned n_queued;
    struct buf queue_shown;   /* the first of them, cleaned */

    const struct bindings *bindings; /* borrowed */
    char first_key[8];        /* of two, while browsing: the z of "za" */
    uint64_t key_ns;          /* when the last byte came */
    uint64_t quit_until_ns;   /* Ctrl-C before then leaves; 0: not asked */
    enum ui_choice choice;    /* that the user is asked for */
    struct buf question;      /* owned; sent last */
    struct buf note;          /* owned; a line at the bottom, until the next key */
    struct buf token;         /* owned; the token looked at, as a line */
    struct turns *turns;      /* owned */
    bool dropped;             /* a reading turn has ended: say what it gave */
    bool mouse;
    bool no_clipboard;
    const char *copied_path;  /* borrowed, or NULL */
    bool keys_came;           /* draw at once */
    bool reading;             /* nobody answers here: q leaves */
    bool quit;
    int died_of;              /* a signal, 0: none */
    bool terminal_gone;
};

void ui_say(struct ui *u, const char *sentence);
void ui_complain(struct ui *u, const struct err *err);
/* Several lines, as one notice; what ends them is cut off. */
void ui_say_lines(struct ui *u, struct buf *lines);
/* One line at the bottom, until the next key. */
void ui_note(struct ui *u, struct str line);
/* A turn has begun or ended: who is told so. */
void ui_note_running(struct ui *u);
void ui_take_size(struct ui *u); /* the screen's, for the frame */

#endif
