/* SPDX-License-Identifier: Apache-2.0 */
/* Three people or things in order, four now and then at the higher level, by what
 * they are or by where they stand, told pair by pair in any order. The thought begins
 * with what is asked, by which word, and the sign for that word and for its opposite.
 * Then it says each statement as it was told, with the sign of its word, and with the
 * larger first, so that every piece is a copy of what stands just before:
 *
 *   order, first: shorter> taller<              who is shortest?
 *   - Amy taller< Ben: Ben > Amy
 *   - Cid taller< Amy: Amy > Cid
 *   right: Amy Cid
 *   -> Ben
 *
 * > is the word of the question, whichever of the two it is; who is never on its
 * right comes first. Before an English name stands a blank, as mostly in the prompt:
 * with it a name is other tokens than without. */
#include <stdio.h>

#include "train/gen/answer.h"
#include "train/gen/noise.h"
#include "train/gen/people.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum kind { MOST, LEAST, ORDER, IS };
enum { LEVELS = 2, MAX_TRIES = 20000 };

/* What is told: people[0] > people[1] > ..., and the pairs in their order. */
struct ordering {
    struct people people;
    size_t pair[PEOPLE_MAX]; /* i: people[i] > people[i + 1] */
    size_t who, who2;        /* of a question about two */
    enum kind kind;
    bool by_less[PEOPLE_MAX]; /* so is pair i told: people[i + 1] < people[i] */
    bool by_not[PEOPLE_MAX];  /* ... in the words "not as tall as" */
    size_t joined;            /* pair told in one sentence with the one before; 0: none */
    const char *joint;        /* ... by this rule */
    const char *set;   /* rules of things, thing_..., of a row, place_..., or none */
    char adj[6][40];   /* more, less, most, least; tall, short or nothing */
};

static void say(struct gen_ctx *ctx, const struct ordering *o, const char *what,
                const struct slots *slots, struct buf *out)
{
    char rule[48];
    snprintf(rule, sizeof rule, "%s%s", o->set, what);
    phrase(ctx, "logic", rule, slots, out);
}

static void draw_adjective(struct gen_ctx *ctx, struct ordering *o)
{
    struct buf text = {0};
    o->set = gen_chance(ctx, 15) ? "place_" : gen_chance(ctx, 15) ? "thing_" : "";
    say(ctx, o, "adj", NULL, &text);
    if (!text.p || sscanf(text.p, "%39s %39s %39s %39s %39s %39s", o->adj[0], o->adj[1],
                          o->adj[2], o->adj[3], o->adj[4], o->adj[5]) < 4)
        snprintf(ctx->lacks, sizeof ctx->lacks, "logic: adj of four words");
    buf_clear(&text);
}

static uint64_t key_of_order(const struct ordering *o)
{
    uint64_t key = gen_key(str_of(o->adj[0]));
    for (size_t i = 0; i < o->people.n; i++)
        key = rng_mix(key ^ gen_key(str_of(o->people.name[i])));
    return key;
}

static void shuffle(struct gen_ctx *ctx, struct people *people)
{
    for (size_t i = people->n; i > 1; i--) {
        size_t j = rng_below(&ctx->rng, (uint32_t)i);
        char swap[NAME_ROOM];
        memcpy(swap, people->name[i - 1], NAME_ROOM);
        memcpy(people->name[i - 1], people->name[j], NAME_ROOM);
        memcpy(people->name[j], swap, NAME_ROOM);
    }
}

/* The same told the other way round: "younger" where it was "older". */
static void turn_round(struct ordering *o)
{
    char swap[sizeof o->adj[0]];
    for (size_t i = 0; i < 6; i += 2) {
        memcpy(swap, o->adj[i], sizeof swap);
        memcpy(o->adj[i], o->adj[i + 1], sizeof swap);
        memcpy(o->adj[i + 1], swap, sizeof swap);
    }
    for (size_t i = 0, k = o->people.n - 1; i < k; i++, k--) {
        memcpy(swap, o->people.name[i], NAME_ROOM);
        memcpy(o->people.name[i], o->people.name[k], NAME_ROOM);
        memcpy(o->people.name[k], swap, NAME_ROOM);
    }
}

/* Two pairs in a row that share a person, now and then in one sentence: "Amy is
 * taller than Ben but shorter than Cid", "Cid is taller than Amy, who is ...". */
static void join(struct gen_ctx *ctx, struct ordering *o, size_t i)
{
    size_t a = o->pair[i - 1], b = o->pair[i];
    bool up = a == b + 1, but = gen_chance(ctx, 60);
    if (o->joined || (!up && b != a + 1) || !gen_chance(ctx, 25))
        return;
    o->joined = i;
    o->joint = but ? (up ? "more_but_less" : "less_but_more")
                   : (up ? "less_less" : "more_more");
    o->by_less[i - 1] = but != up;
    o->by_less[i] = up;
}

