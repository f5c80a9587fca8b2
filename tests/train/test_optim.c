/* SPDX-License-Identifier: Apache-2.0 */
#include "train/optim.h"

#include <math.h>

#include "base/pool.h"
#include "base/rng.h"
#include "check.h"
#include "kernels/blas.h"
#include "train/adamw.h"
#include "train/muon.h"
#include "train/nn/params.h"
#include "train/schedule.h"

/* --- AdamW ---------------------------------------------------------------- */

static void adamw_does_what_its_paper_says(void **state)
{
    double w = 0.5, m = 0, v = 0;
    float fw = 0.5f, fm = 0, fv = 0;
    (void)state;
    for (int step = 1; step <= 20; step++) {
        double g = sin(step), lr = 0.01, decay = 0.1;
        float fg = (float)g * 2;
        m = 0.9 * m + 0.1 * g;
        v = 0.95 * v + 0.05 * g * g;
        w -= lr * (m / (1 - pow(0.9, step)) /
                       (sqrt(v / (1 - pow(0.95, step))) + 1e-8) +
                   decay * w);
        adamw_step(&ADAMW_DEFAULT, &fw, &fg, &fm, &fv, 1, (uint64_t)step,
                   (float)lr, (float)decay, 0.5f);
        CHECK(fabs((double)fw - w) < 1e-5);
    }
}

/* --- Muon ----------------------------------------------------------------- */

static void draw(float *x, size_t n, uint64_t key)
{
    struct rng r = rng_init(key);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(&r);
}

/* The largest and smallest stretch that X gives to vectors of its short side:
 * singular values, seen along random directions. */
static void check_orthogonal(const float *x, size_t rows, size_t cols)
{
    for (uint64_t key = 0; key < 20; key++) {
        float u[64];
        double in = 0, out = 0;
        size_t m = rows < cols ? rows : cols, n = rows < cols ? cols : rows;
        draw(u, m, key);
        for (size_t i = 0; i < m; i++)
            in += (double)u[i] * (double)u[i];
        for (size_t j = 0; j < n; j++) {
            double y = 0;
            for (size_t i = 0; i < m; i++)
                y += (double)u[i] *
                     (double)(rows < cols ? x[i * cols + j] : x[j * cols + i]);
            out += y * y;
        }
        CHECK(sqrt(out / in) > 0.65 && sqrt(out / in) < 1.25);
    }
}

static void check_muon(const struct muon *o)
{
    static const size_t sizes[][2] = {{32, 64}, {64, 32}, {48, 48}, {8, 60}};
    for (size_t s = 0; s < 4; s++) {
        size_t rows = sizes[s][0], cols = sizes[s][1];
        float x[64 * 64], *work = malloc(muon_work(rows, cols) * sizeof *work);
        draw(x, rows * cols, s);
        for (size_t i = 0; i < rows * cols; i++)
            x[i] *= 1 + (float)(i % cols); /* far from orthogonal */
        muon_orthogonalize(o, x, rows, cols, work);
        check_orthogonal(x, rows, cols);
        free(work);
    }
}

static void muon_makes_all_directions_weigh_the_same(void **state)
{
    struct muon rounded = MUON_DEFAULT;
    (void)state;
    CHECK(blas_available());
    check_muon(&MUON_DEFAULT);
    rounded.room = malloc(sizeof *rounded.room);
    rounded.rounded = gemm_bf16_plain;
    check_muon(&rounded);
    rounded.rounded = gemm_bf16_best();
    check_muon(&rounded);
    free(rounded.room);
}

static void a_matrix_on_its_side_gives_the_same(void **state)
{
    enum { R = 16, C = 40 };
    float x[R * C], y[C * R], work[4 * R * C];
    (void)state;
    draw(x, R * C, 5);
    for (size_t i = 0; i < R; i++)
        for (size_t j = 0; j < C; j++)
            y[j * R + i] = x[i * C + j];
    CHECK(muon_work(R, C) <= 4 * R * C);
    muon_orthogonalize(&MUON_DEFAULT, x, R, C, work);
    muon_orthogonalize(&MUON_DEFAULT, y, C, R, work);
    for (size_t i = 0; i < R; i++)
        for (size_t j = 0; j < C; j++)
            CHECK(fabsf(y[j * R + i] - x[i * C + j]) < 1e-4f);
}

static void a_gradient_of_zero_moves_nothing(void **state)
{
    float w[64], g[64] = {0}, m[64] = {0}, work[400];
    (void)state;
    draw(w, 64, 1);
    float before = w[10];
    CHECK(muon_work(8, 8) <= 400);
    muon_step(&MUON_DEFAULT, w, g, m, 8, 8, 0.1f, 0, 1, work);
    CHECK(w[10] == before);
}

/* --- all of them ---------------------------------------------------------- */

struct world {
    struct params p;
    struct optim o;
    struct pool *pool;
    float *grads;
};

static void open_world(struct world *w, enum optim_kind kind)
{
    struct err err;
    CHECK_OK(params_init(&w->p, shape_recipe("tiny"), &err), &err);
    params_randomize(&w->p, 1);
    w->pool = pool_new(2, &err);
    CHECK_OK(optim_init(&w->o, kind, &w->p, PRODUCTS_F32, w->pool, &err), &err);
    w->grads = calloc(w->p.len, sizeof *w->grads);
    for (size_t i = 0; i < w->p.n; i++) {
        const struct param *t = &w->p.table[i];
        for (uint32_t k = 0; k < t->n; k++)
            draw(param_matrix(t, w->grads, k), (size_t)t->n_rows * t->n_cols,
                 i * 100 + k);
    }
}

static void close_world(struct world *w)
{
    optim_clear(&w->o);
    pool_free(w->pool);
    params_clear(&w->p);
    free(w->grads);
}

