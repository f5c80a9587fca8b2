/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "train/draft_tokens.h"
#include "train/expert_use.h"
#include "train/export.h"
#include "train/run.h"

/* --- names of the experts ------------------------------------------------- */

struct labels {
    struct str *names;      /* owned, like the text of each */
    size_t n;
};

static void labels_clear(struct labels *l)
{
    for (size_t i = 0; i < l->n; i++)
        mem_free((char *)l->names[i].p);
    mem_free(l->names);
    *l = (struct labels){0};
}

static void take_labels(const struct expert_use *u, struct labels *l)
{
    l->n = (size_t)u->n_layers * u->n_experts;
    l->names = mem_array(l->n, sizeof *l->names);
    for (size_t i = 0; i < l->n; i++) {
        struct expert_trait t = expert_use_trait(
            u, (uint32_t)(i / u->n_experts), (uint32_t)(i % u->n_experts));
        l->names[i] = str_of(mem_strdup(t.label));
    }
}

static bool write_table(const struct run *r, const struct expert_use *u,
                        struct err *err)
{
    struct buf table = {0}, path = {0};
    expert_use_put(u, &table);
    bool ok = file_replace(run_path(r, "experts.tsv", &path), table.p, table.len,
                           err) ||
              file_context(err, path.p);
    buf_clear(&table);
    buf_clear(&path);
    return ok;
}

static void tell(void *arg, size_t done, size_t n)
{
    struct run *r = arg;
    progress_note(&r->progress, "export: names for the experts, %zu of %zu", done,
                  n);
}

/* The model as it would be exported is watched at work. Stopped early: no names,
 * and r->end says so. */
static bool find_labels(struct run *r, const struct export_options *o,
                        struct labels *l, struct err *err)
{
    const struct shape *s = &r->recipe.shape;
    const struct eval_options ask = {.threads = r->o->threads,
                                     .max_tokens = r->recipe.eval.max_tokens,
                                     .stop = r->o->stop, .progress = tell,
                                     .arg = r};
    struct expert_use u;
    struct buf model = {0};
    if (!r->recipe.eval.present || r->recipe.eval.labels == 0)
        return true;
    expert_use_init(&u, s->n_layers - s->n_dense_layers, s->n_dense_layers,
                    s->n_experts);
    bool ok = export_gguf(&r->params, &r->tokenizer, o, &model, err) &&
              (expert_use_measure(&u, buf_str(&model),
                                  &r->corpus.dataset.mixture, r->corpus.bank,
                                  r->recipe.eval.labels, &ask, err) ||
               (err->kind == ERR_CANCELLED && run_must_stop(r)));
    if (ok && r->end == TRAINER_DONE) {
        take_labels(&u, l);
        ok = write_table(r, &u, err);
    }
    buf_clear(&model);
    expert_use_clear(&u);
    return ok;
}

/* --- what drafts are chosen among ----------------------------------------- */

/* A quarter of the vocabulary, where the model was taught to answer. */
static int32_t *find_draft_tokens(struct run *r, size_t *n)
{
    const struct stage_recipe *sft = &r->recipe.stages[STAGE_SFT];
    uint32_t vocab = r->recipe.shape.n_vocab;
    *n = vocab / 4;
    if (!sft->present || r->recipe.shape.n_mtp == 0 || *n == 0)
        return NULL;
    int32_t *ids = mem_array(*n, sizeof *ids);
    double part = draft_tokens_choose(&r->corpus.dataset, &sft->data, STAGE_SFT, vocab,
                                      (uint32_t)*n, ids);
    progress_say(&r->progress, "export: %zu of %u tokens are %.2f %% of all answers", *n,
                 vocab, 100 * part);
    return ids;
}

/* --- the files ------------------------------------------------------------ */

static bool write_files(struct run *r, struct export_options *o, struct err *err)
{
    static const struct {
        const char *suffix;
        bool mtp;
    } files[] = {{"", true}, {"-no-mtp", false}};
    struct buf path = {0};
    char name[96];
    bool ok = true;
    for (size_t i = 0; i < sizeof files / sizeof *files && ok; i++) {
        o->mtp = files[i].mtp;
        snprintf(name, sizeof name, "%s%s.gguf", r->recipe.name,
                 files[i].suffix);
        ok = export_file(&r->params, &r->tokenizer, o,
                         run_path(r, name, &path), err);
        if (ok)
            progress_say(&r->progress, "export: %s", path.p);
    }
    buf_clear(&path);
    return ok;
}

bool stage_export(struct run *r, struct err *err)
{
    enum stage_id last = run_last_stage(r);
    struct export_options o = {.type = GGUF_Q8_0, .mtp = true,
                               .context = recipe_context(&r->recipe, last),
                               .name = r->recipe.name,
                               .recipe_hash = r->recipe.hash};
    struct labels labels = {0};
    char name[32];
    snprintf(name, sizeof name, "%s.ckpt", stage_name(last));
    bool ok = run_take_weights(r, name, err) && find_labels(r, &o, &labels, err);
    int32_t *draft_tokens = NULL;
    o.labels = labels.names;
    o.n_labels = labels.n;
    if (ok && r->end == TRAINER_DONE) {
        o.draft_tokens = draft_tokens = find_draft_tokens(r, &o.n_draft_tokens);
        ok = write_files(r, &o, err);
    }
    mem_free(draft_tokens);
    labels_clear(&labels);
    return ok;
}
