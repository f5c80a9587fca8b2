/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/completion.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "cmd/cmd.h"
#include "option.h"
#include "options.h"

static const struct shell {
    const char *name;
    void (*write)(struct buf *out);
} shells[] = {
    {"bash", completion_bash},
    {"zsh", completion_zsh},
    {"fish", completion_fish},
};

enum completion_kind completion_of(const struct option_row *row)
{
    if (option_words(row))
        return COMPLETE_WORDS;
    return row->arg && strcmp(row->arg, "FILE") == 0 ? COMPLETE_FILES
                                                     : COMPLETE_NOTHING;
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

/* The usage line of a command names its arguments; "-m FILE" is none. */
const char *completion_arguments(const struct command *cmd, bool *files)
{
    const char *args = cmd->args;

    *files = begins(args, "FILE") || begins(args, "[FILE") ||
             begins(args, "IN OUT") || strstr(args, "|FILE") != NULL;
    if (strcmp(cmd->name, "completion") == 0)
        return "bash zsh fish";
    if (strcmp(cmd->name, "sessions") == 0)
        return "rename delete undelete";
    return NULL;
}

bool cmd_completion(struct options *o, struct err *err)
{
    struct buf out = {0};

    if (!options_want_args(o, 1, 1, _("the shell (bash, zsh or fish)"), err))
        return false;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(o->args[0], shells[i].name) == 0)
            shells[i].write(&out);
    if (out.len == 0)
        return err_set(err, ERR_USAGE, _("\"%.40s\" is not one of bash, zsh, fish"),
                       o->args[0]);
    fwrite(out.p, 1, out.len, stdout); /* main sees whether it arrived */
    buf_clear(&out);
    return true;
}
