/* keeping.h - the session of a talk: what is said goes to its journal.
 *
 * Where nothing is to be kept there is no folder, and every call does nothing. */
#ifndef UI_KEEPING_H
#define UI_KEEPING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "chat/event.h"

struct backend_info;
struct conversation;
struct err;
struct keeper;
struct message;
struct turn_options;

struct keeping {
    const struct backend_info *info; /* borrowed; who answers */
    char *folder;              /* owned; of the sessions, NULL: keep nothing */
    struct keeper *keeper;     /* owned; of this chat */
    uint32_t told;             /* the youngest message that the keeper knows */
    struct buf title;          /* owned; given by the user */
    uint32_t unseen;           /* as read back: messages that are not sent */
    struct buf deleted;        /* owned; id of the chat that /undo brings back */
    struct buf news;           /* owned; a failure not told yet */
};

/* folder NULL: nothing is kept. Nothing is written before something is said. */
void keeping_init(struct keeping *k, const char *folder,
                  const struct backend_info *info);
/* Go on with the session in this file: *c becomes what was said there. *note (may
 * stay empty) is what the user should know of it. When that fails all stays as it
 * was. */
bool keeping_open(struct keeping *k, const char *path, struct conversation *c,
                  struct buf *note, struct err *err);
/* This chat is over, the next is another. */
void keeping_next(struct keeping *k);
/* To the disk; frees. */
bool keeping_close(struct keeping *k, struct err *err);

/* A turn has begun: `question` is new (or NULL), `answer` grows. */
void keeping_turn(struct keeping *k, const struct message *question,
                  const struct message *answer, const struct turn_options *how);
void keeping_text(struct keeping *k, const struct message *answer,
                  enum text_part part, struct str text);
void keeping_end(struct keeping *k, const struct message *answer,
                 enum done_reason reason);
void keeping_remove(struct keeping *k, const struct message *m);
void keeping_path(struct keeping *k, const struct conversation *c);
void keeping_title(struct keeping *k, struct str title);
void keeping_unseen(struct keeping *k, size_t messages);

/* Write what was told: now, or (due_ns not NULL) when it is time, which *due_ns
 * then says, 0 for never. True: *say has a sentence for the user. */
bool keeping_flush(struct keeping *k, uint64_t *due_ns, struct buf *say);

#endif
