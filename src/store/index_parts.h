/* index_parts.h - the index from inside: for index.c and the files beside it. */
#ifndef STORE_INDEX_PARTS_H
#define STORE_INDEX_PARTS_H

#include <sqlite3.h>

#include "base/str.h"
#include "store/index.h"

struct index {
    sqlite3 *db;      /* owned */
    char *folder;     /* owned */
    char *path;       /* owned; of the database */
    bool in_memory;
    size_t left;      /* sessions that were not taken in */
};

bool index_sql_failed(struct index *ix, struct err *err); /* false */
bool index_run(struct index *ix, const char *sql, struct err *err);
sqlite3_stmt *index_prepare(struct index *ix, const char *sql, struct err *err);

/* index_refresh.c: take in what changed. `w` may be NULL. */
bool index_refresh(struct index *ix, const struct index_watch *w,
                   struct err *err);

/* A row that begins with these columns as a session. */
#define INDEX_SESSION_COLUMNS \
    "id, title, model, began, changed, messages, interrupted"
struct index_session index_session_of(sqlite3_stmt *s);
/* Never NULL. */
const char *index_column(sqlite3_stmt *s, int at);

#endif
