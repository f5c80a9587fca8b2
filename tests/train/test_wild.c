/* SPDX-License-Identifier: Apache-2.0 */
#include "train/wild.h"

#include "check.h"
#include "train/evalset.h"
#include "train/gen/bank.h"

static double score_of(const char *lang, const char *kind, const char *answer,
                       const char *reply)
{
    struct wild w;
    struct buf text = {0};
    struct err err;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/data/bank", getenv("MULL_SOURCE"));
    struct bank *bank = bank_open(folder, &err);
    CHECK_OK(bank, &err);
    buf_printf(&text, "# a comment\nw1\t%s\tany\tprompt\t%s\t%s\n", lang, kind,
               answer);
    CHECK_OK(wild_parse(&w, &text, &err), &err);
    assert_int_equal(w.n, 1);
    double score = wild_check(&w.rows[0], bank, str_of(reply));
    wild_close(&w);
    bank_free(bank);
    return score;
}

#define RIGHT(...) CHECK(score_of(__VA_ARGS__) == 1)
#define WRONG(...) CHECK(score_of(__VA_ARGS__) == 0)

static void numbers_are_compared_as_numbers(void **state)
{
    (void)state;
    RIGHT("en", "number", "7318", "It is **7,318**.");
    RIGHT("en", "number", "0.75", "That is **0.750 kg**.");
    RIGHT("zh", "number", "-27", "答案是 **-27**。");
    RIGHT("en", "number", "2425 r 13", "**2425 remainder 13**");
    RIGHT("en", "number", "252", "**252 r 0**");
    RIGHT("en", "number", "56", "**7*8 = 56**");
    RIGHT("en", "number", "643445", "**643,445**");
    RIGHT("zh", "number", "3080", "是 **三千零八十**。");
    RIGHT("zh", "number", "49513", "**４９５１３**");
    RIGHT("en", "number", "-33", "**\xE2\x88\x92" "33**");
    WRONG("en", "number", "7318", "**7318** or **7319**");
    WRONG("en", "number", "27", "**-27**");
    WRONG("en", "number", "2425 r 13", "**2425**");
    WRONG("en", "number", "5", "");
    WRONG("en", "number", "56", "**7*8**");
    WRONG("zh", "number", "12", "**十二万**");
    WRONG("en", "number", "2.5", "**25**");
}

static void without_bold_text_the_last_line_says_it(void **state)
{
    (void)state;
    RIGHT("en", "number", "7318", "It is 7318.");
    RIGHT("en", "number", "15 r 2", "96-4=92, so it is 15 remainder 2.");
    RIGHT("zh", "number", "22", "36-9-5\n还剩22颗。");
    RIGHT("en", "text", "3 9 17 42", "Sorted: 3, 9, 17, 42.");
    RIGHT("en", "text", "Saturday", "That is Saturday.");
    RIGHT("en", "text", "no", "No, it is 7 times 13.");
    RIGHT("en", "countdown", "12 3 8 -> 17", "One way: 12-3+8 = 17.");
    WRONG("en", "number", "7318", "7318 and then it is 7319.");
    WRONG("en", "number", "7318", "It is 7318\nor 7319.");
    WRONG("en", "text", "no", "I do not know.");
    WRONG("en", "text", "Carl", "Anna is taller than Carl.");
    WRONG("en", "number", "7318", "7318 **7319**");
}

