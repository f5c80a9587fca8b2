/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"

/* One row per role: the colour with 256 and with 16 colours (-1: the
 * terminal's own), the attributes that go with either, and what stands in for
 * them where there is no colour. Dim is only asked for where no grey does the
 * work already, or dim text on a grey would vanish. */
struct role_look {
    int16_t fg256, fg16;
    uint8_t always, mono;
};

enum { BOLD = 1, DIM = 2, ITALIC = 4, REVERSE = 8 };

static const struct role_look dark[STYLE_ROLES] = {
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
    [STYLE_CODE_KEYWORD] = {110, 6, 0, BOLD},
    [STYLE_CODE_STRING] = {108, 2, 0, 0},
    [STYLE_CODE_COMMENT] = {243, 8, ITALIC, DIM | ITALIC},
    [STYLE_CODE_NUMBER] = {146, 5, 0, 0},
};

/* On white, or nearly: what was bright is deep. */
static const struct role_look light[STYLE_ROLES] = {
    [STYLE_TEXT] = {-1, -1, 0, 0},
    [STYLE_USER] = {-1, -1, BOLD, BOLD},
    [STYLE_THOUGHT] = {240, 8, ITALIC, DIM | ITALIC},
    [STYLE_THOUGHT_BAR] = {60, 4, 0, DIM},
    [STYLE_ACCENT] = {30, 6, 0, BOLD},
    [STYLE_LOOK] = {130, 5, 0, REVERSE},
    [STYLE_ERROR] = {160, 1, 0, REVERSE | BOLD},
    [STYLE_HEADING] = {235, 0, BOLD, BOLD},
    [STYLE_SECONDARY] = {239, 8, 0, 0},
    [STYLE_DIM] = {244, 8, 0, DIM},
    [STYLE_RULE] = {250, 7, 0, DIM},
    [STYLE_HEAT0] = {254, 7, 0, DIM},
    [STYLE_HEAT1] = {152, 7, 0, 0},
    [STYLE_HEAT2] = {115, 6, 0, 0},
    [STYLE_HEAT3] = {73, 6, 0, 0},
    [STYLE_HEAT4] = {36, 2, 0, 0},
    [STYLE_HEAT5] = {29, 4, 0, 0},
    [STYLE_HEAT6] = {23, 4, 0, BOLD},
    [STYLE_HEAT7] = {16, 0, 0, BOLD},
    [STYLE_LEAN_T3] = {94, 5, BOLD, BOLD},
    [STYLE_LEAN_T2] = {136, 5, 0, 0},
    [STYLE_LEAN_T1] = {179, 5, 0, DIM},
    [STYLE_LEAN_A1] = {116, 6, 0, DIM},
    [STYLE_LEAN_A2] = {37, 6, 0, 0},
    [STYLE_LEAN_A3] = {24, 6, BOLD, BOLD},
    [STYLE_CODE_KEYWORD] = {25, 4, 0, BOLD},
    [STYLE_CODE_STRING] = {28, 2, 0, 0},
    [STYLE_CODE_COMMENT] = {243, 8, ITALIC, DIM | ITALIC},
    [STYLE_CODE_NUMBER] = {91, 5, 0, 0},
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

/* --- names ---------------------------------------------------------------- */

static const char *const kinds[] = {
    [THEME_AUTO] = "auto", [THEME_DARK] = "dark", [THEME_LIGHT] = "light",
    [THEME_16] = "16", [THEME_MONO] = "mono",
};

static const char *const role_names[STYLE_ROLES] = {
    [STYLE_TEXT] = "text", [STYLE_USER] = "user", [STYLE_THOUGHT] = "thought",
    [STYLE_THOUGHT_BAR] = "thought-bar", [STYLE_ACCENT] = "accent",
    [STYLE_LOOK] = "look", [STYLE_ERROR] = "error",
    [STYLE_HEADING] = "heading", [STYLE_SECONDARY] = "secondary",
    [STYLE_DIM] = "dim", [STYLE_RULE] = "rule", [STYLE_HEAT0] = "heat0",
    [STYLE_HEAT1] = "heat1", [STYLE_HEAT2] = "heat2", [STYLE_HEAT3] = "heat3",
    [STYLE_HEAT4] = "heat4", [STYLE_HEAT5] = "heat5", [STYLE_HEAT6] = "heat6",
    [STYLE_HEAT7] = "heat7", [STYLE_LEAN_T3] = "thought3",
    [STYLE_LEAN_T2] = "thought2", [STYLE_LEAN_T1] = "thought1",
    [STYLE_LEAN_A1] = "answer1", [STYLE_LEAN_A2] = "answer2",
    [STYLE_LEAN_A3] = "answer3", [STYLE_CODE_KEYWORD] = "keyword",
    [STYLE_CODE_STRING] = "string", [STYLE_CODE_COMMENT] = "comment",
    [STYLE_CODE_NUMBER] = "number",
};

const char *theme_name(enum theme_kind kind)
{
    return (size_t)kind < sizeof kinds / sizeof *kinds ? kinds[kind] : NULL;
}

bool theme_find(struct str name, enum theme_kind *kind, struct err *err)
{
    for (int i = 0; theme_name((enum theme_kind)i); i++)
        if (str_is(name, kinds[i])) {
            *kind = (enum theme_kind)i;
            return true;
        }
    return err_set(err, ERR_USAGE, _("there is no theme \"%.*s\": auto, dark, "
                   "light, 16 or mono"), name.len < 20 ? (int)name.len : 20,
                   name.p);
}

enum theme_kind theme_of_terminal(const char *colorfgbg)
{
    const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
    char *end;
    if (!last || last[1] < '0' || last[1] > '9')
        return THEME_DARK;
    unsigned long background = strtoul(last + 1, &end, 10);
    return *end == '\0' && (background == 7 || (background > 8 &&
                                                background < 16))
               ? THEME_LIGHT : THEME_DARK;
}

const char *theme_role(size_t role)
{
    return role < STYLE_ROLES ? role_names[role] : NULL;
}

bool theme_set_color(struct theme *t, struct str role, struct str value,
                     struct err *err)
{
    size_t i = 0;
    unsigned n = 0;
    while (i < STYLE_ROLES && !str_is(role, role_names[i]))
        i++;
    if (i == STYLE_ROLES)
        return err_set(err, ERR_USAGE, _("nothing here is called \"%.*s\""),
                       role.len < 20 ? (int)role.len : 20, role.p);
    bool own = str_is(value, "default");
    bool number = value.len > 0 && value.len <= 3;
    for (size_t k = 0; number && k < value.len; k++) {
        number = value.p[k] >= '0' && value.p[k] <= '9';
        n = n * 10 + (unsigned)(value.p[k] - '0');
    }
    if (!own && (!number || n > 255))
        return err_set(err, ERR_USAGE,
                       _("a colour is a number from 0 to 255, or default"));
    t->own[i].set = true;
    t->own[i].color = own ? -1 : (int16_t)n;
    return true;
}

/* --- looks ---------------------------------------------------------------- */

static void take_own_color(const struct theme *t, struct style s, int n_colors,
                           struct look *l)
{
    if (s.role < STYLE_ROLES && t->own[s.role].set &&
        t->own[s.role].color < n_colors)
        l->fg = t->own[s.role].color;
}

struct look theme_look(const struct theme *t, struct style s, int n_colors,
                       bool no_color)
{
    const struct role_look *table = t->kind == THEME_LIGHT ? light : dark;
    const struct role_look *r =
        &table[s.role < STYLE_ROLES ? s.role : STYLE_TEXT];
    struct look l = {.fg = -1, .bg = -1};

    if (no_color || n_colors < 8 || t->kind == THEME_MONO) {
        add_attributes(&l, r->mono);
    } else {
        l.fg = n_colors >= 256 && t->kind != THEME_16 ? r->fg256 : r->fg16;
        add_attributes(&l, r->always);
        if (n_colors < 16)
            fit_eight_colors(&l);
        take_own_color(t, s, n_colors, &l);
    }
    l.bold |= (s.flags & STYLE_BOLD) != 0;
    l.italic |= (s.flags & STYLE_ITALIC) != 0;
    l.underline |= (s.flags & STYLE_UNDERLINE) != 0;
    /* Asking twice for reverse must not cancel it: amber in black and white is
     * reverse already. */
    l.reverse |= (s.flags & STYLE_REVERSE) != 0;
    if (l.bold)
        l.dim = false;
    return l;
}
