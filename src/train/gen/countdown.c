/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/countdown.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"

/* --- search --------------------------------------------------------------- */

struct item countdown_given(int64_t value)
{
    struct item item = {.value = value};
    snprintf(item.text, sizeof item.text, "%" PRId64, value);
    return item;
}

/* Above every target, and seen at once: not worth working out. */
static bool too_big(int64_t a, int64_t b)
{
    int64_t high = a < b ? b : a, low = a < b ? a : b;
    return (high > 12 && low > 9) || high * low > 999;
}

static int64_t result(int64_t a, char op, int64_t b)
{
    switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return too_big(a, b) ? 0 : a * b;
    default: return b && a % b == 0 ? a / b : 0;
    }
}

bool countdown_join(const struct item *x, char op, const struct item *y,
                    struct item *out)
{
    const struct item *a = x->value < y->value ? y : x, *b = a == x ? y : x;
    struct item joined = {.value = result(a->value, op, b->value)};
    int n = snprintf(joined.text, sizeof joined.text, "(%s%c%s)", a->text, op,
                     b->text);
    *out = joined;
    return joined.value > 0 && n > 0 && (size_t)n < sizeof joined.text;
}

static int larger_first(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    return (a->value < b->value) - (a->value > b->value);
}

void countdown_sort(struct item *items, unsigned n)
{
    qsort(items, n, sizeof *items, larger_first);
}

static void compare_tail(const struct trace *t, struct buf *out, int64_t value)
{
    buf_printf(out, "%c%" PRId64,
               value < t->with ? '<' : value > t->with ? '>' : '=', t->with);
}

static const char *no(const struct trace *t)
{
    return trace_word(t, "no", "不");
}

/* One leaf: the first result and the third number. */
static bool leaf(struct trace *t, const struct item *x, char op,
                 const struct item *y, int64_t target, struct item *found)
{
    char left[48];
    bool whole = countdown_join(x, op, y, found);
    int64_t a = x->value < y->value ? y->value : x->value;
    int64_t b = x->value < y->value ? x->value : y->value;
    snprintf(left, sizeof left, "%" PRId64 "%c%" PRId64, a, op, b);
    if (t && !whole) {
        trace_more(t, " %s %s", left,
                   op == '*' ? trace_word(t, "big", "大") : no(t));
    } else if (t) {
        t->with = target;
        trace_step(t, " ", left, found->value, compare_tail);
        if (found->value == target)
            trace_more(t, " %s", trace_word(t, "yes", "对"));
    }
    return whole && found->value == target;
}

/* One line: two of them joined, then the third. */
static bool branch(struct trace *t, unsigned line, const struct item *x, char op,
                   const struct item *y, const struct item *rest,
                   int64_t target, struct item *found)
{
    struct item r;
    bool whole = countdown_join(x, op, y, &r);
    if (t && !whole) {
        trace_line(t, "%u %" PRId64 "%c%" PRId64 " %s", line, x->value, op,
                   y->value, op == '*' ? trace_word(t, "big", "大") : no(t));
    } else if (t) {
        trace_line(t, "%u %" PRId64 "%c%" PRId64 "=%" PRId64 ":", line, x->value,
                   op, y->value, r.value);
    }
    if (!whole)
        return false;
    bool up = r.value <= target && rest->value <= target;
    return leaf(t, &r, up ? '+' : '-', rest, target, found) ||
           leaf(t, &r, up ? '*' : '/', rest, target, found);
}

bool countdown_search_some(struct trace *t, const struct item items[3],
                           int64_t target, unsigned before, unsigned most,
                           struct item *found)
{
    static const unsigned pairs[3][3] = {{0, 1, 2}, {0, 2, 1}, {1, 2, 0}};
    for (unsigned i = 0; i < most; i++) {
        const unsigned *p = pairs[i / 4];
        if (branch(t, before + i + 1, &items[p[0]], "+-*/"[i % 4], &items[p[1]],
                   &items[p[2]], target, found))
            return true;
    }
    return false;
}

bool countdown_search(struct trace *t, const struct item items[3],
                      int64_t target, struct item *found)
{
    return countdown_search_some(t, items, target, 0, COUNTDOWN_LINES, found);
}

/* --- whether there is any way at all -------------------------------------- */

