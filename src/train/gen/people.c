/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/people.h"

#include <stdio.h>
#include <strings.h>

#include "base/utf8.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"

/* Of 100 groups of people, so many have common names only: a small model learns to
 * reason on these, and on the others to copy what it never saw. */
enum { PLAIN = 65 };

/* Whatever the case: no Anna beside Hannah. */
static bool holds(const char *name, const char *part)
{
    for (; *name; name++)
        if (!strncasecmp(name, part, strlen(part)))
            return true;
    return false;
}

static bool is_new(const struct people *people, const char *name)
{
    for (size_t i = 0; i < people->n; i++)
        if (holds(people->name[i], name) || holds(name, people->name[i]))
            return false;
    return true;
}

/* A, B and C; 甲, 乙 and 丙; or any letters. No T and no F: thoughts say true and
 * false with them; no I: it is who asks. */
void people_draw_letters(struct gen_ctx *ctx, struct people *people, size_t n)
{
    static const char han[PEOPLE_MAX][4] = {"甲", "乙", "丙", "丁", "戊"};
    static const char abc[] = "ABCDEGHJKLMNPQRSUVWXYZ";
    static const char *const rows[] = {"ABCDE", "ABCDE", "ABCDE", "XYZVW", "PQRSU"};
    char any[sizeof abc];
    memcpy(any, abc, sizeof any);
    for (size_t i = 0; i < PEOPLE_MAX; i++) {
        size_t j = i + rng_below(&ctx->rng, (uint32_t)(sizeof abc - 1 - i));
        char swap = any[i];
        any[i] = any[j];
        any[j] = swap;
    }
    bool in_han = ctx->lang == LANG_ZH && gen_chance(ctx, 60);
    const char *row = gen_chance(ctx, 30) ? any : rows[rng_below(&ctx->rng, 5)];
    for (people->n = 0; people->n < n; people->n++) {
        if (in_han)
            memcpy(people->name[people->n], han[people->n], sizeof han[0]);
        else
            snprintf(people->name[people->n], NAME_ROOM, "%c", row[people->n]);
    }
}

void people_draw_from(struct gen_ctx *ctx, struct people *people, size_t n,
                      const char *file, const char *rule)
{
    struct buf text = {0};
    people->n = 0;
    for (int tries = 0; people->n < n && tries < 1000 && !ctx->lacks[0]; tries++) {
        buf_reset(&text);
        phrase(ctx, file, rule, NULL, &text);
        if (text.len && text.len < NAME_ROOM && is_new(people, text.p))
            snprintf(people->name[people->n++], NAME_ROOM, "%s", text.p);
    }
    if (people->n < n && !ctx->lacks[0])
        snprintf(ctx->lacks, sizeof ctx->lacks, "%s: %zu of %s", file, n, rule);
    buf_clear(&text);
}

void people_draw(struct gen_ctx *ctx, struct people *people, size_t n)
{
    if (gen_chance(ctx, 9))
        people_draw_letters(ctx, people, n);
    else
        people_draw_from(ctx, people, n, "common",
                         gen_chance(ctx, PLAIN) ? "plain_name" : "name");
}

void people_list(const struct gen_ctx *ctx, const struct people *people,
                 struct buf *out)
{
    bool zh = ctx->lang == LANG_ZH;
    for (size_t i = 0; i < people->n; i++) {
        if (i > 0)
            buf_puts(out, i + 1 < people->n ? (zh ? "、" : ", ")
                                            : (zh ? "和" : " and "));
        buf_puts(out, people->name[i]);
    }
}

void slot_name(struct gen_ctx *ctx, struct slots *slots, const char *rule,
               const char *slot)
{
    struct str who = slot_get(slots, "who"), who2 = slot_get(slots, "who2"), now;
    do {
        phrase_slot(ctx, "common", rule, NULL, slots, slot);
        now = slot_get(slots, slot);
    } while (!ctx->lacks[0] && (str_eq(now, who) || str_eq(now, who2)));
}

void slots_person(struct gen_ctx *ctx, struct slots *slots)
{
    static const char *const words[2][2][3] = {
        {{"he", "him", "his"}, {"she", "her", "her"}},
        {{"他", "他", "他的"}, {"她", "她", "她的"}}};
    static const char *const names[3] = {"he", "him", "his"};
    bool she = rng_below(&ctx->rng, 2);
    slots_people(ctx, slots);
    if (ctx->lang == LANG_EN)
        slot_name(ctx, slots, she ? "she_name" : "he_name", "who");
    for (int i = 0; i < 3; i++)
        slot_set(slots, names[i], str_of(words[ctx->lang][she][i]));
    struct str thing = slot_get(slots, "thing");
    uint32_t cp;
    size_t len = thing.len ? utf8_decode(thing.p, thing.len, &cp, NULL) : 0;
    slot_set(slots, "ge", str_n(thing.p, len));
    slot_set(slots, "noun", str_n(thing.p + len, thing.len - len));
}

static void shift(char *p, size_t n, bool large)
{
    char a = large ? 'a' : 'A';
    for (size_t i = 0; i < n; i++)
        if (p[i] >= a && p[i] <= a + 25)
            p[i] ^= 0x20;
}

static void shift_name(struct buf *text, struct str name, bool large)
{
    for (size_t at = str_find(buf_str(text), name, 0); at < text->len;
         at = str_find(buf_str(text), name, at + 1))
        shift(text->p + at, name.len, large);
}

/* All of its letters small or large in the prompt, and nowhere as it is. */
static bool typed(const struct problem *p, struct str name, bool large)
{
    char other[NAME_ROOM];
    struct str prompt = buf_str(&p->prompt);
    memcpy(other, name.p, name.len + 1);
    shift(other, name.len, large);
    return str_find(prompt, name, 0) == prompt.len &&
           str_find(prompt, str_of(other), 0) < prompt.len;
}

void people_as_typed(struct problem *p, const struct people *people)
{
    for (size_t i = 0; i < people->n; i++) {
        struct str name = str_of(people->name[i]);
        if (name.len == 1) /* "a" is a word as well: letters stay large */
            continue;
        for (int large = 0; large < 2; large++)
            if (typed(p, name, large)) {
                shift_name(&p->think, name, large);
                shift_name(&p->reply, name, large);
            }
    }
}
