/* arch.h - what tells one architecture from another.
 *
 * A new architecture is one file (arch_NAME.c) with one struct arch and one row
 * in arch.c's table. The layers themselves are shared: an architecture says
 * which keys it reads, which tensors it has and which blocks they feed. */
#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct gguf;
struct layer_weights;
struct model_config;
struct weights_reader;

struct arch {
    const char *name;   /* general.architecture */
    /* Reads what is particular; the common keys are already in cfg. */
    bool (*configure)(struct model_config *cfg, const struct gguf *g,
                      struct err *err);
    /* Asks the reader for the tensors of layer i, each with its shape. */
    bool (*bind_layer)(struct layer_weights *lw, struct weights_reader *r,
                       uint32_t i, struct err *err);
};

/* NULL with ERR_UNSUPPORTED and a sentence that names what is known. */
const struct arch *arch_find(const char *name, struct err *err);

#endif
