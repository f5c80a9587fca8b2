/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/highlight.h"
#include "ui/markup.h"
#include "ui/md_parts.h"
#include "ui/md_prefix.h"
#include "ui/md_table.h"
#include "ui/tex.h"

#define BAR "\xE2\x96\x8F "      /* of a quote */
#define BULLET "\xE2\x80\xA2 "
#define GOES_ON "\xE2\x86\xAA "   /* code that did not fit into its line */

static void add_bars(struct md *m, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_puts(&m->lead, BAR);
}

static void add_blanks(struct md *m, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_putc(&m->lead, ' ');
}

/* An indent must leave room for words. */
static unsigned fitting_indent(const struct md *m, unsigned indent)
{
    unsigned most = m->how.columns > 24 ? (unsigned)m->how.columns / 3 : 4;
    return indent < most ? indent : most;
}

/* "- 5 apples" is an item of a list; "- 5" is the sum of a column, whose signs
 * must stay. */
static bool is_sign(const struct md_prefix *p, struct str line)
{
    bool digits = false;
    for (size_t i = p->body; i < line.len; i++) {
        char c = line.p[i], next = i + 1 < line.len ? line.p[i + 1] : ' ';
        bool digit = c >= '0' && c <= '9';
        digits |= digit;
        if (!digit && !strchr(" .=+-*/()", c) && (c != ',' || next == ' '))
            return false;
    }
    return digits;
}

static void lead_of_text(struct md *m, const struct md_prefix *p,
                         struct str line, bool first)
{
    bool item = p->bullet.len == 1;
    add_bars(m, p->quotes);
    add_blanks(m, fitting_indent(m, p->indent));
    if (!p->bullet.len)
        return;
    if (item && is_sign(p, line)) { /* and its column */
        m->lead_style = (struct style){0};
        for (size_t i = p->inner; i < p->body; i++)
            buf_putc(&m->lead, first && i == p->inner ? line.p[i] : ' ');
        return;
    }
    if (first && item)
        buf_puts(&m->lead, BULLET);
    else if (first)
        buf_add_str(&m->lead, p->bullet);
    else
        add_blanks(m, item ? 2 : (unsigned)p->bullet.len);
    if (!item)
        buf_putc(&m->lead, ' ');
}

static struct style style_of_text(const struct md_prefix *p)
{
    struct style s = {.role = p->level   ? STYLE_HEADING
                              : p->quotes ? STYLE_SECONDARY
                                          : STYLE_TEXT};
    if (p->level == 1)
        s.flags = STYLE_UNDERLINE;
    return s;
}

static void render_text(struct md *m, const struct md_line *l, struct str text)
{
    struct str s = md_line_text(l, text);
    struct md_prefix p = {0};
    if (l->kind == K_TEXT)
        p = md_prefix_of(s);
    bool last = l->to == m->len; /* where the text ends, more may come */
    struct markup how = {.base = style_of_text(&p), .ascii = m->how.ascii,
                         .open = m->how.open && last};
    markup_read(&how, str_n(s.p + p.body, s.len - p.body), l->from + p.body,
                &m->body);
}

struct coloring {
    struct rich *out;
    struct str s;
    size_t src, at;
};

static void plain_until(struct coloring *c, size_t to)
{
    if (to > c->at)
        rich_add(c->out, str_n(c->s.p + c->at, to - c->at), c->src + c->at,
                 to - c->at, (struct style){0}, RUN_ALIKE);
    c->at = to;
}

static void color_part(void *arg, size_t from, size_t to, enum style_role role)
{
    struct coloring *c = arg;
    plain_until(c, from);
    rich_add(c->out, str_n(c->s.p + from, to - from), c->src + from, to - from,
             (struct style){.role = (uint8_t)role}, RUN_ALIKE);
    c->at = to;
}

static void render_code(struct md *m, const struct md_line *l, struct str text)
{
    struct str s = md_code_text(l, text);
    struct coloring c = {.out = &m->body, .s = s,
                         .src = (size_t)(s.p - text.p)};
    if (l->language)
        highlight_line(l->language, s, l->open, color_part, &c);
    plain_until(&c, s.len);
}

/* The inside of a line of a formula, its marks left out. */
static struct str math_inside(struct str s)
{
    struct md_prefix p = md_prefix_of(s);
    s = str_n(s.p + p.inner, s.len - p.inner);
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
        s.len--;
    if (str_starts(s, str_of("$$")) || str_starts(s, str_of("\\[")))
        s = str_n(s.p + 2, s.len - 2);
    if (str_ends(s, str_of("$$")) || str_ends(s, str_of("\\]")))
        s.len -= 2;
    return s;
}

static void render_math(struct md *m, const struct md_line *l, struct str text)
{
    struct str s = math_inside(md_line_text(l, text));
    struct buf shown = {0};
    size_t src = (size_t)(s.p - text.p);
    /* Half a formula says nothing: it waits for its other half. */
    bool waits = m->how.open && l->to == m->len && s.len <= TEX_MAX;
    if (!m->how.ascii && !waits && tex_text(s, &shown))
        rich_add(&m->body, buf_str(&shown), src, s.len, (struct style){0},
                 RUN_WHOLE);
    else if (!waits)
        rich_add(&m->body, s, src, s.len, (struct style){0}, RUN_ALIKE);
    buf_clear(&shown);
}

void md_render(struct md *m, size_t line, size_t part, struct str text)
{
    static const struct style dim = {.role = STYLE_DIM};
    static const struct style rule = {.role = STYLE_RULE};
    const struct md_line *l = &m->lines[line];
    struct str s = md_line_text(l, text);
    if (m->shown_line == line && m->shown_part == part)
        return;
    m->shown_line = line;
    m->shown_part = part;
    rich_reset(&m->body);
    switch ((enum md_kind)l->kind) {
    case K_TEXT:
    case K_REST:
        render_text(m, l, text);
        break;
    case K_FENCE:
        s = md_fence_word(s);
        rich_add(&m->body, s, (size_t)(s.p - text.p), s.len, dim, RUN_ALIKE);
        break;
    case K_CODE:
        render_code(m, l, text);
        break;
    case K_MATH:
        render_math(m, l, text);
        break;
    case K_RULE:
        for (int i = 0; i < m->how.columns && i < 40; i++)
            rich_add(&m->body, str_of("─"), l->from, s.len, rule, RUN_WHOLE);
        break;
    case K_HEAD_RULE:
        md_table_rule(&m->tables[l->table], l->from, s.len, &m->body);
        break;
    case K_HEAD:
    case K_ROW:
        md_table_row(&m->tables[l->table], s, l->from, part,
                     l->kind == K_HEAD, m->how.ascii, &m->body);
        break;
    case K_BLANK:
    case K_FENCE_END:
    case K_GONE:
        break;
    }
}

void md_lead_of(struct md *m, const struct md_line *l, struct str text,
                    bool first)
{
    buf_reset(&m->lead);
    m->lead_style = (struct style){.role = STYLE_DIM};
    if (l->kind == K_TEXT) {
        struct str s = md_line_text(l, text);
        struct md_prefix p = md_prefix_of(s);
        lead_of_text(m, &p, s, first);
    } else if (l->kind == K_CODE || l->kind == K_FENCE) {
        add_bars(m, l->quotes);
        add_blanks(m, fitting_indent(m, l->indent));
        buf_puts(&m->lead, first ? "  " : GOES_ON);
    } else if (l->kind == K_MATH) {
        add_blanks(m, 4);
    }
    buf_puts(&m->lead, ""); /* never NULL */
}
