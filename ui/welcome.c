/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/welcome.h"

#include "base/i18n.h"
#include "base/sanitize.h"
#include "chat/backend.h"
#include "ui/parts.h"
#include "ui/units.h"
#include "ui/wrap.h"

#define MARK "\xE2\x80\xBA"

static const char default_greeting[] =
    N_("> What is 17 \xC3\x97 23?\n"
    "> 3 boxes of 12 apples, 5 are bad. How many are good?\n"
    "> Make 45 from 2, 5 and 7.\n");

static void take_line(struct welcome *w, struct str line)
{
    size_t mark = str_starts(line, str_of(MARK " ")) ? sizeof MARK
                  : str_starts(line, str_of("> "))   ? 2 : 0;
    if (mark == 0) {
        sanitize_text(line, true, &w->lines);
        buf_putc(&w->lines, '\n');
    } else if (w->n_prompts < WELCOME_PROMPTS) {
        sanitize_text(str_n(line.p + mark, line.len - mark), true,
                      &w->prompts[w->n_prompts++]);
    }
}

static void take_greeting(struct welcome *w, struct str s)
{
    while (s.len) {
        size_t end = str_find(s, str_of("\n"), 0);
        size_t next = end < s.len ? end + 1 : end;
        take_line(w, str_n(s.p, end));
        s = str_n(s.p + next, s.len - next);
    }
}

void welcome_init(struct welcome *w, const struct backend_info *info,
                  const char *greeting)
{
    *w = (struct welcome){.info = info, .chosen = -1};
    if (greeting)
        take_greeting(w, str_of(greeting));
    while (w->lines.len && w->lines.p[w->lines.len - 1] == '\n')
        w->lines.len--;
    if (w->n_prompts == 0)
        take_greeting(w, str_of(_(default_greeting)));
}

void welcome_clear(struct welcome *w)
{
    buf_clear(&w->lines);
    for (int i = 0; i < WELCOME_PROMPTS; i++)
        buf_clear(&w->prompts[i]);
}

void welcome_choose(struct welcome *w, int step)
{
    if (w->chosen < 0)
        w->chosen = 0;
    else if (w->chosen + step >= 0 && w->chosen + step < w->n_prompts)
        w->chosen += step;
}

const char *welcome_chosen(const struct welcome *w)
{
    return w->chosen >= 0 ? w->prompts[w->chosen].p : NULL;
}

/* --- drawing -------------------------------------------------------------- */

struct place_on {
    struct canvas *c;
    struct rect area;
    int x, y;
};

static void draw_wrapped(struct place_on *p, struct str s, int x,
                         struct style style)
{
    int columns = p->area.x + p->area.width - x - 1;
    for (size_t from = 0, len; from < s.len;) {
        size_t next = wrap_next(s, from, columns < 1 ? 1 : columns, &len);
        if (p->y < p->area.y + p->area.height)
            canvas_text(p->c, x, p->y, columns, str_n(s.p + from, len), style);
        p->y++;
        from = next;
    }
}

static void model_line(const struct backend_info *info, struct buf *out)
{
    char n[UNITS_MAX];
    sanitize_text(str_of(info->name), true, out);
    buf_printf(out, _(": %s parameters"), units_params(n, info->n_params));
    if (info->n_active_params && info->n_active_params < info->n_params)
        buf_printf(out, _(", %s at work on each token"),
                   units_params(n, info->n_active_params));
    if (info->n_experts)
        buf_printf(out, _(", %u experts in each of %u layers"),
                   (unsigned)info->n_experts, (unsigned)info->n_moe_layers);
    buf_puts(out, _("."));
}

enum { KEY_ROWS = 2 };

static void draw_keys(struct place_on *p)
{
    static const char *const keys[KEY_ROWS][2] = {
        {"Tab", N_("chooses a prompt, Enter sends it")},
        {"F1", N_("shows what else there is")},
    };
    for (size_t i = 0; i < KEY_ROWS; i++, p->y++) {
        if (p->y >= p->area.y + p->area.height)
            return;
        canvas_puts(p->c, p->x, p->y, 4, keys[i][0],
                    style_bold(STYLE_SECONDARY));
        canvas_puts(p->c, p->x + 5, p->y, p->area.x + p->area.width - p->x - 5,
                    _(keys[i][1]), style_of(STYLE_DIM));
    }
}

static void draw_prompts(const struct welcome *w, struct place_on *p)
{
    int end = p->area.y + p->area.height;
    for (int i = 0; i < w->n_prompts; i++) {
        bool chosen = i == w->chosen;
        struct style mark = chosen ? style_bold(STYLE_ACCENT)
                                   : style_of(STYLE_DIM);
        if (p->y < end)
            canvas_puts(p->c, p->x, p->y, 1, MARK, mark);
        if (chosen) {
            p->c->cursor_x = p->x;
            p->c->cursor_y = p->y < end ? p->y : -1;
        }
        draw_wrapped(p, buf_str(&w->prompts[i]), p->x + 2,
                     style_of(chosen ? STYLE_USER : STYLE_TEXT));
    }
}

/* How many rows a text takes there. */
static int rows_of(const struct place_on *p, struct str s, int x)
{
    int columns = p->area.x + p->area.width - x - 1, rows = 0;
    for (size_t from = 0, len; from < s.len; rows++)
        from = wrap_next(s, from, columns < 1 ? 1 : columns, &len);
    return rows;
}

/* What one can do comes before what is good to know: where there are few rows, it
 * is the description that stays away. */
void welcome_draw(const struct welcome *w, struct canvas *c, struct rect area)
{
    struct place_on p = {.c = c, .area = area,
                         .x = area.x + (area.width >= 24 ? 3 : 0), .y = area.y};
    struct buf model = {0};
    int left = area.height - KEY_ROWS - 2;
    model_line(w->info, &model);
    for (int i = 0; i < w->n_prompts; i++)
        left -= rows_of(&p, buf_str(&w->prompts[i]), p.x + 2);
    left -= rows_of(&p, buf_str(&model), p.x);
    if (left >= 0)
        draw_wrapped(&p, buf_str(&model), p.x, style_of(STYLE_HEADING));
    if (left >= rows_of(&p, buf_str(&w->lines), p.x))
        draw_wrapped(&p, buf_str(&w->lines), p.x, style_of(STYLE_SECONDARY));
    if (p.y > area.y)
        p.y++;
    draw_prompts(w, &p);
    p.y++;
    draw_keys(&p);
    buf_clear(&model);
}
