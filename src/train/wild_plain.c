/* SPDX-License-Identifier: Apache-2.0 */
#include "train/wild_plain.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "train/gen/gen.h"

struct str plain_said(struct str reply, bool *bold)
{
    struct str said = gen_bold(reply);
    *bold = said.len > 0;
    if (*bold)
        return said;
    while (reply.len > 0 && isspace((unsigned char)reply.p[reply.len - 1]))
        reply.len--;
    for (size_t i = reply.len; i-- > 0;)
        if (reply.p[i] == '\n')
            return str_n(reply.p + i + 1, reply.len - i - 1);
    return reply;
}

/* --- numbers -------------------------------------------------------------- */

/* The digit that begins at i, and its length in bytes; -1: none. */
static int digit_at(struct str s, size_t i, size_t *len)
{
    *len = 1;
    if (i < s.len && s.p[i] >= '0' && s.p[i] <= '9')
        return s.p[i] - '0';
    *len = 3; /* U+FF10 to U+FF19 */
    if (i + 3 <= s.len && !memcmp(s.p + i, "\xEF\xBC", 2) &&
        (unsigned char)s.p[i + 2] >= 0x90 && (unsigned char)s.p[i + 2] <= 0x99)
        return (unsigned char)s.p[i + 2] - 0x90;
    return -1;
}

static bool is_digit(struct str s, size_t i)
{
    size_t len;
    return digit_at(s, i, &len) >= 0;
}

/* A minus sign before i that nothing stands before to subtract from. */
static bool is_negative(struct str s, size_t i)
{
    static const char wide[] = "\xE2\x88\x92"; /* U+2212 */
    size_t sign = i;
    if (i >= 1 && s.p[i - 1] == '-')
        sign = i - 1;
    else if (i >= 3 && !memcmp(s.p + i - 3, wide, 3))
        sign = i - 3;
    while (sign < i && sign > 0 && s.p[sign - 1] == ' ')
        sign--;
    return sign < i && !(sign >= 1 && is_digit(s, sign - 1)) &&
           !(sign >= 3 && is_digit(s, sign - 3));
}

/* The number at *i, which moves behind it: 7,318 -> 7318, 2.50 -> 2.5. */
static void put_number(struct str s, size_t *i, struct buf *out)
{
    bool fraction = false;
    size_t len;
    for (int d; *i < s.len; *i += len) {
        if ((d = digit_at(s, *i, &len)) >= 0) {
            buf_putc(out, (char)('0' + d));
            continue;
        }
        len = 1;
        if (s.p[*i] == '.' && !fraction && is_digit(s, *i + 1)) {
            fraction = true;
            buf_putc(out, '.');
        } else if (s.p[*i] != ',' || fraction || !is_digit(s, *i + 1) ||
                   !is_digit(s, *i + 2) || !is_digit(s, *i + 3)) {
            break;
        }
    }
    while (fraction && strchr("0.", out->p[out->len - 1])) {
        fraction = out->p[out->len - 1] != '.';
        buf_erase(out, out->len - 1, 1);
    }
    buf_putc(out, ' ');
}

/* One character of a Chinese numeral; unit: 10 and up. */
static bool numeral_at(struct str s, size_t i, int64_t *value, bool *unit)
{
    static const struct {
        const char *text;
        int64_t value;
    } of[] = {{"零", 0}, {"〇", 0}, {"一", 1}, {"二", 2}, {"两", 2}, {"三", 3},
              {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9},
              {"十", 10}, {"百", 100}, {"千", 1000}, {"万", 10000},
              {"亿", 100000000}};
    for (size_t k = 0; k < sizeof of / sizeof *of; k++)
        if (str_starts(str_n(s.p + i, s.len - i), str_of(of[k].text))) {
            *value = of[k].value;
            *unit = of[k].value >= 10;
            return true;
        }
    return false;
}

/* 三千零八十: sections below 万 are added up, then raised. */
static void put_numeral(struct str s, size_t *i, struct buf *out)
{
    enum { MAX_CHARS = 24 };
    int64_t total = 0, section = 0, digit = -1, value;
    bool unit;
    for (int n = 0; n < MAX_CHARS && numeral_at(s, *i, &value, &unit); n++) {
        *i += 3;
        if (!unit) {
            digit = value;
        } else if (value < 10000) {
            section += (digit < 0 ? 1 : digit) * value;
            digit = -1;
        } else {
            total = (total + section + (digit < 0 ? 0 : digit)) * value;
            section = 0;
            digit = -1;
        }
        if (total > INT64_MAX / 200000000)
            break;
    }
    buf_printf(out, "%" PRId64 " ", total + section + (digit < 0 ? 0 : digit));
}

void plain_numbers(struct str s, struct buf *out)
{
    int64_t value;
    bool unit, any = false;
    for (size_t i = 0; i < s.len;) {
        if (!is_digit(s, i)) {
            i++;
            continue;
        }
        if (is_negative(s, i))
            buf_putc(out, '-');
        put_number(s, &i, out);
        any = true;
    }
    for (size_t i = 0; i < s.len && !any;) {
        if (numeral_at(s, i, &value, &unit)) {
            if (i >= 3 && !memcmp(s.p + i - 3, "负", 3))
                buf_putc(out, '-');
            put_numeral(s, &i, out);
        } else {
            i++;
        }
    }
}

/* --- texts ---------------------------------------------------------------- */

/* Words that say the same, and what says nothing. */
static const struct {
    const char *from, *to;
} like[] = {
    {"骑士", "knight"}, {"好人", "knight"}, {"老实人", "knight"},
    {"无赖", "knave"}, {"骗子", "knave"}, {"坏人", "knave"},
    {"truth-teller", "knight"}, {"liar", "knave"}, {"真", "true"},
    {"假", "false"}, {"，", ""}, {"、", ""}, {"。", ""}, {"：", ""}, {"；", ""},
    {"“", ""}, {"”", ""}, {"！", ""}, {"＞", ""},
    {"是", ""}, {" is a ", ""}, {" is ", ""}, {" and ", ""}, {"=", ""},
};

void plain_text(struct str s, struct buf *out)
{
    struct buf low = {0};
    for (size_t i = 0; i < s.len; i++)
        buf_putc(&low, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32
                                                             : s.p[i]));
    for (size_t i = 0; i < low.len;) {
        struct str rest = str_n(low.p + i, low.len - i);
        size_t k = 0, n = sizeof like / sizeof *like;
        while (k < n && !str_starts(rest, str_of(like[k].from)))
            k++;
        if (k < n) {
            buf_puts(out, like[k].to);
            i += strlen(like[k].from);
            continue;
        }
        if (!strchr(" -'\"*.,;:!?<>\n", low.p[i]))
            buf_putc(out, low.p[i]);
        i++;
    }
    buf_clear(&low);
}
