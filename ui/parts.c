/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/parts.h"

#include <stdarg.h>
#include <stdio.h>

#include "ui/wrap.h"

struct parts parts_on(struct canvas *c, int x, int y, int right)
{
    return (struct parts){.c = c, .x = x, .y = y, .right = right};
}

bool parts_room(struct parts *p, int columns)
{
    if (p->x + columns > p->right)
        p->full = true;
    return !p->full;
}

bool parts_add(struct parts *p, const char *text, struct style style)
{
    int columns = text_columns(str_of(text));
    if (!parts_room(p, columns))
        return false;
    p->x += canvas_puts(p->c, p->x, p->y, columns, text, style);
    return true;
}

bool parts_printf(struct parts *p, struct style style, const char *fmt, ...)
{
    char s[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(s, sizeof s, fmt, ap);
    va_end(ap);
    return parts_add(p, s, style);
}
