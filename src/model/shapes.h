/* shapes.h - the attention of published models, for comparing their caches.
 *
 * Only what a cache depends on is in these configs: layers, heads, their sizes,
 * the latent rank and the context. The numbers are those of the papers and of
 * the published config files. */
#ifndef MODEL_SHAPES_H
#define MODEL_SHAPES_H

#include <stddef.h>

#include "base/str.h"
#include "model/config.h"

struct err;

struct shape {
    const char *name;       /* "v2-236b" */
    const char *title;      /* "DeepSeek-V2" */
    struct model_config cfg;
};

/* NULL with ERR_USAGE and the name that may have been meant, or all of them. */
const struct shape *shape_find(struct str name, struct err *err);

#endif
