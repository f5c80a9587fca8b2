/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/err.h"
#include "train/checkpoint.h"
#include "train/cmd/cmd.h"
#include "train/data/tokenizer.h"
#include "train/export.h"
#include "train/nn/params.h"

static bool export_to(const struct checkpoint *c, struct export_options *o,
                      const char *path, struct err *err)
{
    struct params p;
    struct tokenizer t;
    struct buf file = {0};
    if (!checkpoint_params(c, &p, err))
        return false;
    buf_add_str(&file, checkpoint_tokenizer(c));
    bool ok = tokenizer_over(&t, &file, err);
    if (ok) {
        ok = export_file(&p, &t, o, path, err);
        tokenizer_close(&t);
    }
    params_clear(&p);
    return ok;
}

bool cmd_train_export(int argc, char **argv, struct err *err)
{
    const char *type = "q8_0", *name = NULL, *description = NULL;
    bool no_mtp = false;
    unsigned context = 1024;
    const struct flag flags[] = {
        {"type", FLAG_TEXT, &type, "TYPE", "q8_0, f16 or f32 [q8_0]", 0, 0},
        {"name", FLAG_TEXT, &name, "NAME", "general.name [the recipe's]", 0, 0},
        {"description", FLAG_TEXT, &description, "TEXT", "general.description",
         0, 0},
        {"context", FLAG_COUNT, &context, "N", "tokens it was trained for [1024]",
         16, 1 << 20},
        {"no-mtp", FLAG_SWITCH, &no_mtp, NULL, "leave the MTP block out", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    struct checkpoint c;
    int first;
    bool done;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    char **args = argv + first;
    if (!args[0] || !args[1] || args[2])
        return err_set(err, ERR_USAGE, "export needs a checkpoint and a place");
    struct export_options o = {.mtp = !no_mtp, .context = context,
                               .description = description};
    if (!export_type_parse(type, &o.type, err) ||
        !checkpoint_open(&c, args[0], err))
        return false;
    o.name = name ? name : c.state.recipe;
    o.recipe_hash = c.state.recipe_hash;
    bool ok = export_to(&c, &o, args[1], err);
    checkpoint_close(&c);
    return ok;
}
