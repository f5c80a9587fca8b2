/* SPDX-License-Identifier: Apache-2.0 */
/* Knights tell the truth, knaves lie. The thought names the people and the words for
 * their kinds, says what each one claims, then goes through all cases in one order,
 * and through the speakers of a case up to the first clash:
 *
 *   knaves: Zoe, Sam, T knight, F liar
 *   Zoe: Sam=F
 *   Sam: Sam=T and Zoe=F
 *   TT: Zoe T: F no
 *   TF: Zoe T: T ok, Sam F: F and F: F ok
 *   -> Zoe T, Sam F
 *
 * What a speaker says must be as true as he is: behind his name stands what he is,
 * then what becomes of his words. Every puzzle has one solution. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "train/gen/noise.h"
#include "train/gen/people.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum kind {
    IS, ISNT, SAME, DIFFER, ALL_T, ALL_F, SOME_F, SOME_T, ONE_T, ONE_F,
    BOTH, EITHER, IF, N_KINDS
};

/* What one of them says. BOTH, EITHER and IF are about two people, each with
 * what is said of them. */
struct claim {
    enum kind kind;
    size_t who, who2;
    bool is, is2;
};

enum { LEVELS = 2, MAX_TRIES = 40000 };

struct puzzle {
    size_t n;
    struct claim claim[3];
    unsigned solution; /* bit i: the i-th is a knight */
};

static bool knight(unsigned people, size_t i)
{
    return people >> i & 1;
}

static bool is_true(const struct puzzle *z, size_t speaker, unsigned people)
{
    const struct claim *c = &z->claim[speaker];
    size_t n = 0;
    for (size_t i = 0; i < z->n; i++)
        n += knight(people, i);
    bool first = knight(people, c->who) == c->is;
    bool second = knight(people, c->who2) == c->is2;
    switch (c->kind) {
    case IS: return knight(people, c->who);
    case ISNT: return !knight(people, c->who);
    case SAME: return n == 0 || n == z->n;
    case DIFFER: return n > 0 && n < z->n;
    case ALL_T: return n == z->n;
    case ALL_F: return n == 0;
    case SOME_F: return n < z->n;
    case SOME_T: return n > 0;
    case ONE_T: return n == 1;
    case ONE_F: return z->n - n == 1;
    case BOTH: return first && second;
    case EITHER: return first || second;
    case IF: return !first || second;
    case N_KINDS: break;
    }
    return false;
}

/* The cases from all knights to all knaves: TT, TF, FT, FF. */
static unsigned case_of(const struct puzzle *z, unsigned number)
{
    unsigned people = 0;
    for (size_t i = 0; i < z->n; i++)
        if (!(number >> (z->n - 1 - i) & 1))
            people |= 1u << i;
    return people;
}

static bool fits(const struct puzzle *z, unsigned people)
{
    for (size_t i = 0; i < z->n; i++)
        if (is_true(z, i, people) != knight(people, i))
            return false;
    return true;
}

static bool solve(struct puzzle *z)
{
    unsigned found = 0;
    for (unsigned people = 0; people < 1u << z->n; people++)
        if (fits(z, people)) {
            z->solution = people;
            found++;
        }
    return found == 1;
}

/* Simple ones more often than those of two parts. */
static enum kind draw_kind(struct gen_ctx *ctx)
{
    static const unsigned weight[N_KINDS] = {
        [IS] = 6, [ISNT] = 6, [SAME] = 3, [DIFFER] = 3, [ALL_T] = 2, [ALL_F] = 3,
        [SOME_F] = 2, [SOME_T] = 2, [ONE_T] = 2, [ONE_F] = 2, [BOTH] = 2,
        [EITHER] = 2, [IF] = 2};
    unsigned total = 0, kind = 0;
    for (size_t i = 0; i < N_KINDS; i++)
        total += weight[i];
    unsigned left = rng_below(&ctx->rng, total);
    while (left >= weight[kind])
        left -= weight[kind++];
    return kind;
}

