/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/search.h"

#include <stdio.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/transcript.h"

#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000
#define HEAP_LIMIT 8000      /* KiB */
#define LONGEST_NS 400000000u /* for the whole transcript */
#define PATTERN_MAX 1000

struct search {
    struct buf pattern;          /* owned */
    pcre2_code *code;            /* owned, as are these */
    pcre2_match_data *found;
    pcre2_match_context *limits;
    struct hit *hits;            /* owned; [n], in order */
    uint32_t n, cap;
    uint32_t in_thoughts, in_others;
    bool cut;
    uint64_t changes;            /* of the transcript, when it was looked through */
    enum search_where where;
};

/* --- the pattern ---------------------------------------------------------- */

/* Letters behind a backslash are no capitals: \W, \S. */
static bool has_capital(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return true;
    }
    return false;
}

static bool compile(struct search *s, struct str pattern, struct err *err)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE |
                       PCRE2_NEVER_BACKSLASH_C;
    PCRE2_UCHAR why[120];
    PCRE2_SIZE at;
    int error;
    if (!has_capital(pattern))
        options |= PCRE2_CASELESS;
    s->code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.len, options,
                            &error, &at, NULL);
    if (s->code)
        return true;
    pcre2_get_error_message(error, why, sizeof why);
    return err_set(err, ERR_USAGE, _("%s at character %zu of the pattern"),
                   (const char *)why, (size_t)at);
}

struct search *search_new(struct str pattern, struct err *err)
{
    if (pattern.len == 0 || pattern.len > PATTERN_MAX) {
        err_set(err, ERR_USAGE, "%s", pattern.len ? _("the pattern is too long")
                                                  : _("/search takes a pattern"));
        return NULL;
    }
    struct search *s = mem_zalloc(sizeof *s);
    buf_add_str(&s->pattern, pattern);
    if (!compile(s, buf_str(&s->pattern), err)) {
        search_free(s);
        return NULL;
    }
    /* Interpreted, not compiled to machine code: there the limits are kept. */
    s->found = pcre2_match_data_create(1, NULL);
    s->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(s->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(s->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(s->limits, HEAP_LIMIT);
    return s;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    pcre2_code_free(s->code);
    pcre2_match_data_free(s->found);
    pcre2_match_context_free(s->limits);
    buf_clear(&s->pattern);
    mem_free(s->hits);
    mem_free(s);
}

/* --- looking -------------------------------------------------------------- */

static bool add_hit(struct search *s, struct hit hit, bool thought)
{
    if (s->n == SEARCH_HITS_MAX) {
        s->cut = true;
        return false;
    }
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->hits = mem_realloc(s->hits, s->cap * sizeof *s->hits);
    }
    s->hits[s->n++] = hit;
    *(thought ? &s->in_thoughts : &s->in_others) += 1;
    return true;
}

static size_t next_char(struct str s, size_t at)
{
    at++;
    while (at < s.len && ((unsigned char)s.p[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static bool too_complex(struct err *err)
{
    return err_set(err, ERR_LIMIT, _("pattern too complex: it was given up"));
}

static bool look_in(struct search *s, struct str text, uint32_t block,
                    bool thought, struct err *err)
{
    for (size_t at = 0; at < text.len;) {
        /* Once it was looked at, it is known to be UTF-8. */
        uint32_t options = PCRE2_NOTEMPTY | (at ? PCRE2_NO_UTF_CHECK : 0);
        int n = pcre2_match(s->code, (PCRE2_SPTR)text.p, text.len, at, options,
                            s->found, s->limits);
        if (n == PCRE2_ERROR_NOMATCH)
            return true;
        if (n < 0)
            return too_complex(err);
        PCRE2_SIZE *o = pcre2_get_ovector_pointer(s->found);
        if (!add_hit(s, (struct hit){block, (uint32_t)o[0],
                                     (uint32_t)(o[1] - o[0])}, thought))
            return true;
        at = o[1] > at ? o[1] : next_char(text, at);
    }
    return true;
}

static bool is_wanted(const struct block *b, enum search_where where)
{
    if (where == SEARCH_ALL)
        return b->kind == BLOCK_THOUGHT || b->kind == BLOCK_ANSWER ||
               b->kind == BLOCK_USER;
    return b->kind == (where == SEARCH_THOUGHTS ? BLOCK_THOUGHT : BLOCK_ANSWER);
}

bool search_run(struct search *s, const struct transcript *t,
                enum search_where where, struct err *err)
{
    if (s->changes == transcript_changes(t) && s->where == where)
        return true;
    uint64_t began = clock_ns();
    s->n = s->in_thoughts = s->in_others = 0;
    s->cut = false;
    s->changes = transcript_changes(t);
    s->where = where;
    for (size_t i = 0; i < transcript_count(t) && !s->cut; i++) {
        const struct block *b = transcript_block(t, i);
        if (!is_wanted(b, where))
            continue;
        if (!look_in(s, block_text(b), (uint32_t)i, b->kind == BLOCK_THOUGHT,
                     err))
            return false;
        if (clock_ns() - began > LONGEST_NS)
            return too_complex(err);
    }
    return true;
}

/* --- what was found ------------------------------------------------------- */

uint32_t search_count(const struct search *s)
{
    return s->n;
}

bool search_is_cut(const struct search *s)
{
    return s->cut;
}

const struct hit *search_hit(const struct search *s, uint32_t i)
{
    return i < s->n ? &s->hits[i] : NULL;
}

uint32_t search_from(const struct search *s, uint32_t block, uint32_t at)
{
    uint32_t low = 0, high = s->n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        const struct hit *h = &s->hits[mid];
        if (h->block < block || (h->block == block && h->at < at))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const char *search_text(const struct search *s, char text[SEARCH_TEXT_MAX])
{
    const char *more = s->cut ? _("more than ") : "";
    if (s->where == SEARCH_THOUGHTS)
        snprintf(text, SEARCH_TEXT_MAX, _("%s%u in thoughts"), more,
                 (unsigned)s->in_thoughts);
    else if (s->where == SEARCH_ANSWERS)
        snprintf(text, SEARCH_TEXT_MAX, _("%s%u in answers"), more,
                 (unsigned)s->in_others);
    else
        snprintf(text, SEARCH_TEXT_MAX, _("%s%u found, %u of them in thoughts"),
                 more, (unsigned)s->n, (unsigned)s->in_thoughts);
    return text;
}
