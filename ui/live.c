/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/live.h"

#include <string.h>

#include "base/err.h"
#include "base/file.h"

#define SYNC_ON "\033[?2026h"
#define SYNC_OFF "\033[?2026l"
#define ERASE_BELOW "\033[J"
#define SGR_OFF "\033[0m"
#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

void live_clear(struct live *l)
{
    buf_clear(&l->shown);
    buf_clear(&l->above);
    buf_clear(&l->bytes);
}

/* Raw terminals do not turn a line feed into both. */
void live_say(struct live *l, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '\n')
            buf_putc(&l->above, '\r');
        buf_putc(&l->above, text.p[i]);
    }
    if (text.len && text.p[text.len - 1] != '\n')
        buf_puts(&l->above, "\r\n");
}

/* --- a canvas as bytes ---------------------------------------------------- */

static void put_style(const struct live *t, struct style s, struct buf *out)
{
    struct look l = theme_look(t->theme, s, t->colors, t->colors < 8);
    buf_puts(out, SGR_OFF);
    if (l.bold)
        buf_puts(out, "\033[1m");
    if (l.dim)
        buf_puts(out, "\033[2m");
    if (l.italic)
        buf_puts(out, "\033[3m");
    if (l.underline)
        buf_puts(out, "\033[4m");
    if (l.reverse)
        buf_puts(out, "\033[7m");
    if (l.fg >= 16)
        buf_printf(out, "\033[38;5;%dm", l.fg);
    else if (l.fg >= 8)
        buf_printf(out, "\033[%dm", 90 + l.fg - 8);
    else if (l.fg >= 0)
        buf_printf(out, "\033[%dm", 30 + l.fg);
}

static bool is_blank(const struct cell *cell)
{
    return cell->width == 1 && (cell->s[0] == '\0' || strcmp(cell->s, " ") == 0) &&
           cell->style.flags == 0;
}

/* Without its trailing blanks: what is not there cannot wrap. */
static void put_row(const struct live *l, const struct canvas *c, int y,
                    struct buf *out)
{
    struct style now = {.role = STYLE_TEXT};
    int end = c->width;
    while (end > 0 && is_blank(canvas_at(c, end - 1, y)))
        end--;
    for (int x = 0; x < end; x++) {
        const struct cell *cell = canvas_at(c, x, y);
        if (cell->width == 0)
            continue;
        if (cell->style.role != now.role || cell->style.flags != now.flags) {
            now = cell->style;
            put_style(l, now, out);
        }
        buf_puts(out, cell->s[0] ? cell->s : " ");
    }
    if (now.role != STYLE_TEXT || now.flags)
        buf_puts(out, SGR_OFF);
}

static void put_lines(const struct live *l, const struct canvas *c,
                      struct buf *out)
{
    for (int y = 0; y < c->height; y++) {
        if (y)
            buf_puts(out, "\r\n");
        put_row(l, c, y, out);
    }
    /* From the end of the last line to where the cursor belongs. */
    int up = c->cursor_y >= 0 ? c->height - 1 - c->cursor_y : 0;
    if (up > 0)
        buf_printf(out, "\033[%dA", up);
    buf_putc(out, '\r');
    if (c->cursor_x > 0)
        buf_printf(out, "\033[%dC", c->cursor_x);
}

/* --- frames --------------------------------------------------------------- */

static void go_to_top(struct live *l)
{
    buf_putc(&l->bytes, '\r');
    if (l->cursor_row > 0)
        buf_printf(&l->bytes, "\033[%dA", l->cursor_row);
    buf_puts(&l->bytes, ERASE_BELOW);
}

static bool write_out(struct live *l)
{
    struct err ignored;
    return file_write_fd(l->fd, l->bytes.p, l->bytes.len, &ignored);
}

bool live_draw(struct live *l, const struct canvas *c)
{
    struct buf lines = {0};
    put_lines(l, c, &lines);
    if (l->above.len == 0 && l->rows > 0 &&
        str_eq(buf_str(&lines), buf_str(&l->shown))) {
        buf_clear(&lines);
        return true;
    }
    buf_reset(&l->bytes);
    buf_puts(&l->bytes, SYNC_ON HIDE_CURSOR);
    go_to_top(l);
    buf_add_str(&l->bytes, buf_str(&l->above));
    buf_add_str(&l->bytes, buf_str(&lines));
    buf_puts(&l->bytes, SHOW_CURSOR SYNC_OFF);
    buf_reset(&l->above);
    buf_clear(&l->shown);
    l->shown = lines;
    l->rows = c->height;
    l->cursor_row = c->cursor_y >= 0 ? c->cursor_y : c->height - 1;
    return write_out(l);
}

bool live_leave(struct live *l)
{
    buf_reset(&l->bytes);
    go_to_top(l);
    buf_add_str(&l->bytes, buf_str(&l->above));
    buf_reset(&l->above);
    buf_reset(&l->shown);
    l->rows = l->cursor_row = 0;
    return write_out(l);
}
