/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/bank.h"

#include "check.h"
#include "train/gen/phrase.h"

static struct bank *bank_of(const char *text)
{
    struct err err = {0};
    struct bank *bank = bank_new();
    CHECK_OK(bank_add(bank, "sums", str_of(text), &err), &err);
    CHECK_OK(bank_ready(bank, &err), &err);
    return bank;
}

static void check_refused(const char *text, const char *where)
{
    struct err err = {0};
    struct bank *bank = bank_new();
    bool ok = bank_add(bank, "sums", str_of(text), &err) &&
              bank_ready(bank, &err);
    if (ok || strncmp(err.msg, where, strlen(where)))
        fail_msg("\"%s\" gave \"%s\"", text, err.msg);
    assert_int_equal(err.kind, ERR_FORMAT);
    bank_free(bank);
}

static char *drawn(struct gen_ctx *ctx, const char *rule)
{
    struct slots slots = {0};
    struct buf out = {0};
    slot_printf(&slots, "a", "%d", 3);
    slot_printf(&slots, "b", "%d", 58);
    phrase(ctx, "sums", rule, &slots, &out);
    buf_puts(&out, "");
    return out.p;
}

static const char grammar[] =
    "# sums\n"
    "@slots a b\n"
    "@en ask\n"
    "what is {a}{plus}{b}?\n"
    "^3 <add|sum <up|>> {a} and {b}\n"
    "~ {b} and {a} together\n"
    "\n"
    "@en plus\n"
    " + <>\n"
    "@zh ask\n"
    "{a}加{b}\n"
    "\\#\\{{a}\\<\n";

static void every_line_is_drawn_as_often_as_it_weighs(void **state)
{
    (void)state;
    struct bank *bank = bank_of(grammar);
    struct gen_ctx ctx = {.rng = rng_init(1), .bank = bank};
    unsigned what = 0, add = 0, sum = 0, sum_up = 0;
    for (int i = 0; i < 4000; i++) {
        char *s = drawn(&ctx, "ask");
        what += !strcmp(s, "what is 3 + 58?");
        add += !strcmp(s, "add 3 and 58");
        sum += !strcmp(s, "sum  3 and 58");
        sum_up += !strcmp(s, "sum up 3 and 58");
        free(s);
    }
    assert_int_equal(what + add + sum + sum_up, 4000);
    assert_in_range(what, 900, 1100);
    assert_in_range(add, 1350, 1650);
    assert_in_range(sum_up, 650, 850);
    bank_free(bank);
}

static void unseen_lines_are_drawn_for_their_split_alone(void **state)
{
    (void)state;
    struct bank *bank = bank_of(grammar);
    struct gen_ctx ctx = {.split = SPLIT_UNSEEN, .bank = bank};
    for (int i = 0; i < 50; i++) {
        char *s = drawn(&ctx, "ask");
        assert_string_equal(s, "58 and 3 together");
        free(s);
        s = drawn(&ctx, "plus"); /* has no unseen line */
        assert_string_equal(s, " + ");
        free(s);
    }
    bank_free(bank);
}

static void a_backslash_takes_the_meaning_of_a_sign(void **state)
{
    (void)state;
    struct bank *bank = bank_of(grammar);
    struct gen_ctx ctx = {.lang = LANG_ZH, .bank = bank};
    bool seen = false;
    for (int i = 0; i < 50; i++) {
        char *s = drawn(&ctx, "ask");
        seen |= !strcmp(s, "#{3<");
        free(s);
    }
    CHECK(seen);
    bank_free(bank);
}

static void the_same_seed_draws_the_same(void **state)
{
    (void)state;
    struct bank *bank = bank_of(grammar);
    struct gen_ctx one = {.rng = rng_init(7), .bank = bank}, two = one;
    for (int i = 0; i < 100; i++) {
        char *s = drawn(&one, "ask"), *t = drawn(&two, "ask");
        assert_string_equal(s, t);
        free(s);
        free(t);
    }
    bank_free(bank);
}

static void what_a_bank_lacks_is_remembered(void **state)
{
    (void)state;
    struct bank *bank = bank_of("@slots a c\n@en ask\n{a}{c}\n");
    struct gen_ctx ctx = {.bank = bank};
    free(drawn(&ctx, "ask"));
    assert_string_equal(ctx.lacks, "sums: c");
    free(drawn(&ctx, "tell"));
    assert_string_equal(ctx.lacks, "sums: c");
    bank_free(bank);
}

static void a_malformed_bank_is_refused_with_its_line(void **state)
{
    (void)state;
    check_refused("what is\n", "sums.txt:1: a line before");
    check_refused("@en ask\nx\n@en ask\n", "sums.txt:3: a rule of this name");
    check_refused("@fr ask\nx\n", "sums.txt:1: @ wants");
    check_refused("@en Ask\nx\n", "sums.txt:1: @ wants");
    check_refused("@en ask\nx {y\n", "sums.txt:2: { without");
    check_refused("@en ask\n{}\n", "sums.txt:2: { without");
    check_refused("@en ask\nx }\n", "sums.txt:2: } without");
    check_refused("@en ask\n<x|y\n", "sums.txt:2: < without >");
    check_refused("@en ask\nx>y\n", "sums.txt:2: | or >");
    check_refused("@en ask\n^0 x\n", "sums.txt:2: ^ wants");
    check_refused("@en ask\n^999 x\n", "sums.txt:2: ^ wants");
    check_refused("@en ask\n^2x\n", "sums.txt:2: ^ wants");
    check_refused("@en ask\n\n{who}\n", "sums.txt:3: {who} is neither");
    check_refused("@en ask\n{b}\n@en b\n<x|{ask}>\n", "sums.txt:4: {ask} goes");
    check_refused("@en ask\n~ x\n", "sums.txt: rule \"en ask\" has no line");
    check_refused("@en ask\n", "sums.txt: rule \"en ask\" has no line");
    check_refused("@en ask\nx\x01\n", "sums.txt:2: not UTF-8");
    check_refused("@en ask\nx\xff\n", "sums.txt:2: not UTF-8");
    check_refused("@slots A\n", "sums.txt:1: a slot's name");
}

static void a_missing_folder_is_a_sentence(void **state)
{
    (void)state;
    struct err err = {0};
    assert_null(bank_open("/nonexistent", &err));
    assert_int_equal(err.kind, ERR_IO);
    CHECK(strstr(err.msg, "--data"));
}

static void our_own_banks_are_well_formed(void **state)
{
    (void)state;
    struct err err = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/data/bank", getenv("MULL_SOURCE"));
    struct bank *bank = bank_open(path, &err);
    if (!bank)
        fail_msg("%s", err.msg);
    CHECK(bank_find(bank, "common", LANG_EN, "lead"));
    CHECK(bank_find(bank, "any", LANG_ZH, "lead")); /* common serves all */
    bank_free(bank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_drawn_as_often_as_it_weighs),
        cmocka_unit_test(unseen_lines_are_drawn_for_their_split_alone),
        cmocka_unit_test(a_backslash_takes_the_meaning_of_a_sign),
        cmocka_unit_test(the_same_seed_draws_the_same),
        cmocka_unit_test(what_a_bank_lacks_is_remembered),
        cmocka_unit_test(a_malformed_bank_is_refused_with_its_line),
        cmocka_unit_test(a_missing_folder_is_a_sentence),
        cmocka_unit_test(our_own_banks_are_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
