/* checkpoint_shape.h - a shape as JSON. For checkpoint.c only. */
#ifndef TRAIN_CHECKPOINT_SHAPE_H
#define TRAIN_CHECKPOINT_SHAPE_H

#include <stdbool.h>

#include <jansson.h>

struct buf;
struct err;
struct shape;

/* "shape":{...}, */
void checkpoint_put_shape(struct buf *h, const struct shape *s);
/* Checked: shape_check has seen it. */
bool checkpoint_get_shape(struct shape *s, const json_t *j, struct err *err);

#endif
