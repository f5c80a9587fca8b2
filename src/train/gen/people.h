/* people.h - a few people with names that cannot be mistaken for each other. */
#ifndef TRAIN_GEN_PEOPLE_H
#define TRAIN_GEN_PEOPLE_H

#include "train/gen/phrase.h"

enum { PEOPLE_MAX = 5, NAME_ROOM = 24 };

struct people {
    char name[PEOPLE_MAX][NAME_ROOM];
    size_t n;
};

/* n different names of the bank, none part of another, most of them common ones; or
 * n letters, A, B and C, now and then. */
void people_draw(struct gen_ctx *ctx, struct people *people, size_t n);

/* Letters alone; names of a rule of the bank, people or not. */
void people_draw_letters(struct gen_ctx *ctx, struct people *people, size_t n);
void people_draw_from(struct gen_ctx *ctx, struct people *people, size_t n,
                      const char *file, const char *rule);

/* Somebody of a rule of common.txt who is neither "who" nor "who2". */
void slot_name(struct gen_ctx *ctx, struct slots *slots, const char *rule,
               const char *slot);
/* slots_people (number.h), the pronouns "he", "him" and "his" of "who", and the parts
 * of "thing": "ge", with which Chinese counts it, and "noun". */
void slots_person(struct gen_ctx *ctx, struct slots *slots);

/* "Amy, Ben and Tom", "小明、小红和小刚". */
void people_list(const struct gen_ctx *ctx, const struct people *people,
                 struct buf *out);

/* The last step of a generator: where the noise of typing made the names of the
 * prompt small, or all large, thought and reply say them so as well. To copy a name
 * is something to learn, to know "Nina" from "nina" is not. Single letters stay
 * large. */
void people_as_typed(struct problem *p, const struct people *people);

#endif
