/* arch.h - what tells one architecture from another.
 *
 * A new architecture is one file (arch_NAME.c) with one struct arch and one row
 * in arch.c's table. The layers themselves are shared: an architecture says
 * which keys it reads, which tensors it has and which blocks they feed; the
 * parts that several have in common are below (arch_parts.c). */
#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "model/config.h"

struct err;
struct keys;
struct layer_weights;
struct weights_reader;

struct arch {
    const char *name;   /* general.architecture */
    enum attn_kind attn;
    enum rope_pairing pairing;
    /* Reads what is particular; the common keys are already in cfg. */
    bool (*configure)(struct model_config *cfg, const struct keys *k,
                      struct err *err);
    /* Asks the reader for the tensors of layer i, each with its shape. */
    bool (*bind_layer)(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err);
};

/* NULL with ERR_UNSUPPORTED and a sentence that names what is known. */
const struct arch *arch_find(struct str name, struct err *err);

/* --- for configure -------------------------------------------------------- */

/* Heads that all rotate: head sizes, rope.dim, the scale of the scores. */
bool arch_configure_gqa(struct model_config *cfg, const struct keys *k,
                        struct err *err);
/* expert_*: counts, widths, groups, scale. The router's score and whether
 * weights are normalised keep what the caller set where the file is silent. */
bool arch_configure_moe(struct model_config *cfg, const struct keys *k,
                        struct err *err);

/* --- for bind_layer ------------------------------------------------------- */

/* attn_q, attn_k, attn_v, attn_output, and their biases where there are any. */
bool arch_bind_gqa(struct layer_weights *lw, struct weights_reader *r,
                   const struct model_config *cfg, uint32_t i, struct err *err);
/* ffn_gate, ffn_up, ffn_down; or in a MoE layer router, experts and shared. */
bool arch_bind_ffn(struct layer_weights *lw, struct weights_reader *r,
                   const struct model_config *cfg, uint32_t i, struct err *err);

#endif
