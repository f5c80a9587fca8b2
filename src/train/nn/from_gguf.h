/* from_gguf.h - parameters out of a model file: to compare with reference
 * logits, and to go on training from a file.
 *
 * Takes deepseek2 files of the kind that this trainer writes: split k_b and v_b,
 * compressed queries, sigmoid router; any tensor type that can be decoded. */
#ifndef TRAIN_NN_FROM_GGUF_H
#define TRAIN_NN_FROM_GGUF_H

#include <stdbool.h>

#include "train/nn/params.h"

struct err;
struct gguf;

/* The shape that the metadata tells; ERR_UNSUPPORTED for what cannot be
 * trained here. */
bool shape_from_gguf(struct shape *s, const struct gguf *g, struct err *err);

/* p is initialised here; the caller clears it. */
bool params_from_gguf(struct params *p, const struct gguf *g, struct err *err);

#endif