static struct claim draw_claim(struct gen_ctx *ctx, size_t speaker, size_t n)
{
    struct claim c = {.kind = draw_kind(ctx)};
    if (n == 2 && (c.kind == ONE_T || c.kind == ONE_F)) /* the same as DIFFER */
        c.kind = DIFFER;
    if (n == 3 && c.kind == SAME)
        c.kind = IS;
    c.who = (speaker + 1 + rng_below(&ctx->rng, (uint32_t)n - 1)) % n;
    if (c.kind >= BOTH) {
        c.who2 = c.who;
        c.who = n == 3 && gen_chance(ctx, 60) ? 3 - speaker - c.who2 : speaker;
        c.is = gen_chance(ctx, 50);
        c.is2 = gen_chance(ctx, 50);
    }
    return c;
}

static uint64_t formula_key(const struct puzzle *z)
{
    char text[3 * 5 + 1] = "k";
    size_t n = 1;
    for (size_t i = 0; i < z->n; i++) {
        const struct claim *c = &z->claim[i];
        text[n++] = (char)('a' + c->kind);
        if (c->kind > ISNT && c->kind < BOTH) /* about all of them */
            continue;
        text[n++] = (char)('0' + c->who);
        text[n++] = c->is ? 'T' : 'F';
        text[n++] = (char)('0' + c->who2);
        text[n++] = c->is2 ? 'T' : 'F';
    }
    return gen_key(str_n(text, n));
}

static bool draw(struct gen_ctx *ctx, struct puzzle *z, uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        *z = (struct puzzle){.n = 2 + ctx->level};
        for (size_t k = 0; k < z->n; k++)
            z->claim[k] = draw_claim(ctx, k, z->n);
        *key = formula_key(z);
        if (gen_fits(ctx, *key) && solve(z))
            return true;
    }
    return false;
}

/* --- told ----------------------------------------------------------------- */

struct telling {
    struct gen_ctx *ctx;
    const struct puzzle *z;
    struct people people;
    char words[4][40]; /* knight, knave, and more of them */
    struct slots slots;
};

/* "I am a knave", "Sam is a knight". */
static void tell_one(struct telling *t, size_t speaker, size_t who, bool is,
                     struct slots *slots, struct buf *out)
{
    slot_set(slots, "y", str_of(t->people.name[who]));
    if (who == speaker)
        phrase(t->ctx, "knaves", is ? "iam" : "iamnot", slots, out);
    else
        phrase(t->ctx, "knaves", is ? "is" : "isnt", slots, out);
}

static void tell_claim(struct telling *t, size_t speaker, struct buf *out)
{
    static const char *const rule[] = {
        [SAME] = "same", [DIFFER] = "differ", [ALL_T] = "allt",
        [ALL_F] = "allf", [SOME_F] = "somef", [SOME_T] = "somet",
        [ONE_T] = "onet", [ONE_F] = "onef", [BOTH] = "both",
        [EITHER] = "either", [IF] = "if"};
    static const char *const pair[N_KINDS] = {
        [DIFFER] = "differ2", [ALL_T] = "allt2", [ALL_F] = "allf2",
        [SOME_F] = "somef2", [SOME_T] = "somet2"};
    const struct claim *c = &t->z->claim[speaker];
    struct slots slots = t->slots;
    if (c->kind == IS || c->kind == ISNT) {
        tell_one(t, speaker, c->who, c->kind == IS, &slots, out);
        return;
    }
    if (c->kind >= BOTH) {
        struct buf one = {0}, two = {0};
        tell_one(t, speaker, c->who, c->is, &slots, &one);
        tell_one(t, speaker, c->who2, c->is2, &slots, &two);
        slot_set(&slots, "y", buf_str(&one));
        slot_set(&slots, "z", buf_str(&two));
        buf_clear(&one);
        buf_clear(&two);
    }
    bool of_two = t->z->n == 2 && pair[c->kind];
    if (c->kind < BOTH) /* "Sam and I are the same" */
        slot_set(&slots, "y", str_of(t->people.name[c->who]));
    phrase(t->ctx, "knaves", of_two ? pair[c->kind] : rule[c->kind], &slots, out);
}

