/* SPDX-License-Identifier: Apache-2.0 */
/* Taking in what changed. Only sessions whose file is not as it was are read, each
 * once, newest first; every half second what was read is kept. */
#include "store/index_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/folder.h"
#include "store/saved.h"

#define KEEP_NS 500000000u
#define LONG_NS 100000000u /* a session that takes longer may be left in its middle */

struct refresh {
    struct index *ix;
    const struct index_watch *watch; /* borrowed, or NULL */
    size_t done, total;              /* sessions to read */
    bool stopped;                    /* enough, or another mull writes it */
    bool torn;                       /* in the middle of a session */
    uint64_t began_ns;               /* with this session */
    sqlite3_stmt *known, *forget, *forget_texts, *session, *text;
    sqlite3_int64 low, high;         /* rows of the texts of one session */
};

static bool go_on(struct refresh *r)
{
    const struct index_watch *w = r->watch;
    if (w && !r->stopped)
        r->stopped = !w->go_on(w->arg, r->done, r->total);
    return !r->stopped;
}

static void bind_text(sqlite3_stmt *s, int at, struct str text)
{
    sqlite3_bind_text64(s, at, text.p ? text.p : "", text.len, SQLITE_STATIC,
                        SQLITE_UTF8);
}

/* One that gives no rows; resets it. */
static bool step_done(struct refresh *r, sqlite3_stmt *s, struct err *err)
{
    bool ok = sqlite3_step(s) == SQLITE_DONE || index_sql_failed(r->ix, err);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s); /* what was bound is borrowed */
    return ok;
}

/* --- one session ---------------------------------------------------------- */

static bool add_text(struct refresh *r, uint32_t message, const char *part,
                     struct str body, struct err *err)
{
    bool is_long = clock_ns() - r->began_ns > LONG_NS;
    r->torn |= is_long && !go_on(r);
    if (body.len == 0 || r->torn)
        return true;
    bind_text(r->text, 1, body);
    sqlite3_bind_int64(r->text, 2, message);
    bind_text(r->text, 3, str_of(part));
    bool ok = step_done(r, r->text, err);
    r->high = sqlite3_last_insert_rowid(r->ix->db);
    if (!r->low)
        r->low = r->high;
    return ok;
}

static bool add_texts(struct refresh *r, const struct saved *s, struct err *err)
{
    static const char *const parts[] = {[ROLE_SYSTEM] = "system",
                                        [ROLE_USER] = "user",
                                        [ROLE_ASSISTANT] = "answer"};
    r->low = r->high = 0;
    bool ok = add_text(r, 0, "title", buf_str(&s->title), err);
    for (size_t i = 0; ok && i < s->c.n_all; i++) {
        const struct message *m = s->c.all[i];
        ok = add_text(r, m->id, "thought", buf_str(&m->thought), err) &&
             add_text(r, m->id, parts[m->role], buf_str(&m->text), err);
    }
    return ok;
}

static bool find(struct refresh *r, const char *id)
{
    bind_text(r->known, 1, str_of(id));
    return sqlite3_step(r->known) == SQLITE_ROW;
}

static bool is_known(struct refresh *r, const struct folder_entry *e)
{
    bool known = find(r, e->id) &&
                 sqlite3_column_int64(r->known, 0) == (sqlite3_int64)e->size &&
                 sqlite3_column_int64(r->known, 1) == e->changed_ns;
    sqlite3_reset(r->known);
    return known;
}

static bool forget(struct refresh *r, const char *id, struct err *err)
{
    bool known = find(r, id);
    sqlite3_bind_int64(r->forget_texts, 1, sqlite3_column_int64(r->known, 2));
    sqlite3_bind_int64(r->forget_texts, 2, sqlite3_column_int64(r->known, 3));
    sqlite3_reset(r->known);
    if (!known)
        return true;
    bind_text(r->forget, 1, str_of(id));
    return step_done(r, r->forget_texts, err) && step_done(r, r->forget, err);
}

/* One that cannot be read is listed by its name; one in which nothing was said is
 * not listed at all (messages 0). */
static bool add_row(struct refresh *r, const struct folder_entry *e,
                    const struct saved *s, bool readable, struct err *err)
{
    struct buf title = {0};
    /* All taken back is not nothing said. */
    size_t n = s->c.n ? s->c.n : s->c.n_all;
    saved_title(s, &title);
    if (!readable)
        buf_puts(&title, "(cannot be read)");
    bind_text(r->session, 1, str_of(e->id));
    sqlite3_bind_int64(r->session, 2, (sqlite3_int64)e->size);
    sqlite3_bind_int64(r->session, 3, e->changed_ns);
    bind_text(r->session, 4, buf_str(&title));
    bind_text(r->session, 5, buf_str(&s->model));
    sqlite3_bind_int64(r->session, 6, s->began_ms);
    sqlite3_bind_int64(r->session, 7, s->changed_ms ? s->changed_ms
                                                    : e->changed_ns / 1000000);
    sqlite3_bind_int64(r->session, 8, readable ? (sqlite3_int64)n : 1);
    sqlite3_bind_int(r->session, 9, s->interrupted);
    sqlite3_bind_int64(r->session, 10, r->low);
    sqlite3_bind_int64(r->session, 11, r->high);
    bool ok = step_done(r, r->session, err);
    buf_clear(&title);
    return ok;
}

