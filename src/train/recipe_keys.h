/* recipe_keys.h - the settings of a section: names, kinds, ranges, defaults.
 * For recipe.c only. */
#ifndef TRAIN_RECIPE_KEYS_H
#define TRAIN_RECIPE_KEYS_H

#include <stdbool.h>

#include "base/str.h"
#include "train/recipe.h"

/* One "name = value" of [model], [tokenizer] or [eval]. */
bool recipe_set_general(struct recipe *r, const char *section, const char *name,
                        const char *value, struct err *err);
/* One of a stage. */
bool recipe_set_stage(struct stage_recipe *s, const char *name,
                      const char *value, struct err *err);
/* What a stage is where its section says nothing. */
void recipe_stage_defaults(struct stage_recipe *s, enum stage_id id);

#endif
