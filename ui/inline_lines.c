/* SPDX-License-Identifier: Apache-2.0 */
/* The live lines: the end of the text that is being written (or of the thought),
 * the status line, the input. */
#include "ui/inline_parts.h"

#include <stdio.h>

#include "base/i18n.h"
#include "chat/backend.h"
#include "ui/units.h"
#include "ui/wrap.h"

enum { THOUGHT_ROWS = 3 };

/* Where the last `most` rows of the text begin. */
static size_t last_rows(struct str s, int width, int most, int *rows)
{
    size_t starts[64], from = 0, len;
    int n = 0;
    *rows = 0;
    while (from < s.len) {
        starts[n++ % 64] = from;
        from = wrap_next(s, from, width, &len);
    }
    if (n == 0)
        return s.len;
    *rows = n < most ? n : most;
    return starts[(n - *rows) % 64];
}

static void draw_rows(struct canvas *c, int y, int indent, struct str s,
                      enum style_role role)
{
    size_t from = 0, len;
    int width = c->width - indent;
    while (from < s.len && y < c->height) {
        size_t at = from;
        from = wrap_next(s, at, width, &len);
        canvas_text(c, indent, y++, width, str_n(s.p + at, len),
                    (struct style){.role = (uint8_t)role});
    }
}

/* --- the status line ------------------------------------------------------ */

static void left_of(const struct inline_chat *c, char *out, size_t size)
{
    char a[UNITS_MAX], read[READING_MAX];
    if (c->note.len)
        snprintf(out, size, "%s", c->note.p);
    else if (c->reading.total)
        snprintf(out, size, _("reading %s"),
                 reading_text(&c->reading, &c->p.glass.now, read));
    else if (c->thought.runs)
        snprintf(out, size, _("thinking %s \xC2\xB7 %u tokens"),
                 units_time(a, c->thought.ms), (unsigned)c->thought.tokens);
    else if (c->n_queue)
        snprintf(out, size, _("queued: sent when the answer is done"));
    else if (c->p.talk.running)
        snprintf(out, size, _("answering; Ctrl-C stops"));
    else
        snprintf(out, size, _("/help  /thoughts  Ctrl-D leaves"));
}

static void right_of(const struct inline_chat *c, char *out, size_t size)
{
    const struct telemetry *t = &c->p.glass.now;
    char used[UNITS_MAX], most[UNITS_MAX], kv[UNITS_MAX], rate[UNITS_MAX];
    out[0] = '\0';
    if (t->context_max == 0)
        return;
    int n = snprintf(out, size, "%s / %s  kv %s", units_count(used, t->context_used),
                     units_count(most, t->context_max), units_bytes(kv, t->kv_bytes));
    if (t->decode_tok_s > 0 && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, "  %s tok/s",
                 units_rate(rate, t->decode_tok_s));
}

static void draw_status(struct inline_chat *c, int y)
{
    static const struct style dim = {.role = STYLE_DIM};
    static const struct style alive = {.role = STYLE_ACCENT};
    char left[160], right[120];
    bool busy = c->p.talk.running;
    left_of(c, left, sizeof left);
    right_of(c, right, sizeof right);
    int columns = text_columns(str_of(right));
    int room = c->canvas.width - columns - 3;
    bool both = room >= 12;
    canvas_puts(&c->canvas, 0, y, both ? room : c->canvas.width, left,
                busy ? alive : dim);
    if (both)
        canvas_right(&c->canvas, 0, y, c->canvas.width, right, dim);
}

/* --- all of them ---------------------------------------------------------- */

void inline_lines(struct inline_chat *c)
{
    int width = live_width(c->width);
    int input = input_rows(c->input, width), text = 0;
    int most = c->height - 1; /* of all; one row of the chat stays */
    most = most < 1 ? 1 : most;
    if (input > most / 2 && most > 2)
        input = most / 2;
    bool status = most > input;
    struct str s = c->thought.runs ? buf_str(&c->thought.tail) : buf_str(&c->open);
    int room = most - input - status;
    if (c->thought.runs && room > THOUGHT_ROWS)
        room = THOUGHT_ROWS;
    room = room > 60 ? 60 : room;
    int indent = c->thought.runs ? 2 : 0;
    if (room > 0 && width > indent + 4) {
        size_t from = last_rows(s, width - indent, room, &text);
        s = str_n(s.p + from, s.len - from);
    }
    canvas_resize(&c->canvas, width, text + status + input);
    c->canvas.cursor_x = c->canvas.cursor_y = -1;
    if (text)
        draw_rows(&c->canvas, 0, indent, s,
                  c->thought.runs ? STYLE_THOUGHT : STYLE_TEXT);
    if (status)
        draw_status(c, text);
    struct rect area = {0, text + status, width, input};
    input_draw(c->input, &c->canvas, area, true);
}
