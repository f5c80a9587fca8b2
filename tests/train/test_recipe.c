/* SPDX-License-Identifier: Apache-2.0 */
#include "train/recipe.h"

#include "check.h"

#define HEAD "[model]\nshape = tiny\n[tasks]\nadd = 1\n"

static void check_refused(const char *text, const char *says)
{
    struct recipe r;
    struct err err;
    CHECK_REFUSED(recipe_parse(&r, str_of(text), "x", &err), &err, ERR_USAGE);
    if (!strstr(err.msg, says))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
}

static void the_recipes_of_the_tree_are_right(void **state)
{
    static const char *const names[] = {"tiny", "mini", "small", "cut"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct recipe r;
        struct err err;
        char path[4096];
        snprintf(path, sizeof path, "%s/recipes/%s.conf", getenv("MULL_SOURCE"),
                 names[i]);
        CHECK_OK(recipe_read(&r, path, &err), &err);
        assert_string_equal(r.name, names[i]);
        CHECK(r.stages[STAGE_PRETRAIN].present && r.stages[STAGE_SFT].present);
        recipe_clear(&r);
    }
}

static void settings_are_what_was_written(void **state)
{
    struct recipe r;
    struct err err;
    (void)state;
    CHECK_OK(recipe_parse(&r, str_of(HEAD
        "[pretrain]\ntokens = 1.5M  # a comment\nbatch = 512, 1024 from 0.5\n"
        "shares = worked 3, spell 1\nshares-decay = chat 1\n"
        "[extend]\ntokens = 1k\nyarn = 4\ncontext = 2048\n"), "dir/x", &err),
             &err);
    struct stage_recipe *s = &r.stages[STAGE_PRETRAIN];
    assert_int_equal(s->tokens, 1500000);
    assert_int_equal(stage_batch(s, 0, 100), 512);
    assert_int_equal(stage_batch(s, 50, 100), 1024);
    assert_int_equal(stage_largest_batch(s), 1024);
    CHECK(s->data.share[0][DOC_WORKED] == 3 && s->data.share[0][DOC_CHAT] == 0);
    CHECK(s->data.share[1][DOC_CHAT] == 1 && s->data.share[1][DOC_WORKED] == 0);
    CHECK(recipe_shape(&r, STAGE_PRETRAIN).yarn_factor == 1);
    struct shape stretched = recipe_shape(&r, STAGE_SFT);
    CHECK(stretched.yarn_factor == 4 && stretched.yarn_original_ctx == 512);
    assert_int_equal(recipe_context(&r, STAGE_SFT), 2048);
    recipe_clear(&r);
}

static void a_comment_does_not_change_the_hash(void **state)
{
    struct recipe a, b, c;
    struct err err;
    (void)state;
    CHECK_OK(recipe_parse(&a, str_of(HEAD), "x", &err), &err);
    CHECK_OK(recipe_parse(&b, str_of("# hello\n\n" HEAD "  # bye\n"), "x", &err),
             &err);
    CHECK_OK(recipe_parse(&c, str_of(HEAD "sub = 1\n"), "x", &err), &err);
    CHECK(a.hash == b.hash && a.hash != c.hash);
    recipe_clear(&a);
    recipe_clear(&b);
    recipe_clear(&c);
}

static void balance_goes_by_bias_loss_or_nothing(void **state)
{
    static const char stage[] = "[pretrain]\ntokens = 1M\n";
    static const struct {
        const char *line;
        bool biased, heard;
    } cases[] = {{"balance = bias\n", true, false},
                 {"balance = auxiliary\n", false, true},
                 {"balance = none\n", false, false}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct recipe r;
        struct err err;
        char text[256];
        snprintf(text, sizeof text, HEAD "[model]\n%s%s", cases[i].line, stage);
        CHECK_OK(recipe_parse(&r, str_of(text), "x", &err), &err);
        const struct stage_recipe *s = &r.stages[STAGE_PRETRAIN];
        CHECK((s->bias_speed > 0) == cases[i].biased);
        CHECK((s->balance > 1e-3) == cases[i].heard);
        CHECK(i < 2 || s->balance == 0);
        recipe_clear(&r);
    }
    check_refused(HEAD "[model]\nbalance = yoga\n", "bias, auxiliary or none");
}

