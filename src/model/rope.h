/* rope.h - rotary position embedding: angles once per batch, for all layers.
 *
 * RoFormer (2104.09864); YaRN (2309.00071) and linear stretching of the angles;
 * per-pair factors as Llama 3 has them. Angles are computed in double: at
 * position 163,839 a float's angle is off by a hundredth. */
#ifndef MODEL_ROPE_H
#define MODEL_ROPE_H

#include <stdint.h>

#include "model/config.h"

struct arena;

struct rope {
    enum rope_pairing pairing;
    uint32_t half;      /* pairs */
    float magnitude;
    double *freq;       /* [half] angle per position */
    float *cos_sin;     /* [max_batch][half][2] of the current batch */
};

void rope_layout(struct rope *r, const struct rope_config *cfg,
                 uint32_t max_batch, struct arena *mem);
/* factors: [half] or NULL. */
void rope_init(struct rope *r, const struct rope_config *cfg,
               const float *factors);

/* Angles for positions pos .. pos + n of the next batch. */
void rope_set(struct rope *r, uint32_t pos, uint32_t n);
/* Rotates u[2 * half] by the angles of the batch's token i. */
void rope_apply(const struct rope *r, uint32_t i, float *u);

#endif
