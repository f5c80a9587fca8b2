/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/err.h"
#include "train/checkpoint.h"
#include "train/export.h"
#include "train/run.h"

/* The last stage that the recipe has. */
static enum stage_id last_stage(const struct recipe *r)
{
    int last = STAGE_PRETRAIN;
    for (int i = 0; i < N_STAGES; i++) {
        if (r->stages[i].present)
            last = i;
    }
    return (enum stage_id)last;
}

static bool take_weights(struct run *r, struct err *err)
{
    char name[32];
    struct buf path = {0};
    struct checkpoint c;
    snprintf(name, sizeof name, "%s.ckpt", stage_name(last_stage(&r->recipe)));
    bool ok = checkpoint_open(&c, run_path(r, name, &path), err);
    buf_clear(&path);
    if (!ok)
        return false;
    if (r->has_params)
        params_clear(&r->params);
    r->has_params = checkpoint_params(&c, &r->params, err);
    checkpoint_close(&c);
    return r->has_params;
}

bool stage_export(struct run *r, struct err *err)
{
    static const struct {
        const char *suffix;
        enum gguf_type type;
        bool mtp;
    } files[] = {{"", GGUF_Q8_0, true}, {"-no-mtp", GGUF_Q8_0, false}};
    enum stage_id last = last_stage(&r->recipe);
    struct buf path = {0};
    char name[96];
    bool ok = take_weights(r, err);
    for (size_t i = 0; i < sizeof files / sizeof *files && ok; i++) {
        struct export_options o = {
            .type = files[i].type, .mtp = files[i].mtp,
            .context = recipe_context(&r->recipe, last),
            .name = r->recipe.name, .recipe_hash = r->recipe.hash};
        snprintf(name, sizeof name, "%s%s.gguf", r->recipe.name,
                 files[i].suffix);
        ok = export_file(&r->params, &r->tokenizer, &o,
                         run_path(r, name, &path), err);
        if (ok)
            progress_say(&r->progress, "export: %s", path.p);
    }
    buf_clear(&path);
    return ok;
}
