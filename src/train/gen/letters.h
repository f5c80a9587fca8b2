/* letters.h - a word taken apart, as all tasks on strings need it.
 *
 * The thought spells every word with numbered letters, p1 l2 a3 n4 e5 t6: a
 * number says where in the word one is, so that a letter is never lost or told
 * twice, and later steps name it by its number. Nothing is decided before what it
 * depends on has been written: letters are counted as they come, and compared side by
 * side. */
#ifndef TRAIN_GEN_LETTERS_H
#define TRAIN_GEN_LETTERS_H

#include "train/gen/gen.h"
#include "train/gen/phrase.h"

enum { LETTERS_MAX = 16 };

struct letters {
    char text[LETTERS_MAX * 4 + 1]; /* lower case */
    char one[LETTERS_MAX][5];       /* each character, terminated */
    size_t n;
    bool han;                       /* a Chinese phrase, not an English word */
};

void letters_of(struct letters *w, struct str text);
bool letters_same(const struct letters *w, size_t i, size_t j);

/* A word of 3-5, 6-7 or 8-9 letters, now and then 10, for the levels 0-2, that makes
 * an exercise of p->task for the split of ctx; in Chinese four times of ten a phrase
 * of 2-4, up to 5 or up to 7 characters, where `han` allows it. The words are those
 * that people use; of the longest one in eight comes from the word list. False where
 * there is none. */
bool letters_draw(struct gen_ctx *ctx, const struct problem *p, bool han,
                  struct letters *w);
/* The same for words alone, with this many letters. */
bool letters_draw_word(struct gen_ctx *ctx, const struct problem *p, size_t min,
                       size_t max, struct letters *w);
/* Whether p->task with this word is of the split of ctx. */
bool letters_fit(const struct gen_ctx *ctx, const struct problem *p,
                 const struct letters *w);
/* Any word that people use, of whatever split. */
bool letters_everyday(struct gen_ctx *ctx, size_t min, size_t max,
                      struct letters *w);
/* Mostly one that comes more than once, now and then one that is not there. */
const char *letters_pick(struct gen_ctx *ctx, const struct letters *w);
/* One that is not in the word, common ones more often: an English letter, or a
 * Chinese character for a phrase. */
const char *letters_absent(struct gen_ctx *ctx, const struct letters *w);

/* " p1 l2 a3": the first `n` of them; and "t e n": separated by blanks. */
void letters_spell(const struct letters *w, size_t n, struct buf *out);
void letters_spaced(const struct letters *w, struct buf *out);

/* " s1 t2 r3:1 a4": spelled, and behind each letter that is one of `set` how many
 * there were so far. Whether a letter counts is said where it stands, so it is a
 * matter of that letter alone. Stops behind number `most`; returns how many. */
size_t letters_counted(const struct letters *w, const char *set, size_t most,
                       struct buf *out);
/* " same" or " no" behind two letters that have just been written side by side: the
 * verdict comes after all that it is about. Returns `same`. */
bool letters_verdict(struct gen_ctx *ctx, bool same, struct buf *out);

/* The prompt with its slot "word", and its key. Rules of phrases end with _han. */
void letters_ask(struct gen_ctx *ctx, struct problem *p, const char *rule,
                 const struct letters *w, struct slots *slots);
/* The reply from rule "say_...", and what every task ends with. */
bool letters_done(struct gen_ctx *ctx, struct problem *p, const char *rule,
                  const struct letters *w, struct slots *slots);

/* "number of letters" as English people count: 1st, 2nd, third. */
void letters_ordinal(struct gen_ctx *ctx, struct slots *slots, size_t n);

#endif
