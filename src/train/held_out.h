/* held_out.h - what a model makes of documents that it was not trained on: its
 * loss, and how evenly its experts are used.
 *
 * Balance is judged over all the documents at once. A single batch is always
 * uneven; an expert that nobody needs shows only in the sum. */
#ifndef TRAIN_HELD_OUT_H
#define TRAIN_HELD_OUT_H

#include <stdbool.h>
#include <stdint.h>

struct data_plan;
struct dataset;
struct err;
struct params;

struct held_out {
    uint64_t tokens, rows;    /* read; with a loss */
    double loss, right;       /* nats; share where the likeliest token was right */
    uint32_t n_layers, n_experts; /* those with experts, the MTP block left out */
    uint64_t *load;           /* owned; [n_layers][n_experts] */
    double max_vio, worst_vio;/* largest load / mean load - 1: mean of the layers,
                                 and the worst of them */
    double least;             /* smallest load / mean load, of any expert */
    uint32_t dead;            /* experts that nobody came to */
};

/* At least `tokens` tokens of the validation documents of a stage (a number that
 * only decides what is drawn). */
bool held_out_measure(const struct params *p, const struct dataset *d,
                      const struct data_plan *plan, unsigned stage,
                      uint64_t tokens, unsigned threads, struct held_out *out,
                      struct err *err);
void held_out_clear(struct held_out *h);

#endif
