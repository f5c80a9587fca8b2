/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/completion.h"

#include <string.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "option.h"

/* Inside '...', where _arguments wants its own signs escaped. */
static void add_escaped(const char *s, const char *special, struct buf *out)
{
    for (; *s; s++) {
        if (*s == '\'')
            buf_puts(out, "'\\'");
        else if (strchr(special, *s))
            buf_putc(out, '\\');
        buf_putc(out, *s);
    }
}

static void add_value(const struct option_row *row, struct buf *out)
{
    if (!row->arg)
        return;
    buf_putc(out, ':');
    add_escaped(row->arg, ":[]()\\", out);
    buf_putc(out, ':');
    switch (completion_of(row)) {
    case COMPLETE_FILES:
        buf_puts(out, "_files");
        break;
    case COMPLETE_WORDS:
        buf_printf(out, "(%s)", option_words(row));
        break;
    case COMPLETE_NOTHING:
        buf_putc(out, ' ');
        break;
    }
}

static void add_option(const struct option_row *row, struct buf *out)
{
    const char *glue = row->arg ? "=" : "";

    buf_puts(out, "            ");
    if (row->letter)
        buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", row->letter, row->name,
                   row->letter, row->arg ? "+" : "", row->name, glue);
    else
        buf_printf(out, "'--%s%s", row->name, glue);
    buf_putc(out, '[');
    add_escaped(row->help, ":[]\\", out);
    buf_putc(out, ']');
    add_value(row, out);
    buf_puts(out, "' \\\n");
}

static void add_command(const struct command *cmd, struct buf *out)
{
    const struct option_row *row;
    bool files;
    const char *words = completion_arguments(cmd, &files);

    buf_printf(out, "    %s)\n        _arguments -s -S \\\n", cmd->name);
    for (size_t i = 0; (row = option_row(i)); i++)
        if (option_taken(row, cmd->options))
            add_option(row, out);
    if (words)
        buf_printf(out, "            '*:word:(%s)' ;;\n", words);
    else
        buf_printf(out, "            '*:argument:%s' ;;\n", files ? "_files" : " ");
}

void completion_zsh(struct buf *out)
{
    const struct command *cmd;

    buf_puts(out, "#compdef mull\n"
                  "# zsh completion of mull; written by: mull completion zsh\n"
                  "_mull() {\n"
                  "    local command=chat\n"
                  "    local -a commands\n"
                  "    commands=(\n");
    for (size_t i = 0; (cmd = cmd_row(i)); i++) {
        buf_printf(out, "        '%s:", cmd->name);
        add_escaped(cmd->summary, ":\\", out);
        buf_puts(out, "'\n");
    }
    buf_puts(out, "        'help:what a command takes'\n"
                  "    )\n"
                  "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
                  "        _describe -t commands command commands\n"
                  "        return\n"
                  "    fi\n"
                  "    if [[ $words[2] != -* ]]; then\n"
                  "        command=$words[2]\n"
                  "        shift words\n"
                  "        (( CURRENT-- ))\n"
                  "    fi\n"
                  "    case $command in\n");
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        add_command(cmd, out);
    buf_puts(out, "    help) _describe -t commands command commands ;;\n"
                  "    esac\n"
                  "}\n"
                  "if [[ $funcstack[1] == _mull ]]; then\n"
                  "    _mull \"$@\"\n"
                  "else\n"
                  "    compdef _mull mull\n"
                  "fi\n");
}
