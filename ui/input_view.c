/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/input_view.h"

#include "base/utf8.h"
#include "ui/wrap.h"

/* One step through the text: the bytes from `at` on that are drawn together,
 * where they stand, and what is drawn for them. */
struct step {
    size_t at, len;
    int row, col, columns;
    char sign[4];     /* shown in place of the bytes when not empty */
    bool line_feed;
};

static void measure_step(struct str text, int width, struct step *s)
{
    unsigned char byte = (unsigned char)text.p[s->at];
    struct str rest = str_n(text.p + s->at, text.len - s->at);
    bool valid = true;
    uint32_t cp;

    s->sign[0] = '\0';
    s->line_feed = byte == '\n';
    s->len = 1;
    s->columns = 1;
    if (s->line_feed) {
        s->columns = 0;
    } else if (byte == '\t') {
        s->columns = 4 - s->col % 4;
        if (s->columns > width)
            s->columns = width;
        memcpy(s->sign, " ", 2);
    } else if (byte < 0x20 || byte == 0x7F) {
        s->sign[0] = '^';
        s->sign[1] = (char)(byte ^ 0x40);
        s->sign[2] = '\0';
        s->columns = width < 2 ? width : 2;
    } else {
        utf8_decode(rest.p, rest.len, &cp, &valid);
        if (valid)
            s->len = grapheme_next(rest, &s->columns);
        if (!valid || s->columns > width)
            memcpy(s->sign, "?", 2);
        if (s->columns == 0) { /* a mark on its own */
            memcpy(s->sign, "?", 2);
            s->columns = 1;
        }
        if (s->columns > width)
            s->columns = width;
    }
}

/* Fills in the step at s->at; what does not fit goes to the next row. */
static void place_step(struct str text, int width, struct step *s)
{
    measure_step(text, width, s);
    /* A line feed behind a full row gets a row too: the cursor must have a
     * place before it. */
    if (s->col + (s->line_feed ? 1 : s->columns) > width) {
        s->row++;
        s->col = 0;
        measure_step(text, width, s);
    }
}

static void next_step(struct step *s)
{
    s->at += s->len;
    s->col += s->columns;
    if (s->line_feed) {
        s->row++;
        s->col = 0;
    }
}

struct view_place view_place_of(struct str text, int width, size_t offset)
{
    struct step s = {0};
    width = width < 1 ? 1 : width;
    while (s.at < text.len) {
        place_step(text, width, &s);
        if (s.at + s.len > offset)
            return (struct view_place){s.row, s.col};
        next_step(&s);
    }
    if (s.col >= width) /* behind a full row there is a cell to come */
        return (struct view_place){s.row + 1, 0};
    return (struct view_place){s.row, s.col};
}

size_t view_offset_of(struct str text, int width, int row, int col)
{
    struct step s = {0};
    width = width < 1 ? 1 : width;
    while (s.at < text.len) {
        place_step(text, width, &s);
        if (s.row > row || (s.row == row && (s.line_feed || s.col >= col ||
                                             s.col + s.columns > col)))
            break;
        next_step(&s);
    }
    return s.at;
}

static void draw_step(struct canvas *c, struct rect area, struct str text,
                      const struct step *s, int y, struct style style)
{
    static const struct style odd = {.role = STYLE_DIM};
    if (s->line_feed)
        return;
    if (s->sign[0])
        canvas_puts(c, area.x + s->col, y, s->columns, s->sign, odd);
    else
        canvas_text(c, area.x + s->col, y, s->columns,
                    str_n(text.p + s->at, s->len), style);
}

void view_draw(struct canvas *c, struct rect area, struct str text,
               size_t cursor, int *first_row, struct style style)
{
    struct view_place at = view_place_of(text, area.width, cursor);
    struct view_place end = view_place_of(text, area.width, text.len);
    struct step s = {0};

    if (area.height < 1 || area.width < 1)
        return;
    if (*first_row > end.row - area.height + 1)
        *first_row = end.row - area.height + 1; /* no empty rows below */
    if (*first_row < 0)
        *first_row = 0;
    if (at.row < *first_row)
        *first_row = at.row;
    if (at.row >= *first_row + area.height)
        *first_row = at.row - area.height + 1;

    while (s.at < text.len) {
        place_step(text, area.width, &s);
        if (s.row >= *first_row + area.height)
            break;
        if (s.row >= *first_row)
            draw_step(c, area, text, &s, area.y + s.row - *first_row, style);
        next_step(&s);
    }
    c->cursor_x = area.x + at.col;
    c->cursor_y = area.y + at.row - *first_row;
}
