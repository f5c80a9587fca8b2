/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts change the speed of an answer and nothing else. */
#include "engine/ask.h"

#include <math.h>

#include "base/rng.h"
#include "engine/sampler.h"
#include "engine/speculate.h"
#include "text/vocab.h"

/* --- the same text -------------------------------------------------------- */

static void check_same(const struct reply_heard *a, const struct reply_heard *b,
                       int draft)
{
    assert_true(a->ended && b->ended);
    if (strcmp(a->text.p, b->text.p) != 0 ||
        strcmp(a->thought.p, b->thought.p) != 0)
        fail_msg("--draft %d: \"%s\" \"%s\", without: \"%s\" \"%s\"", draft,
                 b->thought.p, b->text.p, a->thought.p, a->text.p);
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->n_tokens, b->n_tokens);
    assert_int_equal(a->stats.context_used, b->stats.context_used);
}

struct totals {
    uint32_t drafted, accepted;
};

static const char *const prompts[] = {
    "Calculate 347+582.", "hello", "What is 12 times 7?",
    "the cat and the dog and the cat and the dog and", "Who are you?",
};

/* One session for all prompts, so that later ones begin with a used cache. */
static struct totals check_texts(struct subject_options so, float temp,
                                 uint32_t max_tokens)
{
    struct totals t = {0};
    enum { N = sizeof prompts / sizeof *prompts };
    struct reply_heard plain[N];
    static const int modes[] = {DRAFT_OFF, 1, 2, 4, DRAFT_AUTO};
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
        struct subject s;
        so.draft = modes[m];
        subject_open(&s, so);
        for (int i = 0; i < N; i++) {
            struct turn_options o = greedy(max_tokens);
            o.sampling.temp = temp;
            o.sampling.seed = 40 + (uint64_t)i;
            o.sampling.repeat_penalty = i % 2 ? 1.2f : 1;
            o.sampling.repeat_last = 64;
            struct reply_heard r = ask_text(&s, prompts[i], o, STOP_NEVER);
            if (m == 0) {
                plain[i] = r;
                assert_int_equal(r.stats.drafted, 0);
                continue;
            }
            check_same(&plain[i], &r, modes[m]);
            assert_true(r.stats.accepted <= r.stats.drafted);
            t.drafted += r.stats.drafted;
            t.accepted += r.stats.accepted;
            forget(&r);
        }
        subject_close(&s);
    }
    for (int i = 0; i < N; i++)
        forget(&plain[i]);
    return t;
}

static void text_of_the_pilot_is_the_same_with_drafts(void **state)
{
    (void)state;
    for (int exact = 0; exact < 2; exact++) {
        struct subject_options so = {.exact = exact};
        struct totals greedily = check_texts(so, 0, 100);
        struct totals warm = check_texts(so, 0.6f, 60);
        assert_true(greedily.drafted > 100 && warm.drafted > 100);
        assert_true(greedily.accepted > greedily.drafted / 4);
        assert_true(greedily.accepted < greedily.drafted);
        print_message("# greedy: %u of %u kept; temperature 0.6: %u of %u\n",
                      greedily.accepted, greedily.drafted, warm.accepted,
                      warm.drafted);
    }
}

/* Of random weights the guesses are bad, so that most are refused. */
static void text_of_random_models_is_the_same_with_drafts(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct tiny_spec specs[] = {tiny_deepseek2(), tiny_deepseek2(),
                                    tiny_llama()};
        specs[0].mtp = true;
        for (int i = 0; i < 3; i++) {
            specs[i].seed = seed;
            struct subject_options so = {.tiny = &specs[i], .max_batch = 9};
            struct totals t = check_texts(so, 0, 60);
            assert_true(t.drafted > 0);
            check_texts(so, 1.5f, 60);
        }
    }
}

static void a_full_context_ends_the_answer_in_the_same_place(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    spec.mtp = true;
    check_texts((struct subject_options){.tiny = &spec, .context = 70}, 0, 0);
}

/* --- the same distribution ------------------------------------------------ */

enum { TRIES = 8000 };

struct world {
    struct subject s;
    struct session *session;
    struct sampler *sampler;
    struct speculate sp;
    struct sampling rules;
};

