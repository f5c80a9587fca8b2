/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/story.h"

#include <stdio.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/people.h"

struct telling {
    struct gen_ctx *ctx;
    const struct story *s;
    struct slots slots;
    struct buf *out;
    unsigned n_clauses;
    unsigned others;  /* told of so far */
    bool if_form;     /* "if Tom has ..., how many ...?": one sentence */
    bool same_person; /* the last clause began with the one it is all about */
};

static void people(struct telling *t)
{
    slots_person(t->ctx, &t->slots);
    slot_name(t->ctx, &t->slots, "name", "who3");
    phrase_slot(t->ctx, "story", "money", NULL, &t->slots, "money");
}

static void say(struct telling *t, const char *what)
{
    char rule[32];
    snprintf(rule, sizeof rule, "%s_%s", t->s->world, what);
    phrase(t->ctx, "story", rule, &t->slots, t->out);
}

/* --- who does it ---------------------------------------------------------- */

/* What stands for the one it is all about at the beginning of a clause: "Tom ",
 * "he ", "I " where the asker tells of himself, nothing behind "and". */
static void subject(struct telling *t, bool may_drop)
{
    struct slots *s = &t->slots;
    struct str he = slot_get(s, story_has(t->ctx, t->s->world, "me") ? "me" : "he");
    if (may_drop && t->same_person && gen_chance(t->ctx, 45))
        slot_set(s, "subj", str_of(""));
    else if (gen_chance(t->ctx, 15) && !str_is(he, "i"))
        slot_printf(s, "subj", "%.*s ", (int)slot_get(s, "who").len,
                    slot_get(s, "who").p);
    else
        slot_printf(s, "subj", "%.*s ", (int)he.len, he.p);
}

/* Whether the clause that was written from `at` on begins with him. */
static bool begins_with_him(const struct telling *t, size_t at)
{
    static const char *const slots[] = {"who", "he", "me"};
    struct str clause = str_n(t->out->p + at, t->out->len - at);
    if (slot_get(&t->slots, "subj").len == 0)
        return true;
    for (size_t i = 0; i < 3; i++) {
        struct str him = slot_get(&t->slots, slots[i]);
        if (str_starts(clause, him) && clause.len > him.len && clause.p[him.len] == ' ')
            return true;
    }
    return false;
}

/* The next one in a row of people is told of beside the one before. */
static void next_other(struct telling *t)
{
    static const char *const names[] = {"he", "him", "his"};
    struct slots *s = &t->slots;
    if (t->others++ == 0)
        return;
    slot_set(s, "who", slot_get(s, "who2"));
    for (int i = 0; i < 3; i++)
        slot_set(s, names[i], slot_get(s, "who2"));
    slot_set(s, "who2", slot_get(s, "who3"));
}

/* --- clauses -------------------------------------------------------------- */

/* What is so does not happen "then" or "later", nor does what there is first. */
static bool is_state(enum story_kind kind)
{
    return kind >= MORE || kind == START || kind == GROUPS;
}

/* twice, three times, 4 times */
static void slot_times(struct telling *t, const char *name, int64_t n)
{
    static const char *const words[] = {"twice", "three times", "four times",
                                        "five times"};
    if (n >= 2 && n <= 5 && (n == 2 || gen_chance(t->ctx, 50)))
        slot_set(&t->slots, name, str_of(words[n - 2]));
    else
        slot_printf(&t->slots, name, "%d times", (int)n);
}

/* A span of so many days, as people have names for some: every weekday, a week. */
static void slot_days(struct telling *t, int64_t k)
{
    char rule[48];
    const char *world = story_has(t->ctx, t->s->world, "days_k") ? t->s->world : "";
    for (int named = gen_chance(t->ctx, 30); named >= 0; named--) {
        int n = snprintf(rule, sizeof rule, "%s%sdays_k", world, *world ? "_" : "");
        if (named)
            snprintf(rule + n - 1, sizeof rule - (size_t)n + 1, "%d", (int)k);
        if (!bank_find(t->ctx->bank, "story", t->ctx->lang, rule))
            continue;
        phrase_slot(t->ctx, "story", rule, &t->slots, &t->slots, "days");
        return;
    }
}

static void numbers(struct telling *t, const struct story_event *e)
{
    slot_count(t->ctx, &t->slots, "n", e->n);
    slot_count(t->ctx, &t->slots, "k", e->k);
    slot_count(t->ctx, &t->slots, "m", e->m);
    slot_times(t, "nx", e->n);
    slot_days(t, e->k);
}

