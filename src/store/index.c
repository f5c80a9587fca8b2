/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/index_parts.h"

#define INDEX_VERSION 2

/* The texts of a session have the rows from low to high. Which texts have a trigram
 * is all that is kept of it (detail = none): a tenth of the places, and the text is
 * read anyway before it is shown. */
static const char schema[] =
    "PRAGMA user_version = 2;"
    "CREATE TABLE sessions(id TEXT PRIMARY KEY, size INTEGER, file_ns INTEGER,"
    " title TEXT, model TEXT, began INTEGER, changed INTEGER, messages INTEGER,"
    " interrupted INTEGER, low INTEGER, high INTEGER);"
    "CREATE VIRTUAL TABLE texts USING fts5(body, message UNINDEXED,"
    " part UNINDEXED, tokenize = 'trigram', detail = none, columnsize = 0);"
    "INSERT INTO texts(texts, rank) VALUES('hashsize', 16777216);";

bool index_sql_failed(struct index *ix, struct err *err)
{
    return err_set(err, ERR_IO, _("the index of the chats: %s"),
                   sqlite3_errmsg(ix->db));
}

bool index_run(struct index *ix, const char *sql, struct err *err)
{
    return sqlite3_exec(ix->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           index_sql_failed(ix, err);
}

sqlite3_stmt *index_prepare(struct index *ix, const char *sql, struct err *err)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(ix->db, sql, -1, &s, NULL) == SQLITE_OK)
        return s;
    index_sql_failed(ix, err);
    return NULL;
}

/* --- opening -------------------------------------------------------------- */

static bool version_is_ours(struct index *ix, bool *empty, struct err *err)
{
    sqlite3_stmt *s = index_prepare(ix, "PRAGMA user_version", err);
    if (!s)
        return false;
    int version = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
    sqlite3_finalize(s);
    *empty = version == 0;
    return version == 0 || version == INDEX_VERSION ||
           err_set(err, ERR_FORMAT, "is of another version");
}

static bool open_db(struct index *ix, const char *path, struct err *err)
{
    bool empty = false;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &ix->db, flags, NULL) != SQLITE_OK)
        return index_sql_failed(ix, err);
    sqlite3_busy_timeout(ix->db, 2000);
    /* Room for a first time over many chats: half the work otherwise is writing
     * the same pages again. */
    return index_run(ix, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;"
                     "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
                     err) &&
           version_is_ours(ix, &empty, err) &&
           (!empty || index_run(ix, schema, err));
}

static void close_db(struct index *ix)
{
    sqlite3_close(ix->db);
    ix->db = NULL;
}

/* SQLite would make its file as open as the umask says. */
static bool make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool ok = fchmod(fd, 0600) == 0;
    close(fd);
    return ok;
}

static bool try_open(struct index *ix, const struct index_watch *w,
                     struct err *err)
{
    close_db(ix);
    return open_db(ix, ix->in_memory ? ":memory:" : ix->path, err) &&
           index_refresh(ix, w, err);
}

/* As it is; made anew; in memory. */
static bool open_somehow(struct index *ix, const struct index_watch *w,
                         struct err *err)
{
    ix->in_memory = !make_private(ix->path);
    if (try_open(ix, w, err))
        return true;
    int code = ix->db ? sqlite3_errcode(ix->db) & 0xFF : SQLITE_ERROR;
    close_db(ix);
    if (!ix->in_memory && code != SQLITE_BUSY && unlink(ix->path) == 0 &&
        make_private(ix->path) && try_open(ix, w, err))
        return true;
    ix->in_memory = true;
    return try_open(ix, w, err);
}

struct index *index_open(const char *folder, const struct index_watch *w,
                         struct err *err)
{
    struct index *ix = mem_zalloc(sizeof *ix);
    struct buf path = {0};
    /* SQLite is told to follow no link, and takes that for the whole path: a home
     * may well be behind one. */
    char *real = realpath(folder, NULL);
    buf_printf(&path, "%s/index.db", real ? real : folder);
    free(real);
    ix->folder = mem_strdup(folder);
    ix->path = path.p;
    if (open_somehow(ix, w, err))
        return ix;
    index_close(ix);
    return NULL;
}

void index_close(struct index *ix)
{
    if (!ix)
        return;
    close_db(ix);
    mem_free(ix->folder);
    mem_free(ix->path);
    mem_free(ix);
}

size_t index_left(const struct index *ix)
{
    return ix->left;
}

/* --- the list ------------------------------------------------------------- */

const char *index_column(sqlite3_stmt *s, int at)
{
    const char *text = (const char *)sqlite3_column_text(s, at);
    return text ? text : "";
}

struct index_session index_session_of(sqlite3_stmt *s)
{
    return (struct index_session){
        .id = index_column(s, 0), .title = index_column(s, 1),
        .model = index_column(s, 2),
        .began_ms = sqlite3_column_int64(s, 3),
        .changed_ms = sqlite3_column_int64(s, 4),
        .n_messages = (uint32_t)sqlite3_column_int64(s, 5),
        .interrupted = sqlite3_column_int(s, 6) != 0};
}

bool index_list(struct index *ix,
                bool (*fn)(void *arg, const struct index_session *s), void *arg,
                struct err *err)
{
    int got = SQLITE_DONE;
    sqlite3_stmt *s = index_prepare(ix, "SELECT " INDEX_SESSION_COLUMNS
                                    " FROM sessions WHERE messages > 0"
                                    " ORDER BY changed DESC, id DESC", err);
    if (!s)
        return false;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        struct index_session session = index_session_of(s);
        if (!fn(arg, &session)) {
            got = SQLITE_DONE;
            break;
        }
    }
    bool ok = got == SQLITE_DONE || index_sql_failed(ix, err);
    sqlite3_finalize(s);
    return ok;
}
