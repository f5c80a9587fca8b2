/* SPDX-License-Identifier: Apache-2.0 */
#include "train/evalset.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "train/data/mixture.h"
#include "train/data/zero.h"
#include "train/gen/outside.h"
#include "train/gen/tasks.h"
#include "train/rl/reward.h"

void evalset_clear(struct evalset *e)
{
    for (size_t i = 0; i < e->n; i++) {
        problem_clear(&e->items[i].problem);
        answer_clear(&e->items[i].answer);
    }
    mem_free(e->items);
    *e = (struct evalset){0};
}

/* --- questions ------------------------------------------------------------ */

static struct eval_item *add_item(struct evalset *e, const char *task)
{
    e->items = mem_realloc(e->items, (e->n + 1) * sizeof *e->items);
    struct eval_item *item = &e->items[e->n++];
    *item = (struct eval_item){.task = task, .score = -1};
    return item;
}

static bool add_exercise(struct evalset *e, const struct task *task,
                         struct gen_ctx *ctx)
{
    struct eval_item *item = add_item(e, task->name);
    struct problem *p = &item->problem;
    p->task = task->name;
    p->level = ctx->level;
    p->lang = ctx->lang;
    if (task->make(ctx, p))
        return true;
    problem_clear(p);
    e->n--;
    return false;
}

/* Small splits give the same problem twice; the same wording counts once. */
static bool is_twice(const struct evalset *e, size_t from)
{
    const struct problem *last = &e->items[e->n - 1].problem;
    for (size_t i = from; i + 1 < e->n; i++) {
        if (str_eq(buf_str(&e->items[i].problem.prompt), buf_str(&last->prompt)))
            return true;
    }
    return false;
}

/* levels: those drawn by turns; NULL: the usual ones. */
static void add_task(struct evalset *e, const struct task *task,
                     const struct eval_choice *c, const unsigned *levels,
                     unsigned n_levels)
{
    size_t from = e->n;
    struct gen_ctx ctx = {.split = c->split, .bank = e->bank};
    uint64_t key = rng_mix(c->seed);
    for (const char *s = task->name; *s; s++)
        key = rng_mix(key + (unsigned char)*s);
    for (uint64_t i = 0; e->n - from < c->n && i < 4ull * c->n; i++) {
        ctx.rng = rng_init(rng_mix(key + i));
        ctx.lang = rng_unit(&ctx.rng) < c->chinese ? LANG_ZH : LANG_EN;
        unsigned turn = (unsigned)((e->n - from) %
                                   (levels ? n_levels : task_usual(task)));
        ctx.level = c->level != EVAL_ALL_LEVELS ? c->level
                    : levels                    ? levels[turn]
                                                : turn;
        if (add_exercise(e, task, &ctx) && is_twice(e, from)) {
            problem_clear(&e->items[e->n - 1].problem);
            e->n--;
        }
    }
}

static bool is_chosen(const struct eval_choice *c, const struct task *task)
{
    if (c->level != EVAL_ALL_LEVELS && c->level >= task->n_levels)
        return false;
    return !c->task || strcmp(c->task, task->name) == 0 ||
           strcmp(c->task, task->group) == 0;
}

bool evalset_add_tasks(struct evalset *e, const struct eval_choice *c,
                       struct err *err)
{
    size_t n_tasks, found = 0;
    const struct task *const *all = task_all(&n_tasks);
    for (size_t i = 0; i < n_tasks; i++) {
        if (is_chosen(c, all[i])) {
            add_task(e, all[i], c, NULL, 0);
            found++;
        }
    }
    return found > 0 ||
           err_set(err, ERR_USAGE, "there is no task \"%s\" of that level",
                   c->task ? c->task : "any");
}

void evalset_add_mixture(struct evalset *e, const struct mixture *m,
                         enum split split, uint32_t n, uint64_t seed)
{
    const struct eval_choice c = {.split = split, .level = EVAL_ALL_LEVELS,
                                  .n = n, .seed = seed, .chinese = m->chinese};
    for (size_t i = 0; i < m->n; i++) {
        const struct mixture_row *row = &m->rows[i];
        add_task(e, row->task, &c, row->n_levels ? row->levels : NULL,
                 row->n_levels);
    }
}

void evalset_add_wild(struct evalset *e, const struct wild *w, const char *task)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct wild_row *row = &w->rows[i];
        if (task && !str_is(row->task, task))
            continue;
        struct eval_item *item = add_item(e, "wild");
        item->wild = row;
        item->problem.lang = row->lang;
        buf_add_str(&item->problem.prompt, row->prompt);
        buf_add_str(&item->problem.answer, row->answer);
    }
}

/* --- asking --------------------------------------------------------------- */

struct asking {
    struct evalset *e;
    struct str model;
    const struct eval_options *o;
    atomic_size_t next, done;
    atomic_bool failed;
    pthread_mutex_t lock; /* guards err and the call of progress */
    struct err *err;
};

static unsigned count_bold(struct str reply)
{
    unsigned n = 0;
    struct str stars = str_of("**");
    for (size_t at = str_find(reply, stars, 0); at < reply.len;
         at = str_find(reply, stars, at + 2))
        n++;
    return n / 2;
}

