/* tags.h - where thought ends and answer begins, in a stream of text.
 *
 * Cut the stream anywhere (between whole characters): the parts are the same,
 * because text that may still become a tag is held back. Used by the engine,
 * by remote servers and by readers of other programs' traces.
 *
 * The rules. An opening tag counts only at the beginning of the reply, after
 * optional white space (which goes with it); then everything up to the closing
 * tag of the same kind is thought. Blocks do not nest. What follows is answer,
 * and tags in it are plain text, except one <answer> pair around the whole,
 * which is hidden. A block that is never closed is thought to the end. White
 * space inside the parts is kept: it belongs to the raw text. */
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
/* After tags_begin: an opening tag at the beginning of a line, outside code
 * fences, begins one more thought. For traces; a chat has one per turn. */
void tags_allow_several(struct tags *t);
void tags_feed(struct tags *t, struct str text, tags_fn fn, void *arg);
void tags_end(struct tags *t, tags_fn fn, void *arg);  /* tell what is held */

/* For families that have the tags as tokens: what the next text is, without
 * any tag in the text. */
void tags_set_part(struct tags *t, enum text_part part, tags_fn fn, void *arg);
enum text_part tags_part(const struct tags *t);

/* For whole texts whose opening tag stood in the prompt and is lost: the first
 * tag is a closing one, so the text began inside. */
bool tags_begins_inside(const struct tags *t, struct str whole);

#endif
