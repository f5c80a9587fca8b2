/* experts.h - what the user changed about the choice of experts.
 *
 * In each layer that has experts, a model's router chooses a few of them for
 * every token. The user may take experts out of the choice, which then goes to
 * the next best, and ask for more or fewer. What is computed so is not the
 * model's own answer any more: every output says "modified". */
#ifndef CHAT_EXPERTS_H
#define CHAT_EXPERTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct backend_info;
struct buf;
struct err;

#define EXPERTS_OFF_MAX 512
#define EXPERTS_USED_MAX 64 /* more than any model uses */

struct expert_place {
    uint16_t layer, expert;
};

/* All zero: as the model has it. */
struct expert_changes {
    uint32_t used;  /* by each token in each layer; 0: as the model says */
    uint32_t n_off;
    struct expert_place off[EXPERTS_OFF_MAX]; /* by layer and expert, no two
                                                 the same */
};

/* What of a model has to be known to judge them. */
struct expert_shape {
    uint32_t first_layer, n_layers; /* those with experts; 0: none */
    uint32_t n_experts, n_used;     /* in each */
};

bool experts_modified(const struct expert_changes *x);
bool experts_same(const struct expert_changes *a,
                  const struct expert_changes *b);

/* Switch the experts of a list "LAYER:EXPERT,..." off, or on again. ERR_USAGE
 * changes nothing. Whether there are such experts is experts_check's. */
bool experts_switch(struct expert_changes *x, struct str list, bool on,
                    struct err *err);

/* ERR_USAGE: there is no such layer or expert, or a layer would have fewer
 * experts left than a token uses. */
bool experts_check(const struct expert_changes *x,
                   const struct expert_shape *shape, struct err *err);

struct expert_shape experts_shape(const struct backend_info *info);
/* How many each token uses in the end. */
uint32_t experts_used(const struct expert_changes *x,
                      const struct expert_shape *shape);

/* "modified: 3 experts off, 2 of 64 used"; empty when nothing is. */
#define EXPERTS_TEXT_MAX 80
const char *experts_text(const struct expert_changes *x,
                         const struct expert_shape *shape,
                         char text[EXPERTS_TEXT_MAX]);
/* The same beside an answer, where the word "modified" may stand before it:
 * "without 3:1 3:5", "6 experts off, 2 of 64 used". */
void experts_words(const struct expert_changes *x,
                   const struct expert_shape *shape, struct buf *out);

#endif
