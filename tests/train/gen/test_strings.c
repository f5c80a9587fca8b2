/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <strings.h>

#include "each_task.h"

#include "train/gen/letters.h"

static struct world world;

static const char *const names[] = {
    "count_letter", "vowels", "spell", "length", "nth_letter", "reverse",
    "sort_letters", "has_letter", "palindrome", "pick_word", "repeat"};

static void every_task_holds_what_all_tasks_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_task(&world, task_find(names[i]), 60);
}

static void another_answer_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
            assert_int_equal(
                wrong_taken(&world, task_find(names[i]), lang, 300), 0);
}

/* "letter 3 of planet: p1 l2 a3", "count r in row:0 r1:1 o2": what is spelled, as far
 * as it goes, must be in the line that it stands in. */
static void check_spelling(const struct problem *p)
{
    const char *at = strpbrk(p->think.p, ":?");
    const char *wide = strstr(p->think.p, "：");
    if (wide && (!at || wide < at))
        at = wide + 2;
    CHECK(at);
    at = strchr(at, ' ');
    CHECK(at);
    at++;
    struct letters spelled = {0};
    for (unsigned long n = 1; *at && *at != '\n'; n++) {
        size_t len = strcspn(at, "0123456789 \n");
        char *end;
        if (at[len] < '0' || at[len] > '9')
            break; /* the letter that the last one is compared with, or -> */
        CHECK(len > 0 && len < sizeof spelled.one[0] && spelled.n < LETTERS_MAX);
        memcpy(spelled.one[spelled.n++], at, len);
        assert_int_equal(strtoul(at + len, &end, 10), n);
        at = end + strcspn(end, " \n");
        at += *at == ' ';
    }
    CHECK(spelled.n > 0);
    char word[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < spelled.n; i++)
        used += (size_t)snprintf(word + used, sizeof word - used, "%s",
                                 spelled.one[i]);
    if (!strstr(p->think.p, word))
        fail_msg("\"%s\" is not spelled in \"%s\"", word, p->think.p);
}

static void every_word_is_spelled_right(void **state)
{
    (void)state;
    struct problem p = {0};
    for (size_t t = 0; t < 9; t++) /* pick_word spells three */
        for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
            for (unsigned i = 0; i < 200; i++) {
                const struct task *task = task_find(names[t]);
                struct gen_ctx ctx = world_ctx(&world, task, SPLIT_TRAIN, lang,
                                               i);
                world_make(&ctx, task, &p);
                check_spelling(&p);
            }
    problem_clear(&p);
}

/* The word of "count X in WORD:" again, counted by other means. */
static void counts_are_true(void **state)
{
    (void)state;
    const struct task *t = task_find("count_letter");
    struct problem p = {0};
    unsigned more_than_one = 0, none = 0, n = 600;
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TRAIN, LANG_EN, i);
        world_make(&ctx, t, &p);
        char letter, word[64];
        CHECK(sscanf(p.think.p, "count %c in %63[a-z]:0", &letter, word) == 2);
        unsigned count = 0;
        for (char *c = word; *c; c++)
            count += *c == letter;
        assert_int_equal(strtoul(p.answer.p, NULL, 10), count);
        /* the last count is the answer */
        assert_int_equal(strtoul(strrchr(p.think.p, ':') + 1, NULL, 10), count);
        more_than_one += count > 1;
        none += count == 0;
    }
    assert_in_range(more_than_one, n / 4, n);
    assert_in_range(none, n / 20, n / 4);
    problem_clear(&p);
}

static void reversed_and_sorted_words_hold_the_same_letters(void **state)
{
    (void)state;
    struct problem p = {0};
    for (unsigned i = 0; i < 300; i++)
        for (unsigned sort = 0; sort < 2; sort++) {
            const struct task *t = task_find(sort ? "sort_letters" : "reverse");
            struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TEST, LANG_EN, i);
            world_make(&ctx, t, &p);
            char word[64];
            CHECK(sscanf(p.think.p, "%*s %63[a-z]:", word) == 1);
            size_t n = strlen(word);
            assert_int_equal(p.answer.len, 2 * n - 1);
            unsigned left[128] = {0};
            for (size_t k = 0; k < n; k++) {
                char got = p.answer.p[2 * k];
                if (!sort)
                    assert_int_equal(got, word[n - 1 - k]);
                else if (k > 0)
                    CHECK(p.answer.p[2 * k - 2] <= got);
                left[(unsigned char)got]++;
                left[(unsigned char)word[k]]--;
            }
            for (size_t c = 0; c < 128; c++)
                assert_int_equal(left[c], 0);
        }
    problem_clear(&p);
}

