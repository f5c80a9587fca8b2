/* SPDX-License-Identifier: Apache-2.0 */
/* Reinforcement learning as a stage of a run: short enough for a test, long enough
 * that some answers are worth more than others. */
#include "config.h" /* nftw */

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "train/checkpoint.h"
#include "train/run_dir.h"

static const char recipe[] =
    "[model]\nshape = tiny\nseed = 3\noptimizer = muon\n"
    "[tokenizer]\nsample = 20k\n"
    "[tasks]\nchinese = 0\nadd = 1 : 0\n"
    "[sft]\ntokens = 90k\ncontext = 128\nbatch = 512\nlr = 1e-2\n"
    "lr-final = 1e-3\nwarmup = 1k\nshares = chat 1\n"
    "[rl]\ncontext = 512\nbatch = 2048\nsteps = 4\nprompts = 3\ngroup = 4\n"
    "answer = 64\nlr = 1e-3\nmeasure-every = 3\nmeasure-n = 4\n";

static void train(const struct run_dir *d, const char *name, uint64_t step,
                  unsigned threads, const char *until)
{
    struct err err;
    char out[96];
    enum trainer_end end;
    snprintf(out, sizeof out, "%s/%s", d->path, name);
    struct trainer_options o = {.recipe = d->recipe, .out = out, .data = d->data,
                                .threads = threads, .until = until,
                                .stop_at_step = step};
    CHECK_OK(trainer_run(&o, &end, &err), &err);
}

/* What the stages before the last left, so that they need not run again. */
static void copy_file(const struct run_dir *d, const char *to, const char *file)
{
    struct err err;
    struct buf all = {0};
    char path[160];
    snprintf(path, sizeof path, "%s/a/%s", d->path, file);
    CHECK_OK(file_read(path, 1 << 28, &all, &err), &err);
    snprintf(path, sizeof path, "%s/%s/%s", d->path, to, file);
    CHECK_OK(file_replace(path, all.p, all.len, &err), &err);
    buf_clear(&all);
}

static void begin_like_a(const struct run_dir *d, const char *name)
{
    static const char *const files[] = {"tokenizer.gguf", "tokenizer.done",
                                        "sft.ckpt", "sft.done"};
    char path[128];
    snprintf(path, sizeof path, "%s/%s", d->path, name);
    CHECK(mkdir(path, 0700) == 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy_file(d, name, files[i]);
}

static void check_same(const struct run_dir *d, const char *one,
                       const char *other, const char *file)
{
    struct checkpoint a, b;
    struct err err;
    char path[160];
    snprintf(path, sizeof path, "%s/%s/%s", d->path, one, file);
    CHECK_OK(checkpoint_open(&a, path, &err), &err);
    snprintf(path, sizeof path, "%s/%s/%s", d->path, other, file);
    CHECK_OK(checkpoint_open(&b, path, &err), &err);
    assert_int_equal(a.state.step, b.state.step);
    assert_memory_equal(a.file.data + a.values.at, b.file.data + b.values.at,
                        a.values.bytes);
    checkpoint_close(&a);
    checkpoint_close(&b);
}

static bool log_says(const struct run_dir *d, const char *what)
{
    struct err err;
    struct buf all = {0};
    char path[160];
    snprintf(path, sizeof path, "%s/a/log.jsonl", d->path);
    CHECK_OK(file_read(path, 1 << 28, &all, &err), &err);
    bool says = str_find(buf_str(&all), str_of(what), 0) < all.len;
    buf_clear(&all);
    return says;
}

static void stopped_and_gone_on_with_it_is_the_same(void **state)
{
    struct run_dir d;
    (void)state;
    run_dir_open(&d, recipe);
    train(&d, "a", 0, 2, "sft");
    begin_like_a(&d, "b");
    begin_like_a(&d, "c");
    train(&d, "a", 3, 2, "rl");
    train(&d, "b", 1, 2, "rl");
    train(&d, "b", 3, 1, "rl"); /* measured anew at 3 as well */
    train(&d, "c", 3, 1, "rl");
    check_same(&d, "a", "b", "last.ckpt");
    check_same(&d, "a", "c", "last.ckpt");
    /* Something was there to be learned, or the above says nothing. */
    CHECK(!log_says(&d, "\"kept_groups\":0") ||
          log_says(&d, "\"kept_groups\":1") ||
          log_says(&d, "\"kept_groups\":2") ||
          log_says(&d, "\"kept_groups\":3"));
    train(&d, "a", 0, 2, "rl");
    CHECK(log_says(&d, "\"measure\":[[\"add\",0,\"en\",4,"));
    check_same(&d, "a", "a", "rl.ckpt");
    run_dir_remove(d.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_and_gone_on_with_it_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
