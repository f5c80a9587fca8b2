/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/compare_pane.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "chat/conversation.h"
#include "ui/line_diff.h"
#include "ui/markdown.h"
#include "ui/parts.h"
#include "ui/rows.h"

/* The thought or the answer. */
struct half {
    struct buf text;      /* owned; cleaned */
    struct rows rows;     /* owned; as laid out last */
    struct buf same;      /* owned; of its bytes, what the other side has too */
};

struct side {
    struct half half[2];  /* [enum text_part] */
    char title[160];
};

struct compare_pane {
    struct pane pane;
    struct side side[2];  /* the earlier one at the left */
    int top, height, lines;
};

static struct compare_pane *self(struct pane *p)
{
    return (struct compare_pane *)p;
}

/* --- which two ------------------------------------------------------------ */

/* The last answer of the path that has another one beside it. */
static const struct message *find_answer(const struct conversation *c)
{
    for (size_t i = c->n; i-- > 0;) {
        const struct message *m = c->messages[i];
        if (m->role == ROLE_ASSISTANT && conversation_variants(c, m, NULL) > 1)
            return m;
    }
    return NULL;
}

static bool find_two(const struct conversation *c, uint32_t id,
                     const struct message *two[2])
{
    const struct message *m = find_answer(c);
    if (!m)
        return false;
    const struct message *other = conversation_find(c, id);
    if (!other || other == m || other->parent != m->parent)
        other = conversation_variant(c, m, -1);
    if (!other)
        other = conversation_variant(c, m, 1);
    two[0] = m->id < other->id ? m : other;
    two[1] = m->id < other->id ? other : m;
    return true;
}

/* Without the line feeds around it. */
static void fill_half(struct half *h, struct str text)
{
    while (text.len && *text.p == '\n')
        text = str_n(text.p + 1, text.len - 1);
    buf_reset(&h->text);
    buf_puts(&h->text, "");
    sanitize_text(text, false, &h->text);
    while (h->text.len && h->text.p[h->text.len - 1] == '\n')
        buf_erase(&h->text, h->text.len - 1, 1);
    rows_clear(&h->rows);
}

static void fill(struct side *s, const struct conversation *c,
                 const struct message *m)
{
    size_t index = 0, n = conversation_variants(c, m, &index);
    fill_half(&s->half[PART_THOUGHT], buf_str(&m->thought));
    fill_half(&s->half[PART_ANSWER], buf_str(&m->text));
    snprintf(s->title, sizeof s->title, _("answer %zu of %zu%s%s%s"), index + 1,
             n, m->experts.len ? " \xC2\xB7 " : "",
             m->experts.len ? m->experts.p : "",
             m->interrupted ? _(", interrupted") : "");
}

static void clear_side(struct side *s)
{
    for (int part = 0; part < 2; part++) {
        buf_clear(&s->half[part].text);
        buf_clear(&s->half[part].same);
        rows_clear(&s->half[part].rows);
    }
}

bool compare_pane_set(struct pane *pane, const struct conversation *c,
                      uint32_t other)
{
    struct compare_pane *p = self(pane);
    const struct message *two[2];
    if (!find_two(c, other, two))
        return false;
    for (int i = 0; i < 2; i++)
        fill(&p->side[i], c, two[i]);
    for (int part = 0; part < 2; part++) {
        struct half *a = &p->side[0].half[part], *b = &p->side[1].half[part];
        line_diff(buf_str(&a->text), buf_str(&b->text), &a->same, &b->same);
    }
    p->top = 0;
    pane->dirty = true;
    return true;
}

bool compare_text(const struct conversation *c, uint32_t other, struct buf *out)
{
    const struct message *two[2];
    if (!find_two(c, other, two))
        return false;
    for (int i = 0; i < 2; i++) {
        struct side s = {0};
        fill(&s, c, two[i]);
        buf_printf(out, "[%s]\n", s.title);
        buf_add_str(out, buf_str(&s.half[PART_THOUGHT].text));
        if (s.half[PART_THOUGHT].text.len)
            buf_puts(out, "\n\n");
        buf_add_str(out, buf_str(&s.half[PART_ANSWER].text));
        buf_puts(out, "\n");
        clear_side(&s);
    }
    return true;
}

/* --- drawing -------------------------------------------------------------- */