/* What the prompt's thought compares, again, and how often the answer is yes. */
static void yes_comes_as_often_as_no(void **state)
{
    (void)state;
    const struct task *t = task_find("has_letter");
    struct problem p = {0};
    unsigned yes[3] = {0}, all[3] = {0};
    for (unsigned i = 0; i < 900; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TRAIN, LANG_EN, i);
        world_make(&ctx, t, &p);
        char letter, where[8], word[64];
        unsigned kind = 0;
        if (sscanf(p.think.p, "%c in %63[a-z]?", &letter, word) != 2) {
            CHECK(sscanf(p.think.p, "%c %7[a-z] in %63[a-z]?", &letter, where,
                         word) == 3);
            kind = strcmp(where, "first") ? 2 : 1;
        }
        bool is = kind == 0 ? strchr(word, letter) != NULL
                            : letter == word[kind == 1 ? 0 : strlen(word) - 1];
        assert_int_equal(is, str_is(buf_str(&p.answer), "yes"));
        yes[kind] += is;
        all[kind]++;
    }
    for (unsigned k = 0; k < 3; k++)
        assert_in_range(yes[k] * 100 / all[k], 40, 60);
    problem_clear(&p);
}

/* Nor do they show in being no words: both are made up about as often. */
static void palindromes_come_as_often_as_others(void **state)
{
    (void)state;
    const struct task *t = task_find("palindrome");
    struct problem p = {0};
    unsigned yes = 0, n = 400, odd = 0;
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TRAIN, LANG_EN, i);
        world_make(&ctx, t, &p);
        char word[64];
        CHECK(sscanf(p.think.p, "palindrome %63[a-z]?", word) == 1);
        bool is = true;
        size_t len = strlen(word), off = 0;
        for (size_t k = 0; k < len; k++) {
            is &= word[k] == word[len - 1 - k];
            off += word[k] != word[len - 1 - k];
        }
        assert_int_equal(is, str_is(buf_str(&p.answer), "yes"));
        yes += is;
        odd += off == 2; /* one pair is off */
    }
    assert_in_range(yes, n * 2 / 5, n * 3 / 5);
    assert_in_range(odd, n / 6, n / 2);
    problem_clear(&p);
}

/* The thought is cut off at its last line: the word after the arrow. */
static void the_word_picked_is_the_one(void **state)
{
    (void)state;
    const struct task *t = task_find("pick_word");
    struct problem p = {0};
    for (unsigned i = 0; i < 400; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TRAIN, LANG_EN, i);
        world_make(&ctx, t, &p);
        char letter, word[3][32];
        bool last = sscanf(p.think.p, "last letter %c: %31[a-z] %31[a-z] %31[a-z]",
                           &letter, word[0], word[1], word[2]) == 4;
        bool first = sscanf(p.think.p, "first letter %c: %31[a-z] %31[a-z] %31[a-z]",
                            &letter, word[0], word[1], word[2]) == 4;
        if (!first && !last)
            CHECK(sscanf(p.think.p, "longest: %31[a-z] %31[a-z] %31[a-z]", word[0],
                         word[1], word[2]) == 3);
        unsigned fit = 0;
        for (unsigned k = 0; k < 3; k++) {
            size_t len = strlen(word[k]);
            bool is = str_is(buf_str(&p.answer), word[k]);
            bool right = first ? word[k][0] == letter
                       : last ? word[k][len - 1] == letter : len >= p.answer.len;
            assert_int_equal(is, right);
            fit += right;
        }
        assert_int_equal(fit, 1);
        CHECK(str_ends(buf_str(&p.think), buf_str(&p.answer)));
    }
    problem_clear(&p);
}

