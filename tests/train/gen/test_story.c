/* SPDX-License-Identifier: Apache-2.0 */
/* Stories: the first line of the thought is worked out once more, by somebody who
 * knows nothing of the generator, and looked for in what was told. */
#include "train/gen/story.h"

#include <inttypes.h>

#include "check.h"
#include "train/gen/bank.h"

enum { STORIES = 6000 };

static struct bank *bank;
static const struct task *task;

static int open_bank(void **state)
{
    (void)state;
    struct err err = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/data/bank", getenv("MULL_SOURCE"));
    bank = bank_open(path, &err);
    task = task_find("story");
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

static void make(unsigned i, enum lang lang, struct problem *p)
{
    struct gen_ctx ctx = {.rng = rng_init(i), .split = SPLIT_TRAIN, .lang = lang,
                          .level = i % task->n_levels, .plain = true, .bank = bank};
    if (!task->make(&ctx, p))
        fail_msg("story %u: nothing (%s)", i, ctx.lacks);
}

/* One event after the other: "12; +3*5; B *2; both; /3 up". */
struct reading {
    long all, other;
};

static long product_of(const char *s, char **end)
{
    long v = strtol(s, end, 10);
    if (**end == '*')
        v *= strtol(*end + 1, end, 10);
    return v;
}

static void read_event(struct reading *r, const char *s)
{
    char *end;
    if (!strcmp(s, "both")) {
        r->all += r->other;
        return;
    }
    if (!strncmp(s, "from ", 5)) {
        r->all = strtol(s + 5, &end, 10) - r->all;
        return;
    }
    if ((s[0] == 'B' || s[0] == 'C') && s[1] == ' ') {
        r->other = r->all;
        s += 2;
    }
    long n = product_of(strchr("+-*/", s[0]) ? s + 1 : s, &end);
    switch (s[0]) {
    case '+': r->all += n; break;
    case '-': r->all -= n; break;
    case '*': r->all *= n; break;
    case '/':
        if (!strcmp(end, " rest"))
            r->all %= n;
        else if (!strcmp(end, " up"))
            r->all = (r->all + n - 1) / n;
        else if (r->all % n)
            r->all = -1; /* does not come out even */
        else
            r->all /= n;
        break;
    default: r->all = n;
    }
}

static void events_of(const struct problem *p, char out[256])
{
    assert_true(sscanf(p->think.p, "story: %255[^\n]", out) == 1);
}

static void the_events_of_the_first_line_lead_to_the_answer(void **state)
{
    (void)state;
    struct problem p = {0};
    char events[256];
    for (unsigned i = 0; i < STORIES; i++) {
        struct reading r = {0};
        make(i, LANG_EN, &p);
        events_of(&p, events);
        for (char *e = events, *next; e; e = next) {
            if ((next = strstr(e, "; "))) {
                *next = '\0';
                next += 2;
            }
            read_event(&r, e);
        }
        if (r.all != strtol(p.answer.p, NULL, 10))
            fail_msg("%s\n%s\nis %ld, not %s", p.prompt.p, p.think.p, r.all,
                     p.answer.p);
    }
    problem_clear(&p);
}

static bool has_number(const char *text, long n)
{
    char digits[24], *end;
    snprintf(digits, sizeof digits, "%ld", n);
    for (const char *at = strpbrk(text, "0123456789"); at;
         at = strpbrk(end, "0123456789"))
        if (strtol(at, &end, 10) == n)
            return true;
    return false;
}

/* How many of a group may be told by a name, "every weekday", "twice"; what there
 * is, comes and goes is told by its number. */
static void what_comes_and_goes_is_told(void **state)
{
    (void)state;
    struct problem p = {0};
    char events[256];
    for (unsigned i = 0; i < STORIES; i++) {
        make(i, LANG_EN, &p);
        events_of(&p, events);
        for (char *e = events; e; e = strstr(e, "; ")) {
            e += *e == ';' ? 2 : 0;
            char *end;
            if (!strncmp(e, "from ", 5))
                e += 5;
            else if (!strchr("+-0123456789", *e))
                continue;
            long n = strtol(*e == '-' ? e + 1 : e, &end, 10);
            if (*end == '*')
                n = strtol(end + 1, &end, 10);
            if (!has_number(p.prompt.p, n))
                fail_msg("%s\n%s\nno %ld", p.prompt.p, p.think.p, n);
        }
    }
    problem_clear(&p);
}

static void every_kind_is_drawn(void **state)
{
    (void)state;
    static const char *const kinds[] = {"; +", "; -", "; B +", "; B -", "; B *", "; C ",
                                        "; both", "; from ", "; *", "; /", " up", " rest"};
    enum { N = sizeof kinds / sizeof *kinds };
    unsigned seen[N] = {0};
    struct problem p = {0};
    for (unsigned i = 0; i < STORIES; i++) {
        char events[256];
        make(i, LANG_EN, &p);
        events_of(&p, events);
        for (unsigned k = 0; k < N; k++)
            seen[k] += strstr(events, kinds[k]) != NULL;
    }
    for (unsigned k = 0; k < N; k++)
        if (seen[k] < STORIES / 200)
            fail_msg("\"%s\": %u of %d", kinds[k], seen[k], STORIES);
    problem_clear(&p);
}

/* A subject that was left out leaves no blank behind, a word no other one. */
static void clauses_join_without_a_seam(void **state)
{
    (void)state;
    static const char *const odd[] = {"  ", " ,", " .", "..", ",.", ".,", " ?"};
    struct problem p = {0};
    for (unsigned i = 0; i < STORIES; i++) {
        make(i, LANG_EN, &p);
        for (unsigned k = 0; k < sizeof odd / sizeof *odd; k++) {
            const char *at = strstr(p.prompt.p, odd[k]);
            if (at && !(odd[k][1] == '?' && !at[2])) /* "left ?" is typed like that */
                fail_msg("\"%s\" in: %s", odd[k], p.prompt.p);
        }
    }
    problem_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_events_of_the_first_line_lead_to_the_answer),
        cmocka_unit_test(what_comes_and_goes_is_told),
        cmocka_unit_test(every_kind_is_drawn),
        cmocka_unit_test(clauses_join_without_a_seam),
    };
    return cmocka_run_group_tests(tests, open_bank, close_bank);
}
