/* index.h - what is in all sessions, to list and to search quickly.
 *
 * An SQLite database beside the sessions. It holds nothing that they do not: one
 * that is missing, damaged or of another version is made anew, and where none can
 * be written it is made in memory. Opening it takes in what changed since.
 *
 * Words are found inside others, in any language and letter case. Those of three
 * characters or more are looked up (FTS5, trigrams), for shorter ones all text is
 * read. */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct index;

/* For whoever waits while many chats are read for the first time, which takes
 * seconds. */
struct index_watch {
    /* Called often, from the thread that opens; false: what was read will do. */
    bool (*go_on)(void *arg, size_t done, size_t total); /* chats */
    void *arg;
};

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

/* The sessions of this folder; NULL only when memory is gone. What is read is kept
 * every half second, newest chats first, so an opening that was stopped or killed
 * goes on with the next. `w` may be NULL. */
struct index *index_open(const char *folder, const struct index_watch *w,
                         struct err *err);
void index_close(struct index *ix); /* NULL is fine */
/* Chats that are not in it yet, or not as they are now: opening was stopped. */
size_t index_left(const struct index *ix);

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
