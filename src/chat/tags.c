/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/tags.h"

#include <assert.h>
#include <stdint.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/mem.h"

/* The pairs that models and servers were seen to write. */
static const struct {
    const char *open, *close; /* PCRE2; bytes, not characters */
} kinds[] = {
    {"<think>", "</think>"},
    {"<thinking>", "</thinking>"},
    {"<thought>", "</thought>"},
    {"<reasoning>", "</reasoning>"},
    {"<seed:think>", "</seed:think>"},
    {"\\[THINK]", "\\[/THINK]"},
    {"\xE2\x97\x81think\xE2\x96\xB7", "\xE2\x97\x81/think\xE2\x96\xB7"},
    {"(?:<\\|start\\|>assistant)?<\\|channel\\|>analysis<\\|message\\|>",
     "<\\|end\\|>"},
};

#define N_KINDS (sizeof kinds / sizeof *kinds)
#define ANY_KIND N_KINDS

/* White space that may stand before a tag; more of it is answer. Together with
 * the longest tag this bounds how much is ever held back. */
#define BLANK "[ \\t\\r\\n]{0,64}+"

#define ANSWER_OPEN \
    BLANK "(?:<answer>|(?:<\\|start\\|>assistant)?" \
          "<\\|channel\\|>final<\\|message\\|>)"
#define ANSWER_CLOSE "</answer>|<\\|return\\|>|<\\|end\\|>"
/* At the beginning of a line: a fence that opens or closes a block of code. A
 * closing one stands alone, which only its line end can tell. */
#define FENCE " {0,3}(`{3,64}+|~{3,64}+)"
#define FENCE_ALONE FENCE "[ \\t]{0,64}+[\\r\\n]"

enum state {
    AT_START,        /* nothing but white space yet: a thought may open */
    IN_THOUGHT,
    AT_ANSWER_START, /* an <answer> tag may follow */
    IN_ANSWER,
};

struct tags {
    pcre2_code *opening, *closing, *answer_open, *answer_close;
    pcre2_code *line_opening, *fence, *fence_alone;
    pcre2_match_data *match;
    pcre2_match_context *limits;

    enum state state;
    size_t kind;         /* of the open thought; ANY_KIND: its tag is unseen */
    bool several;
    bool answer_tagged;  /* <answer> was hidden, its end will be */
    bool line_start;     /* of the answer */
    bool fence_line;     /* the rest of the line that opened a fence */
    char fence_char;     /* '`' or '~' inside a code fence, else 0 */
    size_t fence_len;
    struct buf held;     /* owned: text not told yet */

    tags_fn fn;
    void *arg;
};

static pcre2_code *compile(const char *pattern, uint32_t options)
{
    int error;
    PCRE2_SIZE at;
    /* Tags are literal bytes, so the patterns work on bytes: that cannot fail
     * on text that is not UTF-8. */
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                   options, &error, &at, NULL);
    assert(re);
    /* Without JIT (forbidden on some systems) matching is slower, no more. */
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD);
    return re;
}

/* prefix(?:(open)|(open)|...), and with `closes` the closing tags behind. */
static pcre2_code *compile_kinds(const char *prefix, bool opens, bool closes,
                                 uint32_t options)
{
    struct buf b = {0};
    const char *between = "(";
    buf_puts(&b, prefix);
    buf_puts(&b, "(?:");
    for (size_t i = 0; opens && i < N_KINDS; i++, between = "|(")
        buf_printf(&b, "%s%s)", between, kinds[i].open);
    for (size_t i = 0; closes && i < N_KINDS; i++, between = "|(")
        buf_printf(&b, "%s%s)", between, kinds[i].close);
    buf_putc(&b, ')');
    pcre2_code *re = compile(b.p, options);
    buf_clear(&b);
    return re;
}

struct tags *tags_new(void)
{
    struct tags *t = mem_zalloc(sizeof *t);
    t->opening = compile_kinds(BLANK, true, true, PCRE2_ANCHORED);
    t->closing = compile_kinds("", false, true, 0);
    t->line_opening = compile_kinds(" {0,3}", true, false, PCRE2_ANCHORED);
    t->answer_open = compile(ANSWER_OPEN, PCRE2_ANCHORED);
    t->answer_close = compile(ANSWER_CLOSE, 0);
    t->fence = compile(FENCE, PCRE2_ANCHORED);
    t->fence_alone = compile(FENCE_ALONE, PCRE2_ANCHORED);
    t->match = pcre2_match_data_create(2 * N_KINDS + 1, NULL);
    t->limits = pcre2_match_context_create(NULL);
    assert(t->match && t->limits);
    pcre2_set_match_limit(t->limits, 100000);
    pcre2_set_depth_limit(t->limits, 1000);
    tags_begin(t, false);
    return t;
}

