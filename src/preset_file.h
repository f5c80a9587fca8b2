/* preset_file.h - the user's presets, and --preset. */
#ifndef PRESET_FILE_H
#define PRESET_FILE_H

#include <stdbool.h>

struct err;
struct options;
struct presets;
struct sampling;

/* Those that are always there, then $XDG_CONFIG_HOME/mull/presets. */
bool preset_files_read(struct presets *p, struct err *err);

/* The turn's options from what the model recommends, the preset of --preset (when
 * there is one), and the command line, which goes before both. o->ui.usual is the
 * same without the preset. */
bool preset_options(struct options *o, const struct presets *p,
                    const struct sampling *recommended, struct err *err);

#endif
