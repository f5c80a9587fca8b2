/* talk_preset.h - /preset: one bundle of settings after the other.
 *
 * A preset changes what it names; all else is as it was at the beginning, so two
 * presets do not mix. Which experts are off stays. */
#ifndef UI_TALK_PRESET_H
#define UI_TALK_PRESET_H

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct err;
struct preset;
struct talk;
struct turn_options;

/* What it names, over these options. */
void preset_apply(const struct preset *p, struct turn_options *o);

/* "NAME", "off", or nothing: a list. Lines for the user. */
bool talk_preset(struct talk *t, struct str args, struct buf *answer,
                 struct err *err);

#endif
