/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/number.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "train/gen/noise.h"
#include "train/gen/spoken.h"

int64_t number_draw(struct gen_ctx *ctx, unsigned digits)
{
    bool few = gen_chance(ctx, 33);
    uint32_t pair[2] = {rng_below(&ctx->rng, 10), rng_below(&ctx->rng, 10)};
    int64_t n = 0;
    for (unsigned i = 0; i < digits; i++) {
        uint32_t d = few ? pair[rng_below(&ctx->rng, 2)]
                         : rng_below(&ctx->rng, 10);
        if (i == 0 && d == 0)
            d = 1 + rng_below(&ctx->rng, 9);
        n = n * 10 + d;
    }
    return n;
}

unsigned number_digits(int64_t n)
{
    unsigned digits = 1;
    for (n = n < 0 ? -n : n; n >= 10; n /= 10)
        digits++;
    return digits;
}

/* 12345 -> 12,345 */
static void group(const char *digits, char *out)
{
    size_t n = strlen(digits), at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

void slot_number(struct gen_ctx *ctx, struct slots *slots, const char *name,
                 int64_t n)
{
    char digits[24], grouped[32];
    snprintf(digits, sizeof digits, "%" PRId64, n);
    if (n < 1000 || ctx->plain || !gen_chance(ctx, 8)) {
        slot_set(slots, name, str_of(digits));
        return;
    }
    group(digits, grouped);
    slot_set(slots, name, str_of(grouped));
}

static void slot_words(struct gen_ctx *ctx, struct slots *slots,
                       const char *name, int64_t n)
{
    struct buf text = {0};
    (ctx->lang == LANG_EN ? spoken_en : spoken_zh)(n, &text);
    slot_set(slots, name, buf_str(&text));
    buf_clear(&text);
}

void slots_ab(struct gen_ctx *ctx, struct slots *slots, int64_t a, int64_t b)
{
    bool words = a < 1000 && b < 1000 && !ctx->plain && gen_chance(ctx, 7);
    (words ? slot_words : slot_number)(ctx, slots, "a", a);
    (words ? slot_words : slot_number)(ctx, slots, "b", b);
}

void slot_wrong(struct gen_ctx *ctx, struct slots *slots, int64_t n)
{
    int64_t off = 1;
    for (unsigned i = rng_below(&ctx->rng, number_digits(n)); i > 0; i--)
        off *= 10;
    slot_number(ctx, slots, "w", n > off && gen_chance(ctx, 50) ? n - off : n + off);
}

void slot_count(struct gen_ctx *ctx, struct slots *slots, const char *name,
                int64_t n)
{
    static const char *const words[2][13] = {
        {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
         "nine", "ten", "eleven", "twelve"},
        {"零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十",
         "十一", "十二"}};
    if (n >= 2 && n <= 12 && !ctx->plain && gen_chance(ctx, 18))
        slot_set(slots, name, str_of(words[ctx->lang][n]));
    else
        slot_number(ctx, slots, name, n);
}

void slots_people(struct gen_ctx *ctx, struct slots *slots)
{
    phrase_slot(ctx, "common", "name", NULL, slots, "who");
    do
        phrase_slot(ctx, "common", "name", NULL, slots, "who2");
    while (!ctx->lacks[0] &&
           str_eq(slot_get(slots, "who"), slot_get(slots, "who2")));
    phrase_slot(ctx, "common", "thing", NULL, slots, "thing");
    phrase_slot(ctx, "common", "holder", NULL, slots, "holder");
    struct str holder = slot_get(slots, "holder");
    size_t cut = str_find(holder, str_of("/"), 0);
    if (cut < holder.len) {
        slot_set(slots, "holder1",
                 str_n(holder.p + cut + 1, holder.len - cut - 1));
        slot_set(slots, "holder", str_n(holder.p, cut));
    } else {
        slot_set(slots, "holder1", holder);
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A comma groups when three digits follow it and no fourth. */
static bool groups(struct str s, size_t i)
{
    return i + 3 < s.len && s.p[i] == ',' && is_digit(s.p[i + 1]) &&
           is_digit(s.p[i + 2]) && is_digit(s.p[i + 3]) &&
           !(i + 4 < s.len && is_digit(s.p[i + 4]));
}

/* A minus sign belongs to the number when nothing it could be subtracted from
 * stands before it. */
static bool negative(struct str s, size_t i)
{
    static const char wide[] = "\xE2\x88\x92"; /* U+2212 */
    size_t sign = i;
    if (i >= 1 && s.p[i - 1] == '-')
        sign = i - 1;
    else if (i >= 3 && !memcmp(s.p + i - 3, wide, 3))
        sign = i - 3;
    return sign < i && (sign == 0 || !is_digit(s.p[sign - 1]));
}

size_t number_read(struct str s, int64_t *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.p[i]))
            continue;
        bool minus = negative(s, i);
        int64_t value = 0;
        for (; i < s.len && (is_digit(s.p[i]) || groups(s, i)); i++) {
            if (value > INT64_MAX / 10 - 1)
                return SIZE_MAX;
            if (s.p[i] != ',')
                value = value * 10 + (s.p[i] - '0');
        }
        if (i + 1 < s.len && s.p[i] == '.' && is_digit(s.p[i + 1]))
            return SIZE_MAX;
        if (n < max)
            out[n] = minus ? -value : value;
        n++;
    }
    return n;
}

uint64_t key_of(const char *fmt, ...)
{
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    assert(n >= 0 && (size_t)n < sizeof text);
    return gen_key(str_n(text, (size_t)n));
}

uint64_t key_sorted(const char *what, int64_t a, int64_t b)
{
    return key_of("%s %" PRId64 " %" PRId64, what, a < b ? a : b, a < b ? b : a);
}

uint64_t key_unless(bool seen, uint64_t key)
{
    while (seen && gen_split(key) != SPLIT_TRAIN)
        key = rng_mix(key);
    return key;
}

double check_integers(const struct problem *p, struct str reply)
{
    enum { MAX = 32 };
    int64_t want[MAX], got[MAX];
    size_t n = number_read(buf_str(&p->answer), want, MAX);
    if (n == 0 || n > MAX || number_read(gen_bold(reply), got, MAX) != n)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (want[i] != got[i])
            return 0;
    return 1;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

double check_same(const struct problem *p, struct str reply)
{
    struct str got = gen_bold(reply), want = buf_str(&p->answer);
    bool same = got.len == want.len && got.len > 0;
    for (size_t i = 0; same && i < got.len; i++)
        same = lower(got.p[i]) == lower(want.p[i]);
    return same;
}

double check_either(const struct problem *p, struct str reply)
{
    return number_read(buf_str(&p->answer), NULL, 0) > 0
               ? check_integers(p, reply) : check_same(p, reply);
}

void reply_answer(struct problem *p)
{
    if (p->lang == LANG_EN)
        buf_printf(&p->reply, "The answer is **%s**.", p->answer.p);
    else
        buf_printf(&p->reply, "答案是 **%s**。", p->answer.p);
}

void answer_number(struct problem *p, int64_t n)
{
    buf_printf(&p->answer, "%" PRId64, n);
    reply_answer(p);
}

void answer_quotient(struct problem *p, int64_t q, int64_t r)
{
    buf_printf(&p->answer, "%" PRId64, q);
    if (r)
        buf_printf(&p->answer, p->lang == LANG_EN ? " remainder %" PRId64
                                                  : " 余 %" PRId64, r);
    reply_answer(p);
}