static const int32_t prompt[] = {5, 99, 100, 7, 44, 44, 3, 18};
enum { N_PROMPT = sizeof prompt / sizeof *prompt };

static void no_progress(void *arg, uint32_t done, uint32_t total)
{
    (void)arg;
    (void)done;
    (void)total;
}

static void read_prompt(struct world *w, const int32_t *ids, size_t n)
{
    struct err err;
    uint32_t reused;
    CHECK_OK(session_read(w->session, ids, n, NULL, no_progress, NULL, &reused,
                          &err), &err);
}

static void world_open(struct world *w, const struct tiny_spec *spec)
{
    struct err err;
    *w = (struct world){0};
    subject_open(&w->s, (struct subject_options){.tiny = spec});
    w->session = session_new(&w->s.m.model, &w->s.m.compute, KV_F32, 64, 16,
                             true, &err);
    w->sampler = sampler_new(&w->s.m.compute.kernels, TINY_VOCAB, &err);
    assert_true(w->session && w->sampler);
    w->rules = sampling_default();
    w->rules.temp = 1.3f;
    w->rules.top_k = 0;
    w->rules.top_p = 1;
    speculate_init(&w->sp, 2, w->session, w->sampler, w->s.m.vocab);
}

static void world_close(struct world *w)
{
    sampler_free(w->sampler);
    session_free(w->session);
    subject_close(&w->s);
}

/* What the last logits make of each token, in float64. */
static void exact_shares(const struct world *w, double p[TINY_VOCAB])
{
    const float *l = session_logits(w->session);
    double sum = 0;
    for (int i = 0; i < TINY_VOCAB; i++)
        sum += p[i] = exp((double)l[i] / (double)w->rules.temp);
    for (int i = 0; i < TINY_VOCAB; i++)
        p[i] /= sum;
}

static int32_t pick(struct world *w)
{
    uint32_t len = session_len(w->session);
    return sampler_pick(w->sampler, session_logits(w->session), len,
                        session_ids(w->session), len);
}

/* The token behind a given one, guessed each time: how often each comes, against
 * its exact probability. Rare ones are counted together. */
static void check_distribution(const struct tiny_spec *spec)
{
    struct world w;
    struct err err;
    int32_t ids[N_PROMPT + 1];
    double p[TINY_VOCAB], chi2 = 0, rare = 0;
    unsigned seen[TINY_VOCAB] = {0}, seen_rare = 0, kept = 0, refused = 0;
    unsigned n_cells = 0;
    world_open(&w, spec);
    memcpy(ids, prompt, sizeof prompt);
    ids[N_PROMPT] = 44;
    read_prompt(&w, ids, N_PROMPT + 1);
    exact_shares(&w, p);
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        w.rules.seed = seed;
        sampler_set(w.sampler, &w.rules);
        read_prompt(&w, prompt, N_PROMPT);
        CHECK_OK(speculate_append(&w.sp, 44, NULL, &err), &err);
        int32_t id = pick(&w);
        enum draft_state d = speculate_judge(&w.sp, id);
        kept += d == DRAFT_ACCEPTED;
        refused += d == DRAFT_REFUSED;
        seen[id]++;
    }
    for (int i = 0; i < TINY_VOCAB; i++) {
        double want = TRIES * p[i], d = seen[i] - want;
        if (want < 5) {
            rare += want;
            seen_rare += seen[i];
            continue;
        }
        chi2 += d * d / want;
        n_cells++;
    }
    chi2 += (seen_rare - rare) * (seen_rare - rare) / (rare > 0 ? rare : 1);
    print_message("# %u kept, %u refused, chi-square %.1f, %u cells\n", kept,
                  refused, chi2, n_cells);
    CHECK(kept > TRIES / 20 && refused > TRIES / 20 && n_cells > 50);
    /* As many degrees of freedom as cells without the rest: a normal
     * distribution by now, and one time in 10,000 is above 3.7 deviations. */
    CHECK(chi2 < n_cells + 3.7 * sqrt(2.0 * n_cells));
    world_close(&w);
}

static void tokens_are_drawn_from_the_exact_distribution(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    spec.mtp = true;
    check_distribution(&spec);
}

/* --- guesses from the text ------------------------------------------------ */

