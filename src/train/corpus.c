/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus.h"

#include "base/err.h"
#include "base/file.h"
#include "train/gen/bank.h"
#include "train/recipe.h"

bool corpus_open(struct corpus *c, struct recipe *r, const char *folder,
                 struct err *err)
{
    struct buf path = {0};
    *c = (struct corpus){.dataset = {.seed = r->seed, .mixture = r->mixture}};
    r->mixture = (struct mixture){0};
    buf_printf(&path, "%s/bank", folder);
    c->bank = bank_open(path.p, err);
    c->dataset.bank = c->bank;
    bool ok = (c->bank || file_context(err, path.p)) &&
              mixture_check(&c->dataset.mixture, c->bank, err);
    buf_clear(&path);
    if (!ok)
        corpus_close(c);
    return ok;
}

void corpus_close(struct corpus *c)
{
    dataset_clear(&c->dataset);
    bank_free(c->bank);
    *c = (struct corpus){0};
}
