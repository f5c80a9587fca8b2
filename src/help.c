/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "cmd/cmd.h"
#include "option.h"

/* "  -m, --model=FILE" and "      --exact", filled up to the column where the
 * sentences begin. */
static void print_row(const struct option_row *row, FILE *out)
{
    struct buf left = {0};

    if (row->letter)
        buf_printf(&left, "  -%c, --%s", row->letter, row->name);
    else
        buf_printf(&left, "      --%s", row->name);
    if (row->arg)
        buf_printf(&left, "=%s", row->arg);
    fprintf(out, "%-28s %s\n", left.p, _(row->help));
    buf_clear(&left);
}

static void command_help(const struct command *cmd, FILE *out)
{
    const struct option_row *row;

    fprintf(out, _("Usage: mull %s%s%s\n%s.\n\nOptions:\n"), cmd->name,
            *cmd->args ? " " : "", cmd->args, _(cmd->summary));
    for (size_t i = 0; (row = option_row(i)); i++)
        if (option_taken(row, cmd->options))
            print_row(row, out);
}

static void program_help(FILE *out)
{
    const struct command *cmd;

    fputs(_("Usage: mull [COMMAND] [OPTION]...\n"
          "Chat with a reasoning model on this machine and watch it work.\n"
          "\n"
          "Commands (none: chat):\n"), out);
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        fprintf(out, "  %-10s %s\n", cmd->name, _(cmd->summary));
    fputs(_("\n"
          "mull COMMAND --help tells what a command takes, mull --version "
          "the version.\n"
          "\n"
          "The model: -m FILE, or MULL_MODEL in the environment, or model = "
          "FILE in\n"
          "$XDG_CONFIG_HOME/mull/mullrc (~/.config/mull/mullrc), or the one "
          "built in.\n"
          "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n"),
          out);
}

void options_help(const struct command *cmd, FILE *out)
{
    if (cmd)
        command_help(cmd, out);
    else
        program_help(out);
}
