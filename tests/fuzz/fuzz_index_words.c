/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody searches for, up to the first line feed, and a text of anybody's. A
 * word that stands in the text as it is must be found, by us and by the trigrams
 * that FTS5 has of it. */
#include "fuzz/fuzz.h"

#include <string.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "store/index_words.h"

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    FUZZ_CHECK(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK);
    return s;
}

/* Whether a text that FTS5 knows matches; kept open from run to run. */
static bool fts_has(struct str text, struct str match)
{
    static sqlite3 *db;
    static sqlite3_stmt *forget, *add, *ask;
    if (!db) {
        FUZZ_CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
        FUZZ_CHECK(sqlite3_exec(db, "CREATE VIRTUAL TABLE t USING fts5(body,"
                                " tokenize = 'trigram', detail = none,"
                                " columnsize = 0)", NULL, NULL, NULL) == SQLITE_OK);
        forget = prepare(db, "DELETE FROM t WHERE rowid = 1");
        add = prepare(db, "INSERT INTO t(rowid, body) VALUES(1, ?)");
        ask = prepare(db, "SELECT 1 FROM t WHERE t MATCH ?");
    }
    sqlite3_bind_text(add, 1, text.p, (int)text.len, SQLITE_STATIC);
    sqlite3_bind_text(ask, 1, match.p, (int)match.len, SQLITE_STATIC);
    FUZZ_CHECK(sqlite3_step(forget) == SQLITE_DONE);
    FUZZ_CHECK(sqlite3_step(add) == SQLITE_DONE);
    int got = sqlite3_step(ask);
    FUZZ_CHECK(got == SQLITE_ROW || got == SQLITE_DONE);
    sqlite3_reset(forget);
    sqlite3_reset(add);
    sqlite3_reset(ask);
    return got == SQLITE_ROW;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const char *feed = size ? memchr(bytes, '\n', size) : NULL;
    if (!feed)
        return 0;
    struct str asked = str_n(bytes, (size_t)(feed - bytes));
    struct str text = str_n(feed + 1, size - asked.len - 1);
    struct index_words w = index_words_of(asked);
    struct buf match = {0}, snippet = {0};
    bool plain = utf8_valid(asked) && utf8_valid(text) &&
                 !memchr(bytes, '\0', size);
    bool all = w.n > 0;
    FUZZ_CHECK(w.n <= INDEX_WORDS_MAX);
    index_trigrams(&w, &match);
    for (size_t i = 0; i < w.n; i++) {
        bool exact = str_find(text, w.word[i], 0) < text.len;
        size_t at = index_word_find(text, w.word[i]);
        FUZZ_CHECK(w.word[i].len > 0 && at <= text.len);
        FUZZ_CHECK(!plain || !exact || at < text.len);
        index_snippet(text, w.word[i], &snippet);
        FUZZ_CHECK(utf8_valid(buf_str(&snippet)));
        all &= exact;
    }
    if (all && plain && match.len)
        FUZZ_CHECK(fts_has(text, buf_str(&match)));
    buf_clear(&match);
    buf_clear(&snippet);
    return 0;
}
