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
        assert_int_equal(c.messages[i]->role, i % 3);
        assert_true(str_eq(buf_str(&c.messages[i]->text), str_n(text, 4)));
    }
    assert_ptr_equal(conversation_last(&c), c.messages[19]);
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
    assert_true(str_is(buf_str(&c.messages[1]->text), "three"));
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
    assert_true(str_is(buf_str(&b.messages[0]->text), "answer"));
    assert_true(str_is(buf_str(&b.messages[0]->thought), "hmm"));
    assert_true(b.messages[0]->interrupted && b.messages[0]->thought_open);
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

/* user 1, answers 2 and 4, and behind answer 2 user 3. */
static struct conversation branched(void)
{
    struct conversation c = {0};
    conversation_add(&c, ROLE_USER, str_of("one"));
    conversation_add(&c, ROLE_ASSISTANT, str_of("two"));
    conversation_add(&c, ROLE_USER, str_of("three"));
    conversation_back(&c, 1);
    conversation_add(&c, ROLE_ASSISTANT, str_of("four"));
    return c;
}

static void going_back_keeps_what_was_behind_as_a_variant(void **state)
{
    (void)state;
    struct conversation c = branched();
    size_t index = 9;
    assert_int_equal(c.n, 2);
    assert_int_equal(c.messages[1]->id, 4);
    assert_int_equal(conversation_variants(&c, c.messages[1], &index), 2);
    assert_int_equal(index, 1);
    assert_null(conversation_variant(&c, c.messages[1], 1));
    assert_null(conversation_variant(&c, c.messages[1], -2));
    struct message *two = conversation_variant(&c, c.messages[1], -1);
    assert_int_equal(two->id, 2);
    assert_ptr_equal(conversation_variant(&c, two, 1), c.messages[1]);
    conversation_clear(&c);
}

static void choosing_a_variant_goes_on_where_it_led(void **state)
{
    (void)state;
    struct conversation c = branched();
    assert_true(conversation_choose(&c, 2));
    assert_int_equal(c.n, 3);
    assert_int_equal(c.messages[2]->id, 3);
    assert_true(conversation_choose(&c, 4));
    assert_int_equal(c.n, 2);
    assert_true(conversation_choose(&c, 1)); /* went to 4 last */
    assert_int_equal(conversation_last(&c)->id, 4);
    assert_true(conversation_end_at(&c, 2));
    assert_int_equal(c.n, 2);
    assert_true(conversation_end_at(&c, 0));
    assert_int_equal(c.n, 0);
    assert_false(conversation_choose(&c, 0));
    assert_false(conversation_choose(&c, 9));
    assert_false(conversation_end_at(&c, 9));
    conversation_clear(&c);
}

static void two_beginnings_are_variants_too(void **state)
{
    (void)state;
    struct conversation c = branched(), moved;
    conversation_back(&c, 0);
    conversation_add(&c, ROLE_USER, str_of("another"));
    moved = c; /* nothing points into the struct itself */
    assert_int_equal(conversation_variants(&moved, moved.messages[0], NULL), 2);
    struct message *first = conversation_variant(&moved, moved.messages[0], -1);
    assert_int_equal(first->id, 1);
    conversation_clear(&moved);
}

static void removing_takes_everything_below(void **state)
{
    (void)state;
    struct conversation c = branched();
    assert_true(conversation_remove(&c, 2));
    assert_int_equal(c.n_all, 2);
    assert_int_equal(c.n, 2);
    assert_null(conversation_find(&c, 3));
    assert_int_equal(conversation_variants(&c, c.messages[1], NULL), 1);
    struct message *m = conversation_add(&c, ROLE_USER, str_of("five"));
    assert_int_equal(m->id, 5); /* no id comes twice */
    conversation_truncate(&c, 1);
    assert_int_equal(c.n_all, 1);
    assert_null(c.messages[0]->first);
    assert_null(c.messages[0]->chosen);
    assert_false(conversation_remove(&c, 5));
    assert_true(conversation_remove(&c, 1));
    assert_int_equal(c.n, 0);
    assert_int_equal(c.n_all, 0);
    conversation_clear(&c);
}

static void after_removing_the_chosen_one_its_neighbour_is_chosen(void **state)
{
    (void)state;
    struct conversation c = branched();
    assert_true(conversation_remove(&c, 4));
    assert_int_equal(c.n, 1);
    assert_true(conversation_choose(&c, 1));
    assert_int_equal(conversation_last(&c)->id, 3);
    conversation_clear(&c);
}

static void a_message_without_its_parent_is_refused(void **state)
{
    (void)state;
    struct conversation c = {0};
    assert_null(conversation_put(&c, 0, 0, ROLE_USER));
    assert_null(conversation_put(&c, 1, 1, ROLE_USER));
    assert_non_null(conversation_put(&c, 7, 0, ROLE_USER));
    assert_null(conversation_put(&c, 7, 0, ROLE_USER));
    assert_null(conversation_put(&c, 6, 7, ROLE_USER));
    assert_null(conversation_put(&c, UINT32_MAX, 7, ROLE_USER));
    assert_non_null(conversation_put(&c, 4000000000u, 7, ROLE_ASSISTANT));
    assert_int_equal(c.n, 0); /* the path is not touched */
    assert_true(conversation_end_at(&c, 4000000000u));
    assert_int_equal(c.n, 2);
    conversation_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(going_back_keeps_what_was_behind_as_a_variant),
        cmocka_unit_test(choosing_a_variant_goes_on_where_it_led),
        cmocka_unit_test(two_beginnings_are_variants_too),
        cmocka_unit_test(removing_takes_everything_below),
        cmocka_unit_test(after_removing_the_chosen_one_its_neighbour_is_chosen),
        cmocka_unit_test(a_message_without_its_parent_is_refused),
        cmocka_unit_test(messages_keep_their_order_and_their_bytes),
        cmocka_unit_test(truncating_forgets_only_what_is_behind),
        cmocka_unit_test(a_copy_shares_nothing),
        cmocka_unit_test(role_names_parse_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
