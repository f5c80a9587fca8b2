/* SPDX-License-Identifier: Apache-2.0 */
/* Logic, solved again by other means: from the words of the prompt where they can
 * be read, else from the first line of the thought. */
#include "each_task.h"

#include "train/gen/people.h"

static struct world world;
static const char *const names[] = {"ordering", "knaves", "truth", "truth_table"};

static void every_task_holds_what_all_tasks_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_task(&world, task_find(names[i]), 150);
}

static void another_answer_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
            assert_int_equal(
                wrong_taken(&world, task_find(names[i]), lang, 400), 0);
}

static void wrong(const struct problem *p, const char *what)
{
    fail_msg("%s: %s\n%s\n%s\n%s", p->task, what, p->prompt.p, p->think.p,
             p->answer.p);
}

typedef void look_fn(const struct problem *p);

static void for_many(const char *name, enum lang lang, unsigned n, look_fn *look)
{
    const struct task *t = task_find(name);
    struct problem p = {0};
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, i % 4, lang, i / 4);
        ctx.plain = true;
        world_make(&ctx, t, &p);
        look(&p);
    }
    problem_clear(&p);
}

/* --- orders --------------------------------------------------------------- */

struct pairs {
    char name[5][32];
    size_t n;
    struct { size_t over, under; } at[4];
    size_t n_pairs;
};

static size_t person(struct pairs *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->name[i], name))
            return i;
    CHECK(s->n < 5);
    snprintf(s->name[s->n], sizeof s->name[0], "%s", name);
    return s->n++;
}

/* "- Amy taller< Ben: Ben > Amy": by the word of the question the first name stays on the
 * left, by its opposite it goes to the right. */
static void read_pair(const char *line, const char *more, const char *less,
                      struct pairs *s)
{
    char told[2][32], word[32], sign, over[32], under[32];
    CHECK(sscanf(line, "- %31s %31[^<>]%c %31[^:]: %31s > %31[^\n]", told[0], word,
                 &sign, told[1], over, under) == 6);
    bool other = sign == '<';
    CHECK(!strcmp(word, other ? less : more));
    CHECK(!strcmp(told[other], over) && !strcmp(told[!other], under));
    CHECK(s->n_pairs < 4);
    s->at[s->n_pairs].over = person(s, over);
    s->at[s->n_pairs++].under = person(s, under);
}

/* "order, first: shorter> taller<" */
static void read_words(const struct problem *p, char more[32], char less[32])
{
    CHECK(sscanf(strchr(p->think.p, ':'), ": %31[^>]> %31[^<]<", more, less) == 2);
}

/* The lines behind the first one, up to where nothing is turned any more. */
static void read_pairs(const struct problem *p, struct pairs *s)
{
    char more[32], less[32];
    read_words(p, more, less);
    for (const char *line = strchr(p->think.p, '\n'); line;
         line = strchr(line + 1, '\n')) {
        const char *end = strchr(line + 1, '\n'), *mark = strstr(line, ": ");
        if (!mark || (end && mark > end) || !strncmp(line, "\nright:", 7))
            break;
        read_pair(line + 1, more, less, s);
    }
}

static bool respects(const struct pairs *s, const size_t *order)
{
    size_t place[5];
    for (size_t i = 0; i < s->n; i++)
        place[order[i]] = i;
    for (size_t i = 0; i < s->n_pairs; i++)
        if (place[s->at[i].over] > place[s->at[i].under])
            return false;
    return true;
}

/* All orders of n, by counting in base n. Returns how many respect the pairs. */
static unsigned solutions(const struct pairs *s, size_t *found)
{
    unsigned n = 0, all = 1;
    for (size_t i = 0; i < s->n; i++)
        all *= (unsigned)s->n;
    for (unsigned code = 0; code < all; code++) {
        size_t order[5];
        unsigned rest = code, seen = 0;
        for (size_t i = 0; i < s->n; i++, rest /= (unsigned)s->n) {
            order[i] = rest % s->n;
            seen |= 1u << order[i];
        }
        if (seen == (1u << s->n) - 1 && respects(s, order)) {
            memcpy(found, order, sizeof order);
            n++;
        }
    }
    return n;
}

