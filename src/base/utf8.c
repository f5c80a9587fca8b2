/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* What a first byte promises: how many bytes follow, and the range of the
 * second one. That range alone rules out overlong forms (E0, F0), surrogates
 * (ED) and values past U+10FFFF (F4). Zero followers: not a first byte. */
struct lead {
    uint8_t followers, low, high;
};

static struct lead lead_of(uint8_t c)
{
    if (c >= 0xC2 && c <= 0xDF)
        return (struct lead){1, 0x80, 0xBF};
    if (c >= 0xE0 && c <= 0xEF)
        return (struct lead){2, c == 0xE0 ? 0xA0 : 0x80,
                             c == 0xED ? 0x9F : 0xBF};
    if (c >= 0xF0 && c <= 0xF4)
        return (struct lead){3, c == 0xF0 ? 0x90 : 0x80,
                             c == 0xF4 ? 0x8F : 0xBF};
    return (struct lead){0, 0, 0};
}

/* How many bytes at s fit together: the character, or the longest beginning
 * of one. */
static size_t fitting(const uint8_t *s, size_t len, struct lead lead)
{
    size_t n = 1;
    uint8_t low = lead.low, high = lead.high;
    while (n <= lead.followers && n < len && s[n] >= low && s[n] <= high) {
        low = 0x80;
        high = 0xBF;
        n++;
    }
    return n;
}

size_t utf8_decode(const char *text, size_t len, uint32_t *cp, bool *valid)
{
    const uint8_t *s = (const uint8_t *)text;
    if (s[0] < 0x80) {
        *cp = s[0];
        if (valid)
            *valid = true;
        return 1;
    }
    struct lead lead = lead_of(s[0]);
    size_t n = lead.followers ? fitting(s, len, lead) : 1;
    bool whole = lead.followers && n == lead.followers + 1u;
    *cp = UTF8_REPLACEMENT;
    if (whole) {
        /* 5, 4 or 3 bits of the first byte count. */
        *cp = s[0] & (0x3Fu >> lead.followers);
        for (size_t i = 1; i < n; i++)
            *cp = *cp << 6 | (s[i] & 0x3Fu);
    }
    if (valid)
        *valid = whole;
    return n;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    out[0] = (char)((n == 2 ? 0xC0u : n == 3 ? 0xE0u : 0xF0u) | cp);
    return n;
}

/* The length of what is valid at the front of s. */
static size_t valid_prefix(struct str s)
{
    size_t i = 0;
    while (i < s.len) {
        uint32_t cp;
        bool valid;
        size_t n = utf8_decode(s.p + i, s.len - i, &cp, &valid);
        if (!valid)
            break;
        i += n;
    }
    return i;
}

bool utf8_valid(struct str s)
{
    return valid_prefix(s) == s.len;
}

void utf8_repair(struct str s, struct buf *out)
{
    for (;;) {
        size_t good = valid_prefix(s);
        buf_add(out, s.p, good);
        if (good == s.len)
            return;
        uint32_t cp;
        size_t bad = utf8_decode(s.p + good, s.len - good, &cp, NULL);
        buf_puts(out, "\xEF\xBF\xBD");
        s = str_n(s.p + good + bad, s.len - good - bad);
    }
}

size_t utf8_open_tail(struct str s)
{
    for (size_t n = 1; n <= 3 && n <= s.len; n++) {
        const uint8_t *p = (const uint8_t *)s.p + s.len - n;
        struct lead lead = lead_of(*p);
        if (lead.followers)
            return n <= lead.followers && fitting(p, n, lead) == n ? n : 0;
        if (*p < 0x80)
            return 0;
    }
    return 0;
}
