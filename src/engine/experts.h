/* experts.h - the user's choice of experts, handed to a forward pass. */
#ifndef ENGINE_EXPERTS_H
#define ENGINE_EXPERTS_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct expert_changes;
struct forward;
struct model;

/* From the next batch on. ERR_USAGE when the model has no such experts, then
 * nothing has changed. */
bool experts_apply(const struct expert_changes *x, const struct model *m,
                   struct forward *f, struct err *err);

/* Bytes of weights read to decode one token. */
uint64_t experts_active_bytes(const struct expert_changes *x,
                              const struct model *m);

#endif
