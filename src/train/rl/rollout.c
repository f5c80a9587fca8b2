/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/rollout.h"

#include <math.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "train/nn/decode.h"
#include "train/nn/denormals.h"
#include "train/nn/vec.h"

/* A sequence at work: which answer it is, and the token it reads next. */
struct place {
    uint32_t answer;       /* index in out */
    int32_t next;
    bool busy;
};

/* decode's sequence 0 holds the prompt, place i is sequence 1 + i. */
struct lane_room {
    struct decode *decode; /* owned */
    struct place *places;  /* [seqs]; owned */
    struct decode_row *rows; /* [max_prompt or seqs]; owned */
    uint32_t *which;       /* [seqs] the place of each row; owned */
    uint32_t prompt, member; /* the next to start */
};

struct rollout_room {
    struct rollout_limits limits;
    struct shape shape;
    struct lane_room *lanes; /* owned */
    int32_t *tokens;         /* owned; grows with the answers asked for */
    size_t n_tokens;
};

static bool lane_init(struct lane_room *l, const struct shape *s,
                      const struct rollout_limits *m, struct err *err)
{
    uint32_t rows = m->max_prompt > m->seqs ? m->max_prompt : m->seqs;
    l->decode = decode_new(s, m->seqs + 1, m->max_prompt + m->max_new, rows, err);
    l->places = mem_array(m->seqs, sizeof *l->places);
    l->rows = mem_array(rows, sizeof *l->rows);
    l->which = mem_array(m->seqs, sizeof *l->which);
    return l->decode != NULL;
}

struct rollout_room *rollout_room_new(const struct shape *s,
                                      const struct rollout_limits *limits,
                                      struct err *err)
{
    struct rollout_room *r = mem_zalloc(sizeof *r);
    r->limits = *limits;
    r->shape = *s;
    r->lanes = mem_array(limits->lanes, sizeof *r->lanes);
    for (unsigned i = 0; i < limits->lanes; i++)
        if (!lane_init(&r->lanes[i], s, limits, err)) {
            rollout_room_free(r);
            return NULL;
        }
    return r;
}

void rollout_room_free(struct rollout_room *r)
{
    if (!r)
        return;
    for (unsigned i = 0; i < r->limits.lanes; i++) {
        decode_free(r->lanes[i].decode);
        mem_free(r->lanes[i].places);
        mem_free(r->lanes[i].rows);
        mem_free(r->lanes[i].which);
    }
    mem_free(r->lanes);
    mem_free(r->tokens);
    mem_free(r);
}

struct job {
    struct rollout_room *room;
    const struct params *params;
    const struct rollout_prompt *prompts;
    uint32_t n;
    const struct rollout_options *o;
    struct rollout *out;
};

/* --- drawing a token ------------------------------------------------------ */

static double number_for(const struct rollout_options *o, uint32_t answer,
                         uint32_t position)
{
    uint64_t key = rng_mix(rng_mix(o->key + answer) + position);
    return (double)(key >> 11) * 0x1p-53;
}

/* Where the running sum of exp(z - max) passes `share` of the whole. */
static int32_t pick(const real *z, size_t n, real max, double sum, double share)
{
    double left = share * sum;
    int32_t last = 0;
    for (size_t i = 0; i < n; i++) {
        double p = exp((double)(z[i] - max));
        if (p > 0)
            last = (int32_t)i;
        left -= p;
        if (left < 0)
            break;
    }
    return last;
}

static int32_t best(const real *z, size_t n, real max)
{
    for (size_t i = 0; i < n; i++)
        if (z[i] == max)
            return (int32_t)i;
    return 0;
}

/* The next token of an answer by its logits, which are used up. */
static int32_t draw(const struct job *j, struct rollout *r, uint32_t answer,
                    real *z)
{
    const struct vec *v = vec_best();
    size_t V = j->room->shape.n_vocab;
    double t = j->o->temperature;
    real max = v->max(z, V), sum, mean;
    v->exp_sums(z, V, max, &sum, &mean);
    double log_sum = (double)max + log((double)sum);
    r->entropy += log_sum - (double)(mean / sum);

    int32_t token;
    real at;
    if (t == 0) {
        token = best(z, V, max);
        at = max;
    } else if (t == 1) {
        token = pick(z, V, max, (double)sum, number_for(j->o, answer, r->n));
        at = z[token];
    } else {
        real *scaled = z;
        v->scale(scaled, (real)(1 / t), V);
        max = v->max(scaled, V);
        v->exp_sums(scaled, V, max, &sum, &mean);
        token = pick(scaled, V, max, (double)sum, number_for(j->o, answer, r->n));
        at = scaled[token] * (real)t;
    }
    r->logprob += (double)at - log_sum;
    return token;
}

/* --- one lane ------------------------------------------------------------- */

