/* card.h - the model card: what a run made, told by its own logs.
 *
 * Nothing in it is written by hand. Recipe, stamps, log, evaluation and the model
 * file itself lie in the folder of the run; the data is drawn once more to say
 * what each stage read. */
#ifndef TRAIN_CARD_H
#define TRAIN_CARD_H

#include <stdbool.h>
#include <stdio.h>

struct err;

/* `dir` is of a run that has exported its model; `data` the folder with the
 * phrases and texts. Markdown. */
bool card_write(const char *dir, const char *data, FILE *out, struct err *err);

#endif
