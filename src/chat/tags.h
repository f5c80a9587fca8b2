/* tags.h - where thought ends and answer begins, in a stream of text.
 *
 * Works on whole UTF-8 characters cut anywhere (the caller assembles them), so
 * that any split of any tag gives the same parts: text that may still become a
 * tag is held back. Used by the engine, by remote servers and by readers of
 * other programs' traces. Matching is by PCRE2 with partial matching; the
 * grammar of tags is chat.md section 3 and tui.md section 7. */
#ifndef CHAT_TAGS_H
#define CHAT_TAGS_H

#include <stdbool.h>

#include "base/str.h"
#include "chat/event.h"

struct tags;

/* Receives the parts in order. A part of length 0 is never told; a change of
 * part is told by the first text of the new part. */
typedef void (*tags_fn)(void *arg, enum text_part part, struct str text);

/* inside: the prompt ended in an open tag, so the text begins as thought. */
struct tags *tags_new(void);
void tags_free(struct tags *t);
void tags_begin(struct tags *t, bool inside);
void tags_feed(struct tags *t, struct str text, tags_fn fn, void *arg);
void tags_end(struct tags *t, tags_fn fn, void *arg);  /* tell what is held */

/* For families that have the tags as tokens: what the next text is, without
 * any tag in the text. */
void tags_set_part(struct tags *t, enum text_part part, tags_fn fn, void *arg);
enum text_part tags_part(const struct tags *t);

#endif
