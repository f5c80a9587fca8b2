/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/err.h"
#include "base/pool.h"
#include "train/cmd/cmd.h"
#include "train/nn/net_bench.h"
#include "train/optim.h"

/* The optimizer of one measurement after the other: a new shape, a new one. */
struct updating {
    struct pool *pool;
    enum optim_kind kind;
    enum products products;
    struct optim optim;
    struct err *err;
    bool open;
};

static void update(void *arg, struct params *p, const real *grads)
{
    struct updating *u = arg;
    struct optim_options o = {.lr = 1e-3, .decay = 0.1, .clip = 1};
    double norm;
    if (u->open && u->optim.len != p->len) {
        optim_clear(&u->optim);
        u->open = false;
    }
    if (!u->open)
        u->open = optim_init(&u->optim, u->kind, p, u->products, u->pool,
                             u->err);
    if (u->open)
        optim_step(&u->optim, p, grads, &o, &norm, u->err);
}

bool cmd_train_bench(int argc, char **argv, struct err *err)
{
    struct updating u = {.kind = OPTIM_MUON, .err = err};
    struct net_bench_options o = {.update = update, .update_arg = &u};
    bool adamw = false, bf16 = false;
    const struct flag flags[] = {
        {"recipe", FLAG_TEXT, &o.recipe, "NAME", "tiny, mini or small [all]", 0,
         0},
        {"threads", FLAG_COUNT, &o.n_threads, "N",
         "[as many as there are CPUs]", 0, 256},
        {"seconds", FLAG_NUMBER, &o.seconds, "S", "for each measurement [3]", 0,
         600},
        {"batch", FLAG_COUNT, &o.batch_tokens, "N", "tokens of a step [8192]", 64,
         1 << 20},
        {"adamw", FLAG_SWITCH, &adamw, NULL, "AdamW instead of Muon", 0, 0},
        {"bf16", FLAG_SWITCH, &bf16, NULL, "operands rounded to bfloat16", 0, 0},
        {"profile", FLAG_SWITCH, &o.profile, NULL, "time every product", 0, 0},
        {"json", FLAG_SWITCH, &o.json, NULL, "one object per line", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    int first;
    bool done;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    if (argv[first])
        return err_set(err, ERR_USAGE, "bench takes no arguments");
    if (o.n_threads == 0)
        o.n_threads = pool_default_threads();
    u.products = o.products = bf16 ? PRODUCTS_BF16 : PRODUCTS_F32;
    u.kind = adamw ? OPTIM_ADAMW : OPTIM_MUON;
    u.pool = pool_new(o.n_threads, err);
    bool ok = u.pool && net_bench(&o, stdout, err);
    if (u.open)
        optim_clear(&u.optim);
    pool_free(u.pool);
    return ok;
}
