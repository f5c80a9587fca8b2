/* SPDX-License-Identifier: Apache-2.0 */
/* Who lies, solved again from the words of the prompt, where all that is said is put in
 * words that are known here. */
#include "each_task.h"

static struct world world;

static void wrong(const struct problem *p, const char *what)
{
    fail_msg("%s: %s\n%s\n%s\n%s", p->task, what, p->prompt.p, p->think.p,
             p->answer.p);
}

struct island {
    char name[3][32];
    char said[3][128];
    size_t n;
};

/* Small letters, one word for each kind. */
static void plain_words(char *s)
{
    static const char *const same[][2] = {{"truth-teller", "knight"},
                                          {"liar", "knave"}};
    for (char *c = s; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    for (size_t i = 0; i < 2; i++)
        for (char *at; (at = strstr(s, same[i][0]));) {
            size_t old = strlen(same[i][0]), new = strlen(same[i][1]);
            memmove(at + new, at + old, strlen(at + old) + 1);
            memcpy(at, same[i][1], new);
        }
}

/* "Sam says: ...", "Sam tells us that ...", "Sam: ...", 'says Sam: "...' */
static const char *words_behind(const char *prompt, const char *name)
{
    static const char *const says[] = {
        " says", " said", " states", " replies", " answers", " insists", " claims",
        " swears", " tells you", " tells me", " tells us", " told me", " told us",
        " declares", " announces", " adds", " remarks", " maintains", " asserts",
        " speaks", " goes", " say", " then says", " we hear", " has this to say",
        " told everyone", " is saying", " answered", " will tell you", " shouts",
        " whispers", " smiles and says", " wrote", " repeats", "", " -"};
    static const char *const marks[] = {": \"", " that ", ": ", " \"", " ", ", \""};
    char head[64];
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            if (!says[i][0] && k != 0 && k != 2) /* "Sam ", "Sam that" */
                continue;
            if (k == 4 && strcmp(says[i], " -") && strcmp(says[i], " says"))
                continue;
            snprintf(head, sizeof head, "%s%s%s", name, says[i], marks[k]);
            const char *at = strstr(prompt, head);
            if (at)
                return at + strlen(head);
        }
    snprintf(head, sizeof head, "ays %s: \"", name);
    const char *at = strstr(prompt, head);
    return at ? at + strlen(head) : NULL;
}

/* '"...," says Sam', '"...", Sam says', '"..." - Sam' */
static const char *words_before(const char *prompt, const char *name)
{
    static const char *const between[] = {
        ",\" says ", ",\" said ", ",\" claims ", ",\" tells us ", ",\" replies ",
        "\", ", "\" - "};
    char tail[64];
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        snprintf(tail, sizeof tail, "%s%s", between[i], name);
        const char *at = strstr(prompt, tail);
        while (at && at > prompt && at[-1] != '"')
            at--;
        if (at)
            return at;
    }
    return NULL;
}

/* Where the words of a speaker begin; NULL: he says nothing. */
static const char *words_of(const char *prompt, const char *name)
{
    const char *at = words_behind(prompt, name);
    return at ? at : words_before(prompt, name);
}

static bool read_island(const struct problem *p, struct island *z)
{
    const char *line = p->answer.p;
    for (z->n = 0; *line; z->n++) {
        CHECK(z->n < 3 && sscanf(line, "%31[^=]", z->name[z->n]) == 1);
        line = strchr(line, '\n') + 1;
        const char *at = words_of(p->prompt.p, z->name[z->n]);
        if (!at)
            return false;
        size_t len = strcspn(at, ".\""); /* liar grows to knave: there is room for it */
        if (len > sizeof z->said[0] - 16)
            return false;
        memcpy(z->said[z->n], at, len);
        z->said[z->n][len] = '\0';
        plain_words(z->said[z->n]);
        plain_words(z->name[z->n]);
    }
    return true;
}

static bool has_one_of(const char *s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(s, words[i]))
            return true;
    return false;
}

/* "sam is not a knight" as "N is not a knight". */
static void with_n(const struct island *z, const char *s, char *out)
{
    while (*s) {
        size_t len = 0;
        for (size_t i = 0; i < z->n && !len; i++)
            if (!strncmp(s, z->name[i], strlen(z->name[i])))
                len = strlen(z->name[i]);
        *out++ = len ? 'N' : *s;
        s += len ? len : 1;
    }
    *out = '\0';
}

