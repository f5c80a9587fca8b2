/* ui.h - the two front ends: the full screen, and plain lines.
 *
 * Both are driven by a struct backend alone and own the conversation while they
 * run. */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"
#include "chat/backend.h"
#include "ui/bindings.h"
#include "ui/theme.h"

struct conversation;
struct preset;
struct presets;
struct err;

enum think_display { SHOW_THOUGHTS, HIDE_THOUGHTS, ONLY_THOUGHTS };
enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct ui_options {
    struct turn_options turn;
    enum think_display think;
    enum color_mode color;      /* NO_COLOR is looked at for COLOR_AUTO */
    struct theme theme;         /* of the full screen */
    bool mouse;                 /* wheel and clicks are ours from the start */
    bool no_clipboard;          /* copying never tells the terminal (OSC 52) */
    const char *copied_path;    /* a file that holds what was copied, or NULL */
    bool raw;                   /* text as it came, no Markdown */
    bool ascii;                 /* else only when the locale is not UTF-8 */
    const char *greeting;       /* first lines of an empty chat, or NULL */
    const char *history_path;   /* of the input, or NULL */
    const char *log_path;       /* where stray output goes meanwhile, or NULL */
    const struct presets *presets; /* for /preset, or NULL; borrowed */
    const struct preset *preset;   /* in `turn` and `system` already, or NULL */
    struct turn_options usual;     /* without it */
    const char *usual_system;
    const char *system;         /* told the model first, or NULL */
    const char *sessions;       /* folder where chats are kept, or NULL */
    const char *resume;         /* path of the session to go on with, or NULL */
    const struct conversation *reading; /* shown, not talked on, or NULL */
    const char *news;           /* to say at the beginning, or NULL */
    const char *turns;          /* words that turn a thought (turns.h), or NULL */
    struct bindings bindings;   /* keys, where the user has chosen otherwise */
    FILE *trace;                /* events as JSON lines too, or NULL; borrowed */
};

/* Whether this terminal can carry the full screen (a tty on both sides, a TERM
 * that can move the cursor). */
bool ui_possible(void);

/* The full screen, until the user leaves. false: it could not begin or broke;
 * the terminal is as it was before in any case. */
bool ui_run(struct backend *b, const struct ui_options *o, struct err *err);

/* The same chat as lines: no cursor moves, no spinner. At a terminal `in` gives
 * a message a line (triple quotes hold several lines) until end of file, and
 * Ctrl-C while nothing runs ends it with ERR_CANCELLED. Anything else than a
 * terminal is read to its end and is one message (answer_run), unless a session
 * goes on: then it is lines too. */
bool plain_run(struct backend *b, const struct ui_options *o, FILE *in,
               FILE *out, FILE *notes, struct err *err);

/* One message, one answer. `json`: events as one object a line instead of text.
 * `stats` (may be NULL) gets the figures of the turn. A trace that cannot be
 * written any more is told once; the answer goes on without. */
bool answer_run(struct backend *b, const struct ui_options *o,
                struct str message, bool json, FILE *out, FILE *notes,
                struct turn_stats *stats, struct err *err);

#endif
