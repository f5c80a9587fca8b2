/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/folder.h"
#include "store/index_words.h"
#include "store/saved.h"

#define VERSION 1

struct index {
    sqlite3 *db;      /* owned */
    char *folder;     /* owned */
    char *path;       /* owned; of the database */
    bool in_memory;
};

static const char schema[] =
    "PRAGMA user_version = 1;"
    "CREATE TABLE sessions(id TEXT PRIMARY KEY, size INTEGER, file_ns INTEGER,"
    " title TEXT, model TEXT, began INTEGER, changed INTEGER, messages INTEGER,"
    " interrupted INTEGER, seen INTEGER, low INTEGER, high INTEGER);" /* rows */
    "CREATE VIRTUAL TABLE texts USING fts5(body, session UNINDEXED,"
    " message UNINDEXED, part UNINDEXED, tokenize = 'trigram');"
    "INSERT INTO texts(texts, rank) VALUES('hashsize', 16777216);";

static bool sql_failed(struct index *ix, struct err *err)
{
    return err_set(err, ERR_IO, "the index of the chats: %s",
                   sqlite3_errmsg(ix->db));
}

static bool run(struct index *ix, const char *sql, struct err *err)
{
    return sqlite3_exec(ix->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           sql_failed(ix, err);
}

static sqlite3_stmt *prepare(struct index *ix, const char *sql, struct err *err)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(ix->db, sql, -1, &s, NULL) == SQLITE_OK)
        return s;
    sql_failed(ix, err);
    return NULL;
}

