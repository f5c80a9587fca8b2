/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/screen.h"

#include <string.h>
#include <wchar.h>

#include "base/utf8.h"
#include "ui/screen_parts.h"

static short pair_of(struct screen *s, int fg)
{
    if (fg < 0 || s->colors < 8 || fg >= s->colors)
        return 0;
    int pair = fg + 1;
    if (pair >= COLOR_PAIRS)
        return 0;
    if (!s->pair_made[pair]) {
        init_pair((short)pair, (short)fg, -1);
        s->pair_made[pair] = true;
    }
    return (short)pair;
}

static attr_t attributes_of(struct look l)
{
    return (l.bold ? A_BOLD : 0) | (l.dim ? A_DIM : 0) |
           (l.italic ? A_ITALIC : 0) | (l.underline ? A_UNDERLINE : 0) |
           (l.reverse ? A_REVERSE : 0);
}

/* The cell's characters, when the C library gives them the columns that the
 * canvas did: else the line would shift. false: it does not. */
static bool wide_text(const struct cell *cell, wchar_t out[CCHARW_MAX + 1])
{
    size_t len = strlen(cell->s), at = 0;
    int n = 0;
    while (at < len) {
        uint32_t cp;
        bool valid = true;
        at += utf8_decode(cell->s + at, len - at, &cp, &valid);
        int width = wcwidth((wchar_t)cp);
        if (!valid || cp < 0x20 || width != (n == 0 ? cell->width : 0))
            return false;
        if (n < CCHARW_MAX)
            out[n++] = (wchar_t)cp;
    }
    out[n] = L'\0';
    return n > 0;
}

static void put(struct screen *s, int x, int y, const struct cell *cell)
{
    struct look l = theme_look(&s->theme, cell->style, s->colors,
                               s->colors < 8);
    attr_t attributes = attributes_of(l);
    short pair = pair_of(s, l.fg);
    wchar_t text[CCHARW_MAX + 1];
    cchar_t cc;
    bool fits = wide_text(cell, text);

    if (!fits) {
        text[0] = s->ascii ? L'?' : 0xFFFD;
        text[1] = L'\0';
    }
    setcchar(&cc, text, attributes, pair, NULL);
    mvadd_wch(y, x, &cc);
    if (!fits && cell->width == 2) {
        setcchar(&cc, L" ", attributes, pair, NULL);
        mvadd_wch(y, x + 1, &cc);
    }
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->width == b->width && a->style.role == b->style.role &&
           a->style.flags == b->style.flags && strcmp(a->s, b->s) == 0;
}

static bool put_changes(struct screen *s, const struct canvas *c)
{
    bool changed = false;
    for (int y = 0; y < c->height && y < s->shown.height; y++)
        for (int x = 0; x < c->width && x < s->shown.width; x++) {
            size_t at = (size_t)y * (size_t)s->shown.width + (size_t)x;
            const struct cell *cell = canvas_at(c, x, y);
            if (!s->all && same_cell(cell, &s->shown.cells[at]))
                continue;
            s->shown.cells[at] = *cell;
            changed = true;
            if (cell->width > 0)
                put(s, x, y, cell);
        }
    return changed;
}

void screen_show(struct screen *s, const struct canvas *c)
{
    bool moved = c->cursor_x != s->shown.cursor_x ||
                 c->cursor_y != s->shown.cursor_y;
    if (!put_changes(s, c) && !moved && !s->all)
        return;
    s->all = false;
    s->shown.cursor_x = c->cursor_x;
    s->shown.cursor_y = c->cursor_y;
    bool cursor = c->cursor_x >= 0 && c->cursor_y >= 0 &&
                  c->cursor_x < c->width && c->cursor_y < c->height;
    curs_set(cursor);
    if (cursor)
        move(c->cursor_y, c->cursor_x);
    wnoutrefresh(stdscr);
    screen_say(SYNC_ON);
    doupdate();
    screen_say(SYNC_OFF);
}
