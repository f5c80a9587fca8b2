/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/token_log.h"

#include <math.h>

#include "check.h"

enum { LAYERS = 3, USED = 2 };

static struct token_info token_of(int32_t id, const struct expert_pick *picks)
{
    struct token_info t = {.id = id, .pos = (uint32_t)id + 7, .measured = true,
                           .part = PART_ANSWER, .draft = DRAFT_ACCEPTED,
                           .p = 0.25f, .entropy = 1.5f, .ms = 12.3f};
    t.n_alts = 2;
    t.alts[0] = (struct token_alt){.id = id + 1, .p = 0.5f, .text_len = 3,
                                   .text = "alt"};
    t.alts[1] = (struct token_alt){.id = id, .p = 0.25f, .text_len = 2,
                                   .text = "me"};
    t.text_len = 2;
    memcpy(t.text, "me", 2);
    t.n_moe_layers = picks ? LAYERS : 0;
    t.n_used = USED;
    t.picks = picks;
    return t;
}

static const struct expert_pick some_picks[LAYERS * USED] = {
    {4, 40000}, {1, 25535}, {2, 65535}, {9, 0}, {300, 32768}, {3, 32767}};

static void a_token_is_given_back_as_it_was_told(void **state)
{
    (void)state;
    struct token_log *l = token_log_new();
    struct token_info t = token_of(17, some_picks);
    struct token_record r;
    assert_int_equal(token_log_add(l, &t, 3, 55), 0);
    assert_true(token_log_get(l, 0, &r));
    assert_int_equal(r.id, 17);
    assert_int_equal(r.pos, 24);
    assert_int_equal(r.turn, 3);
    assert_int_equal(r.at, 55);
    assert_int_equal(r.part, PART_ANSWER);
    assert_int_equal(r.draft, DRAFT_ACCEPTED);
    assert_true(r.measured && !r.given);
    assert_true(fabsf(r.p - 0.25f) < 0.0005f);
    assert_true(fabsf(r.entropy - 1.5f) < 0.001f);
    assert_true(fabsf(r.ms - 12.3f) < 0.06f);
    assert_int_equal(r.n_alts, 2);
    assert_int_equal(r.alts[0].id, 18);
    assert_int_equal(r.n_layers, LAYERS);
    assert_memory_equal(r.picks, some_picks, sizeof some_picks);
    CHECK(str_is(token_log_text(l, 17), "me"));
    CHECK(str_is(token_log_text(l, 18), "alt"));
    assert_int_equal(token_log_text(l, 99).len, 0);
    assert_true(fabsf(token_log_share(l, 0, 2, 300) - 0.5f) < 0.01f);
    assert_true(token_log_share(l, 0, 1, 9) > 0); /* chosen, if by a hair */
    assert_true(token_log_share(l, 0, 1, 4) == 0);
    assert_false(token_log_get(l, 1, &r));
    token_log_free(l);
}

static void a_small_probability_keeps_its_size(void **state)
{
    (void)state;
    struct token_log *l = token_log_new();
    struct token_info t = token_of(1, NULL);
    struct token_record r;
    t.p = 3e-7f;
    token_log_add(l, &t, 1, 0);
    t.p = 0;
    token_log_add(l, &t, 1, 0);
    t.p = NAN;
    token_log_add(l, &t, 1, 0);
    assert_true(token_log_get(l, 0, &r));
    assert_true(fabsf(r.p / 3e-7f - 1) < 0.01f);
    assert_true(token_log_get(l, 1, &r) && r.p == 0);
    assert_true(token_log_get(l, 2, &r) && r.p >= 0);
    token_log_free(l);
}

static void turns_of_different_forms_stand_side_by_side(void **state)
{
    (void)state;
    struct token_log *l = token_log_new();
    struct token_record r;
    for (int32_t i = 0; i < 1000; i++) {
        struct token_info t = token_of(i, i / 100 % 2 ? some_picks : NULL);
        t.n_used = i / 200 % 2 ? 1 : USED;
        t.measured = i % 7 != 0;
        token_log_add(l, &t, (uint32_t)i / 100, (uint32_t)i);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(token_log_get(l, i, &r));
        assert_int_equal(r.id, i);
        assert_int_equal(r.turn, i / 100);
        assert_int_equal(r.measured, i % 7 != 0);
        bool picks = i / 100 % 2 && i % 7 != 0;
        assert_int_equal(r.n_layers, picks ? LAYERS : 0);
        if (picks)
            assert_int_equal(r.n_used, i / 200 % 2 ? 1 : USED);
    }
    token_log_free(l);
}

static void memory_is_bounded_and_the_latest_stay(void **state)
{
    (void)state;
    enum { MANY = TOKEN_LOG_MAX + 5000, WIDE = 58 * 8 };
    struct token_log *l = token_log_new();
    struct expert_pick picks[WIDE] = {{0, 0}};
    struct token_record r;
    struct token_info t = token_of(5, picks);
    t.n_moe_layers = 58;
    t.n_used = 8;
    for (uint32_t i = 0; i < MANY; i++) {
        t.measured = i % 16 == 0;
        token_log_add(l, &t, i / 1000, i);
    }
    assert_true(token_log_bytes(l) < 48u << 20);
    assert_false(token_log_get(l, 0, &r));
    assert_true(token_log_get(l, MANY / 2, &r));
    assert_int_equal(r.n_layers, 0);
    assert_true(token_log_get(l, MANY - 1 - (MANY - 1) % 16, &r));
    assert_int_equal(r.n_layers, 58);
    assert_int_equal(r.at, MANY - 1 - (MANY - 1) % 16);
    token_log_clear(l);
    assert_int_equal(token_log_count(l), 0);
    token_log_free(l);
}

static void a_branch_inherits_what_was_measured(void **state)
{
    (void)state;
    struct token_log *l = token_log_new();
    struct token_record r;
    struct token_info t = token_of(17, some_picks);
    token_log_add(l, &t, 1, 0);
    struct token_info same = {.id = 17, .pos = 24, .given = true};
    struct token_info other = {.id = 18, .pos = 24, .given = true};
    struct token_info stranger = {.id = 99, .pos = 24, .given = true};
    token_log_add_again(l, &same, 2, 0, 0);
    token_log_add_again(l, &other, 3, 0, 0);
    token_log_add_again(l, &stranger, 4, 0, 0);
    token_log_add_again(l, &same, 5, 0, 77);
    assert_true(token_log_get(l, 1, &r));
    assert_true(r.given && r.measured && fabsf(r.p - 0.25f) < 0.001f);
    assert_memory_equal(r.picks, some_picks, sizeof some_picks);
    assert_true(token_log_get(l, 2, &r));
    assert_true(fabsf(r.p - 0.5f) < 0.001f);
    assert_true(token_log_get(l, 3, &r) && r.measured && r.p == 0);
    assert_true(token_log_get(l, 4, &r) && !r.measured);
    token_log_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_given_back_as_it_was_told),
        cmocka_unit_test(a_small_probability_keeps_its_size),
        cmocka_unit_test(turns_of_different_forms_stand_side_by_side),
        cmocka_unit_test(memory_is_bounded_and_the_latest_stay),
        cmocka_unit_test(a_branch_inherits_what_was_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
