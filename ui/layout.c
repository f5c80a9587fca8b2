/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/layout.h"

#include "ui/panes.h"

static const pane_new_fn sides[LAYOUT_SIDES] = {
    [SIDE_EXPERTS] = experts_pane_new,
    [SIDE_TOKEN] = token_pane_new,
    [SIDE_MEMORY] = memory_pane_new,
    [SIDE_SPEED] = speed_pane_new,
};

pane_new_fn layout_side(int i)
{
    return sides[i];
}

/* Columns of the side: its rule, a blank, what the panes get, a margin. The
 * wide one has room for grid cells of two columns. */
enum { SIDE = 43, WIDE_FROM = 170, WIDE_SIDE = 80 };

static int least_of(int a, int b)
{
    return a < b ? a : b;
}

/* Stacks the panes with a blank row between, the first ones first; one that
 * finds less room than it needs is left out. Rows that remain go to whoever
 * wants more, in order. */
static void stack_sides(struct layout *l, struct rect area,
                        const struct layout_wish *wish)
{
    int want[LAYOUT_SIDES], left = area.height, shown = 0;
    for (int i = 0; i < LAYOUT_SIDES; i++) {
        int least = 1;
        want[i] = 1;
        wish->measure(wish->arg, i, area.width, &least, &want[i]);
        int gap = shown > 0;
        if (least < 1 || least + gap > left)
            continue;
        l->side[i] = (struct rect){area.x, 0, area.width, least};
        left -= least + gap;
        shown++;
    }
    int y = area.y;
    for (int i = 0; i < LAYOUT_SIDES; i++) {
        struct rect *r = &l->side[i];
        if (r->height == 0)
            continue;
        int more = least_of(left, want[i] - r->height);
        if (more > 0) {
            r->height += more;
            left -= more;
        }
        r->y = y;
        y += r->height + 1;
    }
}

/* Below 20 x 4: the last row is the input, the one above says there is more. */
static struct layout tiny(int width, int height)
{
    struct layout l = {.input = {0, height - 1, width, 1}};
    if (height > 1)
        l.dots = (struct rect){0, height - 2, width, 1};
    return l;
}

static void place_sides(struct layout *l, int width,
                        const struct layout_wish *wish)
{
    if (width < LAYOUT_BESIDE_FROM) {
        struct rect area = l->chat;
        area.x += 1;
        area.width -= 2;
        stack_sides(l, area, wish);
        l->chat = (struct rect){0};
        return;
    }
    int side = width >= WIDE_FROM ? WIDE_SIDE : SIDE;
    l->beside = true;
    l->chat.width = width - side;
    l->side_rule = (struct rect){width - side, l->chat.y, 1, l->chat.height};
    stack_sides(l,
                (struct rect){width - side + 2, l->chat.y, side - 3,
                              l->chat.height},
                wish);
}

struct layout layout_compute(int width, int height,
                             const struct layout_wish *wish)
{
    width = width < 1 ? 1 : width;
    height = height < 1 ? 1 : height;
    if (width < 20 || height < 4)
        return tiny(width, height);

    struct layout l = {0};
    bool small = width < 60 || height < 12;
    int top = 0, bottom = height;
    l.status = (struct rect){0, --bottom, width, 1};

    int most = height / 3 > 1 ? height / 3 : 1;
    int rows = wish->input_rows < 1 ? 1 : least_of(wish->input_rows, most);
    bottom -= rows;
    l.input = (struct rect){0, bottom, width, rows};
    if (!small) {
        l.rule = (struct rect){0, --bottom, width, 1};
        l.title = (struct rect){0, 0, width, 1};
        top = height >= 20 ? 2 : 1; /* a blank row where there is room */
    }
    l.chat = (struct rect){0, top, width, bottom - top};
    l.sides_possible = !small;
    if (wish->sides && !small && !wish->whole)
        place_sides(&l, width, wish);
    return l;
}
