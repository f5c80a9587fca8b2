/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/wrap.h"

_Static_assert(GRAPHEME_MAX < CELL_BYTES, "a cluster fits into a cell");

static const struct cell blank = {.s = " ", .width = 1};

/* --- the grid ------------------------------------------------------------- */

void canvas_init(struct canvas *c, int width, int height)
{
    *c = (struct canvas){.cursor_x = -1, .cursor_y = -1};
    canvas_resize(c, width, height);
}

void canvas_resize(struct canvas *c, int width, int height)
{
    c->width = width < 1 ? 1 : width;
    c->height = height < 1 ? 1 : height;
    mem_free(c->cells);
    c->cells = mem_array((size_t)c->width * (size_t)c->height,
                         sizeof *c->cells);
    c->cursor_x = c->cursor_y = -1;
    canvas_fill(c, (struct rect){0, 0, c->width, c->height},
                (struct style){0});
}

void canvas_clear(struct canvas *c)
{
    mem_free(c->cells);
    c->cells = NULL;
    c->width = c->height = 0;
}

static struct cell *cell_at(const struct canvas *c, int x, int y)
{
    if (x < 0 || y < 0 || x >= c->width || y >= c->height)
        return NULL;
    return &c->cells[(size_t)y * (size_t)c->width + (size_t)x];
}

const struct cell *canvas_at(const struct canvas *c, int x, int y)
{
    return cell_at(c, x, y);
}

/* Overwriting half of a wide character leaves no other half behind. */
static void put_cell(struct canvas *c, int x, int y, struct cell cell)
{
    struct cell *at = cell_at(c, x, y);
    if (!at)
        return;
    if (at->width == 0) {
        struct cell *left = cell_at(c, x - 1, y);
        if (left) {
            struct style style = left->style;
            *left = blank;
            left->style = style;
        }
    } else if (at->width == 2 && cell.width != 2) {
        struct cell *right = cell_at(c, x + 1, y);
        if (right) {
            struct style style = right->style;
            *right = blank;
            right->style = style;
        }
    }
    *at = cell;
}

static void put_blank(struct canvas *c, int x, int y, struct style style)
{
    struct cell cell = blank;
    cell.style = style;
    put_cell(c, x, y, cell);
}

void canvas_fill(struct canvas *c, struct rect r, struct style style)
{
    int x0 = r.x < 0 ? 0 : r.x, y0 = r.y < 0 ? 0 : r.y;
    int x1 = r.width > c->width - r.x ? c->width : r.x + r.width;
    int y1 = r.height > c->height - r.y ? c->height : r.y + r.height;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            put_blank(c, x, y, style);
}

/* --- text where only ASCII may be drawn ----------------------------------- */

/* Levels of heat, then leanings from thought to answer. */
static const char heat_ramp[] = ".:-=+*#@Tt,\'aA";

/* Signs of ours that have a near relative in ASCII. */
static char near_sign(uint32_t cp)
{
    static const struct {
        uint32_t cp;
        char to;
    } table[] = {
        {0x00A0, ' '}, {0x00AB, '<'}, {0x00B1, '~'}, {0x00B7, '-'},
        {0x00BB, '>'}, {0x00D7, 'x'}, {0x00F7, '/'}, {0x2018, '\''},
        {0x2019, '\''}, {0x201C, '"'}, {0x201D, '"'}, {0x2022, '*'},
        {0x2026, '~'}, {0x2039, '<'}, {0x203A, '>'}, {0x2190, '<'},
        {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x2212, '-'},
        {0x221A, 'v'}, {0x2248, '~'}, {0x2264, '<'}, {0x2265, '>'},
        {0x25A0, '#'}, {0x25AA, '#'}, {0x25B4, '^'}, {0x25B8, '>'}, {0x25BE, 'v'},
        {0x21AA, '>'}, {0x25CF, '*'}, {0x2713, 'v'}, {0x2717, 'x'},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].cp == cp)
            return table[i].to;
    if (cp >= 0x2010 && cp <= 0x2015) /* hyphens and dashes */
        return '-';
    if (cp == 0x258F || cp == 0x258E || cp == 0x2502 || cp == 0x2503)
        return '|'; /* the bar of a thought, the rule beside the panes */
    if (cp == 0x2501)
        return '='; /* of a bar, which may end among light ones */
    if (cp >= 0x2500 && cp <= 0x257F)
        return cp == 0x253C || cp == 0x253F ? '+' : '-';
    if (cp >= 0x2581 && cp <= 0x2588) /* sparkline: low to high */
        return "_..-=+*#"[cp - 0x2581];
    if (cp >= 0x2580 && cp <= 0x259F)
        return '#';
    return '\0';
}

/* A letter with its marks taken off, or '?'. */
static char near_letter(uint32_t cp)
{
    utf8proc_int32_t parts[4];
    int boundclass = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)cp, parts, 4, UTF8PROC_DECOMPOSE, &boundclass);
    if (n >= 1 && n <= 4 && parts[0] >= 0x20 && parts[0] < 0x7F)
        return (char)parts[0];
    return '?';
}

static void make_ascii(struct cell *cell)
{
    uint32_t cp;
    utf8_decode(cell->s, strlen(cell->s), &cp, NULL);
    if (cp >= 0x20 && cp < 0x7F) {
        cell->s[1] = '\0'; /* a base may still carry marks */
        return;
    }
    char sign = near_sign(cp);
    cell->s[0] = sign ? sign : near_letter(cp);
    cell->s[1] = '\0';
}

