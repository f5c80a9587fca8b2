/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/compare_pane.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "chat/conversation.h"
#include "ui/parts.h"
#include "ui/wrap.h"

struct side {
    struct buf text;      /* owned; thought, blank line, answer; cleaned */
    size_t answer;        /* where the answer begins */
    char title[48];
};

struct compare_pane {
    struct pane pane;
    struct side side[2];  /* the earlier one at the left */
    size_t same;          /* bytes that both begin with */
    int top, height, lines;
};

static struct compare_pane *self(struct pane *p)
{
    return (struct compare_pane *)p;
}

/* --- which two ----------------------------------------------------------------- */

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

static bool find_two(const struct conversation *c, const struct message *two[2])
{
    const struct message *m = find_answer(c);
    if (!m)
        return false;
    const struct message *other = conversation_variant(c, m, -1);
    bool later = other == NULL;
    if (later)
        other = conversation_variant(c, m, 1);
    two[0] = later ? m : other;
    two[1] = later ? other : m;
    return true;
}

static void fill(struct side *s, const struct conversation *c,
                 const struct message *m)
{
    size_t index = 0, n = conversation_variants(c, m, &index);
    buf_reset(&s->text);
    sanitize_text(buf_str(&m->thought), false, &s->text);
    while (s->text.len && s->text.p[s->text.len - 1] == '\n')
        buf_erase(&s->text, s->text.len - 1, 1);
    if (s->text.len)
        buf_puts(&s->text, "\n\n");
    s->answer = s->text.len;
    struct str answer = buf_str(&m->text);
    while (answer.len && *answer.p == '\n')
        answer = str_n(answer.p + 1, answer.len - 1);
    sanitize_text(answer, false, &s->text);
    snprintf(s->title, sizeof s->title, _("answer %zu of %zu%s"), index + 1, n,
             m->interrupted ? ", interrupted" : "");
}

static size_t common_prefix(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.p[n] == b.p[n])
        n++;
    while (n > 0 && n < a.len && ((unsigned char)a.p[n] & 0xC0) == 0x80)
        n--; /* not inside a character */
    return n;
}

bool compare_pane_set(struct pane *pane, const struct conversation *c)
{
    struct compare_pane *p = self(pane);
    const struct message *two[2];
    if (!find_two(c, two))
        return false;
    for (int i = 0; i < 2; i++)
        fill(&p->side[i], c, two[i]);
    p->same = common_prefix(buf_str(&p->side[0].text),
                            buf_str(&p->side[1].text));
    p->top = 0;
    pane->dirty = true;
    return true;
}

bool compare_text(const struct conversation *c, struct buf *out)
{
    const struct message *two[2];
    if (!find_two(c, two))
        return false;
    for (int i = 0; i < 2; i++) {
        struct side s = {0};
        fill(&s, c, two[i]);
        buf_printf(out, "[%s]\n", s.title);
        buf_add_str(out, buf_str(&s.text));
        buf_puts(out, "\n");
        buf_clear(&s.text);
    }
    return true;
}

/* --- drawing ------------------------------------------------------------------- */

static void draw_line(const struct compare_pane *p, const struct side *s,
                      size_t from, size_t len, struct canvas *c,
                      struct rect row)
{
    struct style own = style_of(from < s->answer ? STYLE_THOUGHT : STYLE_TEXT);
    size_t same = p->same > from ? p->same - from : 0;
    same = same < len ? same : len;
    int x = canvas_text(c, row.x, row.y, row.width,
                        str_n(s->text.p + from, same), style_of(STYLE_DIM));
    canvas_text(c, row.x + x, row.y, row.width - x,
                str_n(s->text.p + from + same, len - same), own);
}

/* Returns how many lines there are. */
static int draw_side(const struct compare_pane *p, const struct side *s,
                     struct canvas *c, struct rect area)
{
    struct str text = buf_str(&s->text);
    int line = 0;
    canvas_puts(c, area.x, area.y, area.width, s->title,
                style_of(STYLE_HEADING));
    for (size_t from = 0, len; from < text.len; line++) {
        size_t next = wrap_next(text, from, area.width < 1 ? 1 : area.width,
                                &len);
        int y = 2 + line - p->top;
        if (y >= 2 && y < area.height)
            draw_line(p, s, from, len, c,
                      (struct rect){area.x, area.y + y, area.width, 1});
        from = next;
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
    buf_clear(&p->side[0].text);
    buf_clear(&p->side[1].text);
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
