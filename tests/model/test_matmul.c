/* SPDX-License-Identifier: Apache-2.0 */
/* Products shared by threads: who computes a row never shows in it. */
#include "check.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/rng.h"
#include "kernels/cpu.h"
#include "model/matmul.h"

enum {
    COLS = 1024,
    ROW_BYTES = COLS / 32 * 34, /* Q8_0: a half float and 32 bytes */
    COLUMNS = 3,
    /* One product that is dealt out whole, one of which half is left open, one
     * with rows that no grain divides. */
    N_PRODUCTS = 3,
    MAX_ROWS = 4111,
};
static const uint32_t n_rows[N_PRODUCTS] = {40, 2048, MAX_ROWS};

struct world {
    unsigned char *weights;
    float *x, *y;
    struct act act;
};

static void set_up(struct world *w)
{
    struct rng r = rng_init(3);
    w->weights = malloc((size_t)MAX_ROWS * ROW_BYTES);
    w->x = malloc(COLUMNS * COLS * sizeof *w->x);
    w->y = malloc((size_t)N_PRODUCTS * COLUMNS * MAX_ROWS * sizeof *w->y);
    CHECK(w->weights && w->x && w->y);
    for (size_t i = 0; i < (size_t)MAX_ROWS * ROW_BYTES; i++)
        w->weights[i] = (unsigned char)rng_next(&r);
    for (size_t i = 0; i < (size_t)MAX_ROWS * ROW_BYTES; i += 34) {
        w->weights[i] = 0; /* 1.0 */
        w->weights[i + 1] = 0x3c;
    }
    for (size_t i = 0; i < COLUMNS * COLS; i++)
        w->x[i] = (float)rng_normal(&r);
    struct arena count = {0};
    act_layout(&w->act, COLS, COLUMNS, &count);
    struct err err;
    void *mem = mem_big(count.used, "activations", &err);
    CHECK(mem);
    struct arena a = {.base = mem};
    act_layout(&w->act, COLS, COLUMNS, &a);
}

static void tear_down(struct world *w)
{
    free(w->weights);
    free(w->x);
    free(w->y);
    mem_big_free(w->act.groups, (size_t)COLUMNS * act_groups(COLS) *
                                    sizeof *w->act.groups);
}

/* products first .. last over n columns, with so many threads */
static uint64_t result(struct world *w, unsigned threads, int first, int last,
                       uint32_t n, bool exact)
{
    struct err err;
    struct pool *pool = pool_new(threads, &err);
    struct compute c;
    struct product p[N_PRODUCTS];
    CHECK(pool);
    compute_init(&c, cpu_best(), pool, exact);
    act_set(&w->act, w->x, COLS, COLS, n);
    size_t floats = (size_t)N_PRODUCTS * COLUMNS * MAX_ROWS;
    memset(w->y, 0, floats * sizeof *w->y);
    for (int i = first; i <= last; i++)
        p[i - first] = (struct product){
            .w = {WEIGHT_Q8_0, n_rows[i], COLS, ROW_BYTES, w->weights},
            .x = &w->act, .n = n, .ldy = MAX_ROWS,
            .y = w->y + (size_t)i * COLUMNS * MAX_ROWS};
    matmul_many(&c, p, (size_t)(last - first) + 1);
    uint64_t sum = 0;
    for (size_t i = 0; i < floats; i++) {
        uint32_t bits;
        memcpy(&bits, &w->y[i], sizeof bits);
        sum = rng_mix(sum ^ bits);
    }
    compute_clear(&c);
    pool_free(pool);
    return sum;
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    static const unsigned threads[] = {2, 3, 5};
    struct world w;
    set_up(&w);
    for (int exact = 0; exact < 2; exact++)
        for (uint32_t n = 1; n <= COLUMNS; n += 2)
            for (int first = 0; first < N_PRODUCTS; first++)
                for (int last = first; last < N_PRODUCTS; last++) {
                    uint64_t one = result(&w, 1, first, last, n, exact);
                    for (size_t i = 0; i < 3; i++)
                        CHECK(result(&w, threads[i], first, last, n, exact) ==
                              one);
                }
    tear_down(&w);
}

static void every_row_is_computed(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    result(&w, 3, 0, N_PRODUCTS - 1, COLUMNS, false);
    for (int i = 0; i < N_PRODUCTS; i++)
        for (uint32_t c = 0; c < COLUMNS; c++)
            for (uint32_t r = 0; r < n_rows[i]; r++)
                CHECK(w.y[((size_t)i * COLUMNS + c) * MAX_ROWS + r] ==
                      w.y[(2 * (size_t)COLUMNS + c) * MAX_ROWS + r]);
    CHECK(w.y[2 * (size_t)COLUMNS * MAX_ROWS + MAX_ROWS - 1] != 0);
    tear_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(every_row_is_computed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
