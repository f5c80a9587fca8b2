/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/quiz.h"

#include "base/mem.h"
#include "text/detok.h"
#include "text/encode.h"
#include "text/vocab.h"
#include "train/data/dataset.h"
#include "train/data/tokenizer.h"
#include "train/data/zero.h"

void quiz_init(struct quiz *q, const struct dataset *d, enum reward_form form,
               uint32_t max_prompt)
{
    *q = (struct quiz){.bank = d->bank, .tokenizer = d->tokenizer,
                       .form = form, .max_prompt = max_prompt};
}

void quiz_clear(struct quiz *q)
{
    for (size_t i = 0; i < q->cap; i++)
        problem_clear(&q->problems[i]);
    mem_free(q->problems);
    mem_free(q->start);
    mem_free(q->prompts);
    mem_free(q->answers);
    ids_clear(&q->ids);
    document_clear(&q->doc);
    buf_clear(&q->text);
    *q = (struct quiz){0};
}

void quiz_reset(struct quiz *q)
{
    q->n = 0;
    q->ids.n = 0;
}

static void grow(struct quiz *q)
{
    size_t cap = q->cap ? 2 * q->cap : 64;
    q->start = mem_realloc(q->start, cap * sizeof *q->start);
    q->prompts = mem_realloc(q->prompts, cap * sizeof *q->prompts);
    q->problems = mem_realloc(q->problems, cap * sizeof *q->problems);
    for (size_t i = q->cap; i < cap; i++)
        q->problems[i] = (struct problem){0};
    q->cap = cap;
}

static void zero_ask(struct quiz *q, const struct problem *p)
{
    buf_reset(&q->text);
    zero_prompt(buf_str(&p->prompt), p->lang, &q->text);
    document_text(&q->doc, q->tokenizer, buf_str(&q->text));
    q->doc.ids.n--; /* not its end */
}

/* Room for the next one. */
static struct problem *next_problem(struct quiz *q)
{
    if (q->n == q->cap)
        grow(q);
    problem_reset(&q->problems[q->n]);
    return &q->problems[q->n];
}

/* The next one has been made: its prompt. */
static bool take(struct quiz *q, const struct problem *p)
{
    if (q->form == REWARD_TAGS)
        zero_ask(q, p);
    else
        document_prompt(&q->doc, q->tokenizer, (struct str){0},
                        buf_str(&p->prompt));
    if (q->doc.ids.n > q->max_prompt)
        return false;
    q->start[q->n] = q->ids.n;
    q->prompts[q->n++].n = (uint32_t)q->doc.ids.n;
    ids_add_all(&q->ids, q->doc.ids.p, q->doc.ids.n);
    return true;
}

bool quiz_add(struct quiz *q, const struct quiz_kind *kind, enum split split,
              uint64_t key)
{
    struct gen_ctx ctx = {.rng = rng_init(key), .split = split,
                          .lang = kind->lang, .level = kind->level,
                          .bank = q->bank};
    struct problem *p = next_problem(q);
    return mixture_make(kind->row, &ctx, p) && take(q, p);
}

bool quiz_draw(struct quiz *q, const struct mixture *mixture, enum split split,
               uint64_t key)
{
    struct gen_ctx ctx = {.rng = rng_init(key), .split = split, .bank = q->bank};
    struct problem *p = next_problem(q);
    return mixture_draw(mixture, &ctx, p) &&
           take(q, p);
}

bool quiz_answer(struct quiz *q, struct rollout_room *room, struct pool *pool,
                 const struct params *params, const struct rollout_options *o,
                 struct err *err)
{
    size_t need = q->n * o->group;
    for (size_t i = 0; i < q->n; i++)
        q->prompts[i].tokens = q->ids.p + q->start[i];
    if (need > q->n_answers) {
        q->answers = mem_realloc(q->answers, need * sizeof *q->answers);
        q->n_answers = need;
    }
    return rollout_run(room, pool, params, q->prompts, (uint32_t)q->n, o,
                       q->answers, err);
}

struct str quiz_text(struct quiz *q, const struct rollout *r)
{
    struct detok d = {0};
    buf_reset(&q->text);
    for (uint32_t i = 0; i + r->ended < r->n; i++)
        detok_token(&d, q->tokenizer->vocab, r->tokens[i], true, &q->text);
    detok_end(&d, &q->text);
    return buf_str(&q->text);
}

struct reward quiz_reward(struct quiz *q, size_t problem,
                          const struct rollout *r)
{
    return reward_of(&q->problems[problem], q->form, quiz_text(q, r), r->ended);
}
