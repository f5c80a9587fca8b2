/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/help_pane.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/bindings.h"
#include "ui/glass.h"
#include "ui/parts.h"

struct help_pane {
    struct pane pane;
    const struct glass *glass; /* borrowed, or NULL */
    int top;          /* the first line shown */
    int height;       /* as drawn last */
    int lines;
};

enum section { TYPING, BROWSING, COMMANDS, SECTIONS };

/* Columns: of the names of keys, where they get that many, and from where on
 * browsing and commands stand beside typing. */
enum { KEYS = 22, KEYS_WIDE = 56, TWO_COLUMNS = 116 };

static const char *const titles[SECTIONS] = {
    N_("while typing"),
    N_("while browsing"),
    N_("commands"),
};

/* What readline does, and we around it: no action of the table. */
static const struct {
    const char *keys, *help;
} editing[] = {
    {"Enter", N_("send, or queue behind the answer")},
    {"Ctrl-J  Alt-Enter", N_("a new line; Enter too inside \"\"\"")},
    {"Up  Down", N_("move in the text, then in history")},
    {"Ctrl-X Ctrl-E", N_("write in $VISUAL or $EDITOR")},
    {"Ctrl-R", N_("search the history")},
    {"Tab", N_("complete; on an empty line: browse")},
    {"@FILE", N_("bring the text of a file along")},
};

/* Where the lines go: NULL counts them only. */
struct writer {
    const struct bindings *bindings;
    struct canvas *c;
    struct rect area;
    int line;         /* the next one, of the list */
    int top;          /* the line that stands in the first row */
};

static void put_line(struct writer *w, const char *left, const char *right,
                     enum style_role role)
{
    int y = w->line++ - w->top;
    if (!w->c || y < 0 || y >= w->area.height)
        return;
    int keys = w->area.width >= KEYS_WIDE ? KEYS : w->area.width * 2 / 5;
    canvas_puts(w->c, w->area.x, w->area.y + y, keys - 1, left,
                style_of(role));
    canvas_puts(w->c, w->area.x + keys, w->area.y + y, w->area.width - keys,
                right, style_of(STYLE_SECONDARY));
}

/* Two blanks between the names of keys, as between words that are no text. */
static void spread(const char *keys, char *out, size_t size)
{
    size_t at = 0;
    for (; *keys && at + 3 < size; keys++) {
        out[at++] = *keys;
        if (*keys == ' ')
            out[at++] = ' ';
    }
    out[at] = '\0';
}

static void name_command(const struct action_row *r, char *out, size_t size)
{
    int n = snprintf(out, size, "/%s%s%s", r->name, r->args ? " " : "",
                     r->args ? r->args : "");
    const char *alias = r->alias;
    while (*alias && n > 0 && (size_t)n < size) {
        size_t len = strcspn(alias, " ");
        n += snprintf(out + n, size - (size_t)n, "  /%.*s", (int)len, alias);
        alias += len + strspn(alias + len, " ");
    }
}

/* A key that does the same in both places is told once. */
static bool told_before(const struct bindings *b, enum action a,
                        enum section section, const char *keys)
{
    struct buf typing = {0};
    if (section == BROWSING)
        bindings_keys(b, a, false, &typing);
    bool told = typing.len > 0 && strcmp(typing.p, keys) == 0;
    buf_clear(&typing);
    return told;
}

static void put_section(struct writer *w, enum section section)
{
    char left[80];
    if (w->line > 0)
        w->line++;
    put_line(w, _(titles[section]), "", STYLE_HEADING);
    for (size_t i = 0; section == TYPING &&
                       i < sizeof editing / sizeof *editing; i++)
        put_line(w, editing[i].keys, _(editing[i].help), STYLE_TEXT);
    struct buf keys = {0};
    for (size_t i = 0; action_row(i); i++) {
        const struct action_row *r = action_row(i);
        buf_reset(&keys);
        bindings_keys(w->bindings, r->action, section == BROWSING, &keys);
        if (section == COMMANDS && r->name[0])
            name_command(r, left, sizeof left);
        else if (section != COMMANDS && keys.len &&
                 !told_before(w->bindings, r->action, section, keys.p))
            spread(keys.p, left, sizeof left);
        else
            continue;
        put_line(w, left, _(r->help), STYLE_TEXT);
    }
    buf_clear(&keys);
    if (section == COMMANDS)
        put_line(w, "//...", _("a message that begins with a slash"), STYLE_TEXT);
}

