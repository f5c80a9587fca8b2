/* state.h - a session's cache in a file, so that reading what was read before
 * costs reading a file instead of computing.
 *
 * The file holds the tokens and, for each, the cache's rows of every layer. It
 * says which model they are of (model/identity.h), and every part has a
 * checksum. It does not hold the model, nor the text other than as tokens. What
 * a later prompt has in common with it at the beginning is reused, like in a
 * session that never ended (session_read).
 *
 * The layout, all numbers little-endian: 72 bytes of header (state.c), 4 bytes
 * for each token, then the rows of 256 tokens after the other, each block with
 * a checksum behind it; the last block may be shorter. */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct model_identity;
struct session;

/* Writes beside `path` and renames (0600). Rows that were computed with
 * modified experts are not the model's own: ERR_UNSUPPORTED. */
bool state_save(const char *path, const struct model_identity *model,
                struct session *s, struct err *err);

/* Into a session, which forgets what it holds. Of a conversation that is longer
 * than the context the beginning is taken; *n tells how many tokens. ERR_FORMAT
 * for another model, another type of cache, and for every damage; the session
 * is empty then. Nothing is allocated that the file does not have the size
 * for. */
bool state_load(const char *path, const struct model_identity *model,
                struct session *s, uint32_t *n, struct err *err);

#endif
