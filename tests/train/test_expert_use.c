/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "train/expert_use.h"

static void tokens_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum token_class kind;
    } cases[] = {
        {"7", CLASS_DIGIT},   {"+", CLASS_SIGN},     {"=", CLASS_SIGN},
        {"**", CLASS_MARK},   {". ", CLASS_MARK},    {" ", CLASS_MARK},
        {"\n", CLASS_LINE},   {":\n\n", CLASS_LINE}, {" the", CLASS_WORD},
        {"rry", CLASS_WORD},  {"r", CLASS_LETTER},   {"\xE7\x9A\x84", CLASS_CHINESE},
        {"\xE7", CLASS_CHINESE}, {"", CLASS_TAG},    {" 5", CLASS_DIGIT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(token_class_of(str_of(cases[i].text)), cases[i].kind);
}

/* A token of a model with one layer and four experts, two of them used. */
static void add(struct expert_use *u, const char *task, const char *text,
                uint16_t a, uint16_t b, unsigned times)
{
    struct expert_pick picks[2] = {{a, 40000}, {b, 25535}};
    struct token_info t = {.measured = true, .n_moe_layers = 1, .n_used = 2,
                           .picks = picks, .text_len = (uint8_t)strlen(text)};
    memcpy(t.text, text, t.text_len);
    for (unsigned i = 0; i < times; i++)
        expert_use_add(u, task, &t);
}

static void an_expert_is_named_after_what_comes_to_it_oftener(void **state)
{
    struct expert_use u;
    struct buf table = {0};
    (void)state;
    expert_use_init(&u, 1, 3, 4);
    add(&u, "mul", "7", 0, 3, 100);   /* digits of products: 0 */
    add(&u, "talk", " the", 1, 3, 100); /* words of talk: 1 */
    add(&u, "talk", "7", 2, 3, 5);    /* 2 sees next to nothing */
    struct expert_trait t = expert_use_trait(&u, 0, 0);
    assert_string_equal(t.label, "digits; multiply");
    CHECK(t.kind_share == 1 && t.kind_lift > 1.9 && t.kind_lift < 2);
    assert_string_equal(expert_use_trait(&u, 0, 1).label, "words; talk");
    assert_string_equal(expert_use_trait(&u, 0, 2).label, "hardly used");
    assert_string_equal(expert_use_trait(&u, 0, 3).label, "a bit of everything");
    CHECK(expert_use_trait(&u, 0, 3).load == 2);
    expert_use_put(&u, &table);
    CHECK(str_find(buf_str(&table), str_of("\n3\t0\t0.98\tdigits\t1.00\t"), 0) <
          table.len);
    buf_clear(&table);
    expert_use_clear(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_told_apart),
        cmocka_unit_test(an_expert_is_named_after_what_comes_to_it_oftener),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