/* Whether s is one of these; two forms in one: "N is a knight", "we are all knaves" as
 * "... K", for either kind. */
static bool is_one_of(const struct island *z, const char *s, const char *const *forms,
                      size_t n)
{
    char shape[128];
    with_n(z, s, shape);
    for (char *c; (c = strstr(shape, "knight")) || (c = strstr(shape, "knave"));) {
        size_t len = c[2] == 'i' ? 6 : 5;
        *c = 'K';
        memmove(c + 1, c + len, strlen(c + len) + 1);
    }
    for (size_t i = 0; i < n; i++)
        if (!strcmp(shape, forms[i]))
            return true;
    return false;
}

static bool known_simple(const struct island *z, const char *s)
{
    static const char *const forms[] = {
        "N is a K", "N is not a K", "N isn't a K", "N is no K", "N is one of the Ks",
        "N tells the truth", "N always tells the truth", "N is honest", "N never lies",
        "N tells only the truth", "N can be trusted", "N does not lie", "N lies",
        "N always lies", "N never tells the truth", "N isn't honest", "N tells lies",
        "N cannot be trusted", "N only tells lies", "N does not tell the truth",
        "i am a K", "i am not a K", "i am one of the Ks", "i tell the truth",
        "i never lie", "i always tell the truth", "i am honest", "i lie",
        "i always lie", "i never tell the truth"};
    return is_one_of(z, s, forms, sizeof forms / sizeof *forms);
}

static bool known_of_all(const struct island *z, const char *s)
{
    static const char *const forms[] = {
        "we are the same", "we are of the same kind", "we two are the same",
        "we are of the same type", "we two are alike", "N and i are the same",
        "N and i are of the same type", "i am the same as N", "N is the same as me",
        "we are different", "we are not the same", "we are not of the same kind",
        "we are of different kinds", "we are of different types",
        "one of us is a K and the other a K", "we two are not alike",
        "we are not both the same", "N and i are different", "N and i are not the same",
        "N and i are of different kinds", "we are all Ks", "all of us are Ks",
        "each of us is a K", "there is no K among us", "none of us is a K",
        "we are both Ks", "both of us are Ks", "neither of us is a K", "we two are Ks",
        "both of us tell the truth", "both of us lie", "neither of us lies",
        "neither of us tells the truth", "N and i are both Ks", "both N and i are Ks",
        "N and i are Ks", "at least one of us is a K", "there is a K among us",
        "not all of us are Ks", "one or more of us is a K", "at least one of us lies",
        "at least one of us tells the truth", "not everyone of us is a K",
        "at least one of N and me is a K", "exactly one of us is a K",
        "only one of us is a K", "there is exactly one K among us",
        "just one of us is a K"};
    return is_one_of(z, s, forms, sizeof forms / sizeof *forms);
}

/* Ends s where the second half begins, which is returned; NULL: it has none. */
static char *halve(char *s)
{
    static const char *const between[] = {", then ", ", ", " and ", " or "};
    bool whether = !strncmp(s, "if ", 3);
    for (size_t i = whether ? 0 : 2; i < (whether ? 2u : 4u); i++) {
        char *at = strstr(s, between[i]);
        if (at) {
            *at = '\0';
            return at + strlen(between[i]);
        }
    }
    return NULL;
}

static bool known(const struct island *z, size_t speaker)
{
    char s[128];
    snprintf(s, sizeof s, "%s", z->said[speaker]);
    if (known_of_all(z, s) || known_simple(z, s))
        return true;
    char *two = halve(s);
    return two && known_simple(z, strncmp(s, "if ", 3) ? s : s + 3) && known_simple(z, two);
}

/* "i am a knave", "sam is not a knight", "zoe never lies" */
static bool simple(const struct island *z, size_t speaker, const char *s,
                   unsigned people)
{
    static const char *const good[] = {"knight", "the truth", "honest", "never lie",
                                       "truthful", "be trusted"};
    static const char *const not[] = {"is not", "isn't", "am not", "never tell",
                                      "is no ", "does not", "cannot"};
    size_t who = speaker;
    for (size_t i = 0; i < z->n; i++)
        if (!strncmp(s, z->name[i], strlen(z->name[i])))
            who = i;
    CHECK(who != speaker || !strncmp(s, "i ", 2));
    return (people >> who & 1) ==
           (has_one_of(s, good, 6) != has_one_of(s, not, 7));
}

