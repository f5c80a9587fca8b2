/* input_hooks.h - what readline asks of us, and how it is set up: for input.c.
 *
 * It reads the bytes of one key at a time from a queue of ours, and calls back for
 * Enter, completion and the keys that are not its own. There is one input at a
 * time, because these hooks carry no context. */
#ifndef UI_INPUT_HOOKS_H
#define UI_INPUT_HOOKS_H

#include <stdio.h>

#include "ui/input.h"

enum { INPUT_TEXT_MAX = PASTE_MAX };

struct input {
    FILE *null_in, *null_out; /* owned */
    char queue[16];           /* the key that readline is reading */
    size_t queue_at, queue_len;
    bool starved;             /* readline asked for more than there was */
    enum input_result result;
    struct buf line;          /* owned; as given up */
    char *history_path;       /* owned, or NULL */
    input_words_fn words;
    char note[256];
    int width;                /* of the area it was drawn into */
    int first_row;            /* scrolled by this many rows */
    int left, top;            /* where its text began, drawn last */
};

void input_hooks_begin(struct input *in);
void input_hooks_end(void);

/* One key, whose result is then in->result. */
void input_hooks_key(struct input *in, const struct key *key);
int input_hooks_line_feed(int count, int key); /* one of readline's functions */
void input_hooks_fresh_line(void);
struct str input_now(void);                    /* the text, as it stands */

#endif
