/* transcript.h - the chat as it is shown: blocks of text, in order.
 *
 * A block (block.h) is one thing somebody said. What was measured of each token is
 * in a log beside it (token_log.h): a block knows which tokens of it are its own.
 * The transcript is driven by the same events as everything else and knows no
 * width: wrapping is the chat pane's (rows.h). */
#ifndef UI_TRANSCRIPT_H
#define UI_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chat/event.h"
#include "ui/block.h"

struct telemetry;
struct token_log;

/* How thoughts are shown, whatever the model does: those to come, and those that
 * nobody has touched. Hidden ones take no room at all. */
enum thought_show { THOUGHTS_FULL, THOUGHTS_FOLDED, THOUGHTS_HIDDEN };

struct transcript;

struct transcript *transcript_new(void);
void transcript_free(struct transcript *t); /* NULL is fine */
void transcript_clear(struct transcript *t);
/* The same, but the tokens stay known: for telling again what was said (replay.h).
 * Before each answer transcript_said_in names the turn that it came of; 0: none
 * of those. */
void transcript_clear_blocks(struct transcript *t);
void transcript_said_in(struct transcript *t, uint32_t turn);

void transcript_show_thoughts(struct transcript *t, enum thought_show how);
enum thought_show transcript_thoughts_shown(const struct transcript *t);
bool transcript_hides(const struct transcript *t, const struct block *b);

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

/* What its tokens take in the cache, 0 while that is not known. */
uint64_t transcript_cache_bytes(const struct transcript *t,
                                const struct block *b);

/* The steps of block i, a thought: looked for when asked. `turns` (ui/turns.h) are
 * borrowed; without them lines are steps. */
void transcript_set_turns(struct transcript *t, const struct turns *turns);
const struct steps *transcript_steps(struct transcript *t, size_t i);

/* What was measured of all tokens. */
struct token_log *transcript_tokens(const struct transcript *t);
/* The block that shows a token; SIZE_MAX: none does. */
size_t transcript_token_block(const struct transcript *t, uint32_t token);
/* The turn to come begins with tokens of an answer that is here already, from
 * this one on: what was measured of them then holds now. */
void transcript_branch(struct transcript *t, uint32_t first_token);

/* What a turn has said is gone from here, and all behind it: it is said anew. */
void transcript_retract(struct transcript *t, uint32_t turn);

/* Folding by the user: one line, the last lines (while it streams), all. The
 * last thought, or one of them, or all. */
bool transcript_toggle(struct transcript *t, size_t i); /* false: no thought */
bool transcript_toggle_last(struct transcript *t);
void transcript_fold_all(struct transcript *t, bool folded);
/* Somebody reads there: it does not fold by itself. */
void transcript_keep_open(struct transcript *t, size_t i);
void transcript_unfold(struct transcript *t, size_t i);
/* Counts up when thoughts fold by themselves. */
uint64_t transcript_folds(const struct transcript *t);

#endif
