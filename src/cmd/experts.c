/* SPDX-License-Identifier: Apache-2.0 */
/* mull experts: what traces of mull run tell about a model's experts. */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/expert_counts.h"
#include "cmd/experts_print.h"
#include "cmd/trace_read.h"
#include "options.h"
#include "ui/plain_text.h"

static bool read_stream(struct expert_counts *c, FILE *in, const char *name,
                        struct err *err)
{
    bool cut;
    if (!trace_read(in, c, &cut, err))
        return file_context(err, name);
    if (cut) {
        struct err note;
        err_set(&note, ERR_FORMAT, "the last line is cut off and left out");
        file_context(&note, name);
        plain_text_line(stderr, "mull: ", note.msg);
    }
    c->n_files++;
    return true;
}

static bool read_file(struct expert_counts *c, const char *path,
                      struct err *err)
{
    if (strcmp(path, "-") == 0)
        return read_stream(c, stdin, "standard input", err);
    FILE *in = fopen(path, "re");
    if (!in) {
        err_system(err, errno, "cannot be opened");
        return file_context(err, path);
    }
    bool ok = read_stream(c, in, path, err);
    fclose(in);
    return ok;
}

static bool print(const struct expert_counts *c, const struct options *o,
                  struct err *err)
{
    if (c->n_tokens[0] + c->n_tokens[1] == 0)
        return err_set(err, ERR_FORMAT, c->n_unmeasured
                           ? "nothing was measured of these tokens "
                             "(--no-telemetry, or a model without experts)"
                           : "there are no tokens in it");
    if (o->json)
        return experts_print_json(c, stdout, err);
    if (o->csv)
        experts_print_csv(c, stdout);
    else
        experts_print_text(c, stdout);
    return true;
}

bool cmd_experts(struct options *o, struct err *err)
{
    struct expert_counts c = {0};
    if (o->json && o->csv)
        return err_set(err, ERR_USAGE, "--json and --csv: one of them");
    bool ok = options_want_args(o, 1, 1000000, "a trace, or - for standard "
                                "input,", err);
    for (int i = 0; ok && i < o->n_args; i++)
        ok = read_file(&c, o->args[i], err);
    ok = ok && print(&c, o, err);
    expert_counts_clear(&c);
    return ok;
}
