/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/sampler.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "engine/distribution.h"

/* e^-40 of the likeliest, times the largest vocabularies there are, is still
 * below what a double tells from 1: such tokens are left out early, and most
 * of a vocabulary is such tokens. */
#define NEGLIGIBLE (-40.0f)

struct candidate {
    float logit;
    int32_t id;
    double weight; /* e^((logit - max) / temp): not normalised */
};

enum token_mark {
    MARK_SPARED = 1, /* set once: the penalty leaves it alone */
    MARK_SEEN = 2,   /* while the penalty is put on: had it already */
};

struct sampler {
    const struct kernels *k;      /* borrowed */
    struct sampling p;
    uint32_t n_vocab;
    float *logits;                /* owned; [n_vocab], penalised copy */
    uint8_t *marks;               /* owned; [n_vocab] of enum token_mark */
    struct candidate *candidates; /* owned; [n_vocab] */
    size_t bytes;
    void *memory;                 /* owned; holds the three */
};

struct sampler *sampler_new(const struct kernels *k, uint32_t n_vocab,
                            struct err *err)
{
    size_t n = n_vocab;
    size_t bytes = n * (sizeof(struct candidate) + sizeof(float) + 1);
    void *memory = mem_big(bytes, "the sampler", err);
    if (!memory)
        return NULL;
    struct sampler *s = mem_zalloc(sizeof *s);
    s->k = k;
    s->p = sampling_default();
    s->n_vocab = n_vocab;
    s->bytes = bytes;
    s->memory = memory;
    s->candidates = memory;
    s->logits = (float *)(s->candidates + n);
    s->marks = (uint8_t *)(s->logits + n);
    return s;
}

void sampler_free(struct sampler *s)
{
    if (!s)
        return;
    mem_big_free(s->memory, s->bytes);
    mem_free(s);
}

void sampler_set(struct sampler *s, const struct sampling *p)
{
    s->p = *p;
}

static bool is_token(const struct sampler *s, int32_t id)
{
    return id >= 0 && (uint32_t)id < s->n_vocab;
}

void sampler_spare(struct sampler *s, int32_t id)
{
    if (is_token(s, id))
        s->marks[id] |= MARK_SPARED;
}

/* NaN and -Inf become -Inf, +Inf the largest float, so that differences of two
 * are numbers. */
static float tame(float x)
{
    if (isnan(x))
        return -INFINITY;
    return x > FLT_MAX ? FLT_MAX : x;
}

/* CTRL's penalty (1909.05858, section 4.1), for tokens of either sign. */
static const float *penalise(struct sampler *s, const float *logits,
                             const int32_t *recent, uint32_t n)
{
    float penalty = s->p.repeat_penalty;
    if (penalty == 1.0f)
        return logits;
    memcpy(s->logits, logits, s->n_vocab * sizeof *logits);
    uint32_t first = n > s->p.repeat_last ? n - s->p.repeat_last : 0;
    for (uint32_t i = first; i < n; i++) {
        int32_t id = recent[i];
        if (!is_token(s, id) || s->marks[id])
            continue;
        s->marks[id] |= MARK_SEEN;
        float *l = &s->logits[id], x = tame(*l);
        *l = tame(x > 0 ? x / penalty : x * penalty);
    }
    for (uint32_t i = first; i < n; i++)
        if (is_token(s, recent[i]))
            s->marks[recent[i]] &= (uint8_t)~MARK_SEEN;
    return s->logits;
}

/* The first of the largest, or -1 where nothing is above -Inf. */
static int32_t argmax(const struct sampler *s, const float *logits)
{
    float max = tame(distribution_max(s->k, logits, s->n_vocab));
    uint32_t best = distribution_next_above(s->k, logits, 0, s->n_vocab,
                                            nextafterf(max, -INFINITY));
    return best < s->n_vocab ? (int32_t)best : -1;
}

/* --- a heap, so that only as much is sorted as top-k and top-p ask for ---- */

static bool better(const struct candidate *a, const struct candidate *b)
{
    return a->logit > b->logit || (a->logit == b->logit && a->id < b->id);
}

static void sift_down(struct candidate *c, size_t n, size_t i)
{
    struct candidate x = c[i];
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && better(&c[child + 1], &c[child]))
            child++;
        if (!better(&c[child], &x))
            break;
        c[i] = c[child];
    }
    c[i] = x;
}

static void heapify(struct candidate *c, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(c, n, i);
}

/* Takes the best off the heap of n and puts it behind it, at c[n - 1]. */
static void heap_pop(struct candidate *c, size_t n)
{
    struct candidate best = c[0];
    c[0] = c[n - 1];
    sift_down(c, n - 1, 0);
    c[n - 1] = best;
}

/* --- choosing ------------------------------------------------------------- */

/* The tokens that matter at this temperature, and the sum of their weights. */
static size_t collect(struct sampler *s, const float *logits, float max,
                      double *total)
{
    size_t n = 0;
    /* A little below what is asked of each: whatever rounding does. */
    float limit = (float)(max + 1.001 * NEGLIGIBLE * s->p.temp);
    limit = nextafterf(limit, -INFINITY);
    *total = 0;
    for (uint32_t i = 0; (i = distribution_next_above(
                              s->k, logits, i, s->n_vocab, limit)) < s->n_vocab;
         i++) {
        float logit = tame(logits[i]), x = (logit - max) / s->p.temp;
        if (!(x >= NEGLIGIBLE))
            continue;
        struct candidate *c = &s->candidates[n++];
        *c = (struct candidate){logit, (int32_t)i, exp((double)x)};
        *total += c->weight;
    }
    return n;
}

