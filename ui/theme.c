/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/theme.h"

/* One row per role: the colour with 256 and with 16 colours (-1: the
 * terminal's own), the attributes that go with either, and what stands in for
 * them where there is no colour. Dim is only asked for where no grey does the
 * work already, or dim text on a grey would vanish. */
struct role_look {
    int16_t fg256, fg16;
    uint8_t always, mono;
};

enum { BOLD = 1, DIM = 2, ITALIC = 4, REVERSE = 8 };

static const struct role_look roles[STYLE_ROLES] = {
    [STYLE_TEXT] = {-1, -1, 0, 0},
    [STYLE_USER] = {-1, -1, BOLD, BOLD},
    [STYLE_THOUGHT] = {246, 7, ITALIC, DIM | ITALIC},
    [STYLE_THOUGHT_BAR] = {103, 4, 0, DIM},
    [STYLE_ACCENT] = {80, 6, 0, BOLD},
    [STYLE_LOOK] = {179, 3, 0, REVERSE},
    [STYLE_ERROR] = {203, 1, 0, REVERSE | BOLD},
    [STYLE_HEADING] = {252, 15, BOLD, BOLD},
    [STYLE_SECONDARY] = {247, 7, 0, 0},
    [STYLE_DIM] = {243, 8, 0, DIM},
    [STYLE_RULE] = {238, 8, 0, DIM},
    [STYLE_HEAT0] = {236, 8, 0, DIM},
    [STYLE_HEAT1] = {23, 4, 0, 0},
    [STYLE_HEAT2] = {30, 4, 0, 0},
    [STYLE_HEAT3] = {37, 6, 0, 0},
    [STYLE_HEAT4] = {43, 6, 0, 0},
    [STYLE_HEAT5] = {84, 2, 0, 0},
    [STYLE_HEAT6] = {156, 3, 0, BOLD},
    [STYLE_HEAT7] = {229, 15, 0, BOLD},
    [STYLE_LEAN_T3] = {178, 3, BOLD, BOLD},
    [STYLE_LEAN_T2] = {136, 3, 0, 0},
    [STYLE_LEAN_T1] = {94, 3, 0, DIM},
    [STYLE_LEAN_A1] = {30, 6, 0, DIM},
    [STYLE_LEAN_A2] = {37, 6, 0, 0},
    [STYLE_LEAN_A3] = {79, 6, BOLD, BOLD},
};

static void add_attributes(struct look *l, unsigned attributes)
{
    l->bold |= (attributes & BOLD) != 0;
    l->dim |= (attributes & DIM) != 0;
    l->italic |= (attributes & ITALIC) != 0;
    l->reverse |= (attributes & REVERSE) != 0;
}

/* Eight colours have no bright half: bright black becomes dim text, bright
 * white bold white. */
static void fit_eight_colors(struct look *l)
{
    if (l->fg == 8) {
        l->fg = -1;
        l->dim = true;
    } else if (l->fg > 8) {
        l->fg = (int16_t)(l->fg - 8);
        l->bold = true;
    }
}

struct look theme_look(struct style s, int n_colors, bool no_color)
{
    const struct role_look *r =
        &roles[s.role < STYLE_ROLES ? s.role : STYLE_TEXT];
    struct look l = {.fg = -1, .bg = -1};

    if (no_color || n_colors < 8) {
        add_attributes(&l, r->mono);
    } else {
        l.fg = n_colors >= 256 ? r->fg256 : r->fg16;
        add_attributes(&l, r->always);
        if (n_colors < 16)
            fit_eight_colors(&l);
    }
    l.bold |= (s.flags & STYLE_BOLD) != 0;
    l.underline |= (s.flags & STYLE_UNDERLINE) != 0;
    /* Asking twice for reverse must not cancel it: amber in black and white is
     * reverse already. */
    l.reverse |= (s.flags & STYLE_REVERSE) != 0;
    if (l.bold)
        l.dim = false;
    return l;
}
