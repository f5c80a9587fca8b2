/* saved.h - what the journal of a session says, put together.
 *
 * Reading plays the records again. What makes no sense (a text for a message that
 * is not there, a parent that was never made) is left out and counted as damaged;
 * an answer without an end was interrupted. The names of the records and their
 * keys stand here and in keeper.c (those of figures in stats_json.c and
 * experts_json.c), nowhere else. */
#ifndef STORE_SAVED_H
#define STORE_SAVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "chat/conversation.h"
#include "store/journal.h"

struct err;

struct saved {
    struct conversation c;   /* owned, as are the texts */
    struct buf title;        /* given by the user, or empty */
    struct buf model;        /* the one that answered last, by name */
    uint64_t model_hash;     /* and by its file; 0: not known */
    uint32_t unseen;         /* messages of the path that the model is not told */
    int64_t began_ms;        /* since 1970; 0: nothing was said */
    int64_t changed_ms;
    bool interrupted;        /* it ended without closing: killed, or power lost */
    struct journal_found found;
};

void saved_clear(struct saved *s);

/* Zero *s before. */
bool saved_read(struct saved *s, const char *path, struct err *err);
bool saved_read_bytes(struct saved *s, struct str bytes, struct err *err);
/* The same from the journal that goes on, or NULL. */
struct journal *saved_open(struct saved *s, const char *path, struct err *err);

/* The title, or the first words of the user: one line, cleaned, short. */
void saved_title(const struct saved *s, struct buf *out);
/* "2 damaged records were left out, the end was torn"; false: all is well. */
bool saved_damage(const struct saved *s, struct buf *sentence);

#endif