/* Of all of them: "we are different", "none of us is a knave". 1, 0, or -1 for
 * what is said of some. */
static int of_all(const struct island *z, const char *s, size_t knights)
{
    static const char *const none[] = {"none of us", "neither of us", "there is no "};
    static const char *const one[] = {"exactly one", "only one", "just one"};
    static const char *const some[] = {"at least one", "one or more", "there is a "};
    static const char *const all[] = {"of us", "we are", "we two", " and i are"};
    static const char *const apart[] = {"different", "not the same", "not of the same",
                                        "not both the same", "not alike", "the other"};
    static const char *const kind[] = {"same", "different", "alike", "the other"};
    size_t of = strstr(s, "knave") || strstr(s, " lie") ? z->n - knights : knights;
    if (has_one_of(s, kind, 4))
        return (knights == 0 || knights == z->n) != has_one_of(s, apart, 6);
    if (strstr(s, "not all of us") || strstr(s, "not everyone of us"))
        return of < z->n;
    if (has_one_of(s, none, 3))
        return of == 0;
    if (has_one_of(s, one, 3))
        return of == 1;
    if (has_one_of(s, some, 3))
        return of > 0;
    return has_one_of(s, all, 4) ? of == z->n : -1;
}

static bool holds(const struct island *z, size_t speaker, unsigned people)
{
    char s[128];
    snprintf(s, sizeof s, "%s", z->said[speaker]);
    size_t knights = 0;
    for (size_t i = 0; i < z->n; i++)
        knights += people >> i & 1;
    int all = of_all(z, s, knights);
    if (all >= 0)
        return all;
    bool whether = !strncmp(s, "if ", 3), both = strstr(s, " and ");
    char *two = halve(s);
    bool first = simple(z, speaker, whether ? s + 3 : s, people);
    if (!two)
        return first;
    bool second = simple(z, speaker, two, people);
    return whether ? !first || second : both ? first && second : first || second;
}

static unsigned n_read;

static void look_at_island(const struct problem *p)
{
    struct island z = {0};
    if (!read_island(p, &z))
        return;
    for (size_t i = 0; i < z.n; i++)
        if (!known(&z, i))
            return;
    n_read++;
    unsigned found = 0, n = 0;
    for (unsigned people = 0; people < 1u << z.n; people++) {
        bool ok = true;
        for (size_t i = 0; i < z.n; i++)
            ok &= holds(&z, i, people) == (people >> i & 1);
        if (ok) {
            found = people;
            n++;
        }
    }
    if (n != 1)
        wrong(p, "not one solution");
    const char *line = p->answer.p;
    for (size_t i = 0; i < z.n; i++) {
        line = strchr(line, '=') + 1;
        if ((*line == 'T') != (found >> i & 1))
            wrong(p, "another solution");
    }
}

static void who_lies_follows_from_what_they_say(void **state)
{
    (void)state;
    n_read = 0;
    const struct task *t = task_find("knaves");
    struct problem p = {0};
    for (unsigned i = 0; i < 60000; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, i % 4, LANG_EN, i / 4);
        ctx.plain = true;
        world_make(&ctx, t, &p);
        look_at_island(&p);
    }
    problem_clear(&p);
    assert_in_range(n_read, 300, 60000);
}

static void each_of_them_must_be_named_right(void **state)
{
    (void)state;
    const struct task *t = task_find("knaves");
    struct problem p = {.lang = LANG_EN};
    buf_puts(&p.answer, "Zoe=T\nSam=F\n");
    CHECK(t->check(&p, str_of("**Zoe is a knight, Sam is a knave**.")) == 1);
    CHECK(t->check(&p, str_of("**Sam is a liar, Zoe tells the truth**.")) == 1);
    CHECK(t->check(&p, str_of("**Zoe is a knave, Sam is a knight**.")) == 0);
    CHECK(t->check(&p, str_of("**Zoe is a knight**.")) == 0);
    CHECK(t->check(&p, str_of("**both are knights**.")) == 0);
    problem_clear(&p);
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_lies_follows_from_what_they_say),
        cmocka_unit_test(each_of_them_must_be_named_right),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
