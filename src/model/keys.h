/* keys.h - the metadata of one architecture: "<arch>." + name.
 *
 * Missing keys leave *out as it was and succeed; the _need form refuses. Every
 * number has its range, so what comes back may be used for sizes. */
#ifndef MODEL_KEYS_H
#define MODEL_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct gguf;

struct keys {
    const struct gguf *g;
    const char *arch;
};

bool key_has(const struct keys *k, const char *name);
bool key_u32(const struct keys *k, const char *name, uint32_t min, uint32_t max,
             uint32_t *out, struct err *err);
bool key_need_u32(const struct keys *k, const char *name, uint32_t min,
                  uint32_t max, uint32_t *out, struct err *err);
/* The same for a value that some files give once per layer: taken when all are
 * equal, ERR_UNSUPPORTED when layers differ. */
bool key_u32_uniform(const struct keys *k, const char *name, uint32_t min,
                     uint32_t max, uint32_t *out, struct err *err);
bool key_f32(const struct keys *k, const char *name, float min, float max,
             float *out, struct err *err);
bool key_need_f32(const struct keys *k, const char *name, float min, float max,
                  float *out, struct err *err);
bool key_bool(const struct keys *k, const char *name, bool *out,
              struct err *err);
bool key_str(const struct keys *k, const char *name, struct str *out,
             struct err *err);

#endif
