/* corpus.h - the data of a recipe, opened: phrases, texts, and the dataset that
 * draws from them. */
#ifndef TRAIN_CORPUS_H
#define TRAIN_CORPUS_H

#include <stdbool.h>

#include "train/data/dataset.h"

struct bank;
struct err;
struct recipe;
struct text_source;

struct corpus {
    struct bank *bank;           /* owned */
    struct text_source **texts;  /* owned; [n_texts] */
    size_t n_texts;
    struct dataset dataset;
};

/* `folder` has bank/ and what the texts are made of. The recipe's mixture moves
 * into the dataset. Says what is missing: a task, a phrase, a package. */
bool corpus_open(struct corpus *c, struct recipe *r, const char *folder,
                 struct err *err);
void corpus_close(struct corpus *c);

#endif
