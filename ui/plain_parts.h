/* plain_parts.h - plain mode from inside: for plain*.c, and for inline mode.
 *
 * A chat and its lines are plain.c, a turn from its message to its figures is
 * plain_turn.c, what commands do is plain_act.c. Who talks in lines differs in
 * two places: where the next line comes from, and what is done until a turn has
 * ended. The rest is the same: commands, messages, sessions, what is said of a
 * turn. */
#ifndef UI_PLAIN_PARTS_H
#define UI_PLAIN_PARTS_H

#include <stdio.h>

#include "ui/glass.h"
#include "ui/line_reader.h"
#include "ui/plain_text.h"
#include "ui/reading.h"
#include "ui/talk.h"

/* Around a message of several lines. */
#define PLAIN_QUOTES "\"\"\""

struct err;
struct plain;
struct transcript;
struct turns;

/* NULL: lines of standard input, and waiting that Ctrl-C ends. */
struct plain_face {
    enum line_result (*next_line)(void *arg, bool more); /* into in.line */
    void (*follow)(void *arg); /* until talk.running is down */
    /* A command before plain mode sees it; true: it was taken. */
    bool (*act)(void *arg, enum action a, struct str args);
    void *arg;
};

struct plain {
    struct talk talk;
    struct line_reader in;
    struct plain_text text;
    struct transcript *t;     /* owned; what was said, for /find and the like */
    struct glass glass;
    struct turns *turns;      /* owned */
    struct buf message;       /* owned; of several lines */
    FILE *out, *notes;        /* borrowed */
    FILE *chrome;             /* prompts and figures: not into a file of text */
    const struct plain_face *face; /* borrowed, or NULL */
    struct reading reading;   /* of the prompt */
    bool told_reading;        /* that it takes long */
    bool prompts;
    bool quit;
    bool ok;                  /* false: err says why the chat is over */
    struct err *err;
};

/* Fields that say where text goes are set before. False: not begun. */
bool plain_begin(struct plain *p, struct backend *b, const struct ui_options *o,
                 struct err *err);
/* Greets, goes on with a session where one is named. */
void plain_greet(struct plain *p, const struct ui_options *o);
/* Lines until the user leaves. */
void plain_talk(struct plain *p);
/* False: err says what went wrong, also that the end could not be kept. */
bool plain_end(struct plain *p, struct err *err);

/* One message, or what `begin` starts (NULL: the message is in p->message), until
 * its turn has ended; mistakes are told. */
void plain_turn(struct plain *p, bool (*begin)(struct talk *, struct err *));
void plain_follow(struct plain *p); /* the turn that runs, until it has ended */
void plain_event(struct plain *p, const struct event *ev);
void plain_keep(struct plain *p);   /* what was said, to its session */
/* Takes the figures of the turn that ended; warns of a context nearly full. */
void plain_telemetry(struct plain *p);

/* What a mistake costs is a sentence, not the chat. */
void plain_complain(struct plain *p, const struct err *e);
void plain_say_lines(FILE *out, const struct buf *lines); /* cleaned */
/* Of a chat that goes on, or on another way. */
void plain_show_last_turn(struct plain *p);
const char *plain_mark(const struct plain *p); /* before what the user says */

void plain_looked_up(struct plain *p); /* the list that was asked for is here */
bool plain_takes(enum action a);  /* means something without a screen */
void plain_act(struct plain *p, const struct action_row *row, struct str args);

#endif
