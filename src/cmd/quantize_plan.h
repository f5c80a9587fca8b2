/* quantize_plan.h - which type each tensor gets.
 *
 * Kept as they are: tensors of one dimension, norms, routers, tables of
 * positions, whatever is not called "weight" or holds whole numbers: they are
 * small, and an error there reaches everything. The rest gets, in this order:
 * the type of the last --tensor-type pattern that fits; Q6_K for the output head
 * where less was asked for; the type asked for. Where rows do not divide into
 * its blocks, the next larger type that they do divide into: Q5_0 for Q4_K, Q5_1
 * for Q5_K, Q8_0 for Q6_K, and F16 for all whose rows are no multiple of 32. */
#ifndef CMD_QUANTIZE_PLAN_H
#define CMD_QUANTIZE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "gguf/gguf_type.h"
#include "kernels/encode.h"

struct err;
struct gguf;
struct gguf_tensor;
struct text_list;

struct quantize_type {
    enum gguf_type type;
    encode_fn encode;
    uint32_t file_type; /* as general.file_type names it */
};

/* NULL for types that nothing here encodes. */
const struct quantize_type *quantize_type_of(enum gguf_type type);

struct quantize_plan {
    enum gguf_type type;
    enum gguf_type *to; /* owned; one for each tensor of the file */
    size_t n_fallbacks; /* tensors whose rows did not fit the type meant */
};

/* name: the TYPE of the command line; rules: its --tensor-type. A pattern that
 * fits none of the tensors that may change is ERR_USAGE. */
bool quantize_plan_make(struct quantize_plan *p, const struct gguf *g,
                        const char *name, const struct text_list *rules,
                        struct err *err);
void quantize_plan_clear(struct quantize_plan *p);

#endif
