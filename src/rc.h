/* rc.h - settings that stay: mullrc.
 *
 *   # a comment
 *   model = ~/models/some.gguf
 *   temp = 0.6             # names and values are those of the long options
 *   threads = default      # any of them: as if the line were not there
 *   key.F8 = fold          # a key while typing (ui/bindings.h)
 *   browse.x = none        # and while browsing
 *   color.accent = 80      # over the theme (ui/theme.h)
 *
 * A missing file is no error, a wrong line is: nobody should wonder why a
 * setting does nothing. */
#ifndef RC_H
#define RC_H

#include <stdbool.h>

#include <stdio.h>

#include "base/str.h"

struct err;
struct options;

/* $XDG_CONFIG_HOME/mull/mullrc into o. */
bool rc_read(struct options *o, struct err *err);

/* The text of such a file. `folder` (may be NULL): where a relative model name
 * is looked for. Errors begin with line and column. */
bool rc_parse(struct options *o, struct str text, const char *folder,
              struct err *err);

/* Such a file with all there is to set, explained, as it is built in: reading it
 * changes nothing. */
void rc_print(FILE *out);

#endif