static void ask(struct telling *t, struct problem *p)
{
    struct buf says = {0}, claim = {0}, who = {0};
    for (size_t i = 0; i < t->z->n; i++) {
        buf_reset(&claim);
        tell_claim(t, i, &claim);
        struct slots slots = t->slots;
        slot_set(&slots, "x", str_of(t->people.name[i]));
        slot_set(&slots, "all", buf_str(&claim));
        phrase(t->ctx, "knaves", "line", &slots, &says);
    }
    while (says.len && says.p[says.len - 1] == ' ')
        buf_erase(&says, says.len - 1, 1);
    people_list(t->ctx, &t->people, &who);
    struct slots slots = t->slots;
    slot_set(&slots, "says", buf_str(&says));
    slot_set(&slots, "who", buf_str(&who));
    phrase(t->ctx, "knaves", "ask", &slots, &p->prompt);
    buf_clear(&says);
    buf_clear(&claim);
    buf_clear(&who);
}

/* --- thought through ------------------------------------------------------ */

static char letter(bool is)
{
    return is ? 'T' : 'F';
}

static const char *joint(const struct telling *t, enum kind kind)
{
    static const char *const words[2][N_KINDS] = {
        {[SAME] = "same", [DIFFER] = "not same", [ALL_T] = "all=T",
         [ALL_F] = "all=F", [SOME_F] = "some=F", [SOME_T] = "some=T",
         [ONE_T] = "one=T", [ONE_F] = "one=F", [BOTH] = "and", [EITHER] = "or",
         [IF] = "then"},
        {[SAME] = "同", [DIFFER] = "不同", [ALL_T] = "都=T", [ALL_F] = "都=F",
         [SOME_F] = "有=F", [SOME_T] = "有=T", [ONE_T] = "一个=T",
         [ONE_F] = "一个=F", [BOTH] = "且", [EITHER] = "或", [IF] = "则"}};
    return words[t->ctx->lang == LANG_ZH][kind];
}

static void formula(const struct telling *t, size_t speaker, struct trace *trace)
{
    const struct claim *c = &t->z->claim[speaker];
    const char *who = t->people.name[c->who];
    trace_line(trace, "%s: ", t->people.name[speaker]);
    if (c->kind == IS || c->kind == ISNT)
        trace_more(trace, "%s=%c", who, letter(c->kind == IS));
    else if (c->kind >= BOTH)
        trace_more(trace, "%s=%c %s %s=%c", who, letter(c->is), joint(t, c->kind),
                   t->people.name[c->who2], letter(c->is2));
    else
        trace_more(trace, "%s", joint(t, c->kind));
}

/* " Zoe T: F no", " Sam F: F and F: F ok"; false at a clash. */
static bool think_speaker(const struct telling *t, unsigned people, size_t i,
                          struct trace *trace)
{
    const struct claim *c = &t->z->claim[i];
    bool said = is_true(t->z, i, people), is = knight(people, i);
    trace_more(trace, " %s %c:", t->people.name[i], letter(is));
    if (c->kind >= BOTH)
        trace_more(trace, " %c %s %c:", letter(knight(people, c->who) == c->is),
                   joint(t, c->kind), letter(knight(people, c->who2) == c->is2));
    trace_more(trace, " %c %s", letter(said),
               said == is ? trace_word(trace, "ok", "对")
                          : trace_word(trace, "no", "错"));
    return said == is;
}

static void think_case(const struct telling *t, unsigned people,
                       struct trace *trace)
{
    buf_putc(&trace->p->think, '\n');
    for (size_t i = 0; i < t->z->n; i++)
        trace_more(trace, "%c", letter(knight(people, i)));
    trace_more(trace, ":");
    for (size_t i = 0; i < t->z->n && think_speaker(t, people, i, trace); i++)
        trace_more(trace, "%s", i + 1 < t->z->n ? "," : "");
}

static void think(const struct telling *t, struct trace *trace)
{
    const struct puzzle *z = t->z;
    trace_line(trace, "%s: ", trace_word(trace, "knaves", "谁说谎"));
    for (size_t i = 0; i < z->n; i++)
        trace_more(trace, "%s, ", t->people.name[i]);
    trace_more(trace, "T %s, F %s", t->words[0], t->words[1]);
    for (size_t i = 0; i < z->n; i++)
        formula(t, i, trace);
    unsigned number = 0;
    do
        think_case(t, case_of(z, number), trace);
    while (case_of(z, number++) != z->solution);
    trace_line(trace, "->");
    for (size_t i = 0; i < z->n; i++)
        trace_more(trace, "%s %s %c", i ? "," : "", t->people.name[i],
                   letter(knight(z->solution, i)));
}

