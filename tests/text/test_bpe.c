/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/rng.h"
#include "text/bpe.h"
#include "text/encode.h"
#include "text/vocab.h"

/* Letters a..d are tokens 0..3; merges are drawn at random among all tokens
 * made so far, so chains of every shape come up. */
#define LETTERS 4
#define MERGES 40

struct merge {
    int32_t left, right;
};

struct made {
    struct bpe bpe;
    struct merge merges[MERGES]; /* rank i gives token LETTERS + i */
};

static void make(struct made *m, struct rng *rng)
{
    bpe_init(&m->bpe, MERGES);
    for (int i = 0; i < LETTERS; i++)
        m->bpe.id_of_byte['a' + i] = i;
    for (uint32_t i = 0; i < MERGES; i++) {
        m->merges[i].left = (int32_t)rng_below(rng, LETTERS + i);
        m->merges[i].right = (int32_t)rng_below(rng, LETTERS + i);
        bpe_add(&m->bpe, m->merges[i].left, m->merges[i].right, i,
                (int32_t)(LETTERS + i));
    }
}

static int rank_of(const struct made *m, int32_t left, int32_t right)
{
    for (int i = 0; i < MERGES; i++)
        if (m->merges[i].left == left && m->merges[i].right == right)
            return i;
    return MERGES;
}

/* The definition, word for word. */
static size_t merge_slowly(const struct made *m, int32_t *sym, size_t n)
{
    for (;;) {
        int best = MERGES;
        size_t at = 0;
        for (size_t i = 0; i + 1 < n; i++) {
            int rank = rank_of(m, sym[i], sym[i + 1]);
            if (rank < best) {
                best = rank;
                at = i;
            }
        }
        if (best == MERGES)
            return n;
        sym[at] = LETTERS + best;
        memmove(sym + at + 1, sym + at + 2, (n - at - 2) * sizeof *sym);
        n--;
    }
}

/* Both ways of merging, short pieces and long ones. */
static void merging_follows_its_definition(void **state)
{
    (void)state;
    struct rng rng = rng_init(9);
    struct bpe_work w = {0};
    for (int round = 0; round < 1000; round++) {
        struct made m;
        char text[120];
        int32_t want[120];
        struct ids got = {0};
        size_t len = 1 + rng_below(&rng, sizeof text - 1);
        uint32_t variety = 1 + rng_below(&rng, LETTERS);
        make(&m, &rng);
        for (size_t i = 0; i < len; i++) {
            uint32_t letter = rng_below(&rng, variety);
            text[i] = (char)('a' + letter);
            want[i] = (int32_t)letter;
        }
        size_t n = merge_slowly(&m, want, len);
        bpe_encode(&m.bpe, str_n(text, len), &w, &got);
        assert_int_equal(got.n, n);
        assert_memory_equal(got.p, want, n * sizeof *want);
        ids_clear(&got);
        bpe_clear(&m.bpe);
    }
    bpe_work_clear(&w);
}

static void bytes_without_a_token_are_left_out(void **state)
{
    (void)state;
    struct rng rng = rng_init(2);
    struct made m;
    struct bpe_work w = {0};
    struct ids got = {0};
    char text[100];
    make(&m, &rng);
    bpe_encode(&m.bpe, str_of("?!"), &w, &got);
    assert_int_equal(got.n, 0);
    memset(text, '?', sizeof text);
    text[50] = 'a';
    bpe_encode(&m.bpe, str_n(text, sizeof text), &w, &got);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.p[0], 0);
    ids_clear(&got);
    bpe_work_clear(&w);
    bpe_clear(&m.bpe);
}

static void the_first_rank_of_a_pair_stays(void **state)
{
    (void)state;
    struct bpe b;
    struct bpe_work w = {0};
    struct ids got = {0};
    bpe_init(&b, 2);
    b.id_of_byte['a'] = 0;
    bpe_add(&b, 0, 0, 0, 1);
    bpe_add(&b, 0, 0, 1, 2);
    bpe_encode(&b, str_of("aa"), &w, &got);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.p[0], 1);
    ids_clear(&got);
    bpe_work_clear(&w);
    bpe_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_follows_its_definition),
        cmocka_unit_test(bytes_without_a_token_are_left_out),
        cmocka_unit_test(the_first_rank_of_a_pair_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
