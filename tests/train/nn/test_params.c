/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/params.h"

#include <math.h>

#include "check.h"

static struct params with_shape(const char *name)
{
    struct params p;
    struct err err = {0};
    CHECK_OK(params_init(&p, shape_recipe(name), &err), &err);
    return p;
}

static void the_recipes_have_the_sizes_that_the_design_names(void **state)
{
    const struct {
        const char *name;
        double total, active; /* millions */
    } rows[] = {{"tiny", 0.40, 0.18}, {"mini", 8.2, 2.0}, {"small", 13.1, 3.7}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct params p = with_shape(rows[i].name);
        print_message("# %s: %.3f M, %.3f M active\n", rows[i].name,
                      (double)p.n_params * 1e-6, (double)p.n_active * 1e-6);
        CHECK(fabs((double)p.n_params * 1e-6 / rows[i].total - 1) < 0.05);
        CHECK(fabs((double)p.n_active * 1e-6 / rows[i].active - 1) < 0.12);
        params_clear(&p);
    }
}

/* Every element of the buffer belongs to one tensor at most. */
static void no_two_tensors_share_an_element(void **state)
{
    struct params p = with_shape("tiny");
    (void)state;
    uint64_t owned = 0;
    for (size_t i = 0; i < p.n; i++)
        for (uint32_t j = 0; j < p.table[i].n; j++) {
            const struct param *t = &p.table[i];
            real *w = param_matrix(t, p.values, j);
            size_t n = (size_t)t->n_rows * t->n_cols;
            CHECK(w >= p.values && w + n <= p.values + p.len);
            for (size_t k = 0; k < n; k++) {
                CHECK(w[k] == 0);
                w[k] = 1;
                owned++;
            }
        }
    assert_int_equal(owned, p.n_params);
    params_clear(&p);
}

static void names_and_shapes_are_those_of_a_file(void **state)
{
    struct params p = with_shape("mini");
    (void)state;
    const struct param *k_b = params_find(&p, "blk.3.attn_k_b.weight");
    assert_non_null(k_b);
    assert_int_equal(k_b->n_dims, 3);
    assert_int_equal(k_b->dims[0], 32);
    assert_int_equal(k_b->dims[2], 4);
    const struct param *gate = params_find(&p, "blk.8.ffn_gate_exps.weight");
    const struct param *up = params_find(&p, "blk.8.ffn_up_exps.weight");
    assert_non_null(gate);
    assert_non_null(up);
    CHECK(param_matrix(up, p.values, 5) ==
          param_matrix(gate, p.values, 5) + 64 * 128);
    assert_non_null(params_find(&p, "blk.8.nextn.eh_proj.weight"));
    assert_null(params_find(&p, "blk.0.ffn_gate_inp.weight"));
    assert_null(params_find(&p, "blk.9.attn_norm.weight"));
    params_clear(&p);
}

static double deviation(const struct params *p, const char *name)
{
    const struct param *t = params_find(p, name);
    double sum = 0;
    size_t n = (size_t)t->n_rows * t->n_cols;
    for (size_t i = 0; i < n; i++)
        sum += (double)p->values[t->at + i] * (double)p->values[t->at + i];
    return sqrt(sum / (double)n);
}

static void weights_begin_small_and_are_a_function_of_the_seed(void **state)
{
    struct params a = with_shape("tiny"), b = with_shape("tiny");
    (void)state;
    params_randomize(&a, 7);
    params_randomize(&b, 7);
    assert_memory_equal(a.values, b.values, a.len * sizeof *a.values);
    params_randomize(&b, 8);
    CHECK(memcmp(a.values, b.values, a.len * sizeof *a.values) != 0);
    CHECK(fabs(deviation(&a, "output.weight") - 0.02) < 0.001);
    CHECK(fabs(deviation(&a, "blk.0.ffn_down.weight") -
               0.02 / sqrt(10)) < 0.0005);
    CHECK(deviation(&a, "blk.2.exp_probs_b.bias") == 0);
    CHECK(deviation(&a, "blk.2.attn_norm.weight") == 1);
    params_clear(&a);
    params_clear(&b);
}

static void sizes_that_do_not_fit_are_refused(void **state)
{
    struct err err = {0};
    struct params p;
    struct shape s;
    (void)state;
    s = *shape_recipe("mini");
    s.n_groups = 5;
    CHECK_REFUSED(params_init(&p, &s, &err), &err, ERR_UNSUPPORTED);
    s = *shape_recipe("mini");
    s.n_used = 17; /* two groups hold 16 */
    CHECK_REFUSED(params_init(&p, &s, &err), &err, ERR_UNSUPPORTED);
    s = *shape_recipe("mini");
    s.n_embd = 0;
    CHECK_REFUSED(params_init(&p, &s, &err), &err, ERR_UNSUPPORTED);
    s = *shape_recipe("mini");
    s.norm_eps = NAN;
    CHECK_REFUSED(params_init(&p, &s, &err), &err, ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recipes_have_the_sizes_that_the_design_names),
        cmocka_unit_test(no_two_tensors_share_an_element),
        cmocka_unit_test(names_and_shapes_are_those_of_a_file),
        cmocka_unit_test(weights_begin_small_and_are_a_function_of_the_seed),
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