/* The whole list, from line `top` on; returns its lines. Where there is room
 * the commands stand beside the keys. */
static int put_all(const struct help_pane *p, struct canvas *c, struct rect area,
                   int top)
{
    struct writer w = {.bindings = p->glass ? p->glass->bindings : NULL,
                       .c = c, .area = area, .top = top};
    int lines = 0;
    for (int s = 0; s < SECTIONS; s++) {
        bool beside = area.width >= TWO_COLUMNS && s == BROWSING;
        if (s == 0 || beside) {
            w.area.width = area.width >= TWO_COLUMNS ? area.width / 2 - 1
                                                     : area.width;
            w.area.x = beside ? area.x + area.width / 2 + 1 : area.x;
            w.line = 0;
        }
        put_section(&w, (enum section)s);
        lines = w.line > lines ? w.line : lines;
    }
    return lines;
}

static void scroll_to(struct help_pane *p, int top)
{
    int last = p->lines - p->height;
    p->top = top > last ? last : top;
    if (p->top < 0)
        p->top = 0;
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct help_pane *p = (struct help_pane *)pane;
    char more[48];
    (void)focused;
    /* The last row says that there is more. */
    struct rect list = {area.x + 3, area.y, area.width - 4, area.height - 1};
    p->height = list.height;
    p->lines = put_all(p, NULL, list, 0);
    scroll_to(p, p->top);
    put_all(p, c, list, p->top);
    int below = p->lines - p->top - p->height;
    if (below > 0)
        snprintf(more, sizeof more, _("%d more lines: PgDn    F1 closes"), below);
    else
        snprintf(more, sizeof more, "%s", _("F1 closes"));
    canvas_puts(c, list.x, area.y + list.height, list.width, more,
                style_of(STYLE_DIM));
}

static bool action(struct pane *pane, enum action a)
{
    struct help_pane *p = (struct help_pane *)pane;
    int page = p->height > 1 ? p->height - 1 : 1;
    switch (a) {
    case ACTION_LINE_UP: scroll_to(p, p->top - 1); break;
    case ACTION_LINE_DOWN: scroll_to(p, p->top + 1); break;
    case ACTION_PAGE_UP: scroll_to(p, p->top - page); break;
    case ACTION_PAGE_DOWN: scroll_to(p, p->top + page); break;
    case ACTION_HALF_UP: scroll_to(p, p->top - page / 2); break;
    case ACTION_HALF_DOWN: scroll_to(p, p->top + page / 2); break;
    case ACTION_TOP: scroll_to(p, 0); break;
    case ACTION_END: scroll_to(p, p->lines); break;
    default: return false;
    }
    pane->dirty = true;
    return true;
}

static void measure(struct pane *pane, int width, int *min_rows,
                    int *want_rows)
{
    *min_rows = 2;
    *want_rows = 1 + put_all((struct help_pane *)pane, NULL,
                             (struct rect){.width = width - 4}, 0);
}

static void look(struct pane *pane, struct glass *g)
{
    ((struct help_pane *)pane)->glass = g;
}

static void help_pane_free(struct pane *pane)
{
    mem_free(pane);
}

struct pane *help_pane_new(void)
{
    static const struct pane_ops ops = {
        .name = "help",
        .measure = measure,
        .draw = draw,
        .action = action,
        .look = look,
        .free = help_pane_free,
    };
    struct help_pane *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    return &p->pane;
}