/* Leaves the k best at the end of the array, the best last. Returns k. */
static size_t keep_top_k(struct candidate *c, size_t n, size_t k, double *total)
{
    if (k > n)
        k = n;
    *total = 0;
    for (size_t i = 0; i < k; i++) {
        heap_pop(c, n - i);
        *total += c[n - 1 - i].weight;
    }
    return k;
}

/* Sorts from the best on until top-p is reached or min-p is missed. `sorted`
 * are in order already. Returns how many stay, their weight in *total. */
static size_t keep_likely(const struct sampler *s, struct candidate *c,
                          size_t n, size_t sorted, double *total)
{
    size_t last = sorted ? sorted : n;
    double wanted = (double)s->p.top_p * *total, sum = 0;
    size_t kept = 0;
    while (kept < last) {
        if (!sorted)
            heap_pop(c, n - kept);
        double w = c[n - 1 - kept].weight;
        if (kept > 0 && w < (double)s->p.min_p * c[n - 1].weight)
            break;
        sum += w;
        kept++;
        if (s->p.top_p < 1.0f && sum >= wanted)
            break;
    }
    *total = sum;
    return kept;
}

/* Every token runs for a time that is exponentially distributed with its weight
 * as the rate; the first one home has won with just its probability. A token's
 * luck depends on seed, position and id alone, so two similar distributions
 * mostly choose the same: as often as can be without knowing of each other
 * (2408.07978). c may be in any order. */
static int32_t draw(const struct sampler *s, const struct candidate *c,
                    size_t n, uint32_t pos)
{
    struct rng rng = rng_init(s->p.seed + rng_mix(pos));
    int32_t id = c[0].id;
    double best = INFINITY;
    for (size_t i = 0; i < n; i++) {
        rng.n = (uint64_t)c[i].id;
        double u = rng_unit(&rng);
        if (1 - u >= best * c[i].weight)
            continue; /* -log u is larger still: no need to know it */
        double time = -log(u) / c[i].weight;
        if (time < best) {
            best = time;
            id = c[i].id;
        }
    }
    return id;
}

int32_t sampler_pick(struct sampler *s, const float *logits, uint32_t pos,
                     const int32_t *recent, uint32_t n_recent)
{
    logits = penalise(s, logits, recent, n_recent);
    int32_t best = argmax(s, logits);
    if (best < 0 || !(s->p.temp > 0.0f))
        return best;

    struct candidate *c = s->candidates;
    double total;
    size_t n = collect(s, logits, tame(logits[best]), &total);
    bool cut_k = s->p.top_k > 0 && s->p.top_k < n;
    bool cut_p = s->p.top_p < 1.0f || s->p.min_p > 0.0f;
    if (!cut_k && !cut_p)
        return draw(s, c, n, pos);

    heapify(c, n);
    size_t kept = cut_k ? keep_top_k(c, n, s->p.top_k, &total) : 0;
    if (cut_p)
        kept = keep_likely(s, c, n, kept, &total);
    return draw(s, c + (n - kept), kept, pos);
}

/* --- observing ------------------------------------------------------------ */

/* Keeps alts[0..*n) the likeliest so far, as logits. On ties the earlier id
 * stays in front. */
static void note_alt(struct token_info *info, int32_t id, float logit)
{
    uint8_t n = info->n_alts;
    if (n == TOKEN_ALTS && !(logit > info->alts[n - 1].p))
        return;
    if (n < TOKEN_ALTS)
        info->n_alts = ++n;
    uint8_t at = (uint8_t)(n - 1);
    for (; at > 0 && logit > info->alts[at - 1].p; at--)
        info->alts[at] = info->alts[at - 1];
    info->alts[at] = (struct token_alt){.id = id, .p = logit};
}

static void include_own(struct token_info *info, int32_t id, float logit)
{
    for (uint8_t i = 0; i < info->n_alts; i++)
        if (info->alts[i].id == id)
            return;
    if (info->n_alts < TOKEN_ALTS)
        info->n_alts++;
    info->alts[info->n_alts - 1] = (struct token_alt){.id = id, .p = logit};
}

void sampler_observe(struct sampler *s, const float *logits, int32_t id,
                     struct token_info *info)
{
    assert(is_token(s, id));
    uint32_t n = s->n_vocab;
    /* Below it nothing can be among the likeliest. */
    float limit = distribution_limit(s->k, logits, n, TOKEN_ALTS);
    info->n_alts = 0;
    for (uint32_t i = distribution_next_above(s->k, logits, 0, n, limit); i < n;
         i = distribution_next_above(s->k, logits, i + 1, n, limit)) {
        note_alt(info, (int32_t)i, tame(logits[i]));
        if (info->n_alts == TOKEN_ALTS)
            limit = info->alts[TOKEN_ALTS - 1].p;
    }
    if (info->n_alts == 0) {
        info->p = info->entropy = 0;
        return;
    }
    /* With x = l - max and Z = sum e^x: entropy = log Z - (sum x e^x) / Z. */
    float max = info->alts[0].p;
    double z, xz;
    distribution_sums(s->k, logits, n, max, &z, &xz);
    float own = tame(logits[id]);
    if (own > -INFINITY)
        include_own(info, id, own);
    for (uint8_t i = 0; i < info->n_alts; i++)
        info->alts[i].p = (float)(exp((double)(info->alts[i].p - max)) / z);
    info->p = (float)(exp((double)(own - max)) / z);
    double bits = (log(z) - xz / z) / 0.6931471805599453;
    info->entropy = (float)(bits > 0 ? bits : 0);
}
