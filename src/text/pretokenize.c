/* SPDX-License-Identifier: Apache-2.0 */
#include "text/pretokenize.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/err.h"
#include "base/mem.h"
#include "text/pre_patterns.h"

struct pretokenizer {
    const struct pre_set *set;
    pcre2_code *stages[PRE_MAX_STAGES]; /* owned; NULL: trailing blanks */
    bool fast[PRE_MAX_STAGES];          /* compiled to machine code */
    pcre2_match_context *limits;        /* owned */
};

static bool compile_stage(struct pretokenizer *p, size_t i, struct err *err)
{
    int error;
    PCRE2_SIZE at;
    p->stages[i] = pcre2_compile((PCRE2_SPTR)p->set->stages[i],
                                 PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP,
                                 &error, &at, NULL);
    if (!p->stages[i])
        return err_set(err, ERR_UNSUPPORTED,
                       "this PCRE2 library cannot compile the pattern of "
                       "pre-tokenizer %s (error %d at %zu)",
                       p->set->name, error, (size_t)at);
    p->fast[i] = pcre2_jit_compile(p->stages[i], PCRE2_JIT_COMPLETE) == 0;
    return true;
}

struct pretokenizer *pretokenizer_new(struct str name, struct err *err)
{
    const struct pre_set *set = pre_set_named(name);
    if (!set) {
        err_set(err, ERR_UNSUPPORTED, "the pre-tokenizer \"%.*s\" is not known",
                name.len < 64 ? (int)name.len : 64, name.p);
        return NULL;
    }
    struct pretokenizer *p = mem_zalloc(sizeof *p);
    p->set = set;
    p->limits = pcre2_match_context_create(NULL);
    assert(p->limits);
    /* No pattern here needs much; what does is refused, and the rest of the
     * piece stays whole. */
    pcre2_set_match_limit(p->limits, 10000000);
    pcre2_set_depth_limit(p->limits, 100000);
    for (size_t i = 0; i < PRE_MAX_STAGES && set->stages[i]; i++) {
        if (strcmp(set->stages[i], PRE_TRAILING_BLANKS) != 0 &&
            !compile_stage(p, i, err)) {
            pretokenizer_free(p);
            return NULL;
        }
    }
    return p;
}

void pretokenizer_free(struct pretokenizer *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < PRE_MAX_STAGES; i++)
        pcre2_code_free(p->stages[i]);
    pcre2_match_context_free(p->limits);
    mem_free(p);
}

const char *pretokenizer_name(const struct pretokenizer *p)
{
    return p->set->name;
}

bool pretokenizer_wants_nfc(const struct pretokenizer *p)
{
    return p->set->nfc;
}

bool pretokenizer_ignores_merges(const struct pretokenizer *p)
{
    return p->set->ignore_merges;
}

bool pretokenizer_adds_bos(const struct pretokenizer *p)
{
    return p->set->add_bos;
}

bool pretokenizer_ids_rank(const struct pretokenizer *p)
{
    return p->set->ids_rank;
}

void pieces_clear(struct pieces *p)
{
    mem_free(p->ends);
    mem_free(p->other);
    pcre2_match_data_free(p->match);
    buf_clear(&p->padded);
    *p = (struct pieces){0};
}

static void add_end(struct pieces *p, size_t end)
{
    if (p->n > 0 && p->ends[p->n - 1] == end)
        return;
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 256;
        p->ends = mem_realloc(p->ends, p->cap * sizeof *p->ends);
    }
    p->ends[p->n++] = end;
}

/* White space at the end of the piece becomes a piece. By hand, because a
 * pattern for it looks at every run of blanks from each of its places. */
static void cut_trailing_blanks(struct str piece, size_t at, struct pieces *out)
{
    size_t body = piece.len - pre_trailing_blanks(piece);
    if (body > 0)
        add_end(out, at + body);
    add_end(out, at + piece.len);
}

/* Cut the piece that begins at `at` before and behind every match. */
static void cut_by_pattern(const struct pretokenizer *p, size_t stage,
                           struct str piece, size_t at, struct pieces *out)
{
    const PCRE2_SIZE *o = pcre2_get_ovector_pointer(out->match);
    PCRE2_SPTR s = (PCRE2_SPTR)piece.p;
    uint32_t options = PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK;
    size_t from = 0;
    while (from < piece.len) {
        /* An error leaves the rest of the piece whole, as no match does. */
        int rc = p->fast[stage]
                     ? pcre2_jit_match(p->stages[stage], s, piece.len, from,
                                       PCRE2_NOTEMPTY, out->match, p->limits)
                     : pcre2_match(p->stages[stage], s, piece.len, from,
                                   options, out->match, p->limits);
        if (rc < 0)
            break;
        if (o[0] > 0)
            add_end(out, at + o[0]);
        add_end(out, at + o[1]);
        from = o[1];
    }
    add_end(out, at + piece.len);
}

/* What PCRE2 compiles to machine code reads whole vectors, beyond the end of the
 * text. That does no harm, but looks to memory checkers as if it did: behind
 * our copy there is something to read. */
static struct str padded(struct pieces *p, struct str text)
{
    enum { VECTOR = 64 };
    buf_reset(&p->padded);
    buf_reserve(&p->padded, text.len + VECTOR);
    buf_add_str(&p->padded, text);
    memset(p->padded.p + text.len, 0, VECTOR);
    return buf_str(&p->padded);
}

static void swap_ends(struct pieces *p)
{
    size_t *ends = p->ends, cap = p->cap;
    p->ends = p->other;
    p->cap = p->other_cap;
    p->other = ends;
    p->other_cap = cap;
    p->n = 0;
}

void pretokenize(const struct pretokenizer *p, struct str text,
                 struct pieces *out)
{
    if (!out->match)
        out->match = pcre2_match_data_create(1, NULL);
    assert(out->match);
    out->n = 0;
    if (text.len == 0)
        return;
    text = padded(out, text);
    add_end(out, text.len);
    for (size_t stage = 0; stage < PRE_MAX_STAGES && p->set->stages[stage];
         stage++) {
        size_t n = out->n, at = 0;
        swap_ends(out);
        for (size_t i = 0; i < n; i++) {
            struct str piece = str_n(text.p + at, out->other[i] - at);
            if (p->stages[stage])
                cut_by_pattern(p, stage, piece, at, out);
            else
                cut_trailing_blanks(piece, at, out);
            at += piece.len;
        }
    }
}
