/* input.h - the line one types, edited by readline.
 *
 * These files alone (input*.c) include readline. Readline is a pure editor here: it
 * gets whole keys, keeps text and point, and touches neither the terminal nor
 * its modes; the line is drawn into a canvas. There is one input at a time,
 * because readline's hooks carry no context.
 *
 * Enter gives the line up; Ctrl-J and Alt-Enter put a line feed into it; while
 * three quotes are open, Enter does too. Up and Down move inside a text of
 * several lines and leave it for the history at its edges. */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "ui/canvas.h"
#include "ui/keymap.h"

struct input;

enum input_result {
    INPUT_SAME,   /* nothing to draw */
    INPUT_EDITED,
    INPUT_LINE,   /* input_line has what was entered */
    INPUT_EDITOR, /* Ctrl-X Ctrl-E: the text is wanted in an editor */
    INPUT_END,    /* end of file: Ctrl-D on an empty line */
};

/* The words that "/..." completes to: the i-th, or NULL past the last. */
typedef const char *(*input_words_fn)(size_t i);

/* history_path may be NULL: nothing is remembered. */
struct input *input_new(const char *history_path, input_words_fn words);
void input_free(struct input *in); /* NULL is fine */

enum input_result input_key(struct input *in, const struct key *key);
/* The line given up last; good until the next key. */
struct str input_line(const struct input *in);
/* Into the history, and its file: not what begins with a blank, not twice. */
void input_remember(struct input *in, struct str line);

struct str input_text(const struct input *in); /* what stands there now */
bool input_empty(const struct input *in);
void input_clear_line(struct input *in);
/* In place of what stands there, the cursor behind it. */
void input_put(struct input *in, struct str text);
/* Esc is a key of the editor now (vi mode, a search). */
bool input_wants_esc(const struct input *in);
/* What the editor has to say, or NULL: completions, a cut paste, vi's mode. */
const char *input_note(const struct input *in);

/* The rows its text takes at this width, and drawing it with the cursor. */
int input_rows(const struct input *in, int width);
void input_draw(struct input *in, struct canvas *c, struct rect area,
                bool focused);
/* The cursor to this cell of the canvas it was drawn into last. */
void input_click(struct input *in, int x, int y);
void input_set_size(struct input *in, int width, int height);

#endif