/* Dim where the other side has it, too. */
static int draw_run(const struct half *h, const struct run *run, struct str s,
                    size_t src, struct style own, struct canvas *c,
                    struct rect row)
{
    int x = 0;
    while (s.len > 0) {
        char same = src < h->same.len ? h->same.p[src] : ' ';
        size_t n = 1;
        while (n < s.len && (run->kind == RUN_WHOLE ||
                             (src + n < h->same.len && h->same.p[src + n] == same)))
            n++;
        x += canvas_text(c, row.x + x, row.y, row.width - x, str_n(s.p, n),
                         same == '=' ? style_of(STYLE_DIM) : own);
        s = str_n(s.p + n, s.len - n);
        src += n;
    }
    return x;
}

/* Of a thought only what is different is seen, so it may speak up. */
static struct style aloud(struct style s)
{
    s.flags |= STYLE_ITALIC;
    return s;
}

static void draw_row(struct half *h, size_t i, bool thought, struct canvas *c,
                     struct rect row)
{
    struct md_row md;
    md_row(h->rows.md, buf_str(&h->text), i, &md);
    int x = canvas_text(c, row.x, row.y, row.width, md.lead, md.lead_style);
    for (uint32_t k = 0; k < md.body->n && md.body->runs[k].at < md.to; k++) {
        const struct run *run = &md.body->runs[k];
        size_t a = run->at > md.from ? run->at : md.from;
        size_t b = run->at + run->len < md.to ? run->at + run->len : md.to;
        if (run->kind == RUN_HIDDEN || a >= b)
            continue;
        size_t src = run->kind == RUN_ALIKE ? run->src + (a - run->at)
                                            : run->src;
        x += draw_run(h, run, str_n(md.body->text.p + a, b - a), src,
                      thought ? aloud(run->style) : run->style, c,
                      (struct rect){row.x + x, row.y, row.width - x, 1});
    }
}

static void lay_out(struct half *h, int columns, bool ascii)
{
    struct md_how how = {.columns = columns, .ascii = ascii};
    if (!h->rows.md)
        h->rows.md = md_new();
    md_update(h->rows.md, &h->rows, buf_str(&h->text), &how);
}

/* Returns how many lines there are. */
static int draw_side(const struct compare_pane *p, struct side *s,
                     struct canvas *c, struct rect area)
{
    int line = 0;
    canvas_puts(c, area.x, area.y, area.width, s->title,
                style_of(STYLE_HEADING));
    for (int i = 0; i < 2; i++) {
        bool thought = i == 0;
        struct half *h = &s->half[thought ? PART_THOUGHT : PART_ANSWER];
        lay_out(h, area.width < 1 ? 1 : area.width, c->ascii);
        for (size_t row = 0; row < h->rows.n; row++, line++) {
            int y = 2 + line - p->top;
            if (y >= 2 && y < area.height)
                draw_row(h, row, thought, c,
                         (struct rect){area.x, area.y + y, area.width, 1});
        }
        line += thought && h->rows.n;
    }
    return line;
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct compare_pane *p = self(pane);
    int half = (area.width - 3) / 2;
    (void)focused;
    pane->dirty = false;
    p->height = area.height - 2;
    p->lines = 0;
    for (int i = 0; i < 2; i++) {
        struct rect r = {area.x + 1 + i * (half + 1), area.y, half - 1,
                         area.height};
        int n = draw_side(p, &p->side[i], c, r);
        p->lines = n > p->lines ? n : p->lines;
    }
}

static void scroll(struct compare_pane *p, int by)
{
    int most = p->lines - p->height;
    p->top += by;
    p->top = p->top > most ? most : p->top;
    p->top = p->top < 0 ? 0 : p->top;
}

static bool action(struct pane *pane, enum action a)
{
    struct compare_pane *p = self(pane);
    int page = p->height > 1 ? p->height - 1 : 1;
    switch (a) {
    case ACTION_LINE_UP:
    case ACTION_LINE_DOWN:
        scroll(p, a == ACTION_LINE_UP ? -1 : 1);
        break;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        scroll(p, a == ACTION_PAGE_UP ? -page : page);
        break;
    case ACTION_TOP:
    case ACTION_END:
        scroll(p, a == ACTION_TOP ? -p->lines : p->lines);
        break;
    default:
        return false;
    }
    pane->dirty = true;
    return true;
}

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    (void)pane;
    (void)width;
    *min_rows = 1;
    *want_rows = 10000;
}

static void compare_pane_free(struct pane *pane)
{
    struct compare_pane *p = self(pane);
    clear_side(&p->side[0]);
    clear_side(&p->side[1]);
    mem_free(p);
}

static const struct pane_ops ops = {
    .name = "compare",
    .measure = measure,
    .draw = draw,
    .action = action,
    .free = compare_pane_free,
};

struct pane *compare_pane_new(void)
{
    struct compare_pane *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    return &p->pane;
}
