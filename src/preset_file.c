/* SPDX-License-Identifier: Apache-2.0 */
#include "preset_file.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "options.h"
#include "paths.h"
#include "ui/presets.h"
#include "ui/talk_preset.h"

#define PRESETS_BYTES (256u << 10)

bool preset_files_read(struct presets *p, struct err *err)
{
    struct buf path = {0}, text = {0};
    bool ok = presets_read(p, str_of(presets_builtin), err);
    if (ok && path_find(PATH_CONFIG, "presets", &path) &&
        access(path.p, F_OK) == 0)
        ok = (file_read(path.p, PRESETS_BYTES, &text, err) &&
              presets_read(p, buf_str(&text), err)) ||
             file_context(err, path.p);
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

bool preset_options(struct options *o, const struct presets *p,
                    const struct sampling *recommended, struct err *err)
{
    const struct preset *chosen = NULL;
    struct turn_options with = o->ui.turn;
    if (o->preset[0] &&
        !(chosen = presets_find(p, str_of(o->preset), err)))
        return false;
    with.sampling = *recommended;
    if (chosen)
        preset_apply(chosen, &with);
    /* What the command line says goes before. */
    if (o->ui.turn.max_tokens)
        with.max_tokens = o->ui.turn.max_tokens;
    if (o->ui.turn.think_budget)
        with.think_budget = o->ui.turn.think_budget;
    uint64_t seed = with.sampling.seed;
    o->ui.usual = o->ui.turn;
    o->ui.usual.sampling = options_sampling(o, recommended);
    with.sampling = options_sampling(o, &with.sampling);
    if (chosen && preset_names(chosen, "seed") && !(o->sampling_set & SET_SEED))
        with.sampling.seed = seed;
    o->ui.turn = with;
    o->ui.presets = p;
    o->ui.preset = chosen;
    o->ui.usual_system = o->ui.system;
    if (chosen && chosen->has_system && !o->ui.system)
        o->ui.system = chosen->system.p ? chosen->system.p : "";
    return true;
}
