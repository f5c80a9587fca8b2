/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "train/gen/spoken.h"

static const char *const small[] = {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"", "", "twenty", "thirty", "forty", "fifty",
                                   "sixty", "seventy", "eighty", "ninety"};

void spoken_en_group(int64_t n, struct buf *out)
{
    if (n >= 100) {
        buf_printf(out, "%s hundred", small[n / 100]);
        n %= 100;
        if (n == 0)
            return;
        buf_putc(out, ' ');
    }
    if (n < 20)
        buf_puts(out, small[n]);
    else
        buf_printf(out, n % 10 ? "%s-%s" : "%s", tens[n / 10], small[n % 10]);
}

void spoken_en(int64_t n, struct buf *out)
{
    if (n >= 1000) {
        spoken_en_group(n / 1000, out);
        buf_puts(out, " thousand");
        if (n % 1000 == 0)
            return;
        buf_putc(out, ' ');
    }
    spoken_en_group(n % 1000, out);
}

static const char *const digit[] = {"零", "一", "二", "三", "四",
                                    "五", "六", "七", "八", "九"};

void spoken_zh_group(int64_t n, bool inner, struct buf *out)
{
    static const char *const unit[] = {"千", "百", "十", ""};
    static const int64_t place[] = {1000, 100, 10, 1};
    bool begun = false, gap = inner && n < 1000;
    if (n == 0) {
        buf_puts(out, digit[0]);
        return;
    }
    for (int i = 0; i < 4; i++) {
        int64_t d = n / place[i] % 10;
        if (d == 0) {
            gap |= begun;
            continue;
        }
        if (gap)
            buf_puts(out, digit[0]);
        if (!(place[i] == 10 && d == 1 && !begun && !inner)) /* 十五 */
            buf_puts(out, digit[d]);
        buf_puts(out, unit[i]);
        begun = true;
        gap = false;
    }
}

void spoken_zh(int64_t n, struct buf *out)
{
    if (n < 10000) {
        spoken_zh_group(n, false, out);
        return;
    }
    spoken_zh_group(n / 10000, false, out);
    buf_puts(out, "万");
    if (n % 10000)
        spoken_zh_group(n % 10000, true, out);
}

void spoken_plain(struct str s, struct buf *out)
{
    static const char *const same[][2] = {{" and ", ""}, {"-", ""}, {" ", ""},
                                          {",", ""}, {"两", "二"}, {"一十", "十"}};
    for (size_t i = 0; i < s.len;) {
        struct str rest = str_n(s.p + i, s.len - i);
        size_t k = 0;
        while (k < 6 && !str_starts(rest, str_of(same[k][0])))
            k++;
        if (k < 6) {
            buf_puts(out, same[k][1]);
            i += strlen(same[k][0]);
            continue;
        }
        char c = s.p[i++];
        buf_putc(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
}
