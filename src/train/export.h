/* export.h - a trained model as a GGUF file that every engine of its kind reads.
 *
 * Architecture deepseek2: latent attention with k_b and v_b apart, the MTP block
 * as the last block, the tokenizer of the run, its chat template, YaRN where the
 * context was stretched, greedy sampling as the hint. Matrices in the type asked
 * for; router, norms and biases stay F32. `mtp` false leaves the MTP block out,
 * for engines that do not know it: the tokens are the same. */
#ifndef TRAIN_EXPORT_H
#define TRAIN_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "gguf/gguf_type.h"

struct err;
struct params;
struct tokenizer;

struct export_options {
    enum gguf_type type;   /* GGUF_F32, GGUF_F16 or GGUF_Q8_0 */
    bool mtp;
    uint32_t context;      /* tokens it was trained for */
    const char *name;      /* general.name */
    const char *description; /* or NULL */
    uint64_t recipe_hash;
    const struct str *labels; /* of the experts (expert_use.h), or NULL */
    size_t n_labels;
    const int32_t *draft_tokens; /* (draft_tokens.h), or NULL */
    size_t n_draft_tokens;
};

/* "q8_0", "f16", "f32"; ERR_USAGE for another one. */
bool export_type_parse(const char *name, enum gguf_type *type, struct err *err);

bool export_gguf(const struct params *p, const struct tokenizer *t,
                 const struct export_options *o, struct buf *out,
                 struct err *err);
/* The same into a file, beside its place and renamed. */
bool export_file(const struct params *p, const struct tokenizer *t,
                 const struct export_options *o, const char *path,
                 struct err *err);

#endif
