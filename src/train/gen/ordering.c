/* SPDX-License-Identifier: Apache-2.0 */
/* Three to five people or things in order, by what they are or by where they stand,
 * told pair by pair in any order. The thought names them as they come in the prompt,
 * says each statement again as it was told, whether with the word of the question,
 * and then with the larger first, so that every piece stands just before what it is
 * needed for:
 *
 *   order, first, > shorter: Amy, Ben, Cid      who is shortest?
 *   Amy taller Ben, shorter other: Ben>Amy
 *   Cid taller Amy, shorter other: Amy>Cid
 *   right: Amy Cid
 *   first: Ben
 *   -> Ben
 *
 * > is the word of the question, whichever of the two it is. */
#include <stdio.h>

#include "train/gen/answer.h"
#include "train/gen/noise.h"
#include "train/gen/people.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum kind { MOST, LEAST, SECOND, ORDER, IS };
enum { LEVELS = 3, MAX_TRIES = 20000 };

/* What is told: people[0] > people[1] > ..., and the pairs in their order. */
struct ordering {
    struct people people;
    size_t pair[PEOPLE_MAX]; /* i: people[i] > people[i + 1] */
    size_t who, who2;        /* of a question about two */
    enum kind kind;
    bool again[PEOPLE_MAX];   /* pair i may leave out what the first one said */
    bool by_less[PEOPLE_MAX]; /* so is pair i told: people[i + 1] < people[i] */
    const char *joint[PEOPLE_MAX]; /* rule that tells pair i with the one before it */
    const char *set;         /* rules of things, thing_..., of a row, place_..., or none */
    char adj[6][40];         /* more, less, most, least; tall, short or nothing */
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
    o->set = gen_chance(ctx, 20) ? "place_" : gen_chance(ctx, 15) ? "thing_" : "";
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

/* Two pairs in a row that share a person, now and then in one sentence: "Amy is
 * taller than Ben but shorter than Cid", "Cid is taller than Amy, who is ...". */
static void join(struct gen_ctx *ctx, struct ordering *o, size_t i)
{
    size_t a = o->pair[i - 1], b = o->pair[i];
    bool up = a == b + 1, but = gen_chance(ctx, 60);
    if (o->joint[i - 1] || (!up && b != a + 1) || !gen_chance(ctx, 30))
        return;
    o->joint[i] = but ? (up ? "more_but_less" : "less_but_more")
                      : (up ? "less_less" : "more_more");
    o->by_less[i - 1] = but != up;
    o->by_less[i] = up;
}

static void draw_pairs(struct gen_ctx *ctx, struct ordering *o)
{
    for (size_t i = 0; i + 1 < o->people.n; i++) {
        size_t j = rng_below(&ctx->rng, (uint32_t)i + 1);
        o->pair[i] = o->pair[j];
        o->pair[j] = i;
    }
    for (size_t i = 0; i + 1 < o->people.n; i++) {
        o->by_less[i] = gen_chance(ctx, 40);
        o->again[i] = i > 0 && !o->set[0] && gen_chance(ctx, 15);
        if (i > 0)
            join(ctx, o, i);
    }
}

static bool draw(struct gen_ctx *ctx, struct ordering *o, uint64_t *key)
{
    size_t n = 3 + ctx->level;
    for (int i = 0; i < MAX_TRIES; i++) {
        if (i % 8 == 0) {
            draw_adjective(ctx, o);
            if (o->set[0] == 't')
                people_draw_from(ctx, &o->people, n, "logic", "thing_name");
            else
                people_draw(ctx, &o->people, n);
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
    draw_pairs(ctx, o);
    static const enum kind kinds[] = {MOST, MOST, MOST, LEAST, LEAST, LEAST,
                                      SECOND, ORDER, ORDER, IS, IS};
    o->kind = kinds[rng_below(&ctx->rng, 11)];
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
    static const char *const rules[2][2] = {{"fact_more", "fact_less"},
                                            {"again_more", "again_less"}};
    const char *joint = i + 2 < o->people.n ? o->joint[i + 1] : NULL;
    size_t x = o->pair[i];
    if (joint && o->pair[i + 1] > x) /* the one between two */
        x = o->pair[i + 1];
    slot_set(slots, "x", str_of(o->people.name[x]));
    slot_set(slots, "y", str_of(o->people.name[x + 1]));
    if (joint)
        slot_set(slots, "z", str_of(o->people.name[x - 1]));
    say(ctx, o, joint ? joint : rules[o->again[i]][o->by_less[i]], slots, out);
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

/* "order, first, > shorter: Amy, Ben, Cid" */
static void restate(const struct ordering *o, struct trace *t)
{
    const struct people *who = &o->people;
    size_t mention[PEOPLE_MAX];
    trace_line(t, "%s", trace_word(t, "order, ", "排序，"));
    if (o->kind == IS)
        trace_more(t, "%s>%s?", who->name[o->who], who->name[o->who2]);
    else if (o->kind == ORDER)
        trace_more(t, "%s", trace_word(t, "all", "全部"));
    else if (o->kind == SECOND)
        trace_more(t, "%s", trace_word(t, "second", "第二"));
    else
        trace_more(t, "%s", trace_word(t, "first", "第一"));
    trace_more(t, ", > %s:", o->adj[o->kind == LEAST]);
    people_as_met(t->p, who, mention);
    for (size_t i = 0; i < who->n; i++)
        trace_more(t, "%s %s", i ? "," : "", who->name[mention[i]]);
}

/* "Amy taller Ben, shorter other: Ben>Amy": as it was told, whether that is the word
 * of the question, and then by that word. */
static void turn(const struct ordering *o, size_t i, struct trace *t)
{
    const char *over = o->people.name[o->pair[i]];
    const char *under = o->people.name[o->pair[i] + 1];
    bool least = o->kind == LEAST;
    if (o->by_less[i])
        trace_line(t, "%s %s %s, ", under, o->adj[1], over);
    else
        trace_line(t, "%s %s %s, ", over, o->adj[0], under);
    trace_more(t, "%s %s: ", o->adj[least],
               o->by_less[i] == least ? trace_word(t, "same", "同")
                                      : trace_word(t, "other", "反"));
    if (least)
        trace_more(t, "%s>%s", under, over);
    else
        trace_more(t, "%s>%s", over, under);
}

/* Who is never on the right of > is first. */
static void find_first(const struct ordering *o, struct trace *t)
{
    const struct people *who = &o->people;
    bool least = o->kind == LEAST;
    trace_line(t, "%s", trace_word(t, "right:", "右边："));
    for (size_t i = 0; i + 1 < who->n; i++)
        trace_more(t, " %s", who->name[o->pair[i] + !least]);
    trace_line(t, "%s %s", trace_word(t, "first:", "第一："),
               who->name[least ? who->n - 1 : 0]);
}

/* From the one on until the other comes, or nobody any more. */
static void walk(const struct ordering *o, struct trace *t)
{
    const struct people *who = &o->people;
    bool yes = o->who < o->who2;
    trace_line(t, "%s", who->name[o->who]);
    for (size_t i = o->who + 1; i <= (yes ? o->who2 : who->n - 1); i++)
        trace_more(t, ">%s", who->name[i]);
    if (!yes)
        trace_more(t, ">%s", trace_word(t, "end", "完"));
}

static void think(const struct ordering *o, struct trace *t)
{
    struct problem *p = t->p;
    restate(o, t);
    for (size_t i = 0; i + 1 < o->people.n; i++)
        turn(o, i, t);
    if (o->kind == IS) {
        walk(o, t);
        return;
    }
    find_first(o, t);
    if (o->kind == SECOND)
        trace_line(t, "%s>%s", o->people.name[0], o->people.name[1]);
    if (o->kind == ORDER) {
        buf_putc(&p->think, '\n');
        chain(o, ">", &p->think);
    }
}

static void answer(struct gen_ctx *ctx, const struct ordering *o,
                   struct trace *t, struct slots *slots)
{
    static const char *const rules[] = {"say_most", "say_least", "say_second",
                                        "say_order"};
    struct problem *p = t->p;
    const size_t at[] = {[MOST] = 0, [LEAST] = o->people.n - 1, [SECOND] = 1};
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

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    static const char *const ask[] = {"ask_most", "ask_least", "ask_second",
                                      "ask_order", "ask_is"};
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
    if (!gen_done(ctx, p, NOISE_NO_TYPOS))
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

const struct task task_ordering = {"ordering", "logic", LEVELS, NULL, make, check};
