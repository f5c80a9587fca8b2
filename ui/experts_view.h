/* experts_view.h - what the map of experts shows in each of its modes. */
#ifndef UI_EXPERTS_VIEW_H
#define UI_EXPERTS_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"

struct buf;
struct glass;

/* Over what: "this turn, 118 tokens". g may be NULL: the live map. */
const char *experts_view_over(struct glass *g, char *s, size_t size);
/* The role of a cell of n experts: that of the one which stands out most. */
enum style_role experts_view_role(struct glass *g, uint32_t layer,
                                  uint32_t first, uint32_t n);
/* The chosen expert in figures, one line. */
void experts_view_numbers(struct glass *g, struct buf *out);
void experts_view_leaning_scale(struct canvas *c, int x, int y, int right);
/* The whole pane: one layer as bars. */
void experts_view_layer(struct glass *g, struct canvas *c, struct rect area);

#endif
