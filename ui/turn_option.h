/* turn_option.h - the options of a turn by their names: temp, top-k, seed ...
 *
 * As /set and presets say them, and as the command line calls them. A value is
 * checked before it is taken, also against the others. */
#ifndef UI_TURN_OPTION_H
#define UI_TURN_OPTION_H

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct err;
struct turn_options;

bool turn_option_known(struct str name);
/* False: no such name, or not a value for it; nothing has changed. */
bool turn_option_set(struct turn_options *o, struct str name, struct str value,
                     struct err *err);

/* "temp is 0.7", a line; of one, or of each. */
bool turn_option_tell(const struct turn_options *o, struct str name,
                      struct buf *out, struct err *err);
void turn_options_tell(const struct turn_options *o, struct buf *out);

#endif