static void reply(struct telling *t, struct problem *p)
{
    struct buf all = {0};
    bool zh = t->ctx->lang == LANG_ZH;
    for (size_t i = 0; i < t->z->n; i++) {
        bool is = knight(t->z->solution, i);
        struct slots slots = {0};
        slot_set(&slots, "x", str_of(t->people.name[i]));
        slot_set(&slots, "y", str_of(t->words[is ? 0 : 1]));
        if (i > 0)
            buf_puts(&all, zh ? "，" : ", ");
        phrase(t->ctx, "knaves", "each", &slots, &all);
        buf_printf(&p->answer, "%s=%c\n", t->people.name[i], is ? 'T' : 'F');
    }
    struct slots slots = {0};
    slot_set(&slots, "all", buf_str(&all));
    phrase(t->ctx, "knaves", "say", &slots, &p->reply);
    buf_clear(&all);
}

static void set_words(struct telling *t)
{
    static const char *const name[] = {"knight", "knave", "knights", "knaves"};
    struct buf text = {0};
    phrase(t->ctx, "knaves", "words", NULL, &text);
    if (!text.p || sscanf(text.p, "%39s %39s %39s %39s", t->words[0], t->words[1],
                          t->words[2], t->words[3]) != 4)
        snprintf(t->ctx->lacks, sizeof t->ctx->lacks, "knaves: words, four");
    for (size_t i = 0; i < 4; i++)
        slot_set(&t->slots, name[i], str_of(t->words[i]));
    buf_clear(&text);
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct puzzle z;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &z, &key))
        return false;
    struct trace trace = trace_begin(ctx, p, "knaves", key);
    struct telling t = {.ctx = ctx, .z = &z};
    people_draw(ctx, &t.people, z.n);
    set_words(&t);
    if (ctx->lacks[0])
        return false;
    ask(&t, p);
    think(&t, &trace);
    reply(&t, p);
    if (!gen_done(ctx, p, NOISE_NO_TYPOS))
        return false;
    people_as_typed(p, &t.people);
    return true;
}

/* --- checked -------------------------------------------------------------- */

/* The words for either kind; which comes first in the text? */
static size_t first_of(struct str text, const char *const *words, size_t n)
{
    size_t first = text.len;
    for (size_t i = 0; i < n; i++) {
        size_t at = str_find(text, str_of(words[i]), 0);
        first = at < first ? at : first;
    }
    return first;
}

/* As a word of its own, whatever its case; but a letter for a name is large: "a"
 * is another word. */
static size_t find_name(struct str text, struct str name)
{
    for (size_t at = 0; at + name.len <= text.len; at++) {
        size_t end = at + name.len;
        bool same = name.len == 1 ? text.p[at] == name.p[0]
                                  : !strncasecmp(text.p + at, name.p, name.len);
        if (same && (at == 0 || !isalpha((unsigned char)text.p[at - 1])) &&
            (end == text.len || !isalpha((unsigned char)text.p[end])))
            return at;
    }
    return text.len;
}

/* What stands behind the name, up to the next kind. */
static bool says(struct str bold, struct str name, bool is)
{
    static const char *const good[] = {"knight", "truth", "honest", "骑士", "好人",
                                       "真话"};
    static const char *const bad[] = {"knave", "liar", "lies", "lying", "无赖",
                                      "骗子", "谎", "假话"};
    size_t at = find_name(bold, name);
    if (at >= bold.len)
        return false;
    struct str rest = str_n(bold.p + at, bold.len - at);
    size_t t = first_of(rest, good, 6), f = first_of(rest, bad, 8);
    return is ? t < f : f < t;
}

static double check(const struct problem *p, struct str reply)
{
    struct str bold = gen_bold(reply), rest = buf_str(&p->answer);
    if (rest.len == 0)
        return 0;
    while (rest.len) {
        size_t end = str_find(rest, str_of("\n"), 0);
        if (end < 3 || !says(bold, str_n(rest.p, end - 2), rest.p[end - 1] == 'T'))
            return 0;
        rest = str_n(rest.p + end + 1, rest.len - end - 1);
    }
    return 1;
}

const struct task task_knaves = {
    "knaves", "logic",
    "two speakers, each of whom always lies or never does",
    LEVELS, NULL, make, check};