void tags_free(struct tags *t)
{
    if (!t)
        return;
    pcre2_code_free(t->opening);
    pcre2_code_free(t->closing);
    pcre2_code_free(t->line_opening);
    pcre2_code_free(t->answer_open);
    pcre2_code_free(t->answer_close);
    pcre2_code_free(t->fence);
    pcre2_code_free(t->fence_alone);
    pcre2_match_data_free(t->match);
    pcre2_match_context_free(t->limits);
    buf_clear(&t->held);
    mem_free(t);
}

void tags_begin(struct tags *t, bool inside)
{
    t->state = inside ? IN_THOUGHT : AT_START;
    t->kind = ANY_KIND;
    t->several = t->answer_tagged = t->fence_line = false;
    t->line_start = true;
    t->fence_char = 0;
    buf_reset(&t->held);
}

void tags_allow_several(struct tags *t)
{
    t->several = true;
}

enum text_part tags_part(const struct tags *t)
{
    return t->state == IN_THOUGHT ? PART_THOUGHT : PART_ANSWER;
}

/* --- matching over what is held ------------------------------------------- */

enum look { LOOK_NO, LOOK_FOUND, LOOK_MAYBE };

struct found {
    size_t begin, end; /* of the tag, or from where on it may become one */
    size_t group;      /* the first group that matched, from 0 */
    size_t group_begin, group_end;
};

static enum look look(const struct tags *t, const pcre2_code *re, size_t from,
                      size_t to, bool partial, struct found *out)
{
    int rc = pcre2_match(re, (PCRE2_SPTR)t->held.p, to, from,
                         partial ? PCRE2_PARTIAL_HARD : 0, t->match, t->limits);
    const PCRE2_SIZE *o = pcre2_get_ovector_pointer(t->match);
    *out = (struct found){0};
    if (rc != PCRE2_ERROR_PARTIAL && rc <= 0)
        return LOOK_NO; /* also any error: then it is text */
    out->begin = o[0];
    out->end = o[1];
    if (rc == PCRE2_ERROR_PARTIAL)
        return LOOK_MAYBE;
    for (int i = 1; i < rc; i++) {
        if (o[2 * i] != PCRE2_UNSET) {
            out->group = (size_t)i - 1;
            out->group_begin = o[2 * i];
            out->group_end = o[2 * i + 1];
            break;
        }
    }
    return LOOK_FOUND;
}

static void tell(struct tags *t, enum text_part part, size_t from, size_t to)
{
    if (to > from)
        t->fn(t->arg, part, str_n(t->held.p + from, to - from));
}

/* --- one step per state: each takes text from *at on, or waits for more --- */

static bool step_start(struct tags *t, size_t *at)
{
    struct found f;
    enum look seen = look(t, t->opening, *at, t->held.len, true, &f);
    if (seen == LOOK_MAYBE)
        return false;
    if (seen == LOOK_NO) {
        t->state = AT_ANSWER_START;
        return true;
    }
    *at = f.end;
    if (f.group < N_KINDS) {
        t->state = IN_THOUGHT;
        t->kind = f.group;
    } else {
        t->state = AT_ANSWER_START; /* closed what was never opened */
    }
    return true;
}

static bool step_thought(struct tags *t, size_t *at)
{
    struct found f;
    enum look seen = look(t, t->closing, *at, t->held.len, true, &f);
    if (seen == LOOK_NO)
        f.begin = f.end = t->held.len;
    bool closes = seen == LOOK_FOUND &&
                  (t->kind == ANY_KIND || t->kind == f.group);
    size_t told = seen == LOOK_FOUND && !closes ? f.end : f.begin;
    tell(t, PART_THOUGHT, *at, told);
    *at = seen == LOOK_FOUND ? f.end : f.begin;
    if (closes)
        t->state = AT_ANSWER_START;
    return seen == LOOK_FOUND;
}

static bool step_answer_start(struct tags *t, size_t *at)
{
    struct found f;
    enum look seen = look(t, t->answer_open, *at, t->held.len, true, &f);
    if (seen == LOOK_MAYBE)
        return false;
    if (seen == LOOK_FOUND) {
        *at = f.end;
        t->answer_tagged = true;
    }
    t->state = IN_ANSWER;
    t->line_start = true;
    return true;
}

/* A fence at the beginning of a line. Code is closed by a fence of the same
 * sort, at least as long, alone on its line. */
static enum look see_fence(struct tags *t, size_t at, struct found *f)
{
    enum look seen = look(t, t->fence_char ? t->fence_alone : t->fence, at,
                          t->held.len, true, f);
    if (seen != LOOK_FOUND)
        return seen;
    char c = t->held.p[f->group_begin];
    size_t len = f->group_end - f->group_begin;
    f->end = f->group_end;
    if (!t->fence_char) {
        t->fence_char = c;
        t->fence_len = len;
        t->fence_line = true;
    } else if (c == t->fence_char && len >= t->fence_len) {
        t->fence_char = 0;
    }
    return LOOK_FOUND;
}

