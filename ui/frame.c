/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/frame.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "chat/event.h"
#include "ui/compare_pane.h"
#include "ui/help_pane.h"
#include "ui/input.h"
#include "ui/parts.h"
#include "ui/wrap.h"

/* Nanoseconds between two drawings of the same thing. */
#define TEXT_PACE 33000000u
#define SIDES_PACE 100000000u

/* Every pane, in order; NULL past the last. */
static struct pane *pane_at(struct frame *f, int i)
{
    struct pane *first[] = {f->title, f->chat, f->status, f->help,
                            f->compare};
    enum { FIRST = sizeof first / sizeof *first };
    if (i < FIRST)
        return first[i];
    return i < FIRST + LAYOUT_SIDES ? f->side[i - FIRST] : NULL;
}

void frame_init(struct frame *f, struct transcript *t,
                const struct backend_info *info, const char *greeting,
                struct input *input)
{
    *f = (struct frame){.input = input, .sides_wanted = true,
                        .all_dirty = true};
    f->title = title_bar_new(info);
    f->chat = chat_pane_new(t, info, greeting);
    f->status = status_bar_new(info);
    f->help = help_pane_new();
    f->compare = compare_pane_new();
    for (int i = 0; i < LAYOUT_SIDES; i++)
        f->side[i] = layout_side(i)(info);
    glass_init(&f->glass, info, t);
    struct pane *p;
    for (int i = 0; (p = pane_at(f, i)) != NULL; i++)
        if (p->ops->look)
            p->ops->look(p, &f->glass);
    canvas_init(&f->canvas, 1, 1);
}

void frame_clear(struct frame *f)
{
    struct pane *p;
    for (int i = 0; (p = pane_at(f, i)) != NULL; i++)
        p->ops->free(p);
    glass_clear(&f->glass);
    canvas_clear(&f->canvas);
    buf_clear(&f->message);
}

void frame_resize(struct frame *f, int width, int height)
{
    canvas_resize(&f->canvas, width, height);
    input_set_size(f->input, width, height);
    f->all_dirty = true;
}

void frame_modified(struct frame *f, const struct expert_changes *x)
{
    title_bar_modified(f->title, x);
}

/* What stands in place of the chat, or NULL. */
static struct pane *cover(const struct frame *f)
{
    return f->help_shown ? f->help : f->compare_shown ? f->compare : NULL;
}

/* --- what the panes hear -------------------------------------------------- */

void frame_event(struct frame *f, const struct event *ev)
{
    struct pane *p;
    glass_event(&f->glass, ev);
    for (int i = 0; (p = pane_at(f, i)) != NULL; i++)
        if (p->ops->event)
            p->ops->event(p, ev);
}

void frame_telemetry(struct frame *f, const struct telemetry *t)
{
    struct pane *p;
    glass_telemetry(&f->glass, t);
    for (int i = 0; (p = pane_at(f, i)) != NULL; i++)
        if (p->ops->telemetry)
            p->ops->telemetry(p, t);
}

bool frame_action(struct frame *f, enum action a)
{
    struct pane *over = cover(f);
    if (over && over->ops->action(over, a))
        return true;
    if (f->glass.on_grid &&
        f->side[SIDE_EXPERTS]->ops->action(f->side[SIDE_EXPERTS], a))
        return true;
    return f->chat->ops->action && f->chat->ops->action(f->chat, a);
}

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height;
}

bool frame_in_input(const struct frame *f, int x, int y)
{
    return inside(f->layout.input, x, y);
}

bool frame_click(struct frame *f, int x, int y)
{
    return !cover(f) && inside(f->layout.chat, x, y) &&
           chat_pane_click(f->chat, y - f->layout.chat.y);
}

void frame_toggle_sides(struct frame *f)
{
    /* On a narrow screen they hide the chat, so nobody gets them unasked. */
    if (f->layout.beside || f->canvas.width >= LAYOUT_BESIDE_FROM)
        f->sides_wanted = !f->sides_wanted;
    else
        f->narrow_sides = !f->narrow_sides;
    f->all_dirty = true;
}

void frame_toggle_help(struct frame *f)
{
    f->help_shown = !f->help_shown;
    f->all_dirty = true;
}

void frame_show_compare(struct frame *f, bool on)
{
    f->compare_shown = on;
    f->help_shown = false;
    f->all_dirty = true;
}

void frame_browse(struct frame *f, bool on)
{
    f->browsing = on;
    f->all_dirty = true;
}

