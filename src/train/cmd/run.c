/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "train/cmd/cmd.h"
#include "train/cmd/live.h"
#include "train/trainer.h"

static bool carry_out(struct trainer_options *o, const char *recipe,
                      struct err *err)
{
    enum trainer_end end;
    int signal = 0;
    o->recipe = recipe;
    if (!o->plain && live_possible()) {
        if (!live_run(o, &end, &signal, err))
            return false;
    } else {
        cmd_catch_signals();
        if (!trainer_run(o, &end, err))
            return false;
    }
    if (end == TRAINER_OUT_OF_TIME)
        fputs("mull-train: the time is up; the same command goes on from here\n",
              stderr);
    if (end == TRAINER_STOPPED) {
        fputs("mull-train: saved; the same command goes on from here\n", stderr);
        return err_set(err, ERR_CANCELLED, "stopped");
    }
    return true;
}

bool cmd_train_run(int argc, char **argv, struct err *err)
{
    struct trainer_options o = {.screen = stderr, .stop = &cmd_stop};
    struct buf settings = {0};
    const char *data = NULL;
    const struct flag flags[] = {
        {"until", FLAG_TEXT, &o.until, "STAGE", "stop when this stage is done",
         0, 0},
        {"out", FLAG_TEXT, &o.out, "DIR", "where all of it lies [run/NAME]", 0,
         0},
        {"set", FLAG_LIST, &settings, "LIST",
         "settings over the recipe: 'model.seed=2; sft.tokens=1M'", 0, 0},
        {"data", FLAG_TEXT, &data, "DIR", "phrases and texts [data]", 0, 0},
        {"threads", FLAG_COUNT, &o.threads, "N", "[as many as there are CPUs]",
         0, 256},
        {"max-time", FLAG_NUMBER, &o.max_minutes, "MIN",
         "save and leave after so many minutes", 0, 1e6},
        {"checkpoint-every", FLAG_NUMBER, &o.checkpoint_minutes, "MIN",
         "minutes between checkpoints [5]", 0, 1e6},
        {"compact", FLAG_SWITCH, &o.compact, NULL,
         "smaller checkpoints: moments in bfloat16, no longer bit for bit", 0, 0},
        {"decay-now", FLAG_SWITCH, &o.decay_now, NULL,
         "let the learning rate of the stage that runs decay from here on", 0,
         0},
        {"plain", FLAG_SWITCH, &o.plain, NULL,
         "lines, also on a terminal", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    int first;
    bool done, ok = flags_read(flags, argc, argv, &first, &done, err);
    if (ok && !done) {
        o.settings = settings.len ? settings.p : NULL;
        o.data = cmd_data_folder(data);
        ok = argv[first] && !argv[first + 1]
                 ? carry_out(&o, argv[first], err)
                 : err_set(err, ERR_USAGE, "a run needs one recipe");
    }
    buf_clear(&settings);
    return ok;
}
