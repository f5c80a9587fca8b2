/* each_task.h - what must hold of every task, whatever it asks.
 *
 * A test of a task calls check_task with the bank of the source tree and adds
 * what only it knows: whether the answer is true. */
#ifndef TESTS_TRAIN_GEN_EACH_TASK_H
#define TESTS_TRAIN_GEN_EACH_TASK_H

#include <ctype.h>

#include "check.h"

#include "base/utf8.h"
#include "train/gen/bank.h"
#include "train/gen/gen.h"
#include "train/gen/words.h"

/* The banks of data/bank, with the word list where it is installed. */
struct world {
    struct bank *bank;
};

static inline struct world world_open(void)
{
    struct err err = {0};
    struct world w = {0};
    char path[4096];
    const char *source = getenv("MULL_SOURCE");
    snprintf(path, sizeof path, "%s/data/bank", source ? source : ".");
    w.bank = bank_open(path, &err);
    if (!w.bank)
        fail_msg("%s", err.msg);
    return w;
}

static inline void world_close(struct world *w)
{
    bank_free(w->bank);
}

static inline struct gen_ctx world_ctx(const struct world *w,
                                       const struct task *t, enum split split,
                                       enum lang lang, uint64_t i)
{
    return (struct gen_ctx){
        .rng = rng_init(i * 1000003 + (uint64_t)split * 17 + lang),
        .split = split, .lang = lang, .level = (unsigned)(i % t->n_levels),
        .bank = w->bank};
}

static inline void world_make(struct gen_ctx *ctx, const struct task *t,
                              struct problem *p)
{
    problem_reset(p);
    if (!t->make(ctx, p))
        fail_msg("%s level %u, split %d, language %d: nothing (%s)", t->name,
                 ctx->level, ctx->split, ctx->lang, ctx->lacks);
}

static inline void check_text(const struct task *t, const char *what,
                              const struct buf *b)
{
    if (!b->len || !utf8_valid(buf_str(b)) || strchr(b->p, '{') ||
        strchr(b->p, '}') || strstr(b->p, "<think>") || strstr(b->p, "\n\n"))
        fail_msg("%s: odd %s \"%s\"", t->name, what, b->p ? b->p : "");
}

static inline void check_one(const struct task *t, const struct gen_ctx *ctx,
                             const struct problem *p)
{
    check_text(t, "prompt", &p->prompt);
    check_text(t, "thought", &p->think);
    check_text(t, "reply", &p->reply);
    if (!gen_fits(ctx, p->key))
        fail_msg("%s: \"%s\" does not fit its split", t->name, p->prompt.p);
    if (t->check(p, buf_str(&p->reply)) < 1)
        fail_msg("%s: its own reply \"%s\" is not \"%s\"", t->name, p->reply.p,
                 p->answer.p);
    if (!gen_bold(buf_str(&p->reply)).len)
        fail_msg("%s: nothing bold in \"%s\"", t->name, p->reply.p);
    if (t->check(p, str_of("")) > 0 || t->check(p, str_of("**")) > 0 ||
        t->check(p, str_of("**zzz**")) > 0)
        fail_msg("%s: an empty reply is taken", t->name);
    for (size_t i = 0; i < p->n_slips; i++)
        CHECK(p->slips[i].from < p->slips[i].to &&
              p->slips[i].to <= p->think.len);
}

/* Whether the number stands in the prompt, not as a part of another one. */
static inline bool prompt_says(const struct problem *p, long n)
{
    char *end;
    for (const char *at = p->prompt.p; *at; at = end) {
        if (!isdigit((unsigned char)*at)) {
            end = (char *)at + 1;
            continue;
        }
        long v = strtol(at, &end, 10);
        while (*end == ',' && isdigit((unsigned char)end[1]) &&
               isdigit((unsigned char)end[2]) && isdigit((unsigned char)end[3]))
            v = v * 1000 + strtol(end + 1, &end, 10);
        if (v == n)
            return true;
    }
    return false;
}

static inline bool same_text(const struct buf *a, const struct buf *b)
{
    return str_eq(buf_str(a), buf_str(b));
}

/* n problems of each language and split. */
static inline void check_task(const struct world *w, const struct task *t,
                              unsigned n)
{
    struct problem p = {0}, again = {0};
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (enum split split = SPLIT_TRAIN; split <= SPLIT_UNSEEN; split++)
            for (unsigned i = 0; i < n; i++) {
                struct gen_ctx ctx = world_ctx(w, t, split, lang, i);
                struct gen_ctx same = ctx;
                world_make(&ctx, t, &p);
                check_one(t, &ctx, &p);
                world_make(&same, t, &again);
                if (!same_text(&p.prompt, &again.prompt) ||
                    !same_text(&p.think, &again.think) ||
                    !same_text(&p.reply, &again.reply) || p.key != again.key)
                    fail_msg("%s: two problems of one seed", t->name);
            }
    problem_clear(&p);
    problem_clear(&again);
}

/* How many of n replies of other problems are taken for right: those that do
 * happen to be, and no more than `most`. */
static inline unsigned wrong_taken(const struct world *w, const struct task *t,
                                   enum lang lang, unsigned n)
{
    struct problem p = {0}, other = {0};
    unsigned taken = 0;
    for (unsigned i = 0; i < n; i++) {
        struct gen_ctx ctx = world_ctx(w, t, SPLIT_TRAIN, lang, i);
        world_make(&ctx, t, &p);
        ctx = world_ctx(w, t, SPLIT_TRAIN, lang, i + n);
        world_make(&ctx, t, &other);
        if (!same_text(&p.answer, &other.answer) && !same_text(&p.think, &other.think))
            taken += t->check(&p, buf_str(&other.reply)) >= 1;
    }
    problem_clear(&p);
    problem_clear(&other);
    return taken;
}

#endif
