/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/text_source.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "check.h"
#include "train/data/clean.h"
#include "train/data/gloss.h"
#include "train/gen/bank.h"

static struct bank *bank;
static char folder[4096];

static int open_bank(void **state)
{
    (void)state;
    struct err err = {0};
    char path[4200];
    const char *source = getenv("MULL_SOURCE");
    snprintf(folder, sizeof folder, "%s/data", source ? source : ".");
    snprintf(path, sizeof path, "%s/bank", folder);
    bank = bank_open(path, &err);
    if (!bank)
        print_error("%s\n", err.msg);
    return bank ? 0 : -1;
}

static int close_bank(void **state)
{
    (void)state;
    bank_free(bank);
    return 0;
}

/* NULL where its package is not installed. */
static struct text_source *open_source(const char *name)
{
    struct err err = {0};
    struct text_source *s = text_source_open(name, folder, bank, &err);
    if (!s && !strstr(err.msg, "package"))
        fail_msg("%s: %s", name, err.msg);
    return s;
}

static void every_source_gives_clean_text_that_depends_on_its_index_alone(void **state)
{
    (void)state;
    size_t n;
    const char *const *names = text_source_names(&n);
    struct buf one = {0}, two = {0};
    for (size_t k = 0; k < n; k++) {
        struct text_source *s = open_source(names[k]);
        for (uint64_t i = 0; s && i < 2000; i++) {
            buf_reset(&one);
            buf_reset(&two);
            CHECK(text_source_next(s, 7, i, &one));
            CHECK(text_source_next(s, 7, i, &two));
            CHECK(str_eq(buf_str(&one), buf_str(&two)));
            CHECK(one.len > 10 && utf8_valid(buf_str(&one)));
            if (strpbrk(one.p, "{}<>|") && !strstr(one.p, "<think>"))
                fail_msg("%s: \"%s\"", names[k], one.p);
            if (one.p[one.len - 1] == ' ' || strstr(one.p, "  "))
                fail_msg("%s: blanks in \"%s\"", names[k], one.p);
        }
        text_source_close(s);
    }
    buf_clear(&one);
    buf_clear(&two);
}

static uint64_t key(const struct buf *b)
{
    uint64_t h = 0;
    for (size_t i = 0; i < b->len; i++)
        h = rng_mix(h + (unsigned char)b->p[i] + 1);
    return h;
}

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

static void what_is_written_for_validation_is_not_trained(void **state)
{
    (void)state;
    static const char *const names[] = {"stories", "explain"};
    struct buf text = {0};
    for (size_t k = 0; k < 2; k++) {
        struct text_source *s = open_source(names[k]);
        enum { N = 3000 };
        uint64_t *trained = calloc(N, sizeof *trained);
        CHECK(s && trained);
        for (uint64_t i = 0; i < N; i++) {
            buf_reset(&text);
            CHECK(text_source_next(s, 1, i - i % 50 + i % 49, &text));
            trained[i] = key(&text);
        }
        qsort(trained, N, sizeof *trained, by_value);
        size_t distinct = 1;
        for (size_t i = 1; i < N; i++)
            distinct += trained[i] != trained[i - 1];
        assert_in_range(distinct, text_source_count(s) - 6, text_source_count(s) - 1);
        for (uint64_t i = 49; i < 5000; i += 50) {
            buf_reset(&text);
            CHECK(text_source_next(s, 1, i, &text));
            uint64_t h = key(&text);
            CHECK(!bsearch(&h, trained, N, sizeof *trained, by_value));
        }
        free(trained);
        text_source_close(s);
    }
    buf_clear(&text);
}

static void our_own_texts_pass_every_filter(void **state)
{
    (void)state;
    static const char *const names[] = {"stories", "explain"};
    for (size_t k = 0; k < 2; k++) {
        struct text_source *s = open_source(names[k]);
        const struct clean_report *r = text_source_report(s);
        for (int i = CLEAN_KEPT + 1; i < N_CLEAN_RESULTS; i++)
            if (r->docs[i])
                fail_msg("%s: %u %s", names[k], (unsigned)r->docs[i],
                         clean_name((enum clean_result)i));
        assert_int_equal(r->docs[CLEAN_KEPT], text_source_count(s));
        assert_int_equal(r->lang[CLEAN_EN] + r->lang[CLEAN_ZH],
                         text_source_count(s));
        CHECK(r->lang[CLEAN_EN] >= 30 && r->lang[CLEAN_ZH] >= 30);
        text_source_close(s);
    }
}

/* Sums in even forms, differences in odd ones. */
static bool read_sum(const char *at, unsigned form, int *a, int *b, int *c)
{
    int end = 0;
    switch (form) {
    case 0: sscanf(at, " %d plus %d is %d.%n", a, b, c, &end); break;
    case 1: sscanf(at, " %d minus %d is %d.%n", a, b, c, &end); break;
    case 2: sscanf(at, " %d and %d are %d.%n", a, b, c, &end); break;
    case 3: sscanf(at, " %d take away %d is %d.%n", a, b, c, &end); break;
    case 4: sscanf(at, " %d and %d, so %d.%n", a, b, c, &end); break;
    case 5: sscanf(at, " %d from %d leaves %d.%n", b, a, c, &end); break;
    default: break;
    }
    return end > 0;
}

/* What a tale adds and takes away, done again. */
static void write_file(const char *folder_of, const char *name, const char *text)
{
    struct err err;
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder_of, name);
    CHECK_OK(file_replace(path, text, strlen(text), &err), &err);
}

