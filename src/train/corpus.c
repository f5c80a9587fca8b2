/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus.h"

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "train/data/text_source.h"
#include "train/gen/bank.h"
#include "train/recipe.h"

static bool open_texts(struct corpus *c, const struct recipe *r,
                       const char *folder, struct err *err)
{
    c->texts = mem_array(r->n_texts, sizeof *c->texts);
    for (size_t i = 0; i < r->n_texts; i++) {
        struct text_source *source =
            text_source_open(r->texts[i].name, folder, c->bank, err);
        if (!source)
            return err_context(err, "[texts]");
        c->texts[c->n_texts++] = source;
        dataset_add_text(&c->dataset, &(struct data_text){
            .name = r->texts[i].name, .source = source,
            .next = text_source_next, .share = r->texts[i].share});
    }
    return true;
}

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
              mixture_check(&c->dataset.mixture, c->bank, err) &&
              open_texts(c, r, folder, err);
    buf_clear(&path);
    if (!ok)
        corpus_close(c);
    return ok;
}

void corpus_close(struct corpus *c)
{
    dataset_clear(&c->dataset);
    for (size_t i = 0; i < c->n_texts; i++)
        text_source_close(c->texts[i]);
    mem_free(c->texts);
    bank_free(c->bank);
    *c = (struct corpus){0};
}
