/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/file.h"
#include "train/checkpoint.h"
#include "train/data/bpe_train.h"
#include "train/import.h"
#include "train/run.h"

/* What it reads is what the vocabulary is learned from. */
static const struct stage_recipe *first_stage(const struct recipe *r)
{
    return &r->stages[recipe_first_stage(r)];
}

static bool read_sample(struct run *r, struct bpe_train *t)
{
    struct data_work w = {0};
    struct buf text = {0};
    uint64_t bytes = 0;
    for (uint64_t i = 0; bytes < r->recipe.sample && !run_must_stop(r); i++) {
        buf_reset(&text);
        dataset_sample(&r->corpus.dataset, &first_stage(&r->recipe)->data, i, &w,
                       &text);
        bpe_train_add(t, buf_str(&text), 1);
        bytes += text.len + 1; /* also where there was nothing: it ends */
        progress_note(&r->progress, "tokenizer: %.1f of %.1f MB read",
                      (double)bytes / 1e6, (double)r->recipe.sample / 1e6);
    }
    buf_clear(&text);
    data_work_clear(&w);
    return r->end == TRAINER_DONE;
}

static bool make(struct run *r, struct buf *file, struct err *err)
{
    struct bpe_train *t = bpe_train_new(str_of(TOKENIZER_PRE), err);
    if (!t)
        return false;
    if (read_sample(r, t)) {
        progress_note(&r->progress, "tokenizer: merging");
        tokenizer_make(t, r->recipe.shape.n_vocab, file);
    }
    bpe_train_free(t);
    return true;
}

/* Weights from elsewhere know the tokens of their own vocabulary. */
static bool take_from(struct run *r, const char *name, struct buf *file,
                      struct err *err)
{
    struct checkpoint c;
    struct buf path = {0};
    run_path(r, name, &path);
    bool model = import_is_model(path.p);
    bool ok = model ? import_tokenizer(path.p, file, err)
                    : checkpoint_open(&c, path.p, err);
    buf_clear(&path);
    if (!ok)
        return err_context(err, "%s", name);
    if (model)
        return true;
    buf_add_str(file, checkpoint_tokenizer(&c));
    checkpoint_close(&c);
    return true;
}

bool stage_tokenizer(struct run *r, struct err *err)
{
    struct buf path = {0}, file = {0};
    run_path(r, "tokenizer.gguf", &path);
    bool ok = true;
    if (!run_has(r, "tokenizer.gguf")) {
        const char *from = first_stage(&r->recipe)->from;
        ok = from[0] ? take_from(r, from, &file, err) : make(r, &file, err);
        if (ok && file.len > 0)
            ok = file_replace(path.p, file.p, file.len, err) ||
                 file_context(err, path.p);
    }
    if (ok && r->end == TRAINER_DONE)
        ok = tokenizer_open(&r->tokenizer, path.p, err);
    if (ok && r->end == TRAINER_DONE)
        dataset_set_tokenizer(&r->corpus.dataset, &r->tokenizer);
    buf_clear(&path);
    buf_clear(&file);
    return ok;
}
