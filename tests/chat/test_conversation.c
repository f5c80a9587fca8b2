/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "chat/conversation.h"

static void messages_keep_their_order_and_their_bytes(void **state)
{
    (void)state;
    struct conversation c = {0};
    assert_null(conversation_last(&c));
    for (int i = 0; i < 20; i++) {
        char text[] = {'m', (char)i, '\0', 'x'};
        conversation_add(&c, (enum role)(i % 3), str_n(text, sizeof text));
    }
    assert_int_equal(c.n, 20);
    for (int i = 0; i < 20; i++) {
        char text[] = {'m', (char)i, '\0', 'x'};
        assert_int_equal(c.messages[i].role, i % 3);
        assert_true(str_eq(buf_str(&c.messages[i].text), str_n(text, 4)));
    }
    assert_ptr_equal(conversation_last(&c), &c.messages[19]);
    conversation_clear(&c);
    assert_int_equal(c.n, 0);
}

static void truncating_forgets_only_what_is_behind(void **state)
{
    (void)state;
    struct conversation c = {0};
    conversation_add(&c, ROLE_USER, str_of("one"));
    conversation_add(&c, ROLE_ASSISTANT, str_of("two"));
    conversation_truncate(&c, 5);
    assert_int_equal(c.n, 2);
    conversation_truncate(&c, 1);
    assert_int_equal(c.n, 1);
    conversation_add(&c, ROLE_ASSISTANT, str_of("three"));
    assert_true(str_is(buf_str(&c.messages[1].text), "three"));
    conversation_clear(&c);
}

static void a_copy_shares_nothing(void **state)
{
    (void)state;
    struct conversation a = {0}, b = {0};
    conversation_add(&b, ROLE_USER, str_of("gone after the copy"));
    struct message *m = conversation_add(&a, ROLE_ASSISTANT, str_of("answer"));
    buf_puts(&m->thought, "hmm");
    m->interrupted = m->thought_open = true;

    conversation_copy(&b, &a);
    conversation_clear(&a);

    assert_int_equal(b.n, 1);
    assert_true(str_is(buf_str(&b.messages[0].text), "answer"));
    assert_true(str_is(buf_str(&b.messages[0].thought), "hmm"));
    assert_true(b.messages[0].interrupted && b.messages[0].thought_open);
    conversation_copy(&b, &b);
    assert_int_equal(b.n, 1);
    conversation_clear(&b);
}

static void role_names_parse_back(void **state)
{
    (void)state;
    enum role role;
    for (int r = ROLE_SYSTEM; r <= ROLE_ASSISTANT; r++) {
        assert_true(role_parse(str_of(role_name((enum role)r)), &role));
        assert_int_equal(role, r);
    }
    assert_false(role_parse(str_of("User"), &role));
    assert_false(role_parse(str_of(""), &role));
    assert_false(role_parse(str_of("users"), &role));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_keep_their_order_and_their_bytes),
        cmocka_unit_test(truncating_forgets_only_what_is_behind),
        cmocka_unit_test(a_copy_shares_nothing),
        cmocka_unit_test(role_names_parse_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