struct ratio {
    int64_t top, under; /* small: at most four numbers of two digits */
};

static bool reaches(const struct ratio *r, unsigned n, int64_t target);

static bool reaches_with(const struct ratio *r, unsigned n, unsigned i,
                         unsigned j, struct ratio joined, int64_t target)
{
    struct ratio next[4];
    unsigned m = 0;
    if (joined.under == 0)
        return false;
    for (unsigned k = 0; k < n; k++)
        if (k != i && k != j)
            next[m++] = r[k];
    next[m++] = joined;
    return reaches(next, m, target);
}

static bool reaches(const struct ratio *r, unsigned n, int64_t target)
{
    if (n == 1)
        return r[0].top == target * r[0].under;
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < n; j++) {
            struct ratio a = r[i], b = r[j];
            struct ratio ways[4] = {
                {a.top * b.under + b.top * a.under, a.under * b.under},
                {a.top * b.under - b.top * a.under, a.under * b.under},
                {a.top * b.top, a.under * b.under},
                {a.top * b.under, a.under * b.top}};
            for (int k = 0; i != j && k < 4; k++)
                if (reaches_with(r, n, i, j, ways[k], target))
                    return true;
        }
    return false;
}

bool countdown_possible(const int64_t *numbers, unsigned n, int64_t target)
{
    struct ratio r[4];
    for (unsigned i = 0; i < n; i++)
        r[i] = (struct ratio){numbers[i], 1};
    return reaches(r, n, target);
}

/* --- asking and answering ------------------------------------------------- */

/* The pairs go by size. */
static void sorted_line(struct trace *t, const int64_t *numbers, unsigned n)
{
    struct item items[8];
    for (unsigned i = 0; i < n && i < 8; i++)
        items[i] = countdown_given(numbers[i]);
    countdown_sort(items, n);
    for (unsigned i = 0; i < n; i++)
        if (i)
            trace_more(t, " %s", items[i].text);
        else
            trace_line(t, "%s", items[i].text);
}

void countdown_ask(struct trace *t, const int64_t *numbers, unsigned n,
                   int64_t target)
{
    static const char *const en[] = {", ", ", ", " ", " ", "-and"};
    static const char *const zh[] = {"、", "、", "，", " ", "和"};
    struct slots slots = {0};
    struct buf list = {0};
    bool english = t->ctx->lang == LANG_EN;
    const char *between = (english ? en : zh)[rng_below(&t->ctx->rng, 5)];
    for (unsigned i = 0; i < n; i++) {
        bool last = i + 1 == n;
        if (i && between[0] == '-') /* 3, 7 and 8 */
            buf_puts(&list, last ? " and " : ", ");
        else if (i && !strcmp(between, "和"))
            buf_puts(&list, last ? "和" : "、");
        else if (i)
            buf_puts(&list, between);
        buf_printf(&list, "%" PRId64, numbers[i]);
    }
    slot_set(&slots, "list", buf_str(&list));
    slot_printf(&slots, "t", "%" PRId64, target);
    buf_clear(&list);
    phrase(t->ctx, "countdown", "ask", &slots, &t->p->prompt);
    trace_line(t, "%s %" PRId64 ":", trace_word(t, "make", "凑"), target);
    for (unsigned i = 0; i < n; i++)
        trace_more(t, " %" PRId64, numbers[i]);
    sorted_line(t, numbers, n);
}

void countdown_answer(struct problem *p, const int64_t *numbers, unsigned n,
                      int64_t target, const struct item *found)
{
    bool en = p->lang == LANG_EN;
    buf_printf(&p->answer, "%s%" PRId64 ":", found ? "" : "none ", target);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&p->answer, " %" PRId64, numbers[i]);
    if (!found) {
        buf_printf(&p->reply, en ? "I found **no way** to make %" PRId64 "."
                                 : "**凑不出** %" PRId64 "。", target);
        return;
    }
    /* Without the outermost brackets. */
    int len = (int)strlen(found->text) - 2;
    buf_printf(&p->reply, en ? "One way: **%.*s** = %" PRId64
                             : "可以这样：**%.*s** = %" PRId64,
               len, found->text + 1, target);
}

/* --- the check: a parser of expressions in exact fractions ---------------- */

