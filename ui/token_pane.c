/* SPDX-License-Identifier: Apache-2.0 */
/* The token one looks at: how likely it was, what else could have stood there,
 * and which experts it went to. Not there while none is looked at. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/glass.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/token_quote.h"
#include "ui/transcript.h"
#include "ui/units.h"
#include "ui/wrap.h"

#define BAR "\xE2\x94\x81"
#define BAR_HALF "\xE2\x95\xB8"
enum { INDENT = 3, PICK = 8, BAR_COLUMNS = 4, AROUND = 2, LEAST = 4 };

struct token_pane {
    struct pane pane;
    const struct backend_info *info; /* borrowed */
    struct glass *glass;             /* borrowed, or NULL */
};

static struct token_pane *self(struct pane *p)
{
    return (struct token_pane *)p;
}

static bool looked_at(const struct token_pane *p, struct token_record *r)
{
    return p->glass && p->glass->token != TOKEN_NONE &&
           token_log_get(transcript_tokens(p->glass->t), p->glass->token, r);
}

static struct str text_of(const struct token_pane *p, int32_t id)
{
    return token_log_text(transcript_tokens(p->glass->t), id);
}

static void draw_heading(const struct token_pane *p,
                         const struct token_record *r, struct canvas *c,
                         struct rect area)
{
    char q[TOKEN_QUOTE_MAX];
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    parts_add(&line, _("token"), style_of(STYLE_HEADING));
    parts_printf(&line, style_bold(STYLE_LOOK), "    %s",
                 token_quote(text_of(p, r->id), q));
    if (!r->measured) {
        parts_add(&line, _("  not measured"), style_of(STYLE_DIM));
        return;
    }
    char p_text[UNITS_MAX], entropy[48];
    parts_printf(&line, style_of(STYLE_SECONDARY), "  p %s",
                 units_share(p_text, (double)r->p));
    snprintf(entropy, sizeof entropy, _("%sentropy %.2f bit"), DOT,
             (double)r->entropy);
    if (line.right - line.x < text_columns(str_of(entropy)))
        snprintf(entropy, sizeof entropy, DOT "%.2f bit", (double)r->entropy);
    parts_add(&line, entropy, style_of(STYLE_DIM));
}

static void draw_fate(const struct token_record *r, struct canvas *c,
                      struct rect row)
{
    struct parts line = parts_on(c, row.x + INDENT, row.y, row.x + row.width);
    parts_printf(&line, style_of(STYLE_DIM), _("%s, place %u"),
                 r->part == PART_THOUGHT ? _("thought") : _("answer"),
                 (unsigned)r->pos);
    if (r->given)
        parts_printf(&line, style_of(STYLE_LOOK), DOT "%s", _("given"));
    if (r->draft == DRAFT_ACCEPTED)
        parts_printf(&line, style_of(STYLE_DIM), DOT "%s", _("drafted"));
    else if (r->draft == DRAFT_REFUSED)
        parts_printf(&line, style_of(STYLE_DIM), DOT "%s", _("draft refused"));
}

/* "instead  "19" .04  "13" .01 ...", the chosen one marked; how many rows. c NULL:
 * only how many it would be. */
static int draw_alternatives(const struct token_pane *p,
                             const struct token_record *r, struct canvas *c,
                             struct rect area)
{
    int y = area.y, x = area.x + INDENT, right = area.x + area.width;
    char q[TOKEN_QUOTE_MAX], share[UNITS_MAX];
    char s[TOKEN_QUOTE_MAX + UNITS_MAX + 4];
    if (c)
        canvas_puts(c, x, y, right - x, _("instead"), style_of(STYLE_DIM));
    x += text_columns(str_of(_("instead")));
    for (int i = 0; i < r->n_alts; i++) {
        if (r->alts[i].id == r->id)
            continue;
        const char *text = token_quote(text_of(p, r->alts[i].id), q);
        snprintf(s, sizeof s, " %s %s ", text,
                 units_share(share, (double)r->alts[i].p));
        int columns = text_columns(str_of(s));
        if (x + columns > right) {
            if (++y >= area.y + area.height)
                return area.height;
            x = area.x + INDENT;
        }
        struct style style = style_of(STYLE_SECONDARY);
        if (i == p->glass->alt) {
            style = style_of(STYLE_LOOK);
            style.flags |= STYLE_REVERSE;
        }
        if (c)
            canvas_puts(c, x, y, right - x, s, style);
        x += columns;
    }
    return y - area.y + 1;
}