/* A folder of our own, with a story that gives an evaluation prompt away. */
static void what_holds_an_evaluation_prompt_is_dropped(void **state)
{
    static const char *const folders[] = {"", "/bank", "/bank/text", "/eval"};
    static const char *const files[] = {"bank/text/stories.en.txt",
                                        "bank/text/stories.zh.txt",
                                        "eval/wild.tsv", "eval/dev.tsv"};
    char top[] = "/tmp/mull-texts-XXXXXX", path[256];
    struct err err;
    (void)state;
    CHECK(mkdtemp(top) != NULL);
    for (int i = 1; i < 4; i++) {
        snprintf(path, sizeof path, "%s%s", top, folders[i]);
        CHECK(mkdir(path, 0700) == 0);
    }
    write_file(top, files[0],
               "Mia has a red kite and a blue one, and she likes both of them.\n\n"
               "A man buys six pens at two dollars each, pays with a twenty, and "
               "gets change back. He goes home.\n\n"
               "The rain fell all day long, and the children stayed inside to "
               "read. Then their aunt came with nine apples and shared them out "
               "among all three of them.\n\n"
               "The boat lay on the sand, and the two brothers painted it blue "
               "and white.\n");
    write_file(top, files[1],
               "妈妈买了很多苹果，孩子们都很高兴，大家一起吃。\n\n"
               "今天下雨了，我们在家里看书，看了一整天。\n");
    write_file(top, files[2],
               "# a comment\nw1\ten\tword\ta man buys six pens at two dollars "
               "each, pays with a twenty, and gets what\tnumber\t8\n");
    write_file(top, files[3],
               "w1\ten\tword\ttheir aunt came with nine apples and shared them "
               "out among all three of them, how many\tnumber\t3\n");
    struct text_source *s = text_source_open("stories", top, bank, &err);
    CHECK_OK(s != NULL, &err);
    assert_int_equal(text_source_report(s)->docs[CLEAN_IN_TESTS], 2);
    assert_int_equal(text_source_report(s)->docs[CLEAN_KEPT], 4);
    text_source_close(s);
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", top, files[i]);
        unlink(path);
    }
    for (int i = 3; i >= 0; i--) {
        snprintf(path, sizeof path, "%s%s", top, folders[i]);
        rmdir(path);
    }
}

static void the_sums_of_tales_are_right(void **state)
{
    (void)state;
    struct text_source *s = open_source("tales");
    struct buf text = {0};
    unsigned seen = 0;
    for (uint64_t i = 0; i < 4000; i++) {
        buf_reset(&text);
        CHECK(text_source_next(s, 3, i, &text));
        for (const char *at = text.p; (at = strchr(at, ' ')); at++)
            for (unsigned form = 0; form < 6; form++) {
                int a, b, c;
                if (!read_sum(at, form, &a, &b, &c))
                    continue;
                seen++;
                if ((form % 2 ? a - b : a + b) != c)
                    fail_msg("%s", text.p);
            }
    }
    assert_in_range(seen, 500, 100000);
    buf_clear(&text);
    text_source_close(s);
}

static void glosses_are_taken_where_they_are_plain(void **state)
{
    (void)state;
    struct buf out = {0};
    CHECK(gloss_of_line(str_of("03259505 06 n 02 dwelling 0 home 0 005 @ 03546340 n "
                               "0000 | housing that someone is living in; \"he built a "
                               "modest dwelling\"  "), &out));
    assert_string_equal(out.p, "dwelling is housing that someone is living in.");
    buf_reset(&out);
    CHECK(gloss_of_line(str_of("00001740 29 v 04 breathe 0 005 * 0 01 + 02 00 | draw "
                               "air into and out of the lungs  "), &out));
    assert_string_equal(out.p, "to breathe: draw air into and out of the lungs.");
    CHECK(!gloss_of_line(str_of("  1 This software and database is | x"), &out));
    CHECK(!gloss_of_line(str_of("0 0 n 01 new_york 0 | a very large city over there"),
                         &out));
    CHECK(!gloss_of_line(str_of("0 0 n 01 ab 0 | short"), &out));
    CHECK(!gloss_of_line(str_of(""), &out));
    CHECK(!gloss_of_line(str_of(" | "), &out));
    buf_clear(&out);
}

static void an_unknown_source_and_a_missing_package_are_sentences(void **state)
{
    (void)state;
    struct err err = {0};
    struct glosses g;
    CHECK_REFUSED(text_source_open("novels", folder, bank, &err) != NULL, &err,
                  ERR_USAGE);
    CHECK(!glosses_open(&g, "/no/such/folder", &err));
    CHECK(strstr(err.msg, "wordnet-base"));
    CHECK(!text_source_open("stories", "/no/such/folder", bank, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_gives_clean_text_that_depends_on_its_index_alone),
        cmocka_unit_test(what_is_written_for_validation_is_not_trained),
        cmocka_unit_test(our_own_texts_pass_every_filter),
        cmocka_unit_test(what_holds_an_evaluation_prompt_is_dropped),
        cmocka_unit_test(the_sums_of_tales_are_right),
        cmocka_unit_test(glosses_are_taken_where_they_are_plain),
        cmocka_unit_test(an_unknown_source_and_a_missing_package_are_sentences),
    };
    return cmocka_run_group_tests(tests, open_bank, close_bank);
}
