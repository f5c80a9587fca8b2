/* story.h - word problems: what happens, and how it is told.
 *
 * First what happens is drawn: two steps on one number (story_draw.c). Then it is
 * told in a world of data/bank/story.txt, a clause for each event (story_tell.c);
 * the bank says by its rules what can happen in which world. The thought begins
 * with the events themselves ("story: 12; +3*5; /3"), so that reading and computing
 * are learned apart (story.c). */
#ifndef TRAIN_GEN_STORY_H
#define TRAIN_GEN_STORY_H

#include "train/gen/trace.h"

enum { STORY_LEVELS = 3, STORY_EVENTS = 4, STORY_STEPS = 2 };

enum story_kind {
    START, GROUPS,                 /* there are n; k times m */
    ADD, SUB, ADDG, SUBG, DBL, HALF,
    MORE, LESS, TIMES,             /* what another one has */
    BOTH, EACH, GOAL,              /* together; split by k; n minus all */
    WEEKS,                         /* k times all of it */
    UP, REST,                      /* how many boxes of k hold all; what is over */
    DIFF, LATER, EARLIER,          /* n less, by how much more; n years on, ago */
    STORY_KINDS
};

/* The rule that tells it: "add" of the world "things" is things_add. */
extern const char *const story_rule[STORY_KINDS];

struct story_event {
    enum story_kind kind;
    int64_t n, k, m;
};

struct story {
    const char *world;
    struct story_event at[STORY_EVENTS];
    unsigned n, n_ops;
    unsigned others;    /* people who have what another has and more, or less */
    int64_t all, other; /* as it goes on; `other` is the first one's number */
};

/* A story whose key fits ctx->split; false where the bank has none. */
bool story_draw(struct gen_ctx *ctx, struct story *s, uint64_t *key);

/* The number after the event; -1 where it cannot be. For REST the part over. */
int64_t story_after(const struct story *s, const struct story_event *e);

/* The events in one line: "12; +3*5; -9; /3". */
void story_put(const struct story *s, enum lang lang, struct buf *out);

/* Whether the world has a rule for it in ctx->lang. */
bool story_has(const struct gen_ctx *ctx, const char *world, const char *what);

/* In words. */
void story_tell(struct gen_ctx *ctx, const struct story *s, struct buf *out);

/* One step of a thought: on a line ("12/4=3", story_equation) where it is known by
 * heart, all else on paper. Each returns its result; story_over the quotient, and one
 * more where boxes are to hold all (`up`). */
int64_t story_equation(struct trace *t, int64_t a, char op, int64_t b, int64_t c);
int64_t story_times(struct trace *t, int64_t a, int64_t b);
int64_t story_over(struct trace *t, int64_t a, int64_t b, bool up);
int64_t story_plus(struct trace *t, int64_t a, int64_t b);
int64_t story_minus(struct trace *t, int64_t a, int64_t b);

#endif
