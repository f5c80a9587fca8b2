/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markup.h"

#include <stdbool.h>

/* A paragraph longer than this is shown as it stands: reading it anew for each
 * of its lines would cost more than its marks are worth. */
#define PARAGRAPH_MAX 8192

struct scan {
    struct str text;     /* the paragraph */
    size_t at;
    size_t from, to;     /* what is asked for */
    size_t bold_end;     /* where the open bold closes; 0: none is open */
    bool no_bold, no_code; /* searched to the end already: no partner comes */
    markup_fn fn;
    void *arg;
};

static void tell(struct scan *s, size_t from, size_t to, unsigned flags)
{
    if (from < s->from)
        from = s->from;
    if (to > s->to)
        to = s->to;
    if (from < to)
        s->fn(s->arg, str_n(s->text.p + from, to - from),
              flags | (s->bold_end ? MARKUP_BOLD : 0));
}

static bool blank_at(struct str s, size_t at)
{
    return at >= s.len || s.p[at] == ' ' || s.p[at] == '\t';
}

static size_t run_at(struct str s, size_t at)
{
    size_t n = 1;
    while (at + n < s.len && s.p[at + n] == s.p[at])
        n++;
    return n;
}

/* Past the code span that begins at `at`, or past its lone backticks. */
static size_t after_code(struct str s, size_t at)
{
    size_t n = run_at(s, at);
    size_t end = n == 1 ? str_find(s, str_of("`"), at + 1) : s.len;
    return end < s.len ? end + 1 : at + n;
}

/* The closing ** for bold that begins at `at`, or 0. Stars in code are code. */
static size_t find_bold_end(struct str s, size_t at)
{
    for (size_t i = at; i < s.len;) {
        size_t n = run_at(s, i);
        if (s.p[i] == '`')
            i = after_code(s, i);
        else if (s.p[i] == '*' && n >= 2 && i > at && !blank_at(s, i - 1))
            return i;
        else
            i += n;
    }
    return 0;
}

static size_t take_code(struct scan *s)
{
    size_t n = run_at(s->text, s->at), end;
    if (n > 1 || s->no_code)
        return n;
    end = str_find(s->text, str_of("`"), s->at + 1);
    if (end >= s->text.len) {
        s->no_code = true;
        return n;
    }
    tell(s, s->at + 1, end, MARKUP_CODE);
    s->at = end + 1;
    return 0;
}

static size_t take_star(struct scan *s)
{
    size_t n = run_at(s->text, s->at);
    if (s->bold_end && s->at >= s->bold_end) {
        s->bold_end = 0;
        s->at += 2;
        return 0;
    }
    if (n != 2 || s->bold_end || s->no_bold || blank_at(s->text, s->at + 2))
        return n;
    size_t end = find_bold_end(s->text, s->at + 2);
    if (!end) {
        s->no_bold = true;
        return n;
    }
    s->at += 2;
    s->bold_end = end;
    return 0;
}

static void scan_paragraph(struct scan *s)
{
    while (s->at < s->text.len && s->at < s->to) {
        size_t plain = s->at;
        while (plain < s->text.len && s->text.p[plain] != '*' &&
               s->text.p[plain] != '`')
            plain++;
        tell(s, s->at, plain, 0);
        s->at = plain;
        if (plain >= s->text.len)
            break;
        /* What is not a mark is told as it stands. */
        size_t literal = s->text.p[plain] == '`' ? take_code(s) : take_star(s);
        tell(s, s->at, s->at + literal, 0);
        s->at += literal;
    }
}

void markup_line(struct str text, size_t from, size_t to, markup_fn fn,
                 void *arg)
{
    size_t begin = from, end = to;
    while (begin > 0 && text.p[begin - 1] != '\n' && from - begin < PARAGRAPH_MAX)
        begin--;
    while (end < text.len && text.p[end] != '\n' && end - to < PARAGRAPH_MAX)
        end++;
    if (end - begin > PARAGRAPH_MAX) {
        if (from < to)
            fn(arg, str_n(text.p + from, to - from), 0);
        return;
    }
    struct scan s = {.text = str_n(text.p + begin, end - begin),
                     .from = from - begin, .to = to - begin,
                     .fn = fn, .arg = arg};
    scan_paragraph(&s);
}
