/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "base/rng.h"
#include "engine/sampler.h"
#include "kernels/kernels.h"

static struct kernels kernels;

static struct sampler *new_sampler(uint32_t n_vocab, struct sampling p)
{
    struct err err;
    kernels_init(&kernels, cpu_best());
    struct sampler *s = sampler_new(&kernels, n_vocab, &err);
    if (!s)
        fail_msg("%s", err.msg);
    sampler_set(s, &p);
    return s;
}

static struct sampling plain(float temp)
{
    return (struct sampling){.temp = temp, .top_p = 1, .repeat_penalty = 1};
}

/* How often each of n tokens is picked over positions 0..draws-1. */
static void count_picks(struct sampler *s, const float *logits, int n,
                        int draws, int *counts)
{
    memset(counts, 0, (size_t)n * sizeof *counts);
    for (int pos = 0; pos < draws; pos++) {
        int32_t id = sampler_pick(s, logits, (uint32_t)pos, NULL, 0);
        assert_in_range(id, 0, n - 1);
        counts[id]++;
    }
}

/* Pearson's statistic against probabilities p (0: must not occur). */
static double chi_square(const int *counts, const double *p, int n, int draws)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double want = p[i] * draws;
        if (p[i] == 0)
            assert_int_equal(counts[i], 0);
        else
            sum += (counts[i] - want) * (counts[i] - want) / want;
    }
    return sum;
}

static void softmax(const float *logits, int n, double temp, double *p)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i] = exp((double)logits[i] / temp);
    for (int i = 0; i < n; i++)
        p[i] /= sum;
}

static void greedy_takes_the_largest_and_the_lower_id_on_ties(void **state)
{
    (void)state;
    struct sampler *s = new_sampler(6, plain(0));
    float l[6] = {1, 5, -3, 5, 4.99f, -INFINITY};
    assert_int_equal(sampler_pick(s, l, 0, NULL, 0), 1);
    l[3] = 5.001f;
    assert_int_equal(sampler_pick(s, l, 0, NULL, 0), 3);
    sampler_free(s);
}

#define SMALL 12
#define DRAWS 40000
/* 99.99 % points of the chi-square distribution. The draws are keyed by a
 * seed, so a run that passes passes for ever. */
#define LIMIT_11 37.4
#define LIMIT_4 23.5
#define LIMIT_3 21.1

static const float uneven[SMALL] = {0.3f, 2.0f, -1, 0, 1.5f, -0.5f,
                                    1, -2, 0.7f, -0.2f, 0.1f, -1.3f};

static void draws_follow_the_softmax_at_any_temperature(void **state)
{
    (void)state;
    static const float temps[] = {0.5f, 1, 2};
    for (size_t t = 0; t < 3; t++) {
        struct sampling p = plain(temps[t]);
        p.seed = 11 + t;
        struct sampler *s = new_sampler(SMALL, p);
        int counts[SMALL];
        double want[SMALL];
        count_picks(s, uneven, SMALL, DRAWS, counts);
        softmax(uneven, SMALL, (double)temps[t], want);
        double x = chi_square(counts, want, SMALL, DRAWS);
        if (!(x < LIMIT_11))
            fail_msg("temp %g: chi-square %.1f", (double)temps[t], x);
        sampler_free(s);
    }
}

/* Zeroes all but the kept ids and normalises what is left. */
static void keep_only(double *p, const int *kept, int n_kept)
{
    double left[SMALL] = {0}, sum = 0;
    for (int i = 0; i < n_kept; i++)
        sum += left[kept[i]] = p[kept[i]];
    for (int i = 0; i < SMALL; i++)
        p[i] = left[i] / sum;
}

static void check_kept(struct sampling p, const int *kept, int n_kept,
                       double limit)
{
    struct sampler *s = new_sampler(SMALL, p);
    int counts[SMALL];
    double want[SMALL];
    count_picks(s, uneven, SMALL, DRAWS, counts);
    softmax(uneven, SMALL, (double)p.temp, want);
    keep_only(want, kept, n_kept);
    double x = chi_square(counts, want, SMALL, DRAWS);
    if (!(x < limit))
        fail_msg("chi-square %.1f", x);
    sampler_free(s);
}

/* In order of probability: 1 4 6 8 0 10 3 9 5 2 11 7. */
static void top_k_keeps_the_k_best(void **state)
{
    (void)state;
    struct sampling p = plain(1);
    p.top_k = 5;
    p.seed = 5;
    check_kept(p, (int[]){1, 4, 6, 8, 0}, 5, LIMIT_4);
}

static void top_p_keeps_the_fewest_that_reach_it(void **state)
{
    (void)state;
    /* p: .3320 .2014 .1221 .0905, sums .3320 .5333 .6555 .7459 */
    struct sampling p = plain(1);
    p.seed = 6;
    p.top_p = 0.7f;
    check_kept(p, (int[]){1, 4, 6, 8}, 4, LIMIT_3);
    p.top_p = 0.001f;
    check_kept(p, (int[]){1}, 1, 0.001);
}