void frame_message(struct frame *f, const char *message)
{
    struct status s = {
        .browsing = f->browsing,
        .running = f->running,
        .on_tokens = f->glass.token != TOKEN_NONE,
        .on_grid = f->glass.on_grid,
        .reading = f->reading,
        .comparing = f->compare_shown,
        .thinking = f->glass.thinking,
        .panes_shown = f->layout.side[0].height > 0,
        .message = message,
    };
    /* The bar is drawn again whenever it is told something. */
    struct buf *said = &f->message;
    const char *before = f->status_said.message ? said->p : NULL;
    bool same_message = (!message && !before) ||
                        (message && before && strcmp(message, before) == 0);
    if (same_message && s.browsing == f->status_said.browsing &&
        s.running == f->status_said.running &&
        s.on_tokens == f->status_said.on_tokens &&
        s.on_grid == f->status_said.on_grid &&
        s.comparing == f->status_said.comparing &&
        s.thinking == f->status_said.thinking &&
        s.panes_shown == f->status_said.panes_shown)
        return;
    status_bar_set(f->status, &s);
    buf_reset(said);
    buf_puts(said, message ? message : "");
    f->status_said = s;
}

/* --- where they stand ----------------------------------------------------- */

static void measure_side(void *arg, int side, int width, int *least, int *want)
{
    struct frame *f = arg;
    struct pane *p = f->side[side];
    p->ops->measure(p, width, least, want);
}

static int queue_rows(const struct frame *f)
{
    return f->queued && f->canvas.height >= 4 && f->canvas.width >= 20;
}

static bool same_rect(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.width == b.width &&
           a.height == b.height;
}

/* Lays out again; true when somebody moved. */
static bool lay_out(struct frame *f)
{
    struct layout before = f->layout;
    struct layout_wish wish = {
        .input_rows = input_rows(f->input, f->canvas.width) + queue_rows(f),
        .sides = f->canvas.width >= LAYOUT_BESIDE_FROM ? f->sides_wanted
                                                       : f->narrow_sides,
        .whole = cover(f) != NULL,
        .measure = measure_side,
        .arg = f,
    };
    f->layout = layout_compute(f->canvas.width, f->canvas.height, &wish);
    bool moved = !same_rect(before.chat, f->layout.chat) ||
                 !same_rect(before.input, f->layout.input) ||
                 !same_rect(before.status, f->layout.status);
    for (int i = 0; i < LAYOUT_SIDES; i++)
        moved |= !same_rect(before.side[i], f->layout.side[i]);
    return moved;
}

/* The bar says what the panes would while they are not there. */
static void note_panes(struct frame *f)
{
    bool shown = f->layout.side[0].height > 0;
    if (f->status_said.panes_shown == shown)
        return;
    f->status_said.panes_shown = shown;
    struct status s = f->status_said;
    s.message = s.message ? f->message.p : NULL;
    status_bar_set(f->status, &s);
}

/* --- drawing -------------------------------------------------------------- */

static bool draw_pane(struct frame *f, struct pane *p, struct rect area,
                      bool focused)
{
    if (!p->dirty || area.width < 1 || area.height < 1)
        return false;
    p->dirty = false;
    canvas_fill(&f->canvas, area, style_of(STYLE_TEXT));
    p->ops->draw(p, &f->canvas, area, focused);
    return true;
}

static void draw_rules(struct frame *f)
{
    struct rect r = f->layout.rule;
    for (int x = 0; x < r.width && r.height > 0; x++)
        canvas_puts(&f->canvas, r.x + x, r.y, 1, "─", style_of(STYLE_RULE));
    r = f->layout.side_rule;
    for (int y = 0; y < r.height; y++)
        canvas_puts(&f->canvas, r.x, r.y + y, 1, "│", style_of(STYLE_RULE));
    r = f->layout.dots;
    if (r.height > 0)
        canvas_puts(&f->canvas, r.x, r.y, r.width, "...",
                    style_of(STYLE_DIM));
}

/* A message that waits stands above the line that is typed. */
static void draw_queued(struct frame *f, struct rect r)
{
    char note[64];
    struct str first = str_of(f->queued);
    struct canvas *c = &f->canvas;

    first.len = str_find(first, str_of("\n"), 0);
    if (f->n_queued > 1)
        snprintf(note, sizeof note, _("%u queued: Alt-Up takes the last back"),
                 f->n_queued);
    else
        snprintf(note, sizeof note, "%s",
                 _("queued: sent when the answer is done"));
    int columns = text_columns(str_of(note));
    int room = r.width - columns - 7;
    if (room < 8) {
        canvas_puts(c, r.x + 1, r.y, r.width - 2, note, style_of(STYLE_LOOK));
        return;
    }
    canvas_puts(c, r.x + 1, r.y, 1, "›", style_of(STYLE_DIM));
    canvas_text(c, r.x + 3, r.y, room, first, style_of(STYLE_DIM));
    canvas_puts(c, r.x + r.width - columns - 1, r.y, columns, note,
                style_of(STYLE_LOOK));
}

