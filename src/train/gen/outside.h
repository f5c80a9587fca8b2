/* outside.h - how mull says that something is beyond it. */
#ifndef TRAIN_GEN_OUTSIDE_H
#define TRAIN_GEN_OUTSIDE_H

#include "train/gen/gen.h"

/* Whether the reply is a refusal, in either language: for counting those that
 * should not be. */
bool outside_refused(struct str reply);

#endif