static bool step_line_start(struct tags *t, size_t *at)
{
    struct found f, g;
    enum look fence = see_fence(t, *at, &f);
    if (fence == LOOK_MAYBE)
        return false;
    if (fence == LOOK_NO && t->several && !t->fence_char) {
        enum look open = look(t, t->line_opening, *at, t->held.len, true, &g);
        if (open == LOOK_MAYBE)
            return false;
        if (open == LOOK_FOUND) {
            *at = g.end;
            t->state = IN_THOUGHT;
            t->kind = g.group;
            return true;
        }
    }
    if (fence == LOOK_FOUND) {
        tell(t, PART_ANSWER, *at, f.end);
        *at = f.end;
    }
    t->line_start = false;
    return true;
}

/* Where the current line ends in what is held; with it a fence may turn out to
 * be none: ```x``` is code inside a line. */
static size_t line_end(struct tags *t, size_t at)
{
    const char *nl = memchr(t->held.p + at, '\n', t->held.len - at);
    size_t end = nl ? (size_t)(nl - t->held.p) + 1 : t->held.len;
    if (t->fence_line && t->fence_char == '`' &&
        memchr(t->held.p + at, '`', end - at))
        t->fence_char = 0;
    return end;
}

static bool step_answer(struct tags *t, size_t *at)
{
    if (!t->several && !t->answer_tagged) {
        tell(t, PART_ANSWER, *at, t->held.len);
        *at = t->held.len;
        return false;
    }
    if (t->line_start)
        return step_line_start(t, at);

    size_t end = line_end(t, *at);
    struct found f = {.begin = end, .end = end};
    enum look seen = LOOK_NO;
    if (t->answer_tagged && !t->fence_char && !t->fence_line)
        seen = look(t, t->answer_close, *at, end, end == t->held.len, &f);
    if (seen == LOOK_NO)
        f.begin = f.end = end;
    tell(t, PART_ANSWER, *at, f.begin);
    *at = seen == LOOK_MAYBE ? f.begin : f.end;
    if (seen == LOOK_FOUND)
        t->answer_tagged = false;
    if (seen == LOOK_NO && end > 0 && t->held.p[end - 1] == '\n') {
        t->line_start = true;
        t->fence_line = false;
    }
    return seen != LOOK_MAYBE && *at < t->held.len;
}

/* Machine code of PCRE2 reads whole vectors, beyond the end of the text: for
 * memory checkers there has to be something to read. */
static void pad(struct buf *b)
{
    enum { VECTOR = 64 };
    buf_reserve(b, VECTOR);
    memset(b->p + b->len, 0, VECTOR);
}

void tags_feed(struct tags *t, struct str text, tags_fn fn, void *arg)
{
    if (text.len == 0)
        return;
    t->fn = fn;
    t->arg = arg;
    buf_add_str(&t->held, text);
    pad(&t->held);
    size_t at = 0;
    bool more = true;
    while (more && at < t->held.len) {
        switch (t->state) {
        case AT_START:
            more = step_start(t, &at);
            break;
        case IN_THOUGHT:
            more = step_thought(t, &at);
            break;
        case AT_ANSWER_START:
            more = step_answer_start(t, &at);
            break;
        case IN_ANSWER:
            more = step_answer(t, &at);
            break;
        }
    }
    buf_erase(&t->held, 0, at);
}

void tags_end(struct tags *t, tags_fn fn, void *arg)
{
    t->fn = fn;
    t->arg = arg;
    tell(t, tags_part(t), 0, t->held.len); /* it did not become a tag */
    buf_reset(&t->held);
}

static bool is_blank(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!strchr(" \t\r\n", s.p[i]) || !s.p[i])
            return false;
    }
    return true;
}

void tags_set_part(struct tags *t, enum text_part part, tags_fn fn, void *arg)
{
    if (part == tags_part(t) && t->state != AT_START)
        return;
    /* White space before an opening token goes, as before an opening tag. */
    if (t->state == AT_START && is_blank(buf_str(&t->held)))
        buf_reset(&t->held);
    tags_end(t, fn, arg);
    t->state = part == PART_THOUGHT ? IN_THOUGHT : AT_ANSWER_START;
    t->kind = ANY_KIND;
    t->answer_tagged = t->fence_line = false;
    t->fence_char = 0;
}

bool tags_begins_inside(const struct tags *t, struct str whole)
{
    pcre2_match_data *m = pcre2_match_data_create(1, NULL);
    assert(m);
    const char *p = whole.p ? whole.p : "";
    bool inside = false;
    if (pcre2_match(t->closing, (PCRE2_SPTR)p, whole.len, 0, 0, m,
                    t->limits) >= 0) {
        size_t close = pcre2_get_ovector_pointer(m)[0];
        /* An opening tag at the front means that nothing was lost. */
        inside = pcre2_match(t->opening, (PCRE2_SPTR)p, close, 0, 0, m,
                             t->limits) < 0;
    }
    pcre2_match_data_free(m);
    return inside;
}