static void the_longest_occurrence_is_continued(void **state)
{
    (void)state;
    static const int32_t ids[] = {1, 2, 3, 4, 5, 9, 2, 3, 7, 8, 1, 2};
    int32_t out[4];
    assert_int_equal(speculate_lookup(ids, 12, 3, 4, out), 4);
    static const int32_t wanted[] = {4, 5, 9, 2}; /* of 1 2 3, not 2 3 */
    assert_memory_equal(out, wanted, sizeof wanted);
}

static void the_latest_of_equals_is_continued(void **state)
{
    (void)state;
    static const int32_t ids[] = {2, 3, 4, 0, 2, 3, 5, 0, 2};
    int32_t out[4];
    assert_true(speculate_lookup(ids, 9, 3, 4, out) > 0);
    assert_int_equal(out[0], 5);
}

static void a_repetition_goes_on_as_far_as_it_is_known(void **state)
{
    (void)state;
    static const int32_t ids[] = {1, 2, 1, 2, 1};
    int32_t out[4];
    assert_int_equal(speculate_lookup(ids, 5, 2, 4, out), 2);
    assert_int_equal(out[0], 1);
    assert_int_equal(out[1], 2); /* the one that is about to be appended */
}

static void one_token_alone_is_no_occurrence(void **state)
{
    (void)state;
    static const int32_t ids[] = {1, 2, 3, 4};
    int32_t out[4];
    assert_int_equal(speculate_lookup(ids, 4, 2, 4, out), 0);
    assert_int_equal(speculate_lookup(ids, 4, 9, 4, out), 0);
    assert_int_equal(speculate_lookup(ids, 0, 9, 4, out), 0);
}

/* --- what pays ------------------------------------------------------------ */

/* A machine on which a batch of n takes one + (n - 1) * more, a guess `guess`,
 * and guesses are right with `share`. Returns ms per token of the last half,
 * in units of plain decoding. */
static double play(double more, double guess, double share, uint32_t *depth)
{
    struct draft_costs c;
    struct rng rng = rng_init(1);
    double ms[2] = {0}, tokens[2] = {0};
    draft_costs_init(&c);
    for (int i = 0; i < 8000; i++) {
        uint32_t n = draft_costs_depth(&c), kept = 0;
        double noise = 0.9 + 0.2 * rng_unit(&rng);
        double batch = noise * (1 + n * more);
        while (kept < n && rng_unit(&rng) < share)
            kept++;
        draft_costs_note(&c, n, kept, n * guess, batch);
        ms[i / 4000] += batch + n * guess;
        tokens[i / 4000] += 1 + kept;
    }
    *depth = c.depth;
    return tokens[1] / ms[1];
}

static void drafts_that_pay_are_made(void **state)
{
    (void)state;
    uint32_t depth;
    CHECK(play(0.1, 0.05, 0.95, &depth) > 2.5);
    assert_in_range(depth, 3, 4); /* nearly the same */
    CHECK(play(0.3, 0.1, 0.9, &depth) > 1.3);
    assert_true(depth > 0);
}

static void drafts_that_do_not_pay_cost_next_to_nothing(void **state)
{
    (void)state;
    static const double machines[][3] = {
        {0.9, 0.2, 0.9}, {1.0, 0.1, 0.5}, {0.1, 0.1, 0.02}, {2, 1, 0},
        {0.5, 0.3, 0.6}, {0.97, 0.0, 0.95},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        uint32_t depth;
        double speed = play(machines[i][0], machines[i][1], machines[i][2],
                            &depth);
        if (!(speed > 0.98))
            fail_msg("machine %zu: %.3f of plain decoding", i, speed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_the_pilot_is_the_same_with_drafts),
        cmocka_unit_test(text_of_random_models_is_the_same_with_drafts),
        cmocka_unit_test(a_full_context_ends_the_answer_in_the_same_place),
        cmocka_unit_test(tokens_are_drawn_from_the_exact_distribution),
        cmocka_unit_test(the_longest_occurrence_is_continued),
        cmocka_unit_test(the_latest_of_equals_is_continued),
        cmocka_unit_test(a_repetition_goes_on_as_far_as_it_is_known),
        cmocka_unit_test(one_token_alone_is_no_occurrence),
        cmocka_unit_test(drafts_that_pay_are_made),
        cmocka_unit_test(drafts_that_do_not_pay_cost_next_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