/* Without colour a heat cell tells its value by its glyph. */
static void make_heat_visible(const struct canvas *c, struct cell *cell,
                              bool block)
{
    bool heat = cell->style.role >= STYLE_HEAT0 &&
                cell->style.role <= STYLE_LEAN_A3;
    if (heat && block && (c->ascii || c->mono)) {
        cell->s[0] = heat_ramp[cell->style.role - STYLE_HEAT0];
        cell->s[1] = '\0';
    }
}

/* --- drawing text --------------------------------------------------------- */

/* A mark without a base of its own joins the cell before it, while it fits. */
static void join_mark(struct canvas *c, int x, int y, struct str mark)
{
    struct cell *cell = cell_at(c, x, y);
    if (cell && cell->width == 0)
        cell = cell_at(c, x - 1, y);
    size_t len = cell ? strlen(cell->s) : 0;
    if (!cell || c->ascii || len + mark.len >= sizeof cell->s)
        return;
    memcpy(cell->s + len, mark.p, mark.len);
    cell->s[len + mark.len] = '\0';
}

static void put_cluster(struct canvas *c, int x, int y, struct str cluster,
                        int columns, struct style style)
{
    struct cell cell = {.width = (uint8_t)columns, .style = style};
    memcpy(cell.s, cluster.p, grapheme_shown(cluster));
    unsigned char first = (unsigned char)cell.s[0];
    if (first < 0x20 || first == 0x7F) /* was not sanitised: a bug, shown */
        memcpy(cell.s, "?", 2);
    if (c->ascii) {
        make_ascii(&cell);
        cell.width = 1;
    }
    /* Letters may be coloured too, and stay what they are. */
    make_heat_visible(c, &cell, str_starts(cluster, str_of("\xE2\x96")));
    if (columns == 2 && (x < 0 || x + 1 >= c->width)) {
        put_blank(c, x, y, style);     /* half of it would stick out */
        put_blank(c, x + 1, y, style);
        return;
    }
    put_cell(c, x, y, cell);
    if (columns == 2) {
        struct cell tail = {.width = 0, .style = style};
        if (c->ascii)
            tail = (struct cell){.s = " ", .width = 1, .style = style};
        struct cell *right = cell_at(c, x + 1, y);
        if (right && right->width == 2) /* its own second half goes too */
            put_blank(c, x + 2, y, right->style);
        if (right)
            *right = tail;
    }
}

int canvas_text(struct canvas *c, int x, int y, int columns, struct str text,
                struct style style)
{
    int used = 0;
    while (text.len > 0 && text.p[0] != '\n') {
        int w = 0;
        size_t len = grapheme_next(text, &w);
        if (text.p[0] == '\t') {
            for (int stop = used + 4 - used % 4; used < stop && used < columns;
                 used++)
                put_blank(c, x + used, y, style);
        } else if (w == 0) {
            if (used > 0)
                join_mark(c, x + used - 1, y, str_n(text.p, len));
        } else if (used + w > columns) {
            /* The half that is left of a wide character's place. */
            for (; used < columns; used++)
                put_blank(c, x + used, y, style);
            break;
        } else {
            put_cluster(c, x + used, y, str_n(text.p, len), w, style);
            used += w;
        }
        text = str_n(text.p + len, text.len - len);
    }
    return used;
}

int canvas_puts(struct canvas *c, int x, int y, int columns, const char *text,
                struct style style)
{
    return canvas_text(c, x, y, columns, str_of(text), style);
}

int canvas_printf(struct canvas *c, int x, int y, int columns,
                  struct style style, const char *fmt, ...)
{
    struct buf b = {0};
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    utf8_repair(str_of(line), &b); /* the cut may have split a character */
    int used = canvas_text(c, x, y, columns, buf_str(&b), style);
    buf_clear(&b);
    return used;
}

int canvas_right(struct canvas *c, int x, int y, int columns, const char *text,
                 struct style style)
{
    int w = text_columns(str_of(text));
    int from = w < columns ? x + columns - w : x;
    return canvas_puts(c, from, y, x + columns - from, text, style);
}

/* --- for golden files ----------------------------------------------------- */

static void end_row(struct buf *out, size_t row_start)
{
    while (out->len > row_start && out->p[out->len - 1] == ' ')
        buf_erase(out, out->len - 1, 1);
    buf_putc(out, '\n');
}

void canvas_dump(const struct canvas *c, struct buf *out)
{
    for (int y = 0; y < c->height; y++) {
        size_t row_start = out->len;
        for (int x = 0; x < c->width; x++)
            buf_puts(out, canvas_at(c, x, y)->s);
        end_row(out, row_start);
    }
}

void canvas_dump_styles(const struct canvas *c, struct buf *out)
{
    static const char letters[STYLE_ROLES + 1] = ".utbalehsdr01234567XYZzyxkgcn";
    for (int y = 0; y < c->height; y++) {
        size_t row_start = out->len;
        for (int x = 0; x < c->width; x++) {
            const struct cell *cell = canvas_at(c, x, y);
            bool nothing = cell->style.role == STYLE_TEXT &&
                           cell->style.flags == 0 &&
                           strcmp(cell->s, " ") == 0;
            buf_putc(out, nothing ? ' ' : letters[cell->style.role]);
        }
        end_row(out, row_start);
    }
}
