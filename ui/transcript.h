/* transcript.h - the chat as it is shown: blocks of text, in order.
 *
 * A block is one thing somebody said: the user, a thought, an answer, a notice,
 * an error. It keeps the text as it came (raw) and a copy cleaned for showing;
 * thoughts also have their time, tokens and fold. The transcript is driven by
 * the same events as everything else and knows no width: wrapping is the
 * chat pane's (rows.h). */
#ifndef UI_TRANSCRIPT_H
#define UI_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sanitize.h"
#include "chat/event.h"

struct telemetry;

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
    bool touched;            /* the user folded or unfolded it: hands off */
    bool interrupted;        /* ended before its time */
    uint32_t turn;
    uint32_t tokens;         /* taken into the conversation by this block */
    double ms;               /* that they took */
    unsigned steps;          /* lines that hold something */
    bool in_step;            /* the last line already counts as one */
};

struct transcript;

struct transcript *transcript_new(void);
void transcript_free(struct transcript *t); /* NULL is fine */
void transcript_clear(struct transcript *t);

/* New thoughts begin folded (--think=hide); off at first. */
void transcript_fold_new(struct transcript *t, bool folded);

void transcript_user(struct transcript *t, struct str text);
void transcript_notice(struct transcript *t, const char *sentence);
void transcript_error(struct transcript *t, const char *sentence);
/* Every event of every turn, once, in order. */
void transcript_event(struct transcript *t, const struct event *ev);
/* Learns what a token costs in the cache. */
void transcript_telemetry(struct transcript *t, const struct telemetry *now);

size_t transcript_count(const struct transcript *t);
/* i < count. Good until the next change of the transcript. */
const struct block *transcript_block(const struct transcript *t, size_t i);
/* Counts up with every change and is never 0: for caches. transcript_clear
 * also changes transcript_era. */
uint64_t transcript_changes(const struct transcript *t);
uint64_t transcript_era(const struct transcript *t);

/* The text to show, without blank lines around it. Grows only at its end. */
struct str block_text(const struct block *b);
/* Nothing to show, not even a header: the line feeds before an answer, the
 * thought that a model closes at once because it was told not to think. */
bool block_is_empty(const struct block *b);
/* What its tokens take in the cache, 0 while that is not known. */
uint64_t transcript_cache_bytes(const struct transcript *t,
                                const struct block *b);

/* Folding by the user. The last thought, or one of them, or all. */
bool transcript_toggle(struct transcript *t, size_t i); /* false: no thought */
bool transcript_toggle_last(struct transcript *t);
void transcript_fold_all(struct transcript *t, bool folded);

#endif
