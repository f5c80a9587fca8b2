/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h" /* nftw */

#include "train/checkpoint.h"
#include "train/run_dir.h"

/* Trains to a step in a folder of its own below d. */
static void train_with(const struct run_dir *d, const char *name, uint64_t step,
                       unsigned threads, const char *settings)
{
    struct err err;
    char out[96];
    enum trainer_end end;
    snprintf(out, sizeof out, "%s/%s", d->path, name);
    struct trainer_options o = {.recipe = d->recipe, .out = out, .data = d->data,
                                .threads = threads, .stop_at_step = step,
                                .settings = settings};
    CHECK_OK(trainer_run(&o, &end, &err), &err);
    assert_int_equal(end, TRAINER_STOPPED);
}

static void train_to(const struct run_dir *d, const char *name, uint64_t step,
                     unsigned threads)
{
    train_with(d, name, step, threads, NULL);
}

static void open_last(const struct run_dir *d, const char *name,
                      struct checkpoint *c)
{
    struct err err;
    char path[128];
    snprintf(path, sizeof path, "%s/%s/last.ckpt", d->path, name);
    CHECK_OK(checkpoint_open(c, path, &err), &err);
}

/* Weights and both moments, bit for bit. */
static void check_same(const struct run_dir *d, const char *one,
                       const char *other)
{
    struct checkpoint a, b;
    open_last(d, one, &a);
    open_last(d, other, &b);
    assert_int_equal(a.state.step, b.state.step);
    assert_int_equal(a.state.tokens, b.state.tokens);
    assert_int_equal(a.state.optim_step, b.state.optim_step);
    assert_int_equal(a.n_values, b.n_values);
    assert_memory_equal(a.file.data + a.values.at, b.file.data + b.values.at,
                        a.values.bytes);
    assert_memory_equal(a.file.data + a.m.at, b.file.data + b.m.at, a.m.bytes);
    assert_memory_equal(a.file.data + a.v.at, b.file.data + b.v.at, a.v.bytes);
    checkpoint_close(&a);
    checkpoint_close(&b);
}

static void ten_steps_and_ten_more_are_twenty(void **state)
{
    struct run_dir d;
    (void)state;
    run_dir_open(&d, small_recipe);
    train_to(&d, "whole", 20, 2);
    train_to(&d, "halves", 10, 2);
    train_to(&d, "halves", 20, 2);
    check_same(&d, "whole", "halves");
    run_dir_remove(d.path);
}

/* Also in the middle of a stage: moments and data are the same for both. */
static void rounded_products_go_on_where_others_stopped(void **state)
{
    static const char bf16[] = "model.products=bf16";
    struct run_dir d;
    struct checkpoint c;
    (void)state;
    run_dir_open(&d, small_recipe);
    train_with(&d, "whole", 12, 2, bf16);
    train_with(&d, "halves", 6, 1, bf16);
    train_with(&d, "halves", 12, 2, bf16);
    check_same(&d, "whole", "halves");
    train_to(&d, "turned", 6, 2);
    train_with(&d, "turned", 12, 2, bf16);
    open_last(&d, "turned", &c);
    assert_int_equal(c.state.step, 12);
    assert_int_equal(c.state.optim_step, 12);
    checkpoint_close(&c);
    run_dir_remove(d.path);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    struct run_dir d;
    (void)state;
    run_dir_open(&d, small_recipe);
    train_to(&d, "one", 6, 1);
    train_to(&d, "two", 6, 2);
    train_to(&d, "four", 6, 4);
    check_same(&d, "one", "two");
    check_same(&d, "one", "four");
    run_dir_remove(d.path);
}

static void damage(const struct run_dir *d, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", d->path, name);
    FILE *f = fopen(path, "r+b");
    CHECK(f != NULL);
    fseek(f, 5000, SEEK_SET);
    fputc(fgetc(f) ^ 1, f);
    fclose(f);
}

static void a_damaged_checkpoint_costs_a_few_steps_and_no_more(void **state)
{
    struct run_dir d;
    (void)state;
    run_dir_open(&d, small_recipe);
    train_to(&d, "whole", 12, 2);
    train_to(&d, "damaged", 4, 2);
    train_to(&d, "damaged", 8, 2);
    damage(&d, "damaged/last.ckpt");
    train_to(&d, "damaged", 12, 2); /* from step 4 */
    check_same(&d, "whole", "damaged");
    run_dir_remove(d.path);
}

