/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes, cut anywhere (the first byte says how): the same clean text, with
 * nothing in it that a terminal would act upon. */
#include "fuzz/fuzz.h"

#include "base/sanitize.h"
#include "base/utf8.h"

static bool forbidden(uint32_t cp)
{
    return (cp < 0x20 && cp != '\t' && cp != '\n') ||
           (cp >= 0x7F && cp <= 0x9F) || cp == 0x61C || cp == 0x200B ||
           cp == 0x200C || cp == 0x200E || cp == 0x200F ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) ||
           cp == 0xFEFF || (cp >= 0xFFF0 && cp <= 0xFFFB) ||
           (cp >= 0xFDD0 && cp <= 0xFDEF) || (cp & 0xFFFE) == 0xFFFE ||
           (cp >= 0xE0000 && cp <= 0xE0FFF);
}

static void check_clean(struct str s)
{
    FUZZ_CHECK(utf8_valid(s));
    for (size_t i = 0; i < s.len;) {
        uint32_t cp;
        i += utf8_decode(s.p + i, s.len - i, &cp, NULL);
        FUZZ_CHECK(!forbidden(cp));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct str in = {(const char *)data + 1, size - 1};
    struct buf whole = {0}, cut = {0}, twice = {0};
    struct sanitizer s = {0};
    size_t step = data[0] % 7 + 1;
    sanitize_text(in, false, &whole);
    for (size_t at = 0; at < in.len; at += step)
        sanitize_feed(&s, str_n(in.p + at, in.len - at < step ? in.len - at
                                                              : step), &cut);
    sanitize_end(&s, &cut);
    FUZZ_CHECK(str_eq(buf_str(&whole), buf_str(&cut)));
    check_clean(buf_str(&whole));
    sanitize_text(buf_str(&whole), false, &twice);
    FUZZ_CHECK(str_eq(buf_str(&whole), buf_str(&twice)));
    buf_clear(&whole);
    buf_clear(&cut);
    buf_clear(&twice);
    return 0;
}
