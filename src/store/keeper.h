/* keeper.h - keeps a chat while it goes on.
 *
 * Who owns the conversation tells each change; it is written at the next
 * keeper_flush. There is no file before the first message, so an empty chat
 * leaves nothing. When the disk refuses, nothing is lost meanwhile: everything
 * waits in memory, and is written once there is room. */
#ifndef STORE_KEEPER_H
#define STORE_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "chat/event.h"

struct backend_info;
struct err;
struct message;
struct saved;
struct keeper;
struct turn_options;

/* A chat that begins, in this folder of sessions. */
struct keeper *keeper_new(const char *folder, const struct backend_info *info);
/* One that goes on: *saved has what was said so far. NULL info: nobody will
 * answer, it is only given another title. */
struct keeper *keeper_open(const char *path, const struct backend_info *info,
                             struct saved *saved, struct err *err);
/* Where it is or will be, and its name. */
const char *keeper_path(const struct keeper *s);
const char *keeper_id(const struct keeper *s);
bool keeper_begun(const struct keeper *s); /* there is a file */

/* A message was added, with its text so far; an answer may say how it was
 * sampled. */
void keeper_message(struct keeper *s, const struct message *m,
                     const struct turn_options *how);
void keeper_text(struct keeper *s, uint32_t id, enum text_part part,
                  struct str text);
/* An answer is over. */
void keeper_end(struct keeper *s, const struct message *m,
                 enum done_reason reason);
void keeper_active(struct keeper *s, uint32_t end); /* another path */
void keeper_remove(struct keeper *s, uint32_t id);
void keeper_title(struct keeper *s, struct str title);
/* So many messages of the path are not sent any more (/drop oldest). */
void keeper_unseen(struct keeper *s, uint32_t messages);

/* Write what was told. False, once, when that begins to fail; true with
 * *recovered when it works again. */
bool keeper_flush(struct keeper *s, bool *recovered, struct err *err);
/* The same when the last time is 50 ms ago or more; else *due_ns says when it
 * will be (clock_ns), 0 for nothing to do. */
bool keeper_flush_due(struct keeper *s, uint64_t *due_ns, bool *recovered,
                       struct err *err);

/* Everything to the disk; frees. NULL is fine. */
bool keeper_close(struct keeper *s, struct err *err);

#endif