struct parser {
    struct str text;
    size_t at;
    int64_t used[8];
    unsigned n_used, depth;
    bool ok;
};

static struct ratio sum(struct parser *in);

static char peek(struct parser *in)
{
    while (in->at < in->text.len && in->text.p[in->at] == ' ')
        in->at++;
    return in->at < in->text.len ? in->text.p[in->at] : '\0';
}

static struct ratio atom(struct parser *in)
{
    struct ratio r = {0, 1};
    if (peek(in) == '(' && in->depth < 16) {
        in->at++;
        in->depth++;
        r = sum(in);
        in->depth--;
        in->ok &= peek(in) == ')';
        in->at++;
        return r;
    }
    char c = peek(in);
    in->ok &= c >= '0' && c <= '9' && in->n_used < 8;
    if (!in->ok)
        return r;
    for (; c >= '0' && c <= '9' && r.top < 10000; c = in->at < in->text.len
                                                          ? in->text.p[in->at]
                                                          : '\0') {
        r.top = r.top * 10 + (c - '0');
        in->at++;
    }
    in->used[in->n_used++] = r.top;
    return r;
}

/* Numbers of at most five digits, eight of them at most: a fraction that grows too
 * large for 64 bits is not one of ours, and is refused before it overflows. */
static bool small(struct ratio r)
{
    const int64_t most = INT64_C(1) << 30;
    return r.top < most && r.top > -most && r.under < most && r.under > -most &&
           r.under != 0;
}

static struct ratio combine(struct parser *in, struct ratio a, char op,
                            struct ratio b)
{
    struct ratio r = {0, 1};
    if (!in->ok || !small(a) || !small(b)) {
        in->ok = false;
        return r;
    }
    switch (op) {
    case '+': return (struct ratio){a.top * b.under + b.top * a.under,
                                    a.under * b.under};
    case '-': return (struct ratio){a.top * b.under - b.top * a.under,
                                    a.under * b.under};
    case '*': return (struct ratio){a.top * b.top, a.under * b.under};
    default: return (struct ratio){a.top * b.under, a.under * b.top};
    }
}

/* *, x and the multiplication sign; / and the division sign; 0: neither. */
static char product_sign(struct parser *in)
{
    char c = peek(in);
    struct str rest = str_n(in->text.p + in->at, in->text.len - in->at);
    if (str_starts(rest, str_of("×")) || str_starts(rest, str_of("÷"))) {
        in->at += 2;
        return str_starts(rest, str_of("×")) ? '*' : '/';
    }
    if (c != '*' && c != 'x' && c != '/')
        return 0;
    in->at++;
    return c == '/' ? '/' : '*';
}

static struct ratio product(struct parser *in)
{
    struct ratio r = atom(in);
    char op;
    while (in->ok && (op = product_sign(in)))
        r = combine(in, r, op, atom(in));
    return r;
}

static struct ratio sum(struct parser *in)
{
    struct ratio r = product(in);
    while (in->ok && (peek(in) == '+' || peek(in) == '-')) {
        char op = in->text.p[in->at++];
        r = combine(in, r, op, product(in));
    }
    return r;
}

static int ascending(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static bool same_numbers(int64_t *a, int64_t *b, unsigned n)
{
    qsort(a, n, sizeof *a, ascending);
    qsort(b, n, sizeof *b, ascending);
    return memcmp(a, b, n * sizeof *a) == 0;
}

double countdown_check(const struct problem *p, struct str reply)
{
    struct str bold = gen_bold(reply);
    int64_t want[8];
    size_t n = number_read(buf_str(&p->answer), want, 8);
    if (str_starts(buf_str(&p->answer), str_of("none")))
        return str_is(bold, p->lang == LANG_EN ? "no way" : "凑不出");
    /* "(8*3)+7 = 31" counts as well: what is behind = is not looked at. */
    bold.len = str_find(bold, str_of("="), 0);
    struct parser in = {.text = bold, .ok = true};
    struct ratio r = sum(&in);
    if (!in.ok || peek(&in) != '\0' || !small(r) || n < 2 || n > 8 ||
        in.n_used != n - 1)
        return 0;
    return same_numbers(in.used, want + 1, in.n_used) &&
           r.top == want[0] * r.under;
}