/* Whether `word` stands in the text, whatever its case, and no letter beside it. */
static bool has_whole(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; *at; at++)
        if (!strncasecmp(at, word, len) && !isalpha((unsigned char)at[len]) &&
            (at == text || !isalpha((unsigned char)at[-1])))
            return true;
    return false;
}

static void chinese_lists_of_words_stay_lists_without_commas(void **state)
{
    (void)state;
    const struct task *t = task_find("pick_word");
    struct problem p = {0};
    for (unsigned i = 0; i < 1500; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TRAIN, LANG_ZH, i);
        world_make(&ctx, t, &p);
        char word[3][32];
        const char *list = strstr(p.think.p, ": ");
        CHECK(list && sscanf(list, ": %31[a-z] %31[a-z] %31[a-z]", word[0], word[1],
                             word[2]) == 3);
        for (unsigned k = 0; k < 3; k++)
            if (!has_whole(p.prompt.p, word[k])) {
                print_error("%s: not in %s\n", word[k], p.prompt.p);
                fail();
            }
    }
    problem_clear(&p);
}

/* Different words among n, and how many of them the bank has. */
static unsigned words_of(const char *name, enum lang lang, enum split split,
                         unsigned n, unsigned *different)
{
    static char seen[2000][16];
    const struct task *t = task_find(name);
    struct problem p = {0};
    unsigned everyday = 0, total = 0;
    *different = 0;
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, split, lang, i);
        world_make(&ctx, t, &p);
        char word[16];
        const char *at = strpbrk(p.think.p, " ");
        CHECK(at && sscanf(at, " %15[a-z]", word) == 1);
        unsigned k = 0;
        while (k < *different && strcmp(seen[k], word))
            k++;
        if (k == *different)
            memcpy(seen[(*different)++], word, sizeof word);
        static const char *const rules[] = {"word_short", "word_middle",
                                            "word_long"};
        bool has = false;
        for (size_t r = 0; r < 3; r++) {
            const struct bank_rule *rule = bank_find(world.bank, "words", LANG_EN,
                                                     rules[r]);
            for (uint32_t l = rule->first; l != BANK_NONE && !has;
                 l = world.bank->lines[l].next) {
                const struct bank_piece *piece =
                    &world.bank->pieces[world.bank->lines[l].first];
                has = str_is(str_n(world.bank->text.p + piece->from, piece->len),
                             word);
            }
        }
        everyday += has;
        total++;
    }
    problem_clear(&p);
    return everyday * 100 / total;
}

static void every_split_has_the_same_share_of_everyday_words(void **state)
{
    (void)state;
    unsigned different;
    if (!world.bank->words)
        skip();
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (enum split split = SPLIT_TRAIN; split <= SPLIT_UNSEEN; split++)
            assert_in_range(words_of("spell", lang, split, 400, &different), 90, 99);
}

/* What is held out of one task is trained in the others: who asks has no word that
 * was never spelled. */
static void a_word_is_held_out_of_one_task_alone(void **state)
{
    (void)state;
    const struct task *t = task_find("spell");
    struct problem p = {0};
    unsigned n = 200, trained = 0;
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TEST, LANG_EN, i);
        world_make(&ctx, t, &p);
        char word[32], here[64], there[64];
        CHECK(sscanf(p.think.p, "spell %31[a-z]:", word) == 1);
        snprintf(here, sizeof here, "spell %s", word);
        snprintf(there, sizeof there, "reverse %s", word);
        CHECK(p.key == gen_key(str_of(here)));
        trained += gen_split(gen_key(str_of(there))) == SPLIT_TRAIN;
    }
    assert_in_range(trained, n * 3 / 4, n);
    problem_clear(&p);
}

/* A prompt that begins with the word keeps it in small letters, one within may begin a
 * sentence with it, and nobody shouts. */