/* Lane i answers prompts i, i + lanes, ... */
static bool next_start(const struct job *j, struct lane_room *l)
{
    if (l->member == j->o->group) {
        l->member = 0;
        l->prompt += j->room->limits.lanes;
    }
    return l->prompt < j->n;
}

/* All of the prompt but its last token, which every member reads itself. */
static void read_prompt(const struct job *j, struct lane_room *l)
{
    const struct rollout_prompt *p = &j->prompts[l->prompt];
    decode_clear(l->decode, 0);
    for (uint32_t i = 0; i + 1 < p->n; i++)
        l->rows[i] = (struct decode_row){.seq = 0, .token = p->tokens[i]};
    if (p->n > 1)
        decode_step(l->decode, j->params, l->rows, p->n - 1);
}

static void fill_places(const struct job *j, struct lane_room *l)
{
    for (uint32_t i = 0; i < j->room->limits.seqs; i++) {
        struct place *p = &l->places[i];
        if (p->busy || !next_start(j, l))
            continue;
        const struct rollout_prompt *prompt = &j->prompts[l->prompt];
        if (l->member == 0)
            read_prompt(j, l);
        decode_copy(l->decode, 0, i + 1);
        *p = (struct place){.answer = l->prompt * j->o->group + l->member++,
                            .next = prompt->tokens[prompt->n - 1],
                            .busy = true};
    }
}

static void take_token(const struct job *j, struct place *p, real *z)
{
    struct rollout *r = &j->out[p->answer];
    p->next = draw(j, r, p->answer, z);
    r->tokens[r->n++] = p->next;
    r->ended = p->next == j->o->end;
    p->busy = !r->ended && r->n < j->o->max_new;
}

static void run_lane(const struct job *j, struct lane_room *l, unsigned lane)
{
    size_t V = j->room->shape.n_vocab;
    l->prompt = lane;
    l->member = 0;
    memset(l->places, 0, j->room->limits.seqs * sizeof *l->places);
    while (!j->o->stop || !*j->o->stop) {
        uint32_t n = 0;
        fill_places(j, l);
        for (uint32_t i = 0; i < j->room->limits.seqs; i++)
            if (l->places[i].busy) {
                l->rows[n] = (struct decode_row){i + 1, l->places[i].next, true};
                l->which[n++] = i;
            }
        if (n == 0)
            return;
        real *logits = decode_step(l->decode, j->params, l->rows, n);
        for (uint32_t i = 0; i < n; i++)
            take_token(j, &l->places[l->which[i]], logits + i * V);
    }
}

static void run_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct job *j = arg;
    unsigned before = denormals_off();
    for (unsigned i = part; i < j->room->limits.lanes; i += n_parts)
        run_lane(j, &j->room->lanes[i], i);
    denormals_restore(before);
}

/* --- all of them ---------------------------------------------------------- */

static bool check(const struct rollout_room *r,
                  const struct rollout_prompt *prompts, uint32_t n,
                  const struct rollout_options *o, struct err *err)
{
    if (o->group < 1 || o->max_new < 1 || o->max_new > r->limits.max_new)
        return err_set(err, ERR_LIMIT, "answers of %u tokens where %u fit",
                       o->max_new, r->limits.max_new);
    for (uint32_t i = 0; i < n; i++) {
        if (prompts[i].n < 1 || prompts[i].n > r->limits.max_prompt)
            return err_set(err, ERR_LIMIT, "a prompt of %u tokens where %u fit",
                           prompts[i].n, r->limits.max_prompt);
        for (uint32_t t = 0; t < prompts[i].n; t++)
            if (prompts[i].tokens[t] < 0 ||
                (uint32_t)prompts[i].tokens[t] >= r->shape.n_vocab)
                return err_set(err, ERR_FORMAT, "token %d is not in the vocabulary",
                               (int)prompts[i].tokens[t]);
    }
    return true;
}

static void make_room(struct rollout_room *r, size_t answers)
{
    size_t need = answers * r->limits.max_new;
    if (need > r->n_tokens) {
        r->tokens = mem_realloc(r->tokens, need * sizeof *r->tokens);
        r->n_tokens = need;
    }
}

bool rollout_run(struct rollout_room *r, struct pool *pool,
                 const struct params *params,
                 const struct rollout_prompt *prompts, uint32_t n,
                 const struct rollout_options *o, struct rollout *out,
                 struct err *err)
{
    if (!check(r, prompts, n, o, err))
        return false;
    make_room(r, (size_t)n * o->group);
    for (size_t i = 0; i < (size_t)n * o->group; i++)
        out[i] = (struct rollout){.tokens = r->tokens + i * r->limits.max_new};
    struct job j = {r, params, prompts, n, o, out};
    pool_run(pool, run_part, &j);
    return true;
}
