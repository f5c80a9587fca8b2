/* wild.h - prompts typed by people, with answers written beside them: a table of
 * tabs, and its own checks, kinder about form than those of the exercises.
 *
 * Three tables lie in data/eval. `wild` is the honest one: who mends phrases,
 * generators or banks never reads it. `dev` was read for that, and is for
 * development. `outside` is what is to be refused, and sums that look like it.
 *
 *   id  en|zh  task  prompt  kind  answer
 *
 *   number    the numbers given as the answer; "q r rest" are two
 *   text      the answer, but for case and punctuation; yes/no, true/false and
 *             knight/knave stand for their Chinese words too, "Dee=knave" may
 *             stand among others; | between forms of which one is enough
 *   one_of    the same, but what is said may hold more
 *   countdown "12 3 8 -> 17": any expression that comes to it
 *   facts     groups with ; alternatives with | : one of each must be said
 *   talk      what is said to these intents of talk.txt, | between
 *   refusal   that it is outside the domain
 *
 * The answer is the last bold text; where nothing is bold, the last line. */
#ifndef TRAIN_WILD_H
#define TRAIN_WILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "train/gen/gen.h"

struct bank;
struct err;

struct wild_row {
    struct str id, task, prompt, kind, answer; /* in the table's text */
    enum lang lang;
};

struct wild {
    struct buf text;        /* owned */
    struct wild_row *rows;  /* owned */
    size_t n;
};

bool wild_open(struct wild *w, const char *path, struct err *err);
/* One of the tables by its name, from the folder `data`. */
bool wild_is_split(const char *name);
bool wild_open_split(struct wild *w, const char *data, const char *name,
                     struct err *err);
/* The text is taken over, also on failure. */
bool wild_parse(struct wild *w, struct buf *text, struct err *err);
void wild_close(struct wild *w);

/* Between 0 and 1. */
double wild_check(const struct wild_row *row, const struct bank *bank,
                  struct str reply);

#endif