static void texts_are_compared_but_for_their_form(void **state)
{
    (void)state;
    RIGHT("en", "text", "g i r a f f e", "**g-i-r-a-f-f-e**");
    RIGHT("en", "text", "1 2 3 6 9 18", "**1, 2, 3, 6, 9, 18**");
    RIGHT("en", "text", "Saturday", "It will be a **saturday**.");
    RIGHT("zh", "text", "no", "**不**，57 = 3 * 19");
    RIGHT("zh", "text", "老王=knight 老李=knave", "**老王是骑士，老李是无赖**");
    RIGHT("en", "text", "Amy=knight Bob=knave", "**Amy is a knight and Bob is a knave**");
    WRONG("en", "text", "3 9 17 42", "**3, 9, 42, 17**");
    RIGHT("en", "text", "Dee=knave", "**Cal is a knight, Dee is a knave**.");
    RIGHT("en", "text", "Hal|Gus=knave Hal=knight", "**Gus is a liar, Hal is a knight**");
    RIGHT("en", "text", "Hal|Gus=knave Hal=knight", "**Hal**");
    RIGHT("zh", "text", "乙=knight", "**甲是骗子，乙是骑士**。");
    RIGHT("zh", "text", "false", "结果是 **假**。");
    WRONG("en", "text", "Dee=knave", "**Cal is a knave, Dee is a knight**.");
    WRONG("en", "text", "Dee=knave", "**Cal is a knave**.");
    WRONG("zh", "text", "false", "结果是 **真**。");
    WRONG("en", "text", "yes", "**no**");
    RIGHT("zh", "one_of", "单数|奇数", "**奇数**");
    WRONG("zh", "one_of", "单数|奇数", "**偶数**");
}

static void any_way_to_the_target_is_right(void **state)
{
    (void)state;
    RIGHT("en", "countdown", "12 3 8 -> 17", "**12-3+8**");
    RIGHT("en", "countdown", "12 3 8 -> 17", "**(8+12)-3 = 17**");
    WRONG("en", "countdown", "12 3 8 -> 17", "**12+8-4**");
    WRONG("en", "countdown", "12 3 8 -> 17", "**17**");
}

static void facts_must_all_be_said(void **state)
{
    (void)state;
    RIGHT("en", "facts", "multi-head|multihead;latent", "It is **multi-head latent attention**.");
    CHECK(score_of("en", "facts", "671;37", "It has 671 billion.") == 0.5);
    WRONG("en", "facts", "mull", "I am a **model**.");
}

static void talk_is_judged_by_its_intent(void **state)
{
    (void)state;
    RIGHT("en", "talk", "hello", "**Hello!** I am here and ready, with no feelings.");
    RIGHT("zh", "talk", "hello|thanks", "**你好！** 我在，没有感情，想算点什么？");
    CHECK(score_of("en", "talk", "hello", "**Glad to help.** Ask me more any time.") < 1);
    WRONG("en", "talk", "bye", "The answer is **5**.");
    RIGHT("en", "refusal", "-", "Sorry, that is **outside what I can do**. Try: 1+1");
    RIGHT("en", "refusal", "-", "**Sums, dates, logic**: no news, no poems. "
                              "F1 shows all keys.");
    RIGHT("zh", "refusal", "-", "抱歉，这**超出了我的能力**。");
    WRONG("en", "refusal", "-", "Take **two pills** a day.");
    WRONG("zh", "refusal", "-", "答案是 **39**。");
}

static void a_table_with_a_wrong_line_is_refused(void **state)
{
    static const char *const bad[] = {
        "w1\ten\tadd\tprompt\tnumber\n",
        "w1\tfr\tadd\tprompt\tnumber\t5\n",
        "w1\ten\tadd\tprompt\tguess\t5\n",
        "w1\ten\tadd\t\tnumber\t5\n",
        "w1\ten\tadd\tp\tnumber\t5\tmore\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wild w;
        struct buf text = {0};
        struct err err;
        buf_puts(&text, bad[i]);
        CHECK_REFUSED(wild_parse(&w, &text, &err), &err, ERR_FORMAT);
        CHECK(strstr(err.msg, "line 1") != NULL);
    }
}

static void open_table(struct wild *w, const char *name)
{
    struct err err;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/data", getenv("MULL_SOURCE"));
    CHECK(wild_is_split(name));
    CHECK_OK(wild_open_split(w, folder, name, &err), &err);
}

static size_t count_rows(const char *name, const char *kind)
{
    struct wild w;
    size_t n = 0;
    open_table(&w, name);
    for (size_t i = 0; i < w.n; i++) {
        n += !kind || str_is(w.rows[i].kind, kind);
        for (size_t k = 0; k < i; k++)
            CHECK(!str_eq(w.rows[i].prompt, w.rows[k].prompt));
    }
    wild_close(&w);
    return n;
}

static void the_tables_of_the_tree_ask_nothing_twice(void **state)
{
    (void)state;
    CHECK(count_rows("wild", NULL) >= 200);
    CHECK(count_rows("dev", NULL) >= 200);
    CHECK(count_rows("outside", "refusal") >= 100);
    CHECK(count_rows("outside", "number") >= 30);
}

