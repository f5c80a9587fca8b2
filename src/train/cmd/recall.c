/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/err.h"
#include "base/pool.h"
#include "train/checkpoint.h"
#include "train/cmd/cmd.h"
#include "train/data/tokenizer.h"
#include "train/nn/params.h"
#include "train/recall.h"

static void print(const struct recall *r)
{
    static const char *const names[RECALL_DEPTHS] = {
        "farthest quarter", "second", "third", "nearest"};
    uint32_t asked = 0, right = 0;
    for (int i = 0; i < RECALL_DEPTHS; i++) {
        asked += r->asked[i];
        right += r->right[i];
        if (r->asked[i] > 0)
            printf("%-18s %5u  %5.1f %%\n", names[i], r->asked[i],
                   100.0 * r->right[i] / r->asked[i]);
    }
    printf("%-18s %5u  %5.1f %%  in documents of %u tokens\n", "all", asked,
           asked ? 100.0 * right / asked : 0.0, r->tokens);
}

bool cmd_train_recall(int argc, char **argv, struct err *err)
{
    unsigned context = 2048, n = 50, seed = 0, threads = 0;
    const struct flag flags[] = {
        {"context", FLAG_COUNT, &context, "N", "tokens of a document [2048]", 64,
         1 << 16},
        {"n", FLAG_COUNT, &n, "N", "documents, four questions in each [50]", 1,
         1e6},
        {"seed", FLAG_COUNT, &seed, "N", "other ones", 0, 1e9},
        {"threads", FLAG_COUNT, &threads, "N", "[as many as there are CPUs]", 0,
         64},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    struct checkpoint c;
    struct params p;
    struct tokenizer t;
    struct recall r;
    struct buf file = {0};
    int first;
    bool done, ok;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    if (!argv[first] || argv[first + 1])
        return err_set(err, ERR_USAGE, "recall needs one checkpoint");
    if (!checkpoint_open(&c, argv[first], err))
        return false;
    buf_add_str(&file, checkpoint_tokenizer(&c));
    ok = tokenizer_over(&t, &file, err);
    if (ok) {
        ok = checkpoint_params(&c, &p, err);
        if (ok) {
            ok = recall_measure(&p, &t, context, n, seed,
                                threads ? threads : pool_default_threads(), &r,
                                err);
            params_clear(&p);
        }
        tokenizer_close(&t);
    }
    checkpoint_close(&c);
    if (ok)
        print(&r);
    return ok;
}
