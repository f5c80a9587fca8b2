/* plain_text.h - the text of one turn as lines: cleaned, thoughts set apart.
 *
 * Shared by plain mode and `mull run`. Nothing that a model wrote reaches the
 * stream another way. Takes every event of the turn; writes thought and answer,
 * says nothing about the others. Ends with exactly one line feed, if anything
 * was written. */
#ifndef UI_PLAIN_TEXT_H
#define UI_PLAIN_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/sanitize.h"
#include "chat/event.h"
#include "ui/ui.h"

struct plain_text {
    FILE *out;                /* borrowed */
    enum think_display think;
    bool color;               /* thoughts dim and italic */
    bool marks;               /* "[thought, 41 tokens, 0.9 s]" around thoughts,
                                 and blank lines kept off both ends; without,
                                 an answer is written as it came */
    bool ascii;               /* something near for every other character */
    /* Private. */
    struct sanitizer clean;
    struct buf line;          /* owned; cleaned text on its way out */
    enum text_part part;
    bool in_part, began, after_thought, at_line_start;
    unsigned held_newlines;
    uint32_t think_tokens;
    double think_ms;
};

/* color: whether `out` may carry it (plain_text_color). ascii is off. */
struct plain_text plain_text_init(FILE *out, enum think_display think,
                                  bool color, bool marks);
void plain_text_clear(struct plain_text *p);

/* False when nobody reads `out` any more (errno says why): stop the turn. */
bool plain_text_event(struct plain_text *p, const struct event *ev);

/* What somebody else said, behind a mark; further lines stand below its text. */
bool plain_text_said(struct plain_text *p, const char *mark, struct str text);

/* Whether text on f gets colour: mode, NO_COLOR, TERM and isatty(f). */
bool plain_text_color(enum color_mode mode, FILE *f);

/* Whether text on f must be ASCII: asked for, or a terminal that reads no UTF-8
 * (its 8-bit controls stand where our characters have their second bytes). */
bool plain_text_ascii(bool asked, FILE *f);

/* Lines of ours, cleaned already: to a terminal as it can read them. */
void plain_text_lines(const struct plain_text *p, FILE *out, struct str lines);

/* One sentence or name from outside (error, notice, model name) on one line,
 * cleaned, with "prefix" before it. */
void plain_text_line(FILE *out, const char *prefix, const char *text);

#endif
