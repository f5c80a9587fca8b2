/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"
#include "base/utf8.h"
#include "text/encode.h"
#include "text/template.h"
#include "text/vocab.h"
#include "train/data/with_tokenizer.h"

static struct ids encoded(const struct tokenizer *t, struct str text)
{
    struct ids ids = {0};
    encode(t->vocab, text, ENCODE_CONTENT, &ids);
    return ids;
}

static void check_round_trip(const struct tokenizer *t, struct str text)
{
    struct ids ids = encoded(t, text);
    struct buf back = {0};
    for (size_t i = 0; i < ids.n; i++)
        buf_add_str(&back, vocab_bytes(t->vocab, ids.p[i]));
    CHECK(str_eq(text, buf_str(&back)));
    buf_clear(&back);
    ids_clear(&ids);
}

static void what_was_encoded_is_decoded_to_the_same_bytes(void **state)
{
    struct tokenizer t;
    struct rng r = rng_init(7);
    (void)state;
    small_tokenizer(&t);
    check_round_trip(&t, str_of("the strawberry, 一二三, 347+58\n\n\ttab \r\n end"));
    for (int round = 0; round < 200; round++) {
        struct buf text = {0};
        for (int i = 0; i < 20; i++) {
            char c[4];
            uint32_t cp = rng_below(&r, i % 2 ? 0x250 : 0x11000);
            if (cp >= 0xD800 && cp < 0xE000)
                cp = 'x';
            buf_add(&text, c, utf8_encode(cp, c));
        }
        check_round_trip(&t, buf_str(&text));
        buf_clear(&text);
    }
    tokenizer_close(&t);
}

static void every_byte_has_a_token(void **state)
{
    struct tokenizer t;
    bool seen[256] = {false};
    (void)state;
    small_tokenizer(&t);
    for (int32_t i = 0; i < (int32_t)vocab_size(t.vocab); i++) {
        struct str s = vocab_bytes(t.vocab, i);
        if (vocab_kind(t.vocab, i) == TOKEN_NORMAL && s.len == 1)
            seen[(unsigned char)s.p[0]] = true;
    }
    for (int i = 0; i < 256; i++)
        CHECK(seen[i]);
    tokenizer_close(&t);
}

static void digits_never_merge(void **state)
{
    static const char *const lines[] = {"1212121212 12 12 12 12 x12 x12 =12"};
    struct tokenizer t;
    (void)state;
    tokenizer_of(&t, 400, lines, 1);
    for (int32_t i = 0; i < (int32_t)vocab_size(t.vocab); i++) {
        struct str s = vocab_bytes(t.vocab, i);
        bool digit = false;
        for (size_t k = 0; k < s.len; k++)
            digit = digit || (s.p[k] >= '0' && s.p[k] <= '9');
        if (vocab_kind(t.vocab, i) == TOKEN_NORMAL && digit)
            assert_int_equal(s.len, 1);
    }
    tokenizer_close(&t);
}

static void common_words_become_one_token(void **state)
{
    struct tokenizer t;
    (void)state;
    small_tokenizer(&t);
    struct ids ids = encoded(&t, str_of(" the"));
    assert_int_equal(ids.n, 1);
    ids_clear(&ids);
    tokenizer_close(&t);
}

static void the_reserved_ids_are_those_of_r1(void **state)
{
    struct tokenizer t;
    (void)state;
    small_tokenizer(&t);
    assert_int_equal(t.bos, 0);
    assert_int_equal(t.eos, 1);
    assert_int_equal(t.think, 4);
    assert_int_equal(t.think_end, 5);
    assert_int_equal(vocab_size(t.vocab), 400);
    assert_int_equal(vocab_bos(t.vocab), 0);
    CHECK(vocab_ends_turn(t.vocab, t.eos));
    tokenizer_close(&t);
}

static void the_engine_takes_the_template_for_that_of_r1(void **state)
{
    struct tokenizer t;
    char notice[192];
    (void)state;
    small_tokenizer(&t);
    const struct chat_family *f =
        chat_family_detect(&t.gguf, t.vocab, notice, sizeof notice);
    assert_string_equal(chat_family_name(f), "deepseek-r1");
    assert_string_equal(notice, "");
    tokenizer_close(&t);
}

static void the_same_text_gives_the_same_file(void **state)
{
    struct tokenizer a, b;
    (void)state;
    small_tokenizer(&a);
    small_tokenizer(&b);
    assert_int_equal(a.file.len, b.file.len);
    assert_memory_equal(a.file.p, b.file.p, a.file.len);
    tokenizer_close(&a);
    tokenizer_close(&b);
}

static void too_little_text_leaves_ids_unused(void **state)
{
    static const char *const lines[] = {"ab ab"};
    struct tokenizer t;
    (void)state;
    tokenizer_of(&t, 320, lines, 1);
    assert_int_equal(vocab_size(t.vocab), 320);
    assert_int_equal(vocab_kind(t.vocab, 319), TOKEN_UNUSED);
    check_round_trip(&t, str_of("[PAD319] ab"));
    tokenizer_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_encoded_is_decoded_to_the_same_bytes),
        cmocka_unit_test(every_byte_has_a_token),
        cmocka_unit_test(digits_never_merge),
        cmocka_unit_test(common_words_become_one_token),
        cmocka_unit_test(the_reserved_ids_are_those_of_r1),
        cmocka_unit_test(the_engine_takes_the_template_for_that_of_r1),
        cmocka_unit_test(the_same_text_gives_the_same_file),
        cmocka_unit_test(too_little_text_leaves_ids_unused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