static void draw_share(struct canvas *c, int x, int y, uint16_t weight)
{
    int halves = (int)(2.0 * BAR_COLUMNS * weight / 65535 * 2 + 0.5);
    halves = halves < 1 ? 1 : halves > 2 * BAR_COLUMNS ? 2 * BAR_COLUMNS : halves;
    for (; halves >= 2; halves -= 2)
        canvas_puts(c, x++, y, 1, BAR, style_of(STYLE_ACCENT));
    if (halves)
        canvas_puts(c, x, y, 1, BAR_HALF, style_of(STYLE_ACCENT));
}

/* The experts of one layer, best first; a full bar is half of the weight. */
static void draw_layer(const struct token_pane *p, const struct token_record *r,
                       uint32_t layer, struct canvas *c, struct rect row)
{
    const struct expert_pick *pick = r->picks + (size_t)layer * r->n_used;
    bool mine = p->glass->on_grid && layer == p->glass->layer;
    canvas_printf(c, row.x, row.y, 4, style_of(mine ? STYLE_LOOK : STYLE_DIM),
                  "L%u", (unsigned)(p->info->first_moe_layer + layer));
    for (int k = 0; k < r->n_used; k++) {
        int x = row.x + 4 + k * (PICK + 1);
        if (x + PICK > row.x + row.width)
            return;
        canvas_printf(c, x, row.y, 3, style_of(STYLE_SECONDARY), "%3u",
                      (unsigned)pick[k].expert);
        draw_share(c, x + 4, row.y, pick[k].weight);
    }
}

/* Where not all fit: those around the layer that is looked at. */
static void draw_layers(const struct token_pane *p,
                        const struct token_record *r, struct canvas *c,
                        struct rect area)
{
    uint32_t rows = area.height > 0 ? (uint32_t)area.height : 0;
    uint32_t first = 0, n = r->n_layers;
    if (n > rows) {
        first = p->glass->layer > rows / 2 ? p->glass->layer - rows / 2 : 0;
        first = first > n - rows ? n - rows : first;
        n = rows;
    }
    for (uint32_t i = 0; i < n; i++)
        draw_layer(p, r, first + i, c,
                   (struct rect){area.x, area.y + (int)i, area.width, 1});
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct token_pane *p = self(pane);
    struct token_record r;
    (void)focused;
    pane->dirty = false;
    if (!looked_at(p, &r))
        return;
    draw_heading(p, &r, c, area);
    if (area.height < 2)
        return;
    draw_fate(&r, c, (struct rect){area.x, area.y + 1, area.width, 1});
    struct rect rest = {area.x, area.y + 2, area.width, area.height - 2};
    if (rest.height < 1 || !r.measured)
        return;
    if (r.n_alts == 0) {
        canvas_puts(c, rest.x + INDENT, rest.y, rest.width - INDENT,
                    _("what else there was is forgotten"), style_of(STYLE_DIM));
        return;
    }
    int used = draw_alternatives(p, &r, c, rest);
    rest.y += used;
    rest.height -= used;
    draw_layers(p, &r, c, rest);
}

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    struct token_pane *p = self(pane);
    struct token_record r;
    *min_rows = *want_rows = 0;
    if (!looked_at(p, &r))
        return;
    *min_rows = LEAST;
    *want_rows = AROUND + (int)p->info->n_moe_layers +
                 draw_alternatives(p, &r, NULL,
                                   (struct rect){0, 0, width, TOKEN_ALTS});
}

static void look(struct pane *pane, struct glass *g)
{
    self(pane)->glass = g;
}

static void token_pane_free(struct pane *pane)
{
    mem_free(self(pane));
}

static const struct pane_ops ops = {
    .name = "token",
    .measure = measure,
    .draw = draw,
    .look = look,
    .free = token_pane_free,
};

struct pane *token_pane_new(const struct backend_info *info)
{
    struct token_pane *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    p->info = info;
    return &p->pane;
}
