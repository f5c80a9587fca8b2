/* paths.h - where things of ours live (XDG base directories).
 *
 * Relative values of the variables are ignored, as the XDG specification asks. */
#ifndef PATHS_H
#define PATHS_H

#include <stdbool.h>

struct buf;
struct err;

enum path_kind {
    PATH_CONFIG, /* $XDG_CONFIG_HOME/mull, ~/.config/mull */
    PATH_DATA,   /* $XDG_DATA_HOME/mull, ~/.local/share/mull */
    PATH_STATE,  /* $XDG_STATE_HOME/mull, ~/.local/state/mull */
};

/* The path of `name` in that folder. false: there is no home to look in. Makes
 * nothing. */
bool path_find(enum path_kind kind, const char *name, struct buf *out);

/* The same, and the folder is there: made with 0700 where it was missing, and
 * closed to others where it was open. A folder of somebody else, or a symbolic
 * link in its place, is refused. */
bool path_make(enum path_kind kind, const char *name, struct buf *out,
               struct err *err);

#endif