static void the_word_asked_about_stands_as_it_is(void **state)
{
    (void)state;
    struct problem p = {0};
    for (size_t t = 0; t < 9; t++)
        for (unsigned i = 0; i < 200; i++) {
            const struct task *task = task_find(names[t]);
            struct gen_ctx ctx = world_ctx(&world, task, SPLIT_TRAIN, LANG_EN, i);
            world_make(&ctx, task, &p);
            const char *from = strrchr(p.reply.p, '"'); /* ... comes in "word". */
            CHECK(from);
            do
                from--;
            while (from > p.reply.p && *from != '"');
            char word[32];
            CHECK(sscanf(from, "\"%31[a-z]", word) == 1);
            size_t at = strspn(p.prompt.p, " (\"*");
            bool leads = !strncasecmp(p.prompt.p + at, word, strlen(word));
            if (!strstr(p.prompt.p, leads ? word : word + 1)) /* or: Planet */
                fail_msg("no %s in \"%s\"", word, p.prompt.p);
        }
    problem_clear(&p);
}

/* In quotation marks, or behind a colon at the end. */
static bool is_marked(const char *prompt, const char *at, size_t len)
{
    struct str before = str_n(prompt, (size_t)(at - prompt)), end = str_of(at + len);
    if (end.len == 0)
        return str_ends(before, str_of(": ")) || str_ends(before, str_of("：")) ||
               str_ends(before, str_of(":")) || str_ends(before, str_of(" "));
    return strchr("\"'", *end.p) || str_starts(end, str_of("”")) ||
           str_starts(end, str_of("」"));
}

static void what_is_to_be_repeated_is_marked(void **state)
{
    (void)state;
    const struct task *t = task_find("repeat");
    struct problem p = {0};
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (enum split split = SPLIT_TRAIN; split <= SPLIT_UNSEEN; split++)
            for (unsigned i = 0; i < 400; i++) {
                struct gen_ctx ctx = world_ctx(&world, t, split, lang, i);
                world_make(&ctx, t, &p);
                bool marked = false;
                for (const char *at = p.prompt.p;
                     !marked && (at = strstr(at, p.answer.p)) != NULL; at++)
                    marked = is_marked(p.prompt.p, at, p.answer.len);
                if (!marked)
                    fail_msg("where does it stand? %s", p.prompt.p);
            }
    problem_clear(&p);
}

static void held_out_palindromes_are_not_one_word(void **state)
{
    (void)state;
    unsigned different;
    words_of("palindrome", LANG_EN, SPLIT_TEST, 300, &different);
    CHECK(different > 60);
}

static void a_missing_word_list_names_its_package(void **state)
{
    (void)state;
    struct err err = {0};
    CHECK(!words_open("/no/such/list", &err));
    CHECK(strstr(err.msg, "wamerican"));
}

static void without_the_list_everyday_words_are_left(void **state)
{
    (void)state;
    struct words *words = world.bank->words;
    world.bank->words = NULL;
    struct problem p = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (unsigned k = 0; k < 30; k++) {
            const struct task *t = task_find(names[i]);
            struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TEST, LANG_EN, k);
            world_make(&ctx, t, &p);
            check_one(t, &ctx, &p);
        }
    world.bank->words = words;
    problem_clear(&p);
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_what_all_tasks_promise),
        cmocka_unit_test(another_answer_is_wrong),
        cmocka_unit_test(every_word_is_spelled_right),
        cmocka_unit_test(counts_are_true),
        cmocka_unit_test(reversed_and_sorted_words_hold_the_same_letters),
        cmocka_unit_test(yes_comes_as_often_as_no),
        cmocka_unit_test(palindromes_come_as_often_as_others),
        cmocka_unit_test(the_word_picked_is_the_one),
        cmocka_unit_test(chinese_lists_of_words_stay_lists_without_commas),
        cmocka_unit_test(every_split_has_the_same_share_of_everyday_words),
        cmocka_unit_test(a_word_is_held_out_of_one_task_alone),
        cmocka_unit_test(the_word_asked_about_stands_as_it_is),
        cmocka_unit_test(what_is_to_be_repeated_is_marked),
        cmocka_unit_test(held_out_palindromes_are_not_one_word),
        cmocka_unit_test(a_missing_word_list_names_its_package),
        cmocka_unit_test(without_the_list_everyday_words_are_left),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
