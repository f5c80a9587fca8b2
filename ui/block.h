/* block.h - one thing that somebody said: the user, a thought, an answer, a notice,
 * an error.
 *
 * It keeps the text as it came (raw) and a copy cleaned for showing; thoughts also
 * have their time, tokens, steps and fold. Others than the transcript only read. */
#ifndef UI_BLOCK_H
#define UI_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/sanitize.h"
#include "base/str.h"
#include "ui/steps.h"

enum block_kind {
    BLOCK_USER,
    BLOCK_THOUGHT,
    BLOCK_ANSWER,
    BLOCK_NOTICE,
    BLOCK_ERROR,
};

struct block {
    enum block_kind kind;
    struct buf raw;          /* owned; what was said */
    struct buf shown;        /* owned; the same, safe for a terminal */
    struct sanitizer clean;  /* of shown, while the block is open */
    bool open;               /* more may come */
    bool folded;             /* thoughts: only the header is shown */
    bool tail;               /* not folded: only the last lines are shown */
    bool touched;            /* the user folded or unfolded it: hands off */
    bool interrupted;        /* ended before its time */
    bool ended_early;        /* a thought: by the user's word or the budget */
    uint32_t turn;
    uint32_t tokens;         /* taken into the conversation by this block */
    double ms;               /* that they took */
    unsigned steps;          /* lines that hold something */
    bool in_step;            /* the last line already counts as one */
    uint32_t tok_from, tok_to; /* its tokens in the log */
    struct steps index;      /* owned; private: transcript_steps */
};

/* The text to show, without blank lines around it. Grows only at its end. */
struct str block_text(const struct block *b);
/* Nothing to show, not even a header: the line feeds before an answer, the
 * thought that a model closes at once because it was told not to think. */
bool block_is_empty(const struct block *b);

/* For the transcript. */
void block_add(struct block *b, struct str text);
void block_end(struct block *b);       /* no more will come */
void block_clear(struct block *b);
/* By the user: from all of it (or its last lines) to one line, and back; or to one
 * of these, whatever it was. */
void block_fold_next(struct block *b);
void block_fold(struct block *b, bool folded);

#endif