static void look_at_order(const struct problem *p)
{
    struct pairs s = {0};
    size_t order[5] = {0};
    char kind[32], chain[256] = "";
    read_pairs(p, &s);
    if (solutions(&s, order) != 1)
        wrong(p, "not one order");
    for (size_t i = 0; i < s.n; i++) {
        if (!strstr(p->prompt.p, s.name[i]))
            wrong(p, "a name that is not asked about");
        strncat(chain, s.name[order[i]], sizeof chain - strlen(chain) - 1);
        if (i + 1 < s.n)
            strncat(chain, ", ", sizeof chain - strlen(chain) - 1);
    }
    CHECK(sscanf(p->think.p, "order, %31[^:]", kind) == 1);
    const char *want = !strcmp(kind, "first") ? s.name[order[0]] : chain;
    if (strchr(kind, '?')) {
        char a[32], b[32];
        CHECK(sscanf(kind, "%31[^,], %31[^?]?", a, b) == 2);
        want = strstr(chain, a) < strstr(chain, b) ? "yes" : "no";
    }
    if (!str_is(buf_str(&p->answer), want))
        wrong(p, want);
}

static void must_not_say(const struct problem *p, const char *x, const char *what,
                         const char *y)
{
    char said[128];
    snprintf(said, sizeof said, "%s %s %s", x, what, y);
    if (strstr(p->prompt.p, said))
        wrong(p, "told the other way round");
}

/* "Amy is taller than Ben" in the prompt is what the thought says of them. */
static void look_at_words(const struct problem *p)
{
    struct pairs s = {0};
    char more[32], less[32], than[64];
    read_pairs(p, &s);
    read_words(p, more, less);
    if (strchr(p->think.p, '?'))
        return;
    bool back = !strcmp(more, "behind");
    snprintf(than, sizeof than, "is %s than", more);
    for (size_t i = 0; i < s.n_pairs; i++) {
        const char *over = s.name[s.at[i].over], *under = s.name[s.at[i].under];
        must_not_say(p, under, than, over);
        must_not_say(p, back ? over : under, "is ahead of", back ? under : over);
        must_not_say(p, back ? under : over, "is behind", back ? over : under);
    }
}

/* Three people, or four, in so many statements less one, each of one word. */
static void look_at_names(const struct problem *p)
{
    struct pairs s = {0};
    read_pairs(p, &s);
    if (s.n < 3 || s.n > 3 + p->level || s.n != s.n_pairs + 1)
        wrong(p, "another number of people");
    for (size_t i = 0; i < s.n; i++)
        if (strlen(s.name[i]) > 6 || strchr(s.name[i], ' '))
            wrong(p, "a long name");
}

static void orders_follow_from_what_is_told(void **state)
{
    (void)state;
    for_many("ordering", LANG_EN, 1200, look_at_order);
    for_many("ordering", LANG_EN, 1200, look_at_words);
    for_many("ordering", LANG_EN, 1200, look_at_names);
}

/* --- true and false ------------------------------------------------------- */

struct reader {
    const char *at;
    bool p, q;
};

static bool term(struct reader *r);

static bool expression(struct reader *r)
{
    bool value = term(r);
    while (!strncmp(r->at, " and ", 5) || !strncmp(r->at, " or ", 4)) {
        bool both = r->at[1] == 'a';
        r->at += both ? 5 : 4;
        bool other = term(r);
        value = both ? value && other : value || other;
    }
    return value;
}

static bool term(struct reader *r)
{
    if (!strncmp(r->at, "not ", 4)) {
        r->at += 4;
        return !term(r);
    }
    if (*r->at == '(') {
        r->at++;
        bool value = expression(r);
        CHECK(*r->at == ')');
        r->at++;
        return value;
    }
    char c = *r->at++;
    CHECK(strchr("TFpqABxy", c));
    return c == 'T' || (strchr("pAx", c) && r->p) || (strchr("qBy", c) && r->q);
}

/* " p=T" or " A=T" in the first line */
static bool says_true(const struct problem *p, const char *letters)
{
    for (; *letters; letters++) {
        const char given[] = {' ', *letters, '=', 'T', '\0'};
        if (strstr(p->think.p, given))
            return true;
    }
    return false;
}

/* "truth p=T q=F: p and not q", and every line behind it. */
static void look_at_truth(const struct problem *p)
{
    struct reader r = {.p = says_true(p, "pAx"), .q = says_true(p, "qBy")};
    const char *asked = strstr(p->think.p, "\nfalse? ");
    bool yes = str_is(buf_str(&p->answer), "yes") != (asked != NULL);
    r.at = strstr(p->think.p, ": ") + 2;
    for (;;) {
        if (expression(&r) != yes)
            wrong(p, "a line of another value");
        if (!*r.at || r.at == asked)
            break;
        CHECK(*r.at == '\n');
        r.at++;
    }
    if (asked && strcmp(asked + 8, yes ? "no" : "yes"))
        wrong(p, "not what was asked");
    CHECK(r.at[-1] == (yes ? 'T' : 'F') && r.at[-2] == '\n');
}