static void judge(const struct evalset *e, struct eval_item *item)
{
    struct str reply = buf_str(&item->answer.reply);
    const struct task *task = item->wild ? NULL : task_find(item->task);
    item->well_formed = item->answer.ended && item->answer.thought_closed &&
                        item->answer.think.len > 1 && count_bold(reply) == 1;
    item->score = !item->answer.ended ? 0
                  : item->wild        ? wild_check(item->wild, e->bank, reply)
                                      : task->check(&item->problem, reply);
}

static void judge_zero(struct eval_item *item, struct str text)
{
    struct reward r = reward_of(&item->problem, REWARD_TAGS, text,
                                item->answer.ended);
    item->well_formed = r.formed;
    item->score = r.accuracy;
}

static void fail(struct asking *a, const struct err *err)
{
    pthread_mutex_lock(&a->lock);
    if (!atomic_exchange(&a->failed, true))
        *a->err = *err;
    pthread_mutex_unlock(&a->lock);
}

static void tell(struct asking *a)
{
    size_t done = atomic_fetch_add(&a->done, 1) + 1;
    pthread_mutex_lock(&a->lock);
    if (a->o->progress)
        a->o->progress(a->o->arg, done, a->e->n);
    pthread_mutex_unlock(&a->lock);
}

static bool must_stop(const struct asking *a)
{
    return atomic_load(&a->failed) || (a->o->stop && *a->o->stop);
}

/* What one thread hears. */
struct hearing {
    struct asking *a;
    const struct eval_item *item;
    struct buf raw;          /* owned; what the model wrote, tags and all: the
                                engine hides those that it knows */
};

static void pass_token(void *arg, const struct token_info *t)
{
    struct hearing *h = arg;
    buf_add(&h->raw, t->text, t->text_len);
    if (!h->a->o->token)
        return;
    pthread_mutex_lock(&h->a->lock);
    h->a->o->token(h->a->o->token_arg, h->item, t);
    pthread_mutex_unlock(&h->a->lock);
}

static bool ask(struct hearing *h, struct asker *asker, struct eval_item *item,
                struct err *err)
{
    const struct eval_options *o = h->a->o;
    struct problem *p = &item->problem;
    struct buf prompt = {0};
    h->item = item;
    buf_reset(&h->raw);
    if (o->zero)
        zero_prompt(buf_str(&p->prompt), p->lang, &prompt);
    else
        buf_add_str(&prompt, buf_str(&p->prompt));
    bool ok = asker_ask(asker, str_n("", 0), buf_str(&prompt), o->max_tokens,
                        NULL, NULL, &item->answer, err);
    buf_clear(&prompt);
    if (ok && o->zero)
        judge_zero(item, buf_str(&h->raw));
    else if (ok)
        judge(h->a->e, item);
    return ok;
}

static void *work(void *arg)
{
    struct asking *a = arg;
    struct err err;
    struct hearing hearing = {.a = a};
    struct asker_options o = {.threads = 1, .drafts = !a->o->zero,
                              .plain = a->o->zero,
                              .token = a->o->token || a->o->zero ? pass_token
                                                                 : NULL,
                              .arg = &hearing};
    struct asker *asker = asker_open(a->model, &o, &err);
    if (!asker) {
        fail(a, &err);
        return NULL;
    }
    while (!must_stop(a)) {
        size_t i = atomic_fetch_add(&a->next, 1);
        if (i >= a->e->n)
            break;
        struct eval_item *item = &a->e->items[i];
        if (!ask(&hearing, asker, item, &err)) {
            fail(a, &err);
            break;
        }
        tell(a);
    }
    asker_close(asker);
    buf_clear(&hearing.raw);
    return NULL;
}

bool evalset_ask(struct evalset *e, struct str model,
                 const struct eval_options *o, struct err *err)
{
    enum { MAX_THREADS = 64 };
    pthread_t threads[MAX_THREADS];
    struct asking a = {.e = e, .model = model, .o = o, .err = err};
    unsigned wanted = o->threads ? o->threads : pool_default_threads(), n = 0;
    pthread_mutex_init(&a.lock, NULL);
    while (n + 1 < wanted && n < MAX_THREADS &&
           pthread_create(&threads[n], NULL, work, &a) == 0)
        n++;
    work(&a); /* this thread as well */
    while (n > 0)
        pthread_join(threads[--n], NULL);
    pthread_mutex_destroy(&a.lock);
    if (atomic_load(&a.failed))
        return false;
    if (o->stop && *o->stop)
        return err_set(err, ERR_CANCELLED, "stopped");
    return true;
}

/* --- summing up ----------------------------------------------------------- */

bool refused_wrongly(struct str task, struct str reply)
{
    return !str_is(task, task_outside.name) && outside_refused(reply);
}

void tally_add(struct tally *t, const struct eval_item *item)
{
    if (item->score < 0)
        return;
    t->n++;
    t->refused += refused_wrongly(item->wild ? item->wild->task : str_of(item->task),
                                  buf_str(&item->answer.reply));
    t->right += item->score;
    t->well_formed += item->well_formed;
    t->think_tokens += item->answer.stats.think_tokens;
    t->drafted += item->answer.stats.drafted;
    t->accepted += item->answer.stats.accepted;
}

void tally_interval(const struct tally *t, double *low, double *high)
{
    const double z = 1.959964;
    double n = t->n, p = n > 0 ? t->right / n : 0, z2 = z * z;
    if (t->n == 0) {
        *low = 0;
        *high = 1;
        return;
    }
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    *low = fmax(0, middle - half);
    *high = fmin(1, middle + half);
}
