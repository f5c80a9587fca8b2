/* SPDX-License-Identifier: Apache-2.0 */
/* The phrases of data/bank: how many there are, and that what is kept for the
 * unseen split is worded like nothing that training says. */
#include "check.h"
#include "open_bank.h"
#include "train/gen/noise.h"
#include "train/gen/phrase.h"

static const char *const files[] = {"add", "sub", "mul", "div", "expr", "cmp",
                                    "sort", "short", "everyday", "story",
                                    "countdown", "units", "percent", "dates", "numwords",
                                    "facts", "logic", "knaves", "truth"};

enum { N_FILES = sizeof files / sizeof *files };

static void every_task_is_told_in_many_ways(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_FILES; f++) {
        unsigned seen[2] = {0}, unseen[2] = {0};
        for (uint32_t r = 0; r < bank->n_rules; r++) {
            const struct bank_rule *rule = &bank->rules[r];
            if (strcmp(rule->file, files[f]))
                continue;
            for (uint32_t l = rule->first; l != BANK_NONE; l = bank->lines[l].next)
                (bank->lines[l].unseen ? unseen : seen)[rule->lang]++;
        }
        for (int lang = 0; lang < 2; lang++) {
            unsigned all = seen[lang] + unseen[lang];
            if (all < (lang == LANG_EN ? 25u : 20u) || unseen[lang] < 5 ||
                unseen[lang] * 3 > all)
                fail_msg("%s %s: %u wordings, %u of them unseen", files[f],
                         lang == LANG_EN ? "en" : "zh", all, unseen[lang]);
        }
    }
}

/* Every slot that the rule or those below it name gets the same value. */
static void fill(const struct bank_line *line, struct slots *slots)
{
    static char names[64][32];
    static unsigned n;
    for (uint32_t i = line->first; i != BANK_NONE; i = bank->pieces[i].next) {
        const struct bank_piece *p = &bank->pieces[i];
        uint32_t below = p->kind == PIECE_CHOICE ? p->to
                         : p->kind == PIECE_RULE ? bank->rules[p->to].first
                                                 : BANK_NONE;
        for (; below != BANK_NONE; below = bank->lines[below].next)
            fill(&bank->lines[below], slots);
        if (p->kind != PIECE_SLOT)
            continue;
        struct str name = str_n(bank->text.p + p->from, p->len);
        unsigned k = 0;
        while (k < n && !str_is(name, names[k]))
            k++;
        if (k == n) {
            assert_true(n < 64);
            snprintf(names[n++], sizeof names[0], "%.*s", (int)name.len, name.p);
        }
        if (slot_get(slots, names[k]).len == 0) /* the old value keeps its room */
            slot_set(slots, names[k], str_of("7"));
    }
}

/* Without the blanks and the marks at ends: they make no new wording. */
static uint64_t wording(struct gen_ctx *ctx, const struct bank_rule *rule,
                        const struct slots *slots)
{
    struct buf text = {0}, bare = {0};
    phrase(ctx, rule->file, rule->name, slots, &text);
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" .!?", text.p[i]))
            buf_putc(&bare, text.p[i]);
    uint64_t key = gen_key(buf_str(&bare));
    buf_clear(&text);
    buf_clear(&bare);
    return key;
}

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

/* Its own, so that a rule more elsewhere draws no other lines here. */
static uint64_t seed_of(const struct bank_rule *rule)
{
    return rng_mix(gen_key(str_of(rule->file)) ^ rng_mix(gen_key(str_of(rule->name)))) +
           rule->lang;
}

static void unseen_wordings_never_appear_in_training(void **state)
{
    (void)state;
    enum { SEEN = 3000, UNSEEN = 200 };
    static uint64_t seen[SEEN];
    unsigned n_rules = 0;
    for (uint32_t r = 0; r < bank->n_rules; r++) {
        const struct bank_rule *rule = &bank->rules[r];
        struct slots slots = {0};
        if (rule->weight[1] == 0)
            continue;
        n_rules++;
        for (uint32_t l = rule->first; l != BANK_NONE; l = bank->lines[l].next)
            fill(&bank->lines[l], &slots);
        struct gen_ctx ctx = {.rng = rng_init(seed_of(rule)), .lang = rule->lang,
                              .bank = bank};
        for (int i = 0; i < SEEN; i++)
            seen[i] = wording(&ctx, rule, &slots);
        qsort(seen, SEEN, sizeof *seen, by_value);
        ctx.split = SPLIT_UNSEEN;
        for (int i = 0; i < UNSEEN; i++) {
            struct rng before = ctx.rng;
            uint64_t key = wording(&ctx, rule, &slots);
            if (bsearch(&key, seen, SEEN, sizeof *seen, by_value)) {
                struct buf text = {0};
                ctx.rng = before;
                phrase(&ctx, rule->file, rule->name, &slots, &text);
                fail_msg("%s.txt, rule %s: \"%s\" is unseen, and another line says it",
                         rule->file, rule->name, text.p);
            }
        }
        if (ctx.lacks[0])
            fail_msg("%s.txt, rule %s lacks %s", rule->file, rule->name, ctx.lacks);
    }
    CHECK(n_rules > 100);
}

