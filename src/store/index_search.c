/* SPDX-License-Identifier: Apache-2.0 */
/* Searching: FTS5 says which texts may have the words, and only their numbers; the
 * texts are then read session by session, newest first, and looked through. Who
 * stops after a page of finds has read no more than that. */
#include "store/index_parts.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/index_words.h"

struct searching {
    struct index *ix;
    const struct index_words *words;
    bool all;               /* no word is long enough to be looked up */
    sqlite3_int64 *rows;    /* owned; else those that may have them, ascending */
    size_t n_rows;
    sqlite3_stmt *texts;    /* from one row to another */
    struct buf snippet;
    bool (*fn)(void *arg, const struct index_hit *hit);
    void *arg;
    bool enough;
};

static bool find_rows(struct searching *s, struct err *err)
{
    struct buf match = {0};
    size_t cap = 0;
    int got = SQLITE_DONE;
    bool ok = true;
    index_trigrams(s->words, &match);
    s->all = match.len == 0;
    if (!s->all) {
        sqlite3_stmt *q = index_prepare(s->ix, "SELECT rowid FROM texts WHERE"
                                        " texts MATCH ? ORDER BY rowid", err);
        if (q)
            sqlite3_bind_text64(q, 1, match.p, match.len, SQLITE_STATIC,
                                SQLITE_UTF8);
        while (q && (got = sqlite3_step(q)) == SQLITE_ROW) {
            if (s->n_rows == cap) {
                cap = cap ? 2 * cap : 256;
                s->rows = mem_realloc(s->rows, cap * sizeof *s->rows);
            }
            s->rows[s->n_rows++] = sqlite3_column_int64(q, 0);
        }
        ok = q && (got == SQLITE_DONE || index_sql_failed(s->ix, err));
        sqlite3_finalize(q);
    }
    buf_clear(&match);
    return ok;
}

static bool has_all(const struct searching *s, struct str text)
{
    for (size_t i = 0; i < s->words->n; i++)
        if (index_word_find(text, s->words->word[i]) == text.len)
            return false;
    return true;
}

/* The texts from one row to another, tells those that have the words. */
static bool look_through(struct searching *s, const struct index_session *session,
                         sqlite3_int64 low, sqlite3_int64 high, struct err *err)
{
    int got = SQLITE_DONE;
    sqlite3_bind_int64(s->texts, 1, low);
    sqlite3_bind_int64(s->texts, 2, high);
    while (!s->enough && (got = sqlite3_step(s->texts)) == SQLITE_ROW) {
        const char *body = index_column(s->texts, 0);
        struct str text = str_n(body, (size_t)sqlite3_column_bytes(s->texts, 0));
        if (!has_all(s, text))
            continue;
        index_snippet(text, s->words->word[0], &s->snippet);
        struct index_hit hit = {
            .session = *session, .part = index_column(s->texts, 2),
            .text = s->snippet.p ? s->snippet.p : "",
            .message = (uint32_t)sqlite3_column_int64(s->texts, 1)};
        s->enough = !s->fn(s->arg, &hit);
    }
    sqlite3_reset(s->texts);
    return s->enough || got == SQLITE_DONE || index_sql_failed(s->ix, err);
}

/* The first of the rows that is not below this one. */
static size_t first_row(const struct searching *s, sqlite3_int64 row)
{
    size_t from = 0, to = s->n_rows;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (s->rows[middle] < row)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool search_session(struct searching *s,
                           const struct index_session *session,
                           sqlite3_int64 low, sqlite3_int64 high,
                           struct err *err)
{
    if (s->all)
        return look_through(s, session, low, high, err);
    for (size_t i = first_row(s, low);
         i < s->n_rows && s->rows[i] <= high && !s->enough; i++)
        if (!look_through(s, session, s->rows[i], s->rows[i], err))
            return false;
    return true;
}

static bool search_all(struct searching *s, struct err *err)
{
    int got = SQLITE_DONE;
    bool ok = true;
    sqlite3_stmt *q = index_prepare(s->ix, "SELECT " INDEX_SESSION_COLUMNS
                                    ", low, high FROM sessions WHERE low > 0"
                                    " ORDER BY changed DESC, id DESC", err);
    if (!q)
        return false;
    while (ok && !s->enough && (got = sqlite3_step(q)) == SQLITE_ROW) {
        struct index_session session = index_session_of(q);
        ok = search_session(s, &session, sqlite3_column_int64(q, 7),
                            sqlite3_column_int64(q, 8), err);
    }
    ok = ok && (s->enough || got == SQLITE_DONE || index_sql_failed(s->ix, err));
    sqlite3_finalize(q);
    return ok;
}

bool index_search(struct index *ix, const char *words,
                  bool (*fn)(void *arg, const struct index_hit *hit), void *arg,
                  struct err *err)
{
    struct index_words w = index_words_of(str_of(words));
    struct searching s = {.ix = ix, .words = &w, .fn = fn, .arg = arg};
    if (w.n == 0)
        return err_set(err, ERR_USAGE, _("there is no word to search for"));
    s.texts = index_prepare(ix, "SELECT body, message, part FROM texts WHERE rowid"
                            " BETWEEN ? AND ? ORDER BY rowid", err);
    bool ok = s.texts && find_rows(&s, err) && search_all(&s, err);
    sqlite3_finalize(s.texts);
    buf_clear(&s.snippet);
    mem_free(s.rows);
    return ok;
}