static void min_p_drops_what_is_far_below_the_best(void **state)
{
    (void)state;
    struct sampling p = plain(1);
    p.seed = 7;
    p.min_p = 0.25f; /* e^-1.386: logits above 0.614 */
    check_kept(p, (int[]){1, 4, 6, 8}, 4, LIMIT_3);
}

static void top_p_counts_over_what_top_k_left(void **state)
{
    (void)state;
    /* Of the 5 best (sum .8066) 0.9 is .7259: reached by four, not three. */
    struct sampling p = plain(1);
    p.seed = 8;
    p.top_k = 5;
    p.top_p = 0.9f;
    check_kept(p, (int[]){1, 4, 6, 8}, 4, LIMIT_3);
}

static void only_seed_and_position_decide(void **state)
{
    (void)state;
    struct sampling p = plain(1);
    p.seed = 1;
    struct sampler *a = new_sampler(SMALL, p), *b = new_sampler(SMALL, p);
    int32_t forward[200];
    for (uint32_t i = 0; i < 200; i++)
        forward[i] = sampler_pick(a, uneven, i, NULL, 0);
    for (uint32_t i = 200; i-- > 0;)
        assert_int_equal(sampler_pick(b, uneven, i, NULL, 0), forward[i]);

    p.seed = 2;
    sampler_set(b, &p);
    int differ = 0;
    for (uint32_t i = 0; i < 200; i++)
        differ += sampler_pick(b, uneven, i, NULL, 0) != forward[i];
    assert_true(differ > 50);
    sampler_free(a);
    sampler_free(b);
}

static void the_penalty_makes_recent_tokens_less_likely_once(void **state)
{
    (void)state;
    struct sampling p = plain(0);
    p.repeat_penalty = 2;
    p.repeat_last = 3;
    struct sampler *s = new_sampler(4, p);
    float l[4] = {4, 3, -1, -1.5f};
    int32_t often[] = {0, 0, 0};
    assert_int_equal(sampler_pick(s, l, 0, often, 3), 1);
    /* Had it been put on three times, 4 would be 0.5. */
    float m[4] = {4, 1.9f, 0, 0};
    assert_int_equal(sampler_pick(s, m, 0, often, 3), 0);
    /* Too long ago; ids from nowhere are passed over. */
    int32_t old[] = {0, 2, -5, 4000};
    assert_int_equal(sampler_pick(s, l, 0, old, 4), 0);
    /* Negative logits go down, not up. */
    float neg[4] = {-1, -1.5f, -9, -9};
    int32_t first[] = {0};
    assert_int_equal(sampler_pick(s, neg, 0, first, 1), 1);
    assert_true(l[0] == 4 && neg[0] == -1);
    sampler_free(s);
}

static void a_spared_token_is_never_penalised(void **state)
{
    (void)state;
    struct sampling p = plain(0);
    p.repeat_penalty = 10;
    p.repeat_last = 10;
    struct sampler *s = new_sampler(4, p);
    float l[4] = {4, 3, 0, 0};
    int32_t recent[] = {0, 1, 0};
    sampler_spare(s, 0);
    sampler_spare(s, -1);
    sampler_spare(s, 4);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sampler_pick(s, l, 0, recent, 3), 0);
    sampler_free(s);
}

