/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markdown.h"

#include "base/mem.h"
#include "ui/md_parts.h"
#include "ui/md_prefix.h"
#include "ui/md_table.h"
#include "ui/rows.h"
#include "ui/wrap.h"

struct md *md_new(void)
{
    struct md *m = mem_zalloc(sizeof *m);
    m->shown_line = MD_NOTHING;
    return m;
}

void md_free(struct md *m)
{
    if (!m)
        return;
    mem_free(m->lines);
    mem_free(m->at);
    mem_free(m->tables);
    rich_clear(&m->body);
    buf_clear(&m->lead);
    mem_free(m);
}

/* --- rows ----------------------------------------------------------------- */

static void add_row(struct md *m, struct rows *r, size_t start, size_t at)
{
    if (r->n == m->at_cap) {
        m->at_cap = m->at_cap ? m->at_cap * 2 : 16;
        m->at = mem_realloc(m->at, m->at_cap * sizeof *m->at);
    }
    m->at[r->n] = (uint32_t)at;
    rows_add(r, start);
}

static int room_behind(const struct md *m)
{
    int room = m->how.columns - text_columns(buf_str(&m->lead));
    return room < 1 ? 1 : room;
}

/* Code breaks at the edge: every blank of it counts. */
static size_t code_next(struct str s, size_t at, int room, size_t *len)
{
    *len = text_fit(str_n(s.p + at, s.len - at), room);
    if (*len == 0 && at < s.len) {
        int columns;
        *len = grapheme_next(str_n(s.p + at, s.len - at), &columns);
    }
    return at + *len;
}

static size_t next_break(struct md *m, const struct md_line *l, size_t at,
                         size_t *len)
{
    struct str s = buf_str(&m->body.text);
    return l->kind == K_CODE ? code_next(s, at, room_behind(m), len)
                             : wrap_next(s, at, room_behind(m), len);
}

static void lay_wrapped(struct md *m, struct rows *r, size_t line,
                        struct str text, bool may_be_empty)
{
    const struct md_line *l = &m->lines[line];
    size_t at = 0, len;
    md_render(m, line, 0, text);
    md_lead_of(m, l, text, true);
    if (m->body.text.len == 0 && may_be_empty) {
        add_row(m, r, l->from, 0);
        return;
    }
    for (bool first = true; at < m->body.text.len; first = false) {
        add_row(m, r, first ? l->from : rich_source(&m->body, at), at);
        if (!first)
            md_lead_of(m, l, text, false);
        at = next_break(m, l, at, &len);
    }
}

static void lay_out(struct md *m, struct rows *r, size_t line, struct str text)
{
    struct md_line *l = &m->lines[line];
    struct str s = md_line_text(l, text);
    size_t rows = 1;
    l->row = (uint32_t)r->n;
    switch ((enum md_kind)l->kind) {
    case K_TEXT:
    case K_REST:
        /* What waits for its end (a formula) has no row yet. */
        lay_wrapped(m, r, line, text, l->kind == K_TEXT && md_prefix_of(s).body
                                          == s.len);
        return;
    case K_CODE:
        lay_wrapped(m, r, line, text, true);
        return;
    case K_MATH:
        lay_wrapped(m, r, line, text, false);
        return;
    case K_HEAD:
    case K_ROW:
        rows = md_table_height(&m->tables[l->table], s, m->how.ascii);
        break;
    case K_FENCE:
        rows = md_fence_word(s).len > 0;
        break;
    case K_FENCE_END:
    case K_GONE:
        rows = 0;
        break;
    case K_BLANK:
    case K_RULE:
    case K_HEAD_RULE:
        break;
    }
    for (size_t i = 0; i < rows; i++)
        add_row(m, r, l->from, i);
}

/* --- the text ------------------------------------------------------------- */

static struct md_line *add_line(struct md *m)
{
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->lines = mem_realloc(m->lines, m->cap * sizeof *m->lines);
    }
    m->lines[m->n] = (struct md_line){0};
    return &m->lines[m->n++];
}

