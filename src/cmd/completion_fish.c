/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/completion.h"

#include <string.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "option.h"

/* In single quotes fish knows \' and \\ only. */
static void add_quoted(const char *s, struct buf *out)
{
    buf_putc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *s);
    }
    buf_putc(out, '\'');
}

/* One line for an option: the commands that take it are its condition. */
static void add_option(const struct option_row *row, struct buf *out)
{
    const struct command *cmd;

    buf_puts(out, "complete -c mull -n '__mull_is");
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        if (option_taken(row, cmd->options))
            buf_printf(out, " %s", cmd->name);
    buf_printf(out, "' -l %s", row->name);
    if (row->letter)
        buf_printf(out, " -s %c", row->letter);
    if (row->arg && completion_of(row) == COMPLETE_FILES)
        buf_puts(out, " -r -F");
    else if (row->arg)
        buf_puts(out, " -x");
    if (option_words(row)) {
        buf_puts(out, " -a ");
        add_quoted(option_words(row), out);
    }
    buf_puts(out, " -d ");
    add_quoted(row->help, out);
    buf_putc(out, '\n');
}

static void add_arguments(const struct command *cmd, struct buf *out)
{
    bool files;
    const char *words = completion_arguments(cmd, &files);

    if (words)
        buf_printf(out, "complete -c mull -n '__mull_is %s' -a '%s'\n", cmd->name,
                   words);
    else if (files)
        buf_printf(out, "complete -c mull -n '__mull_is %s' -F\n", cmd->name);
}

void completion_fish(struct buf *out)
{
    const struct command *cmd;
    const struct option_row *row;

    buf_puts(out, "# fish completion of mull; written by: mull completion fish\n"
                  "function __mull_is\n"
                  "    set -l words (commandline -opc)\n"
                  "    set -l command chat\n"
                  "    if set -q words[2]; and not string match -q -- '-*' "
                  "$words[2]\n"
                  "        set command $words[2]\n"
                  "    end\n"
                  "    contains -- $command $argv\n"
                  "end\n"
                  "\n"
                  "complete -c mull -f\n");
    for (size_t i = 0; (cmd = cmd_row(i)); i++) {
        buf_printf(out, "complete -c mull -n __fish_use_subcommand -a %s -d ",
                   cmd->name);
        add_quoted(cmd->summary, out);
        buf_putc(out, '\n');
    }
    buf_puts(out, "complete -c mull -n __fish_use_subcommand -a help -d 'what a "
                  "command takes'\n"
                  "complete -c mull -n '__mull_is help' -a '");
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        buf_printf(out, "%s%s", i ? " " : "", cmd->name);
    buf_puts(out, "'\n");
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        add_arguments(cmd, out);
    for (size_t i = 0; (row = option_row(i)); i++)
        add_option(row, out);
}
