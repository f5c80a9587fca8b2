/* chat_view.h - which rows of the transcript are on the screen.
 *
 * Works with places (block, row in the block), never with row numbers from the
 * beginning: a place above or below costs the blocks between, not the whole
 * chat, and stays the same place while text arrives or a fold elsewhere opens.
 * A block has, in this order: its header (thoughts), its wrapped lines (unless
 * folded; of one of which the end is shown, the last CHAT_VIEW_TAIL of them),
 * and a blank row after it. */
#ifndef UI_CHAT_VIEW_H
#define UI_CHAT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/rows.h"

struct block;
struct glass;
struct transcript;

enum { CHAT_VIEW_TAIL = 4 };

struct place {
    size_t block, row;
};

struct chat_view {
    struct transcript *t;  /* borrowed */
    const struct glass *glass; /* borrowed, or NULL: what is to be marked */
    struct rows *rows;     /* owned; [n_rows], one per block, made when needed */
    size_t n_rows;
    uint64_t era;          /* of the transcript that rows belong to */
    uint64_t folds;        /* of the transcript, as of the last update */
    int width, height;
    struct place top;      /* the first visible row */
    bool follow;           /* the end stays visible as it grows */
    bool raw;              /* all as it came: chat_view_raw */
    bool ascii;            /* what is drawn on can no more (as of the update) */
    bool hold;             /* a fold left room below: do not pull text down */
    struct place seen;     /* the end when following stopped */
    size_t wrapped;        /* lines wrapped so far: what the cache saved shows */
};

void chat_view_init(struct chat_view *v, struct transcript *t);
void chat_view_clear(struct chat_view *v);

/* Before each frame: the size, and the top moved where following wants it. */
void chat_view_update(struct chat_view *v, int width, int height);

/* What the model wrote as it came, or as Markdown; the top stays at the same
 * words. */
void chat_view_raw(struct chat_view *v, bool raw);

/* Columns where things stand at this width. */
int chat_view_mark_x(const struct chat_view *v);  /* the user's mark */
int chat_view_text_x(const struct chat_view *v, const struct block *b);

size_t chat_view_height(struct chat_view *v, size_t block);
const struct rows *chat_view_rows(struct chat_view *v, size_t block);

/* The first of its lines that is shown. */
size_t chat_view_first_line(struct chat_view *v, size_t block);
/* The row that shows byte `at` of a block's text; of a folded one its header. */
struct place chat_view_at(struct chat_view *v, size_t block, size_t at);
/* The bytes that a row shows. False: it is a header, or blank. */
bool chat_view_bytes(struct chat_view *v, struct place p, size_t *from,
                     size_t *to);

/* Up to n rows from here; stops at the first and the last row. */
struct place chat_view_up(struct chat_view *v, struct place from, size_t n);
struct place chat_view_down(struct chat_view *v, struct place from, size_t n);
/* Rows from a to b, at most `most`; 0 when b is not below a. */
size_t chat_view_between(struct chat_view *v, struct place a, struct place b,
                         size_t most);
struct place chat_view_last(struct chat_view *v); /* the last row with text */

void chat_view_scroll(struct chat_view *v, long rows); /* down is positive */
void chat_view_to_top(struct chat_view *v);
void chat_view_to_end(struct chat_view *v);
void chat_view_show(struct chat_view *v, struct place p); /* least movement */
/* Around a change of folds by the user: the top line stays where it is. */
void chat_view_folded(struct chat_view *v);
/* Lines that came while the view stood still. */
size_t chat_view_new_lines(struct chat_view *v);

#endif