/* "TF: T and not F; T and T; T 1": every step of a row has the row's value. */
static void look_at_table(const struct problem *p)
{
    unsigned n = 0;
    const char *line = p->think.p;
    for (unsigned row = 0; row < 4; row++) {
        struct reader r = {.p = !(row & 2), .q = !(row & 1)};
        r.at = strstr(p->think.p, ": ") + 2;
        bool yes = expression(&r);
        line = strchr(line, '\n') + 1;
        CHECK(line[0] == (r.p ? 'T' : 'F') && line[1] == (r.q ? 'T' : 'F'));
        for (r.at = line + 4;; r.at += 2) {
            if (expression(&r) != yes)
                wrong(p, "a step of another value");
            if (strncmp(r.at, "; ", 2))
                break;
        }
        CHECK(r.at[-1] == (yes ? 'T' : 'F'));
        n += yes;
        CHECK(yes ? r.at[0] == ' ' && strtoul(r.at, NULL, 10) == n
                  : r.at[0] == '\n' || !r.at[0]);
    }
    if (strtoul(p->answer.p, NULL, 10) != n)
        wrong(p, "another count");
}

static void expressions_have_their_value_in_every_line(void **state)
{
    (void)state;
    for_many("truth", LANG_EN, 2000, look_at_truth);
    for_many("truth_table", LANG_EN, 1000, look_at_table);
}

/* --- names ---------------------------------------------------------------- */

enum { SEEN_MAX = 4000 };

/* How many different names n drawings of three hold; *letters of them are letters. */
static unsigned names_of(enum split split, enum lang lang, unsigned n,
                         unsigned *letters)
{
    static char seen[SEEN_MAX][NAME_ROOM];
    unsigned different = 0;
    *letters = 0;
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = {.rng = rng_init(i), .split = split, .lang = lang,
                              .bank = world.bank};
        struct people people;
        people_draw(&ctx, &people, 3);
        CHECK(!ctx.lacks[0] && people.n == 3);
        *letters += strlen(people.name[0]) == 1 || !strcmp(people.name[0], "甲");
        for (size_t k = 0; k < 3 && different < SEEN_MAX; k++) {
            unsigned at = 0;
            while (at < different && strcmp(seen[at], people.name[k]))
                at++;
            if (at == different)
                memcpy(seen[different++], people.name[k], NAME_ROOM);
        }
    }
    return different;
}

static void people_have_many_names_and_now_and_then_letters(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        unsigned letters;
        CHECK(names_of(SPLIT_TRAIN, lang, 3000, &letters) > 700);
        assert_in_range(letters, 120, 450);
    }
}

/* Held out are phrases: a name cannot be copied whose pieces were never seen. */
static void what_is_tested_has_the_names_of_training(void **state)
{
    (void)state;
    static const char *const rules[] = {"name", "plain_name", "she_name", "he_name", "nick_name",
                                        "surname", "thing", "people", "holder"};
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
            const struct bank_rule *r = bank_find(world.bank, "common", lang,
                                                  rules[i]);
            CHECK(!r || r->weight[1] == 0);
        }
}

static void a_letter_is_not_taken_for_the_word_a(void **state)
{
    (void)state;
    const struct task *t = task_find("knaves");
    struct problem p = {.lang = LANG_EN};
    buf_puts(&p.answer, "B=T\nA=F\n");
    CHECK(t->check(&p, str_of("**B is a knight, A is a knave**.")) == 1);
    CHECK(t->check(&p, str_of("**B is a knave, A is a knight**.")) == 0);
    problem_clear(&p);
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_what_all_tasks_promise),
        cmocka_unit_test(another_answer_is_wrong),
        cmocka_unit_test(orders_follow_from_what_is_told),
        cmocka_unit_test(people_have_many_names_and_now_and_then_letters),
        cmocka_unit_test(what_is_tested_has_the_names_of_training),
        cmocka_unit_test(a_letter_is_not_taken_for_the_word_a),
        cmocka_unit_test(expressions_have_their_value_in_every_line),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
