/* run_dir.h - a recipe of seconds, and a folder for its run that goes away. */
#ifndef TESTS_TRAIN_RUN_DIR_H
#define TESTS_TRAIN_RUN_DIR_H

#include <ftw.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "train/trainer.h"

static const char small_recipe[] =
    "[model]\nshape = tiny\nseed = 3\n"
    "[tokenizer]\nsample = 20k\n"
    "[tasks]\nchinese = 0\nadd = 1 : 0\n"
    "[pretrain]\ntokens = 100k\ncontext = 128\nbatch = 256, 384 from 0.02\n"
    "lr = 1e-2\nlr-final = 1e-3\nwarmup = 1k\nmtp-from = 0.01\n"
    "shares = worked 1, untagged 1, warmup 1, spell 1\n";

struct run_dir {
    char path[64], recipe[96], data[4096];
};

static inline void run_dir_open(struct run_dir *d, const char *recipe)
{
    struct err err;
    snprintf(d->path, sizeof d->path, "/tmp/mull-train-XXXXXX");
    CHECK(mkdtemp(d->path) != NULL);
    snprintf(d->recipe, sizeof d->recipe, "%s/small.conf", d->path);
    snprintf(d->data, sizeof d->data, "%s/data", getenv("MULL_SOURCE"));
    CHECK_OK(file_replace(d->recipe, recipe, strlen(recipe), &err), &err);
}

static inline int run_dir_remove_one(const char *path, const struct stat *st,
                                     int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static inline void run_dir_remove(const char *path)
{
    assert_int_equal(nftw(path, run_dir_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
