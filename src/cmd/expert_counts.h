/* expert_counts.h - which experts the tokens of some traces went to.
 *
 * Plain counting, and the few figures that come of it; where the tokens come
 * from is trace_read.h's affair, how the figures look experts_print.h's. */
#ifndef CMD_EXPERT_COUNTS_H
#define CMD_EXPERT_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "chat/event.h"
#include "chat/experts.h"

struct err;

/* As many as a model file may have (model/config.h). */
#define COUNTS_MAX_LAYERS 512
#define COUNTS_MAX_EXPERTS 1024

struct expert_counts {
    struct expert_shape shape;  /* of the model; n_layers 0: not known yet */
    char model[96];             /* its name, raw */
    uint64_t n_files, n_turns, n_modified; /* turns with changed experts */
    uint64_t n_tokens[2];       /* by enum text_part */
    uint64_t n_unmeasured;      /* tokens without experts, not among them */
    uint64_t *tokens[2];        /* owned; [n_layers][n_experts] by part */
    double *weight;             /* owned; the same: sum of their shares */
    uint32_t *pairs;            /* owned; [n_layers][a < b] tokens with both;
                                   NULL: too many pairs to count */
};

/* The model of a turn. ERR_FORMAT: it is not the one before, or no model. */
bool expert_counts_model(struct expert_counts *c, const char *name,
                         const struct expert_shape *shape, struct err *err);
void expert_counts_clear(struct expert_counts *c);

/* One token went to experts[0..n) in a layer, 0-based among those with experts;
 * weights may be NULL. ERR_FORMAT: no such layer, no such expert, or one
 * twice; then nothing is counted. */
bool expert_counts_add(struct expert_counts *c, enum text_part part,
                       uint32_t layer, const uint16_t *experts,
                       const double *weights, uint32_t n, struct err *err);

uint64_t expert_counts_tokens(const struct expert_counts *c, uint32_t layer,
                              uint32_t expert);
uint64_t expert_counts_together(const struct expert_counts *c, uint32_t layer,
                                uint32_t a, uint32_t b);
/* MaxVio: the load of the busiest expert over the mean, less 1; 0 is even. */
double expert_counts_imbalance(const struct expert_counts *c, uint32_t layer);
uint32_t expert_counts_unused(const struct expert_counts *c, uint32_t layer);
/* The n busiest of a layer, busiest first; returns how many were used at all. */
uint32_t expert_counts_busiest(const struct expert_counts *c, uint32_t layer,
                               uint16_t *experts, uint32_t n);
/* With whom an expert was chosen most often; false: with nobody. */
bool expert_counts_partner(const struct expert_counts *c, uint32_t layer,
                           uint32_t expert, uint32_t *partner);

#endif
