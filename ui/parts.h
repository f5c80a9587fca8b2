/* parts.h - a line put together from parts, each there whole or not at all.
 *
 * Headings and bars that must be read at every width: what comes first matters
 * most, and nothing is cut in the middle of a word or, worse, of a number. */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "ui/canvas.h"

#define DOT " \xC2\xB7 " /* a middle dot, between two parts */

struct parts {
    struct canvas *c;
    int x, y, right;  /* right: the first column that is not ours */
    bool full;        /* something did not fit: nothing after it is drawn */
};

struct parts parts_on(struct canvas *c, int x, int y, int right);
bool parts_add(struct parts *p, const char *text, struct style style);
bool parts_printf(struct parts *p, struct style style, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Whether that many columns are left; false also makes the line full. */
bool parts_room(struct parts *p, int columns);

static inline struct style style_of(enum style_role role)
{
    return (struct style){.role = (uint8_t)role};
}

static inline struct style style_bold(enum style_role role)
{
    return (struct style){.role = (uint8_t)role, .flags = STYLE_BOLD};
}

#endif