static void products_are_float32_unless_a_recipe_says_so(void **state)
{
    struct recipe r;
    struct err err;
    (void)state;
    CHECK_OK(recipe_parse(&r, str_of(HEAD), "x", &err), &err);
    assert_int_equal(r.products, PRODUCTS_F32);
    recipe_clear(&r);
    CHECK_OK(recipe_parse(&r, str_of(HEAD "[model]\nproducts = bf16\n"), "x", &err),
             &err);
    assert_int_equal(r.products, PRODUCTS_BF16);
    recipe_clear(&r);
    check_refused(HEAD "[model]\nproducts = fp8\n", "f32 or bf16");
}

static void settings_lie_over_a_recipe(void **state)
{
    struct recipe plain, set;
    struct err err;
    char path[4200];
    (void)state;
    snprintf(path, sizeof path, "%s/recipes/tiny.conf", getenv("MULL_SOURCE"));
    CHECK_OK(recipe_read(&plain, path, &err), &err);
    CHECK_OK(recipe_read_with(&set, path,
                              "model.balance=none;  sft.tokens = 9k ;", &err),
             &err);
    assert_int_equal(set.balancing, BALANCE_NONE);
    assert_int_equal(set.stages[STAGE_SFT].tokens, 9000);
    CHECK(set.stages[STAGE_PRETRAIN].tokens ==
          plain.stages[STAGE_PRETRAIN].tokens);
    CHECK(set.hash != plain.hash);
    recipe_clear(&set);
    /* The copy that a run keeps says it as well. */
    CHECK_OK(recipe_read_with(&set, path, "model.seed=7", &err), &err);
    CHECK(str_find(buf_str(&set.source), str_of("\n[model]\nseed=7\n"), 0) <
          set.source.len);
    recipe_clear(&set);
    recipe_clear(&plain);
    CHECK_REFUSED(recipe_read_with(&set, path, "seed", &err), &err, ERR_USAGE);
    CHECK_REFUSED(recipe_read_with(&set, path, "nap.long=1", &err), &err,
                  ERR_USAGE);
}

static void wrong_lines_are_refused_with_their_place(void **state)
{
    (void)state;
    check_refused("", "shape");
    check_refused("[model]\nshape = huge\n", "line 2");
    check_refused("[model]\nshape = tiny\n", "[tasks]");
    check_refused(HEAD "[pretrain]\n", "tokens");
    check_refused(HEAD "[pretrain]\ntokens = many\n", "line 6");
    check_refused(HEAD "[pretrain]\ntokens = -5\n", "within");
    check_refused(HEAD "[pretrain]\ntokens = 1M\nbatch = 5 of 4\n", "batch");
    check_refused(HEAD "[pretrain]\ntokens = 1M\nshares = dreams 4\n", "dreams");
    check_refused(HEAD "[pretrain]\ntokens = 1M\nshares = text 4\n", "[texts]");
    check_refused(HEAD "[pretrain]\nspeed = 4\n", "speed");
    check_refused(HEAD "[rl]\nfavour = juggling 4\n", "juggling");
    check_refused(HEAD "[rl]\nfavour = add\n", "countdown3 4");
    check_refused(HEAD "[graduation]\n", "graduation");
    check_refused(HEAD "nonsense\n", "nonsense");
    check_refused(HEAD "chinese = 3\n", "chinese");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recipes_of_the_tree_are_right),
        cmocka_unit_test(settings_are_what_was_written),
        cmocka_unit_test(a_comment_does_not_change_the_hash),
        cmocka_unit_test(balance_goes_by_bias_loss_or_nothing),
        cmocka_unit_test(products_are_float32_unless_a_recipe_says_so),
        cmocka_unit_test(settings_lie_over_a_recipe),
        cmocka_unit_test(wrong_lines_are_refused_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
