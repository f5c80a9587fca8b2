/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <strings.h>

#include "text/vocab.h"
#include "train/data/warmup.h"
#include "train/data/with_tokenizer.h"

static void what_is_turned_round_is_turned_round(void **state)
{
    unsigned seen = 0;
    (void)state;
    for (uint64_t key = 0; key < 200; key++) {
        struct rng r = rng_init(key);
        struct buf text = {0};
        char from[64], to[64];
        warmup_text(&r, &text);
        /* Lines of one word each side; the spaced forms are skipped. */
        if (sscanf(text.p, "rev %63s -> %63s", from, to) == 2 &&
            strlen(from) > 1 && strlen(from) == strlen(to)) {
            size_t n = strlen(from);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(from[i], to[n - 1 - i]);
            seen++;
        }
        buf_clear(&text);
    }
    CHECK(seen > 5);
}

/* How many codes are asked for, all of which were told. */
static unsigned asked_in(const struct buf *text)
{
    const char *at = text->p;
    unsigned asked = 0;
    for (; (at = strstr(at, "What is the code of the ")); asked++) {
        char colour[32], thing[32], line[128];
        unsigned code;
        at += strlen("What is the code of the ");
        assert_int_equal(sscanf(at, "%31s %31[a-z]? %u", colour, thing, &code), 3);
        snprintf(line, sizeof line, "The code of the %s %s is %u.", colour, thing,
                 code);
        CHECK(strstr(text->p, line) != NULL);
    }
    return asked;
}

/* "the door 42, the lamp 17; the lamp 17": what stands behind ; stands before. */
static void things_keep_their_numbers(void **state)
{
    unsigned seen = 0;
    (void)state;
    for (uint64_t key = 0; key < 100; key++) {
        struct rng r = rng_init(key);
        struct buf text = {0};
        warmup_text(&r, &text);
        char thing[32];
        unsigned number;
        for (const char *line = text.p; line && !strncmp(line, "the ", 4);
             line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
            const char *at = line, *end = line + strcspn(line, "\n");
            while ((at = strstr(at, "; ")) && at < end) {
                char told[64];
                at += 2;
                assert_int_equal(sscanf(at, "the %31s %u", thing, &number), 2);
                snprintf(told, sizeof told, "the %s %u", thing, number);
                CHECK(strstr(line, told) < strchr(line, ';'));
                seen++;
            }
        }
        buf_clear(&text);
    }
    CHECK(seen > 20);
}

static void a_recalled_code_was_told(void **state)
{
    struct rng r = rng_init(3);
    struct buf text = {0};
    (void)state;
    warmup_recall(&r, 3000, false, &text);
    CHECK(text.len > 2500 && text.len < 3500);
    assert_int_equal(asked_in(&text), RECALL_FEW);
    unsigned least = UINT_MAX, most = 0; /* much is asked, or little */
    for (int i = 0; i < 30; i++) {
        buf_reset(&text);
        warmup_recall(&r, 3000, true, &text);
        CHECK(text.len > 2500 && text.len < 3500);
        unsigned n = asked_in(&text);
        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    CHECK(least >= RECALL_FEW && least < 12 && most >= 25);
    buf_clear(&text);
}

static void pieces_are_spelled_letter_by_letter_or_copied(void **state)
{
    struct tokenizer t;
    struct spell_list l;
    unsigned seen = 0, copied = 0, cased = 0;
    (void)state;
    small_tokenizer(&t);
    spell_list_init(&l, t.vocab);
    CHECK(l.n > 5);
    for (uint64_t key = 0; key < 200; key++) {
        struct rng r = rng_init(key);
        struct buf text = {0};
        char word[64];
        int end = 0;
        spell_text(&l, t.vocab, &r, &text);
        if (sscanf(text.p, "spell %63[^:]:%n", word, &end) == 1 && end > 0) {
            const char *at = text.p + end;
            for (size_t i = 0; word[i]; i++) {
                char one[32];
                int n = snprintf(one, sizeof one, " %c%zu", word[i], i + 1);
                assert_memory_equal(at, one, (size_t)n);
                at += n;
            }
            seen++;
        }
        char small[64];
        if (sscanf(text.p, "%63[A-Za-z] -> %63[a-z]", word, small) == 2 &&
            strcmp(word, small)) { /* a word in capitals */
            assert_int_equal(strcasecmp(word, small), 0);
            cased++;
        }
        const char *sign = strstr(text.p, " | ");
        if (sign) {
            size_t n;
            const char *line = text.p;
            for (const char *at = text.p; at < sign; at++)
                line = *at == '\n' ? at + 1 : line;
            n = (size_t)(sign - line);
            CHECK(!strncmp(line, sign + 3, n));
            CHECK(!sign[3 + n] || sign[3 + n] == '\n');
            copied++;
        }
        buf_clear(&text);
    }
    CHECK(seen > 0 && copied > 0 && cased > 0);
    spell_list_clear(&l);
    tokenizer_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_turned_round_is_turned_round),
        cmocka_unit_test(things_keep_their_numbers),
        cmocka_unit_test(a_recalled_code_was_told),
        cmocka_unit_test(pieces_are_spelled_letter_by_letter_or_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