static void draw_input(struct frame *f)
{
    struct rect r = f->layout.input;
    f->input_dirty = false;
    canvas_fill(&f->canvas, r, style_of(STYLE_TEXT));
    int x = f->canvas.cursor_x, y = f->canvas.cursor_y;
    if (queue_rows(f) && r.height > 1) {
        draw_queued(f, (struct rect){r.x, r.y, r.width, 1});
        r.y++;
        r.height--;
    }
    input_draw(f->input, &f->canvas, r, !f->browsing);
    if (f->browsing) { /* the chat has put it where one reads */
        f->canvas.cursor_x = x;
        f->canvas.cursor_y = y;
    }
}

static bool draw_text(struct frame *f)
{
    bool drawn = false;
    bool input = f->input_dirty;
    drawn |= draw_pane(f, f->title, f->layout.title, false);
    if (cover(f))
        drawn |= draw_pane(f, cover(f), f->layout.chat, true);
    else
        drawn |= draw_pane(f, f->chat, f->layout.chat, f->browsing);
    drawn |= draw_pane(f, f->status, f->layout.status, false);
    if (input || drawn) /* and the cursor rests where one types */
        draw_input(f);
    return drawn || input;
}

static bool draw_sides(struct frame *f)
{
    bool drawn = false;
    int x = f->canvas.cursor_x, y = f->canvas.cursor_y;
    for (int i = 0; i < LAYOUT_SIDES; i++)
        drawn |= draw_pane(f, f->side[i], f->layout.side[i], false);
    f->canvas.cursor_x = x;
    f->canvas.cursor_y = y;
    return drawn;
}

static void begin_anew(struct frame *f)
{
    struct pane *p;
    canvas_fill(&f->canvas,
                (struct rect){0, 0, f->canvas.width, f->canvas.height},
                style_of(STYLE_TEXT));
    f->canvas.cursor_x = f->canvas.cursor_y = -1;
    draw_rules(f);
    for (int i = 0; (p = pane_at(f, i)) != NULL; i++)
        p->dirty = true;
    f->input_dirty = true;
    f->all_dirty = false;
}

static bool text_waits(const struct frame *f)
{
    return f->input_dirty || f->all_dirty || f->title->dirty ||
           f->status->dirty ||
           (cover(f) ? cover(f)->dirty : f->chat->dirty);
}

static bool sides_wait(const struct frame *f)
{
    for (int i = 0; i < LAYOUT_SIDES; i++)
        if (f->side[i]->dirty && f->layout.side[i].height > 0)
            return true;
    return false;
}

/* What the user chose to look at concerns chat and sides alike. */
static void take_choices(struct frame *f)
{
    if (f->glass_changes == f->glass.changes)
        return;
    f->glass_changes = f->glass.changes;
    f->chat->dirty = true;
    for (int i = 0; i < LAYOUT_SIDES; i++)
        f->side[i]->dirty = true;
    f->sides_drawn_ns = 0; /* at once: a key asked for it */
}

uint64_t frame_draw(struct frame *f, uint64_t now_ns, bool now, bool *drawn)
{
    bool anew = false;
    *drawn = false;
    take_choices(f);
    if (text_waits(f) && (now || now_ns - f->text_drawn_ns >= TEXT_PACE)) {
        anew = lay_out(f) || f->all_dirty;
        if (anew) {
            note_panes(f);
            begin_anew(f);
        }
        *drawn |= draw_text(f) || anew;
        f->text_drawn_ns = now_ns;
    }
    if (sides_wait(f) && (anew || now_ns - f->sides_drawn_ns >= SIDES_PACE)) {
        *drawn |= draw_sides(f);
        f->sides_drawn_ns = now_ns;
    }
    uint64_t due = text_waits(f) ? f->text_drawn_ns + TEXT_PACE : 0;
    if (sides_wait(f)) {
        uint64_t sides = f->sides_drawn_ns + SIDES_PACE;
        due = due == 0 || sides < due ? sides : due;
    }
    return due;
}
