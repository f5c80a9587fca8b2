/* SPDX-License-Identifier: Apache-2.0 */
#include "with_vocab.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "text/detok.h"
#include "tiny/tiny.h"

/* In the tiny vocabulary token b is byte b. */
static void feed(struct detok *d, const struct vocab *v, struct str bytes,
                 struct buf *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        detok_token(d, v, (uint8_t)bytes.p[i], false, out);
        CHECK(utf8_valid(buf_str(out))); /* never half a character */
    }
}

static void any_bytes_come_out_as_repaired_utf8(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {'a', 0x80, 0xBF, 0x9F, 0xA0, 0xC3, 0xE0,
                                    0xE4, 0xED, 0xF0, 0xF4, 0xC0, 0xFF, 0x90};
    struct vocab *v = vocab_tiny();
    struct rng rng = rng_init(8);
    for (int round = 0; round < 5000; round++) {
        char in[12];
        size_t len = rng_below(&rng, sizeof in);
        for (size_t i = 0; i < len; i++)
            in[i] = (char)bytes[rng_below(&rng, sizeof bytes)];
        struct buf want = {0}, got = {0};
        struct detok d = {0};
        utf8_repair(str_n(in, len), &want);
        feed(&d, v, str_n(in, len), &got);
        detok_end(&d, &got);
        CHECK(str_eq(buf_str(&want), buf_str(&got)));
        buf_clear(&want);
        buf_clear(&got);
    }
    vocab_free(v);
}

static void special_tokens_are_shown_only_when_asked_for(void **state)
{
    (void)state;
    struct vocab *v = vocab_tiny();
    struct detok d = {0};
    struct buf out = {0};
    detok_token(&d, v, TINY_USER, false, &out);
    detok_token(&d, v, TINY_UNUSED, false, &out);
    detok_token(&d, v, -1, true, &out);
    detok_token(&d, v, 1 << 20, true, &out);
    assert_int_equal(out.len, 0);
    detok_token(&d, v, TINY_THINK, false, &out);
    assert_string_equal(out.p, "<think>");
    buf_reset(&out);
    detok_token(&d, v, TINY_USER, true, &out);
    assert_string_equal(out.p, "<\xEF\xBD\x9CUser\xEF\xBD\x9C>");
    buf_clear(&out);
    vocab_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_come_out_as_repaired_utf8),
        cmocka_unit_test(special_tokens_are_shown_only_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
