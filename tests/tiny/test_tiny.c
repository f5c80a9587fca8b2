/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>
#include <unistd.h>

#include "gguf/gguf.h"
#include "gguf/gguf_reader.h"
#include "tiny/tiny.h"

static struct gguf opened(const struct buf *file)
{
    struct gguf g;
    struct err err;
    CHECK_OK(gguf_open_memory(&g, file->p, file->len, &err), &err);
    CHECK_OK(gguf_check_is_model(&g, &err), &err);
    return g;
}

static void both_kinds_open_and_have_their_tensors(void **state)
{
    (void)state;
    struct tiny_spec specs[] = {tiny_llama(), tiny_deepseek2()};
    const size_t n_tensors[] = {3 + 2 * 9, 3 + 13 + 2 * 18};
    for (int i = 0; i < 2; i++) {
        struct buf file = {0};
        tiny_write(&specs[i], &file);
        struct gguf g = opened(&file);
        assert_int_equal(g.n_tensors, n_tensors[i]);
        gguf_close(&g);
        buf_clear(&file);
    }
}

static void the_same_spec_gives_the_same_bytes_and_another_seed_others(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf a = {0}, b = {0}, c = {0};
    tiny_write(&spec, &a);
    tiny_write(&spec, &b);
    spec.seed = 2;
    tiny_write(&spec, &c);
    CHECK(a.len == b.len && memcmp(a.p, b.p, a.len) == 0);
    CHECK(a.len == c.len && memcmp(a.p, c.p, a.len) != 0);
    buf_clear(&a);
    buf_clear(&b);
    buf_clear(&c);
}

static void the_vocabulary_holds_each_token_once(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf file = {0};
    struct err err;
    struct gguf_strings it;
    struct str tokens[TINY_VOCAB];
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    CHECK_OK(gguf_strings(&g, "tokenizer.ggml.tokens", &it, &err), &err);
    assert_int_equal(it.left, TINY_VOCAB);
    for (size_t i = 0; i < TINY_VOCAB; i++) {
        CHECK(gguf_strings_next(&it, &tokens[i]) && tokens[i].len > 0);
        for (size_t j = 0; j < i; j++)
            CHECK(!str_eq(tokens[i], tokens[j]));
    }
    CHECK(str_is(tokens['A'], "A"));
    CHECK(str_is(tokens[' '], "\xC4\xA0"));
    CHECK(str_is(tokens['\n'], "\xC4\x8A"));
    CHECK(str_is(tokens[0xAD], "\xC5\x83"));
    CHECK(str_is(tokens[TINY_THINK], "<think>"));
    gguf_close(&g);
    buf_clear(&file);
}

static void a_poisoned_tensor_begins_with_nan(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct buf file = {0};
    spec.poison = "blk.1.ffn_gate_inp.weight";
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    const struct gguf_tensor *t = gguf_find_tensor(&g, spec.poison);
    assert_non_null(t);
    CHECK(isnan(gguf_load_f32(t->data)) && !isnan(gguf_load_f32(t->data + 4)));
    gguf_close(&g);
    buf_clear(&file);
}

static void a_tiny_file_on_the_disk_opens(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct gguf g;
    struct err err;
    char *path = tiny_write_file(&spec);
    CHECK_OK(gguf_open(&g, path, &err), &err);
    gguf_close(&g);
    unlink(path);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_kinds_open_and_have_their_tensors),
        cmocka_unit_test(the_same_spec_gives_the_same_bytes_and_another_seed_others),
        cmocka_unit_test(the_vocabulary_holds_each_token_once),
        cmocka_unit_test(a_poisoned_tensor_begins_with_nan),
        cmocka_unit_test(a_tiny_file_on_the_disk_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