static void settle(struct md *m, const struct rows *r, size_t at,
                   const struct md_state *st)
{
    m->final_at = at;
    m->final_lines = m->n;
    m->final_rows = r->n;
    m->final_tables = m->n_tables;
    m->final = *st;
}

static void forget(struct md *m, struct rows *r)
{
    m->final_at = m->final_lines = m->final_rows = m->final_tables = 0;
    m->final = (struct md_state){0};
    rows_cut(r, 0);
}

size_t md_update(struct md *m, struct rows *r, struct str text,
                 const struct md_how *how)
{
    bool same = how->columns == m->how.columns && how->ascii == m->how.ascii;
    if (same && text.len == m->len && how->open == m->how.open)
        return 0;
    if (!same || text.len < m->len)
        forget(m, r);
    m->how = *how;
    m->how.columns = how->columns < 1 ? 1 : how->columns;
    m->len = r->len = text.len;
    r->columns = m->how.columns;
    m->n = m->final_lines;
    m->n_tables = m->final_tables;
    m->shown_line = MD_NOTHING;
    rows_cut(r, m->final_rows);

    struct md_state st = m->final;
    size_t before = r->n;
    for (size_t at = m->final_at, next; at < text.len; at = next) {
        bool cut, pending;
        size_t end = md_find_end(text, at, &next, &cut);
        struct md_line *l = add_line(m);
        l->from = (uint32_t)at;
        l->to = (uint32_t)end;
        l->cut = cut;
        md_find_kind(m, &st, l, text, next, &pending);
        st.blank = l->kind == K_BLANK || (l->kind == K_GONE && st.blank);
        st.rest = cut;
        lay_out(m, r, m->n - 1, text);
        bool whole = cut || next > end;
        if (whole && !pending && (st.in != IN_TABLE || m->table_closed))
            settle(m, r, next, &st);
    }
    return r->n - before;
}

/* The line that row i belongs to. */
static size_t line_of_row(const struct md *m, size_t i)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->lines[mid].row <= i)
            low = mid + 1;
        else
            high = mid;
    }
    return low - 1;
}

void md_row(struct md *m, struct str text, size_t i, struct md_row *out)
{
    size_t line = line_of_row(m, i);
    const struct md_line *l = &m->lines[line];
    bool wraps = l->kind == K_TEXT || l->kind == K_REST || l->kind == K_CODE ||
                 l->kind == K_MATH;
    size_t from = wraps ? m->at[i] : 0, len;
    md_render(m, line, wraps ? 0 : m->at[i], text);
    md_lead_of(m, l, text, i == l->row);
    len = m->body.text.len;
    if (wraps)
        next_break(m, l, from, &len);
    *out = (struct md_row){.lead = buf_str(&m->lead),
                           .lead_style = m->lead_style, .body = &m->body,
                           .from = from, .to = from + len};
}

/* --- code blocks ---------------------------------------------------------- */

static size_t line_at(const struct md *m, size_t at)
{
    size_t i = 0;
    while (i + 1 < m->n && m->lines[i + 1].from <= at)
        i++;
    return i;
}

static bool in_code(const struct md *m, size_t i)
{
    return m->lines[i].kind == K_CODE;
}

bool md_code_at(const struct md *m, struct str text, size_t at,
                struct buf *code)
{
    if (m->n == 0)
        return false;
    size_t i = line_at(m, at);
    if (m->lines[i].kind == K_FENCE && i + 1 < m->n)
        i++;
    if (!in_code(m, i))
        return false;
    while (i > 0 && in_code(m, i - 1))
        i--;
    for (; i < m->n && in_code(m, i); i++) {
        buf_add_str(code, md_code_text(&m->lines[i], text));
        if (!m->lines[i].cut)
            buf_putc(code, '\n');
    }
    return true;
}

size_t md_next_code(const struct md *m, size_t at, int step)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i + 1 < m->n; i++) {
        if (m->lines[i].kind != K_FENCE || !in_code(m, i + 1))
            continue;
        size_t from = m->lines[i + 1].from;
        if (step > 0 && from > at)
            return from;
        if (step < 0 && m->lines[i].from < at && from < at)
            found = from;
    }
    return found;
}
