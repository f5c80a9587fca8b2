/* turns.h - the words with which a thought takes a turn.
 *
 * A list of PCRE2 patterns, one a line: "correction: PATTERN" for words by which
 * a model takes back what it said ("wait", "不对"), "turn: PATTERN" for those by
 * which it only sets out anew ("alternatively", "let me check"). A pattern is
 * tried where a sentence begins, in either case of letters; '#' begins a
 * comment. The list is the user's to edit; turns_builtin is the one we have. */
#ifndef UI_TURNS_H
#define UI_TURNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct err;
struct turns;

extern const char turns_builtin[];

enum turn_kind { TURN_NONE, TURN_ANEW, TURN_CORRECTION };

/* ERR_FORMAT names the line. */
struct turns *turns_new(struct str list, struct err *err);
void turns_free(struct turns *t); /* NULL is fine */

/* Bytes of a sentence that a pattern sees, up to the end of its line. */
#define TURNS_LOOK 48

/* Whether the text at `at`, where a sentence begins, takes a turn, and by how
 * many bytes of words. A pattern that takes too long is no turn. */
enum turn_kind turns_match(const struct turns *t, struct str text, size_t at,
                           size_t *len);

#endif