static unsigned lines_of(const struct run_dir *d, const char *name)
{
    struct buf text = {0};
    struct err err;
    unsigned n = 0;
    char path[128];
    snprintf(path, sizeof path, "%s/%s/log.jsonl", d->path, name);
    CHECK_OK(file_read(path, 1 << 24, &text, &err), &err);
    for (size_t i = 0; i < text.len; i++)
        n += text.p[i] == '\n';
    buf_clear(&text);
    return n;
}

static void the_log_has_one_line_a_step_also_after_a_crash(void **state)
{
    struct run_dir d;
    (void)state;
    run_dir_open(&d, small_recipe);
    train_to(&d, "log", 4, 2);
    train_to(&d, "log", 8, 2);
    assert_int_equal(lines_of(&d, "log"), 8);
    damage(&d, "log/last.ckpt");
    train_to(&d, "log", 6, 2);
    assert_int_equal(lines_of(&d, "log"), 6);
    run_dir_remove(d.path);
}

static void a_stop_signal_saves_and_leaves(void **state)
{
    struct run_dir d;
    struct checkpoint c;
    struct err err;
    enum trainer_end end;
    volatile sig_atomic_t stop = 0;
    char out[96];
    (void)state;
    run_dir_open(&d, small_recipe);
    train_to(&d, "stop", 3, 2);
    snprintf(out, sizeof out, "%s/stop", d.path);
    stop = SIGTERM;
    struct trainer_options o = {.recipe = d.recipe, .out = out, .data = d.data,
                                .threads = 1, .stop = &stop};
    CHECK_OK(trainer_run(&o, &end, &err), &err);
    assert_int_equal(end, TRAINER_STOPPED);
    open_last(&d, "stop", &c);
    assert_int_equal(c.state.step, 3);
    checkpoint_close(&c);
    run_dir_remove(d.path);
}

/* The stages before it are left out, and its vocabulary is taken over. */
static void a_stage_begins_with_a_model_file(void **state)
{
    static const char other[] =
        "\n[sft]\ntokens = 100k\ncontext = 128\nbatch = 256\nlr = 1e-3\n";
    struct run_dir d;
    struct buf recipe = {0};
    struct err err;
    enum trainer_end end;
    char out[96], path[128];
    (void)state;
    buf_puts(&recipe, small_recipe);
    buf_puts(&recipe, other);
    run_dir_open(&d, recipe.p);
    snprintf(out, sizeof out, "%s/made", d.path);
    struct trainer_options o = {
        .recipe = d.recipe, .out = out, .data = d.data, .threads = 2,
        .settings = "pretrain.tokens=1k;sft.tokens=1k"};
    CHECK_OK(trainer_run(&o, &end, &err), &err);
    assert_int_equal(end, TRAINER_DONE);
    train_with(&d, "more", 2, 2, "sft.from=../made/small.gguf");
    snprintf(path, sizeof path, "%s/more/pretrain.ckpt", d.path);
    CHECK(access(path, F_OK) != 0);
    struct checkpoint made, more;
    snprintf(path, sizeof path, "%s/made/sft.ckpt", d.path);
    CHECK_OK(checkpoint_open(&made, path, &err), &err);
    open_last(&d, "more", &more);
    assert_string_equal(more.state.stage, "sft");
    struct str a = checkpoint_tokenizer(&made), b = checkpoint_tokenizer(&more);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.p, b.p, a.len);
    checkpoint_close(&made);
    checkpoint_close(&more);
    train_with(&d, "more", 4, 2, "sft.from=../made/small.gguf");
    buf_clear(&recipe);
    run_dir_remove(d.path);
}

static void a_stage_that_is_not_there_is_refused(void **state)
{
    struct err err;
    enum trainer_end end;
    struct trainer_options o = {.recipe = "none", .until = "graduation"};
    (void)state;
    CHECK_REFUSED(trainer_run(&o, &end, &err), &err, ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_steps_and_ten_more_are_twenty),
        cmocka_unit_test(rounded_products_go_on_where_others_stopped),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(a_damaged_checkpoint_costs_a_few_steps_and_no_more),
        cmocka_unit_test(the_log_has_one_line_a_step_also_after_a_crash),
        cmocka_unit_test(a_stop_signal_saves_and_leaves),
        cmocka_unit_test(a_stage_begins_with_a_model_file),
        cmocka_unit_test(a_stage_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
