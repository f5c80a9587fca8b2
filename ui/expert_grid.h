/* expert_grid.h - the map of experts: a row a layer, a cell an expert.
 *
 * Who draws says what a cell looks like; the grid knows where it lies, how many
 * experts share it where the screen is narrow, and the rows around. The chat's
 * map and that of a training run are this one. */
#ifndef UI_EXPERT_GRID_H
#define UI_EXPERT_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/canvas.h"

/* How experts share the columns of a row. */
struct expert_grid {
    int label;         /* columns of "L12 " */
    uint32_t cells;
    uint32_t per_cell; /* experts: the one that stands out most is shown */
    int cell_width;    /* 1 or 2 columns */
};

/* last_layer: the largest number a row will be called by. */
struct expert_grid expert_grid_for(uint32_t n_experts, uint32_t last_layer,
                                   int width);

/* How a cell of n experts from `first` on looks. */
struct expert_cell {
    struct style style;
    bool full;         /* without the gap on the right: brighter */
    bool unknown;      /* nothing known is not nothing chosen */
};
typedef struct expert_cell (*expert_cell_fn)(const void *arg, uint32_t layer,
                                             uint32_t first, uint32_t n);

/* Expert numbers over every eighth cell. */
void expert_grid_numbers(struct expert_grid g, struct canvas *c, int x, int y,
                         int right);
/* One layer, called "L3" (or by any short name). */
void expert_grid_row(struct expert_grid g, const char *name, uint32_t layer,
                     struct canvas *c, struct rect row, expert_cell_fn cell,
                     const void *arg);
/* What the heat of a cell means. */
void expert_grid_scale(struct canvas *c, int x, int y, int right);
/* The role of a rate against an even share: 1/4, 1 and 4 times are the levels 1, 4
 * and 7. */
enum style_role expert_grid_heat(float rate);

#endif
