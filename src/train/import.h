/* import.h - a model file as the beginning of training: what export.h wrote, read
 * back. So a model can go on from the file that ships, when no checkpoint is left
 * of it: matrices come back as they were rounded, Q8_0 within 0.4 % of the largest
 * of their 32 neighbours, the optimizer begins anew. */
#ifndef TRAIN_IMPORT_H
#define TRAIN_IMPORT_H

#include <stdbool.h>

#include "base/buf.h"

struct err;
struct params;

/* By its first bytes; false as well where it cannot be read. */
bool import_is_model(const char *path);

/* p is initialised, with the shape that the file tells (nn/from_gguf.h); the caller
 * clears it. */
bool import_weights(const char *path, struct params *p, struct err *err);

/* Its vocabulary as a file of its own (tokenizer.h), appended. */
bool import_tokenizer(const char *path, struct buf *file, struct err *err);

#endif
