/* foreign.h - a conversation from anybody's file, whatever form it has.
 *
 * Known are: our own sessions and the events of mull run --json; lists of
 * messages, requests, answers and streams (JSON, JSON lines, server-sent events)
 * of the usual interfaces; training sets; and plain text with the tags that
 * models write, also whole prompts with the marks of their roles. The form is
 * seen from the bytes, not from the name of the file.
 *
 * The bytes are hostile: sizes and nesting are limited, and what is taken from
 * them stays raw. Cleaning is the duty of whoever shows it. */
#ifndef STORE_FOREIGN_H
#define STORE_FOREIGN_H

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct conversation;
struct err;

/* A file may have so many bytes; one JSON text so many values in it. */
#define FOREIGN_MAX_BYTES ((size_t)256 << 20)
#define FOREIGN_MAX_VALUES 250000

/* Fills c, which is empty, with at least one message. *note (may stay empty): a sentence
 * about what could not be read. ERR_FORMAT begins with the line where it is
 * known; ERR_LIMIT is too much of something. */
bool foreign_read(struct conversation *c, struct str bytes, struct buf *note,
                  struct err *err);

#endif
