/* identity.h - which model a file is, for what was computed with it.
 *
 * A hash over all metadata, over name, shape and type of every tensor and over
 * the first 64 bytes of each tensor's data, and the size of all files. Takes no
 * time even for huge files: not all weights are looked at, so a change of
 * single weights in the middle would not be seen. */
#ifndef MODEL_IDENTITY_H
#define MODEL_IDENTITY_H

#include <stdint.h>

struct gguf;

struct model_identity {
    uint64_t hash;
    uint64_t file_bytes;
};

struct model_identity model_identify(const struct gguf *g);

#endif