static void draw_pairs(struct gen_ctx *ctx, struct ordering *o)
{
    bool hard = ctx->level > 0;
    for (size_t i = 0; i + 1 < o->people.n; i++) {
        size_t j = rng_below(&ctx->rng, (uint32_t)i + 1);
        o->pair[i] = o->pair[j];
        o->pair[j] = i;
    }
    for (size_t i = 0; i + 1 < o->people.n; i++) {
        o->by_not[i] = hard && o->set[0] != 'p' && gen_chance(ctx, 12);
        o->by_less[i] = o->by_not[i] || gen_chance(ctx, 40);
    }
    for (size_t i = 1; hard && i + 1 < o->people.n; i++)
        join(ctx, o, i);
}

static void draw_names(struct gen_ctx *ctx, struct ordering *o, size_t n)
{
    if (o->set[0] == 't')
        people_draw_from(ctx, &o->people, n, "logic", "thing_name");
    else if (gen_chance(ctx, 12))
        people_draw_letters(ctx, &o->people, n);
    else
        people_draw_from(ctx, &o->people, n, "logic", "who_name");
}

static bool draw(struct gen_ctx *ctx, struct ordering *o, uint64_t *key)
{
    size_t n = ctx->level > 0 && gen_chance(ctx, 30) ? 4 : 3;
    for (int i = 0; i < MAX_TRIES; i++) {
        if (i % 8 == 0) {
            draw_adjective(ctx, o);
            draw_names(ctx, o, n);
        }
        if (ctx->lacks[0])
            return false;
        shuffle(ctx, &o->people);
        *key = key_of_order(o);
        if (gen_fits(ctx, *key))
            break;
        if (i + 1 == MAX_TRIES)
            return false;
    }
    if (o->set[0] != 'p' && gen_chance(ctx, 40))
        turn_round(o);
    draw_pairs(ctx, o);
    static const enum kind kinds[] = {MOST, MOST, MOST, LEAST, LEAST, LEAST,
                                      ORDER, ORDER, IS, IS};
    o->kind = kinds[rng_below(&ctx->rng, 10)];
    o->who = rng_below(&ctx->rng, (uint32_t)n);
    o->who2 = (o->who + 1 + rng_below(&ctx->rng, (uint32_t)n - 1)) % n;
    return true;
}

static void set_words(const struct ordering *o, struct slots *slots)
{
    static const char *const name[] = {"more", "less", "most", "least", "tall", "short"};
    for (size_t i = 0; i < 6; i++)
        slot_set(slots, name[i], str_of(o->adj[i]));
    slot_set(slots, "who", str_of(o->people.name[o->who]));
    slot_set(slots, "who2", str_of(o->people.name[o->who2]));
    slot_printf(slots, "n", "%zu", o->people.n);
}

/* Pair i, with the next one where they are joined; which is told last? */
static size_t tell_pair(struct gen_ctx *ctx, const struct ordering *o, size_t i,
                        struct slots *slots, struct buf *out)
{
    const char *rule = o->by_not[i]    ? "fact_not"
                       : o->by_less[i] ? "fact_less"
                                       : "fact_more";
    bool joint = o->joined == i + 1;
    size_t x = o->pair[i];
    if (joint && o->pair[i + 1] > x) /* the one between two */
        x = o->pair[i + 1];
    slot_set(slots, "x", str_of(o->people.name[x]));
    slot_set(slots, "y", str_of(o->people.name[x + 1]));
    if (joint)
        slot_set(slots, "z", str_of(o->people.name[x - 1]));
    say(ctx, o, joint ? o->joint : rule, slots, out);
    return joint ? i + 1 : i;
}

/* The pairs in words, as sentences ("facts") or within one ("clause"). */
static void tell(struct gen_ctx *ctx, const struct ordering *o, const char *slot,
                 const char *link_rule, struct slots *slots)
{
    struct buf facts = {0}, link = {0};
    phrase(ctx, "logic", link_rule, NULL, &link);
    for (size_t i = 0; i + 1 < o->people.n; i++) {
        if (i > 0)
            buf_add_str(&facts, buf_str(&link));
        i = tell_pair(ctx, o, i, slots, &facts);
    }
    slot_set(slots, slot, buf_str(&facts));
    buf_clear(&facts);
    buf_clear(&link);
}

/* Names with something between: the whole order. */
static void chain(const struct ordering *o, const char *between, struct buf *out)
{
    for (size_t i = 0; i < o->people.n; i++)
        buf_printf(out, "%s%s", i ? between : "", o->people.name[i]);
}

/* "order, first: shorter> taller<" */
static void restate(const struct ordering *o, struct trace *t)
{
    const struct people *who = &o->people;
    bool least = o->kind == LEAST;
    trace_line(t, "%s", trace_word(t, "order, ", "排序，"));
    if (o->kind == IS)
        trace_more(t, "%s, %s?", who->name[o->who], who->name[o->who2]);
    else if (o->kind == ORDER)
        trace_more(t, "%s", trace_word(t, "all", "全部"));
    else
        trace_more(t, "%s", trace_word(t, "first", "第一"));
    trace_more(t, ": %s> %s<", o->adj[least], o->adj[!least]);
}