static bool take_session(struct refresh *r, const struct folder_entry *e,
                         struct err *err)
{
    struct saved s = {0};
    struct buf path = {0};
    struct err unreadable;
    if (is_known(r, e)) /* another mull has done it meanwhile */
        return true;
    r->began_ns = clock_ns();
    folder_path(r->ix->folder, e->id, &path);
    bool readable = saved_read(&s, path.p, &unreadable);
    bool ok = forget(r, e->id, err) && add_texts(r, &s, err) &&
              add_row(r, e, &s, readable, err);
    saved_clear(&s);
    buf_clear(&path);
    return ok;
}

/* --- those that are gone -------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Rows without a file, as ids one behind the other, each with its NUL. */
static bool find_gone(struct refresh *r, const struct folder_list *list,
                      struct buf *gone, struct err *err)
{
    char **ids = mem_array(list->n, sizeof *ids);
    for (size_t i = 0; i < list->n; i++)
        ids[i] = list->entries[i].id;
    if (list->n)
        qsort(ids, list->n, sizeof *ids, by_id);
    sqlite3_stmt *s = index_prepare(r->ix, "SELECT id FROM sessions", err);
    int got = SQLITE_ERROR;
    while (s && (got = sqlite3_step(s)) == SQLITE_ROW) {
        const char *id = index_column(s, 0);
        if (!list->n || !bsearch(&id, ids, list->n, sizeof *ids, by_id))
            buf_add(gone, id, strlen(id) + 1);
    }
    bool ok = s && (got == SQLITE_DONE || index_sql_failed(r->ix, err));
    sqlite3_finalize(s);
    mem_free(ids);
    return ok;
}

/* False without an error: another mull is writing. What there is will do. */
static bool begin(struct refresh *r, bool *ok, struct err *err)
{
    *ok = index_run(r->ix, "BEGIN IMMEDIATE", err);
    if (*ok)
        return true;
    r->stopped = *ok = (sqlite3_errcode(r->ix->db) & 0xFF) == SQLITE_BUSY;
    return false;
}

static bool forget_gone(struct refresh *r, const struct buf *gone,
                        struct err *err)
{
    bool ok = true;
    if (gone->len == 0 || !begin(r, &ok, err))
        return ok;
    for (size_t at = 0; ok && at < gone->len; at += strlen(gone->p + at) + 1)
        ok = forget(r, gone->p + at, err);
    return ok && index_run(r->ix, "COMMIT", err);
}

/* --- all ------------------------------------------------------------------ */

/* As many as half a second is enough for. */
static bool take_some(struct refresh *r, struct folder_entry *const *changed,
                      struct err *err)
{
    uint64_t until = clock_ns() + KEEP_NS;
    size_t before = r->done;
    bool ok;
    if (!begin(r, &ok, err))
        return ok;
    while (ok && r->done < r->total && clock_ns() < until && go_on(r)) {
        ok = take_session(r, changed[r->done], err);
        r->done += ok && !r->torn;
    }
    if (!ok)
        return false;
    if (r->torn) /* half a session is none, and the others went with it */
        r->done = before;
    return index_run(r->ix, r->torn ? "ROLLBACK" : "COMMIT", err);
}

static bool prepare(struct refresh *r, struct err *err)
{
    return (r->known = index_prepare(r->ix, "SELECT size, file_ns, low, high"
                                     " FROM sessions WHERE id = ?", err)) &&
           (r->forget = index_prepare(r->ix, "DELETE FROM sessions WHERE id = ?",
                                      err)) &&
           (r->forget_texts = index_prepare(r->ix, "DELETE FROM texts WHERE rowid"
                                            " BETWEEN ? AND ?", err)) &&
           (r->session = index_prepare(r->ix, "INSERT INTO sessions VALUES"
                                       "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                       err)) &&
           (r->text = index_prepare(r->ix, "INSERT INTO texts(body, message, part)"
                                    " VALUES(?, ?, ?)", err));
}

/* Where nothing has changed nothing is written. */
static bool refresh(struct refresh *r, const struct folder_list *list,
                    struct folder_entry **changed, struct err *err)
{
    struct buf gone = {0};
    for (size_t i = 0; i < list->n; i++)
        if (!is_known(r, &list->entries[i]))
            changed[r->total++] = &list->entries[i];
    if (r->total)
        go_on(r);
    bool ok = find_gone(r, list, &gone, err) && forget_gone(r, &gone, err);
    while (ok && r->done < r->total && !r->stopped)
        ok = take_some(r, changed, err);
    r->ix->left = r->total - r->done;
    buf_clear(&gone);
    return ok;
}

bool index_refresh(struct index *ix, const struct index_watch *w,
                   struct err *err)
{
    struct refresh r = {.ix = ix, .watch = w};
    struct folder_list list;
    folder_read(ix->folder, &list);
    struct folder_entry **changed = mem_array(list.n, sizeof *changed);
    bool ok = prepare(&r, err) && refresh(&r, &list, changed, err);
    sqlite3_finalize(r.known);
    sqlite3_finalize(r.forget);
    sqlite3_finalize(r.forget_texts);
    sqlite3_finalize(r.session);
    sqlite3_finalize(r.text);
    mem_free(changed);
    folder_list_clear(&list);
    return ok;
}