/* Every number of every tensor moves, but for the bias and the padding. */
static void all_but_the_bias_is_updated(void **state)
{
    struct world w;
    struct err err;
    double norm;
    (void)state;
    open_world(&w, OPTIM_MUON);
    float *before = malloc(w.p.len * sizeof *before);
    memcpy(before, w.p.values, w.p.len * sizeof *before);
    struct optim_options o = {.lr = 1e-2, .clip = 1};
    CHECK_OK(optim_step(&w.o, &w.p, w.grads, &o, &norm, &err), &err);
    size_t moved = 0;
    for (size_t i = 0; i < w.p.len; i++)
        moved += before[i] != w.p.values[i];
    size_t bias = 0;
    for (size_t i = 0; i < w.p.n; i++) {
        const struct param *t = &w.p.table[i];
        if (t->group == PARAM_BIAS) {
            bias += t->n_cols;
            CHECK(memcmp(before + t->at, w.p.values + t->at,
                         t->n_cols * sizeof *before) == 0);
        }
    }
    CHECK(moved <= w.p.n_params - bias);
    CHECK((double)moved > 0.999 * (double)(w.p.n_params - bias));
    free(before);
    close_world(&w);
}

static void the_mtp_block_can_be_trained_alone(void **state)
{
    struct world w;
    struct err err;
    double norm;
    (void)state;
    open_world(&w, OPTIM_MUON);
    float *before = malloc(w.p.len * sizeof *before);
    memcpy(before, w.p.values, w.p.len * sizeof *before);
    struct optim_options o = {.lr = 1e-2, .decay = 0.1, .mtp_only = true};
    CHECK_OK(optim_step(&w.o, &w.p, w.grads, &o, &norm, &err), &err);
    for (size_t i = 0; i < w.p.n; i++) {
        const struct param *t = &w.p.table[i];
        bool same = memcmp(before + t->at, w.p.values + t->at,
                           t->n_cols * sizeof *before) == 0;
        bool mtp = t->block == w.p.shape.n_layers && t->group != PARAM_BIAS;
        CHECK(same != mtp);
    }
    free(before);
    close_world(&w);
}

static void long_gradients_are_clipped(void **state)
{
    struct world w, half;
    struct err err;
    double norm, again;
    (void)state;
    open_world(&w, OPTIM_ADAMW);
    open_world(&half, OPTIM_ADAMW);
    struct optim_options o = {.lr = 1e-2, .clip = 1};
    for (size_t i = 0; i < half.p.len; i++)
        half.grads[i] *= 0.5f;
    CHECK_OK(optim_step(&w.o, &w.p, w.grads, &o, &norm, &err), &err);
    CHECK_OK(optim_step(&half.o, &half.p, half.grads, &o, &again, &err), &err);
    CHECK(norm > 100 && fabs(norm - 2 * again) < 1e-6 * norm);
    /* Both were cut to length 1: the moments are the same. */
    for (size_t i = 0; i < w.p.len; i += 97)
        CHECK(fabsf(w.o.m[i] - half.o.m[i]) <= 1e-6f * fabsf(w.o.m[i]) + 1e-12f);
    close_world(&w);
    close_world(&half);
}

static void nonsense_changes_nothing(void **state)
{
    struct world w;
    struct err err;
    double norm;
    (void)state;
    open_world(&w, OPTIM_MUON);
    float before = w.p.values[w.p.output];
    w.grads[w.p.token_embd] = NAN;
    struct optim_options o = {.lr = 1e-2, .clip = 1};
    CHECK_REFUSED(optim_step(&w.o, &w.p, w.grads, &o, &norm, &err), &err,
                  ERR_MODEL);
    CHECK(w.p.values[w.p.output] == before);
    assert_int_equal(w.o.step, 0);
    close_world(&w);
}

/* --- the rate ------------------------------------------------------------- */

static void the_rate_warms_up_stays_and_decays(void **state)
{
    struct schedule s = {.kind = SCHEDULE_WSD, .peak = 1, .final = 0.1,
                         .warmup = 100, .decay_from = 800, .total = 1000};
    (void)state;
    CHECK(schedule_rate(&s, 0) > 0 && schedule_rate(&s, 0) < 0.05);
    CHECK(fabs(schedule_rate(&s, 50) - 0.5) < 0.02);
    CHECK(schedule_rate(&s, 100) == 1 && schedule_rate(&s, 800) == 1);
    CHECK(fabs(schedule_rate(&s, 900) - 0.55) < 1e-9);
    CHECK(fabs(schedule_rate(&s, 1000) - 0.1) < 1e-9);
    CHECK(fabs(schedule_rate(&s, 5000) - 0.1) < 1e-9);
    CHECK(!schedule_in_decay(&s, 799) && schedule_in_decay(&s, 800));
    s.kind = SCHEDULE_COSINE;
    CHECK(fabs(schedule_rate(&s, 550) - 0.55) < 1e-9);
    CHECK(fabs(schedule_rate(&s, 1000) - 0.1) < 1e-9);
    CHECK(!schedule_in_decay(&s, 900));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adamw_does_what_its_paper_says),
        cmocka_unit_test(muon_makes_all_directions_weigh_the_same),
        cmocka_unit_test(a_matrix_on_its_side_gives_the_same),
        cmocka_unit_test(a_gradient_of_zero_moves_nothing),
        cmocka_unit_test(all_but_the_bias_is_updated),
        cmocka_unit_test(the_mtp_block_can_be_trained_alone),
        cmocka_unit_test(long_gradients_are_clipped),
        cmocka_unit_test(nonsense_changes_nothing),
        cmocka_unit_test(the_rate_warms_up_stays_and_decays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
