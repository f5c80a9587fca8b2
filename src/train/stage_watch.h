/* stage_watch.h - how a stage does on what it was not trained on: one fixed batch
 * of validation documents, made once. */
#ifndef TRAIN_STAGE_WATCH_H
#define TRAIN_STAGE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "train/data/batch.h"

struct dataset;
struct err;
struct net;
struct params;
struct stage_recipe;

struct watch {
    struct batch batch;
    float *logprob;       /* owned; [batch.n_tokens] */
};

void watch_open(struct watch *w, const struct dataset *d,
                const struct stage_recipe *plan, unsigned stage);
void watch_close(struct watch *w);

/* Mean loss in nats, and the share of tokens whose argmax was right. */
bool watch_validate(struct watch *w, struct net *n, const struct params *p,
                    double *loss, double *right, struct err *err);

#endif
