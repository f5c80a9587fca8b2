/* index.h - what is in all sessions, to list and to search quickly.
 *
 * An SQLite database beside the sessions. It holds nothing that they do not: one
 * that is missing, damaged or of another version is made anew, and where none can
 * be written it is made in memory. Opening it takes in what changed since.
 *
 * Text is found in any language by three characters or more (FTS5, trigrams), by
 * fewer with a pass over all of it. */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct index;

struct index_session {
    const char *id, *title, *model; /* good until the call returns */
    int64_t began_ms, changed_ms;
    uint32_t n_messages;
    bool interrupted;
};

struct index_hit {
    struct index_session session;
    const char *part;    /* "user", "thought", "answer", "system" or "title" */
    const char *text;    /* a piece around the first place, one line, cleaned */
    uint32_t message;    /* its id; 0: the title */
};

/* The sessions of this folder; NULL only when memory is gone. */
struct index *index_open(const char *folder, struct err *err);
void index_close(struct index *ix); /* NULL is fine */

/* Newest first; the callback returns false to stop. */
bool index_list(struct index *ix,
                bool (*fn)(void *arg, const struct index_session *s), void *arg,
                struct err *err);

/* Messages that hold every word of `words` (those in double quotes belong
 * together), newest session first. */
bool index_search(struct index *ix, const char *words,
                  bool (*fn)(void *arg, const struct index_hit *hit), void *arg,
                  struct err *err);

#endif
