/* phrase.h - one sentence out of a bank, with a problem's values in it. */
#ifndef TRAIN_GEN_PHRASE_H
#define TRAIN_GEN_PHRASE_H

#include "train/gen/bank.h"

/* The values, by the names that the bank gives them. Starts as {0}; what does not
 * fit is a bug. Setting a name again replaces its value. */
struct slots {
    struct {
        const char *name; /* borrowed: a literal */
        uint32_t from, len;
    } at[24];
    size_t n, used;
    char text[2048];
};

void slot_set(struct slots *s, const char *name, struct str value);
void slot_printf(struct slots *s, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct str slot_get(const struct slots *s, const char *name); /* empty: none */

/* Append a line of the rule, drawn by ctx->rng, for ctx->lang and ctx->split.
 * slots may be NULL. A rule or slot that is not there makes ctx->lacks say so,
 * once and for all: gen_done then fails. */
void phrase(struct gen_ctx *ctx, const char *file, const char *rule,
            const struct slots *slots, struct buf *out);

/* The same for a language of one's choice: English words in a Chinese question. */
void phrase_in(struct gen_ctx *ctx, enum lang lang, const char *file,
               const char *rule, const struct slots *slots, struct buf *out);

/* The same into a slot of `slots`. */
void phrase_slot(struct gen_ctx *ctx, const char *file, const char *rule,
                 const struct slots *values, struct slots *slots,
                 const char *name);

#endif