/* --- noise ---------------------------------------------------------------- */

/* The digits in their order, full-width ones as well. */
static void digits_of(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            buf_putc(out, s.p[i]);
        else if (s.len - i >= 3 && !memcmp(s.p + i, "\xEF\xBC", 2) &&
                 (unsigned char)s.p[i + 2] >= 0x90 &&
                 (unsigned char)s.p[i + 2] <= 0x99)
            buf_putc(out, (char)('0' + (unsigned char)s.p[i + 2] - 0x90));
    }
}

static void noise_keeps_every_digit_and_sign(void **state)
{
    (void)state;
    static const char *const prompts[2] = {
        "what is (12+7)*3-5/2, when 1,204 of 99 cats are counted?",
        "小明有12个苹果，（12+7)*3-5/2等于1,204和99吗？"};
    struct problem p = {0};
    struct buf want = {0}, got = {0};
    unsigned changed = 0;
    for (unsigned i = 0; i < 3000; i++) {
        struct gen_ctx ctx = {.rng = rng_init(i), .lang = i % 2, .bank = bank};
        problem_reset(&p);
        buf_puts(&p.prompt, prompts[i % 2]);
        buf_reset(&want);
        buf_reset(&got);
        digits_of(buf_str(&p.prompt), &want);
        CHECK(gen_done(&ctx, &p, 0));
        digits_of(buf_str(&p.prompt), &got);
        assert_string_equal(want.p, got.p);
        struct str text = buf_str(&p.prompt);
        for (const char *c = "(+)*-/"; *c; c++)
            if (!(i % 2) && str_find(text, str_n(c, 1), 0) == text.len)
                fail_msg("no %c in \"%s\"", *c, p.prompt.p);
        changed += !str_is(text, prompts[i % 2]);
    }
    CHECK(changed > 2000); /* a capital at least */
    buf_clear(&want);
    buf_clear(&got);
    problem_clear(&p);
}

static void typos_spare_the_words_of_numbers(void **state)
{
    (void)state;
    struct problem p = {0};
    unsigned typos = 0;
    for (unsigned i = 0; i < 3000; i++) {
        struct gen_ctx ctx = {.rng = rng_init(i), .bank = bank};
        problem_reset(&p);
        buf_puts(&p.prompt, "four people have fourteen books");
        CHECK(gen_done(&ctx, &p, NOISE_KEEP_ENDS | NOISE_KEEP_BLANKS));
        for (size_t k = 0; k < p.prompt.len; k++)
            if (p.prompt.p[k] >= 'A' && p.prompt.p[k] <= 'Z')
                p.prompt.p[k] = (char)(p.prompt.p[k] + 32);
        CHECK(str_starts(buf_str(&p.prompt), str_of("four")));
        CHECK(strstr(p.prompt.p, " fourteen"));
        typos += !strstr(p.prompt.p, "people") || !strstr(p.prompt.p, "books");
    }
    assert_in_range(typos, 50, 1000);
    problem_clear(&p);
}

static void plain_prompts_only_get_their_capitals(void **state)
{
    (void)state;
    struct problem p = {0};
    for (unsigned i = 0; i < 50; i++) {
        struct gen_ctx ctx = {.rng = rng_init(i), .bank = bank, .plain = true};
        problem_reset(&p);
        buf_puts(&p.prompt, "so i add 3. what do i get? it's more.");
        CHECK(gen_done(&ctx, &p, 0));
        assert_string_equal(p.prompt.p, "So I add 3. What do I get? It's more.");
    }
    problem_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_is_told_in_many_ways),
        cmocka_unit_test(unseen_wordings_never_appear_in_training),
        cmocka_unit_test(noise_keeps_every_digit_and_sign),
        cmocka_unit_test(typos_spare_the_words_of_numbers),
        cmocka_unit_test(plain_prompts_only_get_their_capitals),
    };
    return cmocka_run_group_tests(tests, open_bank, close_bank);
}
