/* model.h - config and weights of one file, read only, shared by sessions. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>

#include "model/config.h"
#include "model/weights.h"

struct err;
struct gguf;

struct model {
    struct model_config cfg;
    struct weights w;
};

/* The gguf must outlive the model: weights point into its mapping. */
bool model_open(struct model *m, const struct gguf *g, struct err *err);
/* Whether it is a whole model and would open, and its figures; no weight is read,
 * and nothing can be computed with it. Closed like the other. */
bool model_measure(struct model *m, const struct gguf *g, struct err *err);
void model_close(struct model *m);

#endif
