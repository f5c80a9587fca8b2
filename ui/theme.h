/* theme.h - what a cell means, apart from how a terminal shows it.
 *
 * Panes name roles; the theme turns a role into colours and attributes for the
 * terminal at hand (256 colours, 16, or none). theme.c has the tables: dark for
 * dark backgrounds, light for light ones, 16 for the terminal's own palette,
 * mono for attributes alone. Meaning never hangs on colour alone. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;

enum style_role {
    STYLE_TEXT,      /* the terminal's own colours */
    STYLE_USER,      /* what the user said: bold */
    STYLE_THOUGHT,   /* quieter: dim italic where there is such a thing */
    STYLE_THOUGHT_BAR, /* header and bar of a thought: muted violet */
    STYLE_ACCENT,    /* alive: cursor, prompt mark, rates */
    STYLE_LOOK,      /* amber: look here */
    STYLE_ERROR,
    STYLE_HEADING,
    STYLE_SECONDARY,
    STYLE_DIM,
    STYLE_RULE,
    STYLE_HEAT0,     /* never fired */
    STYLE_HEAT1, STYLE_HEAT2, STYLE_HEAT3, STYLE_HEAT4,
    STYLE_HEAT5, STYLE_HEAT6, STYLE_HEAT7,
    /* Of thought against answer: amber leans to thought, teal to answer. */
    STYLE_LEAN_T3, STYLE_LEAN_T2, STYLE_LEAN_T1,
    STYLE_LEAN_A1, STYLE_LEAN_A2, STYLE_LEAN_A3,
    /* Of code in an answer. */
    STYLE_CODE_KEYWORD, STYLE_CODE_STRING, STYLE_CODE_COMMENT,
    STYLE_CODE_NUMBER,
    STYLE_ROLES,
};

/* On top of the role. */
enum style_flag {
    STYLE_BOLD = 1,
    STYLE_REVERSE = 2,
    STYLE_UNDERLINE = 4,
    STYLE_ITALIC = 8,
};

struct style {
    uint8_t role;   /* enum style_role */
    uint8_t flags;  /* enum style_flag */
};

/* How one role looks. Colours are indices of the 256 or 16 palette, -1 the
 * terminal's default. */
struct look {
    int16_t fg, bg;
    bool bold, dim, italic, underline, reverse;
};

/* Which table. Auto: dark, or light where COLORFGBG says that the background is
 * light. */
enum theme_kind { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_16, THEME_MONO };

struct theme {
    enum theme_kind kind;
    struct {
        bool set;
        int16_t color;   /* -1: the terminal's own; else of the 256 */
    } own[STYLE_ROLES];  /* the user's, over any table but mono */
};

/* "auto", "dark", "light", "16", "mono"; NULL past the last. */
const char *theme_name(enum theme_kind kind);
bool theme_find(struct str name, enum theme_kind *kind, struct err *err);
/* What COLORFGBG ("15;0": white on black) means for THEME_AUTO; may be NULL. */
enum theme_kind theme_of_terminal(const char *colorfgbg);

/* The name of a role, as in "color.accent = 80"; NULL past the last. */
const char *theme_role(size_t role);
/* value: "default" or a number of the 256 colours. */
bool theme_set_color(struct theme *t, struct str role, struct str value,
                     struct err *err);

/* n_colors: what the terminal has; below 8, or with no_color, attributes only. */
struct look theme_look(const struct theme *t, struct style s, int n_colors,
                       bool no_color);

#endif
