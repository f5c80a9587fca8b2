/* SPDX-License-Identifier: Apache-2.0 */
/* The MTP block tuned on answers of the model's own: as a stage, in seconds. */
#include "config.h" /* nftw */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train/checkpoint.h"
#include "train/nn/params.h"
#include "train/run_dir.h"

static const char recipe[] =
    "[model]\nshape = tiny\nseed = 3\noptimizer = muon\n"
    "[tokenizer]\nsample = 20k\n"
    "[tasks]\nchinese = 0\nadd = 1 : 0\n"
    "[sft]\ntokens = 30k\ncontext = 128\nbatch = 512\nlr = 1e-2\n"
    "lr-final = 1e-3\nwarmup = 1k\nshares = chat 1\n"
    "[mtp-tune]\ntokens = 12k\ncontext = 384\nbatch = 512\nprompts = 8\n"
    "answer = 48\nlr = 4e-3\nwarmup = 0\n";

static void train(const struct run_dir *d, uint64_t step, unsigned threads,
                  const char *until)
{
    struct err err;
    char out[96];
    enum trainer_end end;
    snprintf(out, sizeof out, "%s/run", d->path);
    struct trainer_options o = {.recipe = d->recipe, .out = out, .data = d->data,
                                .threads = threads, .until = until,
                                .stop_at_step = step};
    CHECK_OK(trainer_run(&o, &end, &err), &err);
}

static void take_params(const struct run_dir *d, const char *name,
                        struct params *p)
{
    struct err err;
    struct checkpoint c;
    char path[160];
    snprintf(path, sizeof path, "%s/run/%s", d->path, name);
    CHECK_OK(checkpoint_open(&c, path, &err), &err);
    CHECK_OK(checkpoint_params(&c, p, &err), &err);
    checkpoint_close(&c);
}

static void remove_from(const struct run_dir *d, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/run/%s", d->path, name);
    CHECK(unlink(path) == 0);
}

/* Tensors that differ: in the MTP block, and elsewhere. */
static void compare(struct params *a, struct params *b, unsigned *inside,
                    unsigned *outside)
{
    *inside = *outside = 0;
    for (size_t i = 0; i < a->n; i++) {
        const struct param *t = &a->table[i];
        size_t bytes = (size_t)t->n_rows * t->n_cols * sizeof(real);
        bool same = true;
        for (uint32_t k = 0; k < t->n; k++)
            same = same && memcmp(param_matrix(t, a->values, k),
                                  param_matrix(t, b->values, k), bytes) == 0;
        if (t->block == a->shape.n_layers)
            *inside += !same;
        else
            *outside += !same;
    }
}

static void all_but_the_mtp_block_stays_byte_for_byte(void **state)
{
    struct run_dir d;
    struct params before, after;
    unsigned inside, outside;
    (void)state;
    run_dir_open(&d, recipe);
    train(&d, 0, 2, "mtp-tune");
    take_params(&d, "sft.ckpt", &before);
    take_params(&d, "mtp-tune.ckpt", &after);
    compare(&before, &after, &inside, &outside);
    assert_int_equal(outside, 0);
    CHECK(inside > 10);

    /* Once more from the same weights, stopped in the middle of a round of
     * answers and with another number of threads. */
    remove_from(&d, "mtp-tune.done");
    remove_from(&d, "mtp-tune.ckpt");
    train(&d, 3, 1, "mtp-tune");
    train(&d, 0, 1, "mtp-tune");
    params_clear(&before);
    take_params(&d, "mtp-tune.ckpt", &before);
    compare(&before, &after, &inside, &outside);
    assert_int_equal(inside + outside, 0);
    params_clear(&before);
    params_clear(&after);
    run_dir_remove(d.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_but_the_mtp_block_stays_byte_for_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
