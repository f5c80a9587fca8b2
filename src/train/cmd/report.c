/* SPDX-License-Identifier: Apache-2.0 */
#include "train/report.h"

#include "base/err.h"
#include "train/cmd/cmd.h"

bool cmd_train_report(int argc, char **argv, struct err *err)
{
    const char *out = NULL;
    bool experts = false, ablations = false;
    const struct flag flags[] = {
        {"out", FLAG_TEXT, &out, "DIR", "where the figures go [the run's folder]",
         0, 0},
        {"experts", FLAG_SWITCH, &experts, NULL, "what each expert is for", 0, 0},
        {"ablations", FLAG_SWITCH, &ablations, NULL,
         "several runs side by side, a row each", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    int first;
    bool done;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    size_t n = 0; /* options may stand anywhere: the end is the NULL */
    while (argv[first + (int)n])
        n++;
    if (ablations && n > 0)
        return report_ablations(argv + first, n, stdout, err);
    if (!argv[first] || argv[first + 1])
        return err_set(err, ERR_USAGE, "a report is of one run's folder");
    if (experts)
        return report_experts(argv[first], stdout, err);
    return report_write(argv[first], out ? out : argv[first], stdout, err);
}