static void bind_text(sqlite3_stmt *s, int at, struct str text)
{
    sqlite3_bind_text64(s, at, text.p ? text.p : "", text.len, SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

/* One that gives no rows; resets it. */
static bool step_done(struct index *ix, sqlite3_stmt *s, struct err *err)
{
    bool ok = sqlite3_step(s) == SQLITE_DONE || sql_failed(ix, err);
    sqlite3_reset(s);
    return ok;
}

/* --- opening ------------------------------------------------------------------- */

static bool version_is_ours(struct index *ix, bool *empty, struct err *err)
{
    sqlite3_stmt *s = prepare(ix, "PRAGMA user_version", err);
    if (!s)
        return false;
    int version = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
    sqlite3_finalize(s);
    *empty = version == 0;
    return version == 0 || version == VERSION ||
           err_set(err, ERR_FORMAT, "is of another version");
}

static bool open_db(struct index *ix, const char *path, struct err *err)
{
    bool empty = false;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &ix->db, flags, NULL) != SQLITE_OK)
        return sql_failed(ix, err);
    sqlite3_busy_timeout(ix->db, 2000);
    /* Room for a first time over many chats: half the work otherwise is writing
     * the same pages again. */
    return run(ix, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;"
               "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;", err) &&
           version_is_ours(ix, &empty, err) && (!empty || run(ix, schema, err));
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

/* --- taking in what changed ------------------------------------------------------ */

struct refresh {
    struct index *ix;
    sqlite3_stmt *known, *seen, *gone, *forget, *forget_texts, *session, *text;
    sqlite3_int64 low, high; /* rows of the texts of one session */
};

static bool add_text(struct refresh *r, const char *id, uint32_t message,
                     const char *part, struct str body, struct err *err)
{
    if (body.len == 0)
        return true;
    bind_text(r->text, 1, body);
    bind_text(r->text, 2, str_of(id));
    sqlite3_bind_int64(r->text, 3, message);
    bind_text(r->text, 4, str_of(part));
    bool ok = step_done(r->ix, r->text, err);
    r->high = sqlite3_last_insert_rowid(r->ix->db);
    if (!r->low)
        r->low = r->high;
    return ok;
}

static bool add_messages(struct refresh *r, const char *id,
                         const struct saved *s, struct err *err)
{
    static const char *const parts[] = {[ROLE_SYSTEM] = "system",
                                        [ROLE_USER] = "user",
                                        [ROLE_ASSISTANT] = "answer"};
    r->low = r->high = 0;
    bool ok = add_text(r, id, 0, "title", buf_str(&s->title), err);
    for (size_t i = 0; ok && i < s->c.n_all; i++) {
        const struct message *m = s->c.all[i];
        ok = add_text(r, id, m->id, "thought", buf_str(&m->thought), err) &&
             add_text(r, id, m->id, parts[m->role], buf_str(&m->text), err);
    }
    return ok;
}

static bool forget(struct refresh *r, const char *id, struct err *err)
{
    bind_text(r->forget, 1, str_of(id));
    bind_text(r->forget_texts, 1, str_of(id));
    return step_done(r->ix, r->forget_texts, err) &&
           step_done(r->ix, r->forget, err);
}

static bool forget_gone(struct refresh *r, struct err *err)
{
    struct buf id = {0};
    bool ok = true;
    while (ok && sqlite3_step(r->gone) == SQLITE_ROW) {
        buf_reset(&id);
        buf_puts(&id, (const char *)sqlite3_column_text(r->gone, 0));
        sqlite3_reset(r->gone); /* the table is about to change below it */
        ok = forget(r, id.p, err);
    }
    sqlite3_reset(r->gone);
    buf_clear(&id);
    return ok;
}

/* One that cannot be read is listed by its name; one in which nothing was said is
 * not listed at all (messages 0). */
static bool add_session(struct refresh *r, const struct folder_entry *e,
                        struct err *err)
{
    struct saved s = {0};
    struct buf path = {0}, title = {0};
    struct err unreadable;
    folder_path(r->ix->folder, e->id, &path);
    bool readable = saved_read(&s, path.p, &unreadable);
    bool ok = forget(r, e->id, err) && add_messages(r, e->id, &s, err);
    saved_title(&s, &title);
    if (!readable)
        buf_puts(&title, "(cannot be read)");
    bind_text(r->session, 1, str_of(e->id));
    sqlite3_bind_int64(r->session, 2, (sqlite3_int64)e->size);
    sqlite3_bind_int64(r->session, 3, e->changed_ns);
    bind_text(r->session, 4, buf_str(&title));
    bind_text(r->session, 5, buf_str(&s.model));
    sqlite3_bind_int64(r->session, 6, s.began_ms);
    sqlite3_bind_int64(r->session, 7, s.changed_ms ? s.changed_ms
                                                   : e->changed_ns / 1000000);
    /* All taken back is not nothing said. */
    size_t n = s.c.n ? s.c.n : s.c.n_all;
    sqlite3_bind_int64(r->session, 8, readable ? (sqlite3_int64)n : 1);
    sqlite3_bind_int(r->session, 9, s.interrupted);
    sqlite3_bind_int64(r->session, 10, r->low);
    sqlite3_bind_int64(r->session, 11, r->high);
    ok = ok && step_done(r->ix, r->session, err);
    saved_clear(&s);
    buf_clear(&path);
    buf_clear(&title);
    return ok;
}

static bool take_entry(struct refresh *r, const struct folder_entry *e,
                       struct err *err)
{
    bind_text(r->known, 1, str_of(e->id));
    sqlite3_bind_int64(r->known, 2, (sqlite3_int64)e->size);
    sqlite3_bind_int64(r->known, 3, e->changed_ns);
    bool known = sqlite3_step(r->known) == SQLITE_ROW;
    sqlite3_reset(r->known);
    if (!known)
        return add_session(r, e, err);
    bind_text(r->seen, 1, str_of(e->id));
    return step_done(r->ix, r->seen, err);
}

static bool begin_refresh(struct refresh *r, struct err *err)
{
    return run(r->ix, "BEGIN IMMEDIATE; UPDATE sessions SET seen = 0", err) &&
           (r->known = prepare(r->ix, "SELECT 1 FROM sessions WHERE id = ? AND"
                               " size = ? AND file_ns = ?", err)) &&
           (r->seen = prepare(r->ix, "UPDATE sessions SET seen = 1 WHERE id = ?",
                              err)) &&
           (r->forget = prepare(r->ix, "DELETE FROM sessions WHERE id = ?",
                                err)) &&
           (r->forget_texts = prepare(r->ix, "DELETE FROM texts WHERE rowid"
                                      " BETWEEN (SELECT low FROM sessions WHERE"
                                      " id = ?1) AND (SELECT high FROM sessions"
                                      " WHERE id = ?1)", err)) &&
           (r->gone = prepare(r->ix, "SELECT id FROM sessions WHERE NOT seen"
                              " LIMIT 1", err)) &&
           (r->session = prepare(r->ix, "INSERT INTO sessions VALUES"
                                 "(?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)", err)) &&
           (r->text = prepare(r->ix, "INSERT INTO texts(body, session, message,"
                              " part) VALUES(?, ?, ?, ?)", err));
}

static bool refresh(struct index *ix, struct err *err)
{
    struct refresh r = {.ix = ix};
    struct folder_list list;
    folder_read(ix->folder, &list);
    bool ok = begin_refresh(&r, err);
    for (size_t i = 0; ok && i < list.n; i++)
        ok = take_entry(&r, &list.entries[i], err);
    ok = ok && forget_gone(&r, err);
    folder_list_clear(&list);
    sqlite3_finalize(r.known);
    sqlite3_finalize(r.gone);
    sqlite3_finalize(r.seen);
    sqlite3_finalize(r.forget);
    sqlite3_finalize(r.forget_texts);
    sqlite3_finalize(r.session);
    sqlite3_finalize(r.text);
    return ok && run(ix, "COMMIT", err);
}

/* --- the index ------------------------------------------------------------------- */

static bool try_open(struct index *ix, struct err *err)
{
    close_db(ix);
    return open_db(ix, ix->in_memory ? ":memory:" : ix->path, err) &&
           refresh(ix, err);
}

/* As it is; made anew; in memory. */
static bool open_somehow(struct index *ix, struct err *err)
{
    ix->in_memory = !make_private(ix->path);
    if (try_open(ix, err))
        return true;
    int code = ix->db ? sqlite3_errcode(ix->db) & 0xFF : SQLITE_ERROR;
    close_db(ix);
    if (!ix->in_memory && code != SQLITE_BUSY && unlink(ix->path) == 0 &&
        make_private(ix->path) && try_open(ix, err))
        return true;
    ix->in_memory = true;
    return try_open(ix, err);
}

struct index *index_open(const char *folder, struct err *err)
{
    struct index *ix = mem_zalloc(sizeof *ix);
    struct buf path = {0};
    buf_printf(&path, "%s/index.db", folder);
    ix->folder = mem_strdup(folder);
    ix->path = path.p;
    if (open_somehow(ix, err))
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

/* --- asking ---------------------------------------------------------------------- */

#define SESSION_COLUMNS \
    "s.id, s.title, s.model, s.began, s.changed, s.messages, s.interrupted"

static const char *column(sqlite3_stmt *s, int at)
{
    const char *text = (const char *)sqlite3_column_text(s, at);
    return text ? text : "";
}

static struct index_session session_of(sqlite3_stmt *s)
{
    return (struct index_session){
        .id = column(s, 0), .title = column(s, 1), .model = column(s, 2),
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
    sqlite3_stmt *s = prepare(ix, "SELECT " SESSION_COLUMNS " FROM sessions s"
                              " WHERE s.messages > 0"
                              " ORDER BY s.changed DESC, s.id DESC", err);
    if (!s)
        return false;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        struct index_session session = session_of(s);
        if (!fn(arg, &session)) {
            got = SQLITE_DONE;
            break;
        }
    }
    bool ok = got == SQLITE_DONE || sql_failed(ix, err);
    sqlite3_finalize(s);
    return ok;
}

/* The words as FTS5 takes them, each in quotes; those too short for it, as LIKE
 * does, which is slower. */
static void where_clause(const struct index_words *w, struct buf *sql,
                         struct buf *match)
{
    buf_puts(sql, "SELECT " SESSION_COLUMNS ", t.part, t.body, t.message"
                  " FROM texts t JOIN sessions s ON s.id = t.session WHERE 1");
    for (size_t i = 0; i < w->n; i++) {
        if (!index_word_is_long(w->word[i])) {
            buf_puts(sql, " AND t.body LIKE ? ESCAPE '\\'");
            continue;
        }
        buf_puts(match, match->len ? " AND \"" : "\"");
        for (size_t k = 0; k < w->word[i].len; k++) {
            if (w->word[i].p[k] == '"')
                buf_putc(match, '"');
            buf_putc(match, w->word[i].p[k]);
        }
        buf_putc(match, '"');
    }
    if (match->len)
        buf_puts(sql, " AND texts MATCH ?");
    buf_puts(sql, " ORDER BY s.changed DESC, s.id DESC, t.rowid");
}

static void bind_words(sqlite3_stmt *s, const struct index_words *w,
                       const struct buf *match)
{
    struct buf like = {0};
    int at = 1;
    for (size_t i = 0; i < w->n; i++) {
        if (index_word_is_long(w->word[i]))
            continue;
        buf_reset(&like);
        buf_putc(&like, '%');
        for (size_t k = 0; k < w->word[i].len; k++) {
            if (strchr("%_\\", w->word[i].p[k]))
                buf_putc(&like, '\\');
            buf_putc(&like, w->word[i].p[k]);
        }
        buf_putc(&like, '%');
        bind_text(s, at++, buf_str(&like));
    }
    if (match->len)
        bind_text(s, at, buf_str(match));
    buf_clear(&like);
}

static bool tell_hits(struct index *ix, sqlite3_stmt *s, struct str word,
                      bool (*fn)(void *arg, const struct index_hit *hit),
                      void *arg, struct err *err)
{
    struct buf snippet = {0};
    int got;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        const char *body = column(s, 8);
        struct str text = str_n(body, (size_t)sqlite3_column_bytes(s, 8));
        index_snippet(text, word, &snippet);
        struct index_hit hit = {
            .session = session_of(s), .part = column(s, 7),
            .text = snippet.p ? snippet.p : "",
            .message = (uint32_t)sqlite3_column_int64(s, 9)};
        if (!fn(arg, &hit)) {
            got = SQLITE_DONE;
            break;
        }
    }
    buf_clear(&snippet);
    return got == SQLITE_DONE || sql_failed(ix, err);
}

bool index_search(struct index *ix, const char *words,
                  bool (*fn)(void *arg, const struct index_hit *hit), void *arg,
                  struct err *err)
{
    struct index_words w = index_words_of(str_of(words));
    struct buf sql = {0}, match = {0};
    bool ok = false;
    if (w.n == 0)
        return err_set(err, ERR_USAGE, "there is no word to search for");
    where_clause(&w, &sql, &match);
    sqlite3_stmt *s = prepare(ix, sql.p, err);
    if (s) {
        bind_words(s, &w, &match);
        ok = tell_hits(ix, s, w.word[0], fn, arg, err);
    }
    sqlite3_finalize(s);
    buf_clear(&sql);
    buf_clear(&match);
    return ok;
}
