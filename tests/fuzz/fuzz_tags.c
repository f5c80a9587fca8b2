/* SPDX-License-Identifier: Apache-2.0 */
/* Any text, cut anywhere (the first byte says how, and where it begins): the
 * same parts, and no byte in them that was not there. */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "chat/tags.h"

struct told {
    struct buf text;  /* a byte of text behind a byte that names its part */
    size_t plain;
};

static void take(void *arg, enum text_part part, struct str text)
{
    struct told *told = arg;
    FUZZ_CHECK(text.len > 0);
    for (size_t i = 0; i < text.len; i++) {
        buf_putc(&told->text, part == PART_THOUGHT ? 'T' : 'A');
        buf_putc(&told->text, text.p[i]);
    }
    told->plain += text.len;
}

static void split(struct tags *t, uint8_t how, struct str in, size_t step,
                  struct told *told)
{
    tags_begin(t, how & 1);
    if (how & 2)
        tags_allow_several(t);
    for (size_t at = 0; at < in.len; at += step) {
        size_t n = in.len - at < step ? in.len - at : step;
        tags_feed(t, str_n(in.p + at, n), take, told);
    }
    tags_end(t, take, told);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tags *t;
    if (!t)
        t = tags_new();
    if (size == 0)
        return 0;
    struct str in = {(const char *)data + 1, size - 1};
    struct told whole = {0}, cut = {0};
    split(t, data[0], in, in.len + 1, &whole);
    split(t, data[0], in, (data[0] >> 2) % 9 + 1, &cut);
    FUZZ_CHECK(str_eq(buf_str(&whole.text), buf_str(&cut.text)));
    FUZZ_CHECK(whole.plain <= in.len);
    buf_clear(&whole.text);
    buf_clear(&cut.text);
    return 0;
}