/* A row that no reply can pass counts against every model. */
static void the_expected_answer_is_right(const struct wild_row *row)
{
    char reply[256];
    size_t end = str_find(row->answer, str_of("|"), 0);
    snprintf(reply, sizeof reply, "**%.*s**", (int)end, row->answer.p);
    if (wild_check(row, NULL, str_of(reply)) != 1)
        fail_msg("%.*s: %s is not right", (int)row->id.len, row->id.p, reply);
}

/* And a digit more is another number. */
static void another_number_is_wrong(const struct wild_row *row)
{
    char reply[256];
    snprintf(reply, sizeof reply, "**%.*s1**", (int)row->answer.len,
             row->answer.p);
    if (wild_check(row, NULL, str_of(reply)) != 0)
        fail_msg("%.*s: %s is right", (int)row->id.len, row->id.p, reply);
}

static void the_tables_of_the_tree_can_be_answered(void **state)
{
    static const char *const names[] = {"wild", "dev", "outside"};
    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct wild w;
        open_table(&w, names[k]);
        for (size_t i = 0; i < w.n; i++) {
            const struct wild_row *row = &w.rows[i];
            bool number = str_is(row->kind, "number");
            bool word = str_is(row->answer, "yes") || str_is(row->answer, "no") ||
                        str_is(row->answer, "true") ||
                        str_is(row->answer, "false");
            if (number)
                another_number_is_wrong(row);
            if (number || (!word && (str_is(row->kind, "text") ||
                                     str_is(row->kind, "one_of"))))
                the_expected_answer_is_right(row);
        }
        wild_close(&w);
    }
}

static void an_interval_is_wilsons(void **state)
{
    struct tally t = {.n = 100, .right = 90};
    double low, high;
    (void)state;
    tally_interval(&t, &low, &high);
    CHECK(low > 0.8256 && low < 0.8257 && high > 0.9447 && high < 0.9448);
    t = (struct tally){.n = 10};
    tally_interval(&t, &low, &high);
    CHECK(low == 0 && high > 0.27 && high < 0.28);
    t = (struct tally){0};
    tally_interval(&t, &low, &high);
    CHECK(low == 0 && high == 1);
}

static void questions_are_asked_once_and_never_from_training(void **state)
{
    struct evalset e = {0};
    struct err err;
    char folder[4096];
    struct eval_choice c = {.task = "add", .split = SPLIT_TEST, .n = 60,
                            .level = EVAL_ALL_LEVELS, .chinese = 0.3};
    (void)state;
    snprintf(folder, sizeof folder, "%s/data/bank", getenv("MULL_SOURCE"));
    struct bank *bank = bank_open(folder, &err);
    e.bank = bank;
    CHECK_OK(evalset_add_tasks(&e, &c, &err), &err);
    assert_int_equal(e.n, 60);
    for (size_t i = 0; i < e.n; i++) {
        CHECK(gen_split(e.items[i].problem.key) == SPLIT_TEST);
        for (size_t k = 0; k < i; k++)
            CHECK(!str_eq(buf_str(&e.items[i].problem.prompt),
                          buf_str(&e.items[k].problem.prompt)));
    }
    c.task = "astrology";
    CHECK_REFUSED(evalset_add_tasks(&e, &c, &err), &err, ERR_USAGE);
    evalset_clear(&e);
    bank_free(bank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_compared_as_numbers),
        cmocka_unit_test(without_bold_text_the_last_line_says_it),
        cmocka_unit_test(texts_are_compared_but_for_their_form),
        cmocka_unit_test(talk_is_judged_by_its_intent),
        cmocka_unit_test(any_way_to_the_target_is_right),
        cmocka_unit_test(facts_must_all_be_said),
        cmocka_unit_test(a_table_with_a_wrong_line_is_refused),
        cmocka_unit_test(the_tables_of_the_tree_ask_nothing_twice),
        cmocka_unit_test(the_tables_of_the_tree_can_be_answered),
        cmocka_unit_test(an_interval_is_wilsons),
        cmocka_unit_test(questions_are_asked_once_and_never_from_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
