/* context_bar.h - the context as one line: what fills it, and where the turns
 * begin. */
#ifndef UI_CONTEXT_BAR_H
#define UI_CONTEXT_BAR_H

#include "ui/canvas.h"

struct context_map;
struct telemetry;

void context_bar_draw(const struct context_map *m, const struct telemetry *t,
                      struct canvas *c, struct rect row);

#endif