static const char *over_sign(const struct trace *t)
{
    return trace_word(t, " > ", ">");
}

/* "- Amy taller< Ben: Ben > Amy": as it was told, then by the word of the question. */
static void turn(const struct ordering *o, size_t i, struct trace *t)
{
    const char *over = o->people.name[o->pair[i]];
    const char *under = o->people.name[o->pair[i] + 1];
    bool less = o->by_less[i], least = o->kind == LEAST;
    trace_line(t, "%s%s %s%c", trace_word(t, "- ", ""), less ? under : over,
               o->adj[less], less == least ? '>' : '<');
    trace_more(t, "%s%s: ", trace_word(t, " ", ""), less ? over : under);
    trace_more(t, "%s%s%s", least ? under : over, over_sign(t), least ? over : under);
}

/* Who is never on the right of > is first. */
static void list_right(const struct ordering *o, struct trace *t)
{
    trace_line(t, "%s", trace_word(t, "right:", "右边："));
    for (size_t i = 0; i + 1 < o->people.n; i++)
        trace_more(t, " %s", o->people.name[o->pair[i] + (o->kind != LEAST)]);
}

/* From the one on until the other comes, or nobody any more. */
static void walk(const struct ordering *o, struct trace *t)
{
    const struct people *who = &o->people;
    bool yes = o->who < o->who2;
    trace_line(t, "%s%s", trace_word(t, "- ", ""), who->name[o->who]);
    for (size_t i = o->who + 1; i <= (yes ? o->who2 : who->n - 1); i++)
        trace_more(t, "%s%s", over_sign(t), who->name[i]);
    if (!yes)
        trace_more(t, "%s%s", over_sign(t), trace_word(t, "end", "完"));
}

static void think(const struct ordering *o, struct trace *t)
{
    restate(o, t);
    for (size_t i = 0; i + 1 < o->people.n; i++)
        turn(o, i, t);
    if (o->kind == IS) {
        walk(o, t);
        return;
    }
    list_right(o, t);
    if (o->kind == ORDER) {
        trace_line(t, "-> ");
        chain(o, over_sign(t), &t->p->think);
    }
}

static void answer(struct gen_ctx *ctx, const struct ordering *o,
                   struct trace *t, struct slots *slots)
{
    static const char *const rules[] = {"say_most", "say_least", "say_order"};
    struct problem *p = t->p;
    const size_t at[] = {[MOST] = 0, [LEAST] = o->people.n - 1};
    if (o->kind == IS) {
        bool yes = o->who < o->who2;
        buf_puts(&p->answer, yes ? "yes" : "no");
        trace_more(t, " -> %s", yes ? trace_word(t, "yes", "是")
                                    : trace_word(t, "no", "不是"));
        say(ctx, o, yes ? "say_yes" : "say_no", slots, &p->reply);
        return;
    }
    if (o->kind == ORDER) {
        chain(o, ctx->lang == LANG_ZH ? "、" : ", ", &p->answer);
        slot_set(slots, "list", buf_str(&p->answer));
    } else {
        buf_puts(&p->answer, o->people.name[at[o->kind]]);
        trace_line(t, "-> %s", p->answer.p);
        slot_set(slots, "x", buf_str(&p->answer));
    }
    say(ctx, o, rules[o->kind], slots, &p->reply);
}

/* Half with the capitals that mark the names, most with the commas that part the
 * statements, and a name at the beginning stays there: it is not "hi, amy" and Ben. */
static unsigned noise(struct gen_ctx *ctx, const struct ordering *o,
                      const struct problem *p)
{
    unsigned flags = NOISE_NO_TYPOS;
    if (gen_chance(ctx, 50))
        flags |= NOISE_KEEP_LETTERS;
    if (gen_chance(ctx, 70))
        flags |= NOISE_KEEP_BLANKS;
    for (size_t i = 0; i < o->people.n; i++)
        if (str_starts(buf_str(&p->prompt), str_of(o->people.name[i])))
            flags |= NOISE_KEEP_ENDS;
    return flags;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    static const char *const ask[] = {"ask_most", "ask_least", "ask_order", "ask_is"};
    struct ordering o = {.set = ""};
    struct slots slots = {0};
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &o, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "ordering", key);
    set_words(&o, &slots);
    tell(ctx, &o, "facts", "and", &slots);
    tell(ctx, &o, "clause", "and_clause", &slots);
    say(ctx, &o, ask[o.kind], &slots, &p->prompt);
    think(&o, &t);
    answer(ctx, &o, &t, &slots);
    gen_capitals(&p->reply);
    if (!gen_done(ctx, p, noise(ctx, &o, p)))
        return false;
    people_as_typed(p, &o.people);
    return true;
}

static double check(const struct problem *p, struct str reply)
{
    struct str answer = buf_str(&p->answer);
    if (str_is(answer, "yes") || str_is(answer, "no"))
        return answer_yes_no(p, reply);
    return answer_same(p, reply);
}

const struct task task_ordering = {
    "ordering", "logic",
    "three people or things told pair by pair, sometimes four",
    LEVELS, NULL, make, check};