/* The words between two clauses; whether the second may do without its subject. */
static bool link(struct telling *t, enum story_kind kind)
{
    size_t at = t->out->len;
    if (t->n_clauses++ == 0)
        return false;
    if (!t->if_form && is_state(kind))
        buf_puts(t->out, t->ctx->lang == LANG_EN ? ". " : "，");
    else
        phrase(t->ctx, "story", t->if_form ? "join_if" : "join", NULL, t->out);
    struct str words = str_n(t->out->p + at, t->out->len - at);
    return str_find(words, str_of("."), 0) == words.len;
}

static void clause(struct telling *t, const char *what, const struct story_event *e)
{
    bool may_drop = link(t, e->kind) && !is_state(e->kind);
    numbers(t, e);
    subject(t, may_drop);
    if (e->kind == MORE || e->kind == LESS || e->kind == TIMES)
        next_other(t);
    size_t at = t->out->len;
    say(t, what);
    t->same_person = begins_with_him(t, at);
}

/* The last event is asked for in the question, not told. */
static bool is_question(enum story_kind kind)
{
    return kind == BOTH || kind == EACH || kind >= WEEKS;
}

static const char *question(struct telling *t, const struct story_event *last)
{
    if (is_question(last->kind))
        return story_rule[last->kind];
    if (t->s->others > 1)
        return "third";
    return last->kind == GOAL ? "change" : "ask";
}

/* Questions begin a sentence of their own. */
static void stop(struct telling *t)
{
    if (t->ctx->lang == LANG_EN)
        buf_puts(t->out, gen_chance(t->ctx, t->if_form ? 0 : 85) ? ". " : ", ");
    else
        buf_puts(t->out, gen_chance(t->ctx, 65) ? "，" : "。");
}

/* A second one that goes is told beside the first where the world has words for it:
 * "30 more are taken". */
static const char *rule_of(const struct telling *t, unsigned i)
{
    enum story_kind kind = t->s->at[i].kind;
    bool second = kind == SUB && i > 1 && story_has(t->ctx, t->s->world, "sub2");
    return second ? "sub2" : story_rule[kind];
}

/* The clauses, without what is asked behind them. */
static void tell_events(struct telling *t)
{
    for (unsigned i = 0; i < t->s->n; i++)
        if (!is_question(t->s->at[i].kind))
            clause(t, rule_of(t, i), &t->s->at[i]);
}

/* Where the question comes first, or the whole is one "if". */
enum form { FORM_PLAIN, FORM_FIRST, FORM_IF, FORM_ASK_IF };

static enum form draw_form(struct telling *t, const char *ask)
{
    const struct story_event *last = &t->s->at[t->s->n - 1];
    bool plain = !strcmp(ask, "ask"), few = t->s->n <= 3;
    uint32_t dice = rng_below(&t->ctx->rng, 100);
    if (plain && dice < 10 && story_has(t->ctx, t->s->world, "first"))
        return FORM_FIRST;
    if (plain && few && dice < 24 && story_has(t->ctx, t->s->world, "askif"))
        return FORM_ASK_IF;
    return !is_question(last->kind) && few && dice >= 86 ? FORM_IF : FORM_PLAIN;
}

void story_tell(struct gen_ctx *ctx, const struct story *s, struct buf *out)
{
    struct telling t = {.ctx = ctx, .s = s, .out = out};
    const struct story_event *last = &s->at[s->n - 1];
    const char *ask = question(&t, last);
    enum form form = draw_form(&t, ask);
    t.if_form = form == FORM_IF || form == FORM_ASK_IF;
    people(&t);
    slot_set(&t.slots, "me", str_of("i"));
    numbers(&t, last);
    if (form == FORM_PLAIN && gen_chance(ctx, 9) &&
        bank_find(ctx->bank, "story", ctx->lang, "prelude"))
        phrase(ctx, "story", "prelude", &t.slots, out);
    if (form == FORM_FIRST || form == FORM_ASK_IF)
        say(&t, form == FORM_FIRST ? "first" : "askif");
    if (form == FORM_IF)
        buf_puts(out, ctx->lang == LANG_EN ? "if " : "如果");
    tell_events(&t);
    if (form == FORM_FIRST)
        buf_puts(out, ctx->lang == LANG_EN ? "." : "。");
    if (form == FORM_ASK_IF)
        buf_puts(out, gen_chance(ctx, 70) ? "?" : "");
    if (form == FORM_FIRST || form == FORM_ASK_IF)
        return;
    stop(&t);
    numbers(&t, last);
    say(&t, ask);
}
