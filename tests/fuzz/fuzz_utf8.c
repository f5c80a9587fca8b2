/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: repairing gives UTF-8, the same at once and character by
 * character, and leaves UTF-8 as it is. */
#include "fuzz/fuzz.h"

#include "base/utf8.h"

static void by_character(struct str in, struct buf *out)
{
    for (size_t i = 0; i < in.len;) {
        uint32_t cp;
        char s[4];
        size_t n = utf8_decode(in.p + i, in.len - i, &cp, NULL);
        FUZZ_CHECK(n >= 1 && n <= 4 && n <= in.len - i);
        FUZZ_CHECK(cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF));
        buf_add(out, s, utf8_encode(cp, s));
        i += n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = {(const char *)data, size};
    struct buf repaired = {0}, again = {0};
    utf8_repair(in, &repaired);
    by_character(in, &again);
    FUZZ_CHECK(utf8_valid(buf_str(&repaired)));
    FUZZ_CHECK(str_eq(buf_str(&repaired), buf_str(&again)));
    if (utf8_valid(in))
        FUZZ_CHECK(str_eq(in, buf_str(&repaired)));
    FUZZ_CHECK(utf8_open_tail(in) <= 3 && utf8_open_tail(in) <= size);
    buf_clear(&repaired);
    buf_clear(&again);
    return 0;
}
