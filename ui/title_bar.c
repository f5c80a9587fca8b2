/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "chat/backend.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/units.h"
#include "ui/wrap.h"


struct title_bar {
    struct pane pane;
    const struct backend_info *info; /* borrowed */
    struct buf name, quant;          /* owned; cleaned */
    uint32_t context_used, context_max;
    char modified[EXPERTS_TEXT_MAX]; /* or empty */
};

static struct title_bar *self(struct pane *p)
{
    return (struct title_bar *)p;
}

/* Near its end the context is worth a look; there is room to say why then. */
static enum style_role context_role(const struct title_bar *p)
{
    uint64_t used = p->context_used;
    return used * 100 >= (uint64_t)p->context_max * 80 ? STYLE_LOOK
                                                       : STYLE_SECONDARY;
}

/* Returns the column where it begins. */
static int draw_context(const struct title_bar *p, struct canvas *c,
                        struct rect area)
{
    char used[UNITS_MAX], most[UNITS_MAX], s[2 * UNITS_MAX + 16];
    int end = area.x + area.width - 1;
    if (p->context_max == 0)
        return end;
    snprintf(s, sizeof s, _("context %s / %s"), units_count(used, p->context_used),
             units_count(most, p->context_max));
    int columns = text_columns(str_of(s));
    if (columns + 8 > area.width)
        return end;
    canvas_puts(c, end - columns, area.y, columns, s, style_of(context_role(p)));
    return end - columns - 1;
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct title_bar *p = self(pane);
    char n[UNITS_MAX];
    struct style quiet = style_of(STYLE_SECONDARY);
    (void)focused;
    pane->dirty = false;
    int end = draw_context(p, c, area);
    struct parts line = parts_on(c, area.x + 1, area.y, end);
    parts_add(&line, "mull", style_bold(STYLE_ACCENT));
    if (p->modified[0])
        parts_printf(&line, style_of(STYLE_LOOK), "  %s", p->modified);
    if (p->info->compat)
        parts_add(&line, "  compat", style_of(STYLE_LOOK));
    if (p->name.len)
        parts_printf(&line, quiet, "  %s", p->name.p);
    if (p->quant.len)
        parts_printf(&line, quiet, DOT "%s", p->quant.p);
    if (p->info->n_params)
        parts_printf(&line, quiet, DOT "%s", units_params(n, p->info->n_params));
    if (p->info->n_active_params &&
        p->info->n_active_params < p->info->n_params)
        parts_printf(&line, quiet, _(", %s active"),
                     units_params(n, p->info->n_active_params));
}

void title_bar_modified(struct pane *pane, const struct expert_changes *x)
{
    struct title_bar *p = self(pane);
    struct expert_shape shape = experts_shape(p->info);
    experts_text(x, &shape, p->modified);
    pane->dirty = true;
}

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    (void)pane;
    (void)width;
    *min_rows = *want_rows = 1;
}

static void telemetry(struct pane *pane, const struct telemetry *now)
{
    struct title_bar *p = self(pane);
    uint32_t max = now->context_max ? now->context_max : p->info->context_max;
    pane->dirty |= p->context_used != now->context_used || p->context_max != max;
    p->context_used = now->context_used;
    p->context_max = max;
}

static void title_bar_free(struct pane *pane)
{
    struct title_bar *p = self(pane);
    buf_clear(&p->name);
    buf_clear(&p->quant);
    mem_free(p);
}

static const struct pane_ops ops = {
    .name = "title",
    .measure = measure,
    .draw = draw,
    .telemetry = telemetry,
    .free = title_bar_free,
};

struct pane *title_bar_new(const struct backend_info *info)
{
    struct title_bar *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    p->info = info;
    p->context_max = info->context_max;
    sanitize_text(str_of(info->name), true, &p->name);
    sanitize_text(str_of(info->quant), true, &p->quant);
    return &p->pane;
}