static void hostile_logits_are_never_picked(void **state)
{
    (void)state;
    static const struct sampling ways[] = {
        {.temp = 0, .top_p = 1, .repeat_penalty = 1},
        {.temp = 1, .top_p = 1, .repeat_penalty = 1},
        {.temp = 1, .top_p = 0.5f, .min_p = 0.1f, .repeat_penalty = 1},
        {.temp = 1e-30f, .top_k = 3, .top_p = 0.9f, .repeat_penalty = 1.3f,
         .repeat_last = 8},
    };
    float some[8] = {NAN, -INFINITY, 1, NAN, -NAN, -INFINITY, 1.5f, NAN};
    float none[8] = {NAN, -INFINITY, -INFINITY, NAN, NAN, NAN, -NAN, NAN};
    float huge[8] = {NAN, INFINITY, 3e38f, -3e38f, 0, 0, 0, -INFINITY};
    float flat[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    int32_t recent[] = {0, 1, 2};
    for (size_t w = 0; w < 4; w++) {
        struct sampler *s = new_sampler(8, ways[w]);
        for (uint32_t pos = 0; pos < 50; pos++) {
            int32_t id = sampler_pick(s, some, pos, recent, 3);
            assert_true(id == 2 || id == 6);
            assert_int_equal(sampler_pick(s, none, pos, recent, 3), -1);
            id = sampler_pick(s, huge, pos, NULL, 0);
            assert_true(id == 1);
            assert_in_range(sampler_pick(s, flat, pos, recent, 3), 0, 7);
        }
        sampler_free(s);
    }
}

static void observing_gives_probability_entropy_and_the_best(void **state)
{
    (void)state;
    struct sampler *s = new_sampler(SMALL, plain(0.1f));
    struct token_info info = {0};
    double want[SMALL], bits = 0;
    softmax(uneven, SMALL, 1, want);
    for (int i = 0; i < SMALL; i++)
        bits -= want[i] * log2(want[i]);

    sampler_observe(s, uneven, 4, &info);
    assert_float_equal(info.p, want[4], 1e-5);
    assert_float_equal(info.entropy, bits, 1e-4);
    static const int order[] = {1, 4, 6, 8, 0, 10, 3, 9};
    assert_int_equal(info.n_alts, TOKEN_ALTS);
    for (int i = 0; i < TOKEN_ALTS; i++) {
        assert_int_equal(info.alts[i].id, order[i]);
        assert_float_equal(info.alts[i].p, want[order[i]], 1e-5);
    }

    sampler_observe(s, uneven, 7, &info); /* the least likely of all */
    assert_int_equal(info.alts[TOKEN_ALTS - 1].id, 7);
    assert_float_equal(info.alts[TOKEN_ALTS - 1].p, want[7], 1e-5);
    assert_int_equal(info.alts[0].id, 1);
    sampler_free(s);
}

static void an_even_row_has_the_bits_of_its_size(void **state)
{
    (void)state;
    static float even[1024];
    struct sampler *s = new_sampler(1024, plain(1));
    struct token_info info = {0};
    sampler_observe(s, even, 1000, &info);
    assert_float_equal(info.entropy, 10.0, 1e-4);
    assert_float_equal(info.p, 1.0 / 1024, 1e-7);
    assert_int_equal(info.alts[0].id, 0);
    assert_int_equal(info.alts[TOKEN_ALTS - 1].id, 1000);

    even[3] = 200; /* one is certain */
    sampler_observe(s, even, 3, &info);
    assert_float_equal(info.entropy, 0.0, 1e-6);
    assert_float_equal(info.p, 1.0, 1e-6);
    sampler_free(s);
}

static void observing_hostile_logits_stays_defined(void **state)
{
    (void)state;
    struct sampler *s = new_sampler(4, plain(1));
    struct token_info info = {0};
    float none[4] = {NAN, -INFINITY, NAN, NAN};
    sampler_observe(s, none, 2, &info);
    assert_int_equal(info.n_alts, 0);
    assert_true(info.p == 0 && info.entropy == 0);
    float one[4] = {NAN, INFINITY, -INFINITY, 2};
    sampler_observe(s, one, 0, &info);
    assert_int_equal(info.n_alts, 2);
    assert_int_equal(info.alts[0].id, 1);
    assert_true(info.p == 0 && info.entropy >= 0);
    sampler_free(s);
}

/* A full sort as the measure: top-p over a large, rough vocabulary. */
static int by_logit(const void *a, const void *b)
{
    const struct token_alt *x = a, *y = b;
    if (x->p != y->p)
        return x->p < y->p ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static void a_large_vocabulary_is_cut_as_a_full_sort_would(void **state)
{
    (void)state;
    enum { N = 129280 };
    float *l = malloc(N * sizeof *l);
    struct token_alt *sorted = malloc(N * sizeof *sorted);
    struct rng rng = rng_init(3);
    double total = 0;
    for (int i = 0; i < N; i++) {
        l[i] = (float)(int)(rng_normal(&rng) * 200) / 64.0f; /* with ties */
        sorted[i] = (struct token_alt){.id = i, .p = l[i]};
        total += exp((double)l[i]);
    }
    qsort(sorted, N, sizeof *sorted, by_logit);
    double sum = 0;
    int n_kept = 0;
    while (sum < 0.8f * total)
        sum += exp((double)sorted[n_kept++].p);

    struct sampling p = plain(1);
    p.top_p = 0.8f;
    struct sampler *s = new_sampler(N, p);
    float least = sorted[n_kept - 1].p;
    for (uint32_t pos = 0; pos < 300; pos++) {
        int32_t id = sampler_pick(s, l, pos, NULL, 0);
        assert_true(l[id] >= least);
        if (l[id] == least)
            assert_true(id <= sorted[n_kept - 1].id);
    }
    sampler_free(s);
    free(sorted);
    free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greedy_takes_the_largest_and_the_lower_id_on_ties),
        cmocka_unit_test(draws_follow_the_softmax_at_any_temperature),
        cmocka_unit_test(top_k_keeps_the_k_best),
        cmocka_unit_test(top_p_keeps_the_fewest_that_reach_it),
        cmocka_unit_test(min_p_drops_what_is_far_below_the_best),
        cmocka_unit_test(top_p_counts_over_what_top_k_left),
        cmocka_unit_test(only_seed_and_position_decide),
        cmocka_unit_test(the_penalty_makes_recent_tokens_less_likely_once),
        cmocka_unit_test(a_spared_token_is_never_penalised),
        cmocka_unit_test(hostile_logits_are_never_picked),
        cmocka_unit_test(observing_gives_probability_entropy_and_the_best),
        cmocka_unit_test(an_even_row_has_the_bits_of_its_size),
        cmocka_unit_test(observing_hostile_logits_stays_defined),
        cmocka_unit_test(a_large_vocabulary_is_cut_as_a_full_sort_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
