/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/completion.h"

#include "base/buf.h"
#include "cmd/cmd.h"
#include "option.h"

/* -m and --model as patterns of a case. */
static void add_pattern(const struct option_row *row, bool first, struct buf *out)
{
    buf_printf(out, "%s--%s", first ? "" : " | ", row->name);
    if (row->letter)
        buf_printf(out, " | -%c", row->letter);
}

static void add_file_options(struct buf *out)
{
    const struct option_row *row;
    bool first = true;

    buf_puts(out, "    ");
    for (size_t i = 0; (row = option_row(i)); i++)
        if (completion_of(row) == COMPLETE_FILES) {
            add_pattern(row, first, out);
            first = false;
        }
    buf_puts(out, ")\n        _mull_files\n        return ;;\n");
}

static void add_value_options(struct buf *out)
{
    const struct option_row *row;
    bool first = true;

    for (size_t i = 0; (row = option_row(i)); i++)
        if (completion_of(row) == COMPLETE_WORDS) {
            buf_puts(out, "    ");
            add_pattern(row, true, out);
            buf_printf(out, ")\n        _mull_words '%s'\n        return ;;\n",
                       option_words(row));
        }
    buf_puts(out, "    ");
    for (size_t i = 0; (row = option_row(i)); i++)
        if (row->arg && completion_of(row) == COMPLETE_NOTHING) {
            add_pattern(row, first, out);
            first = false;
        }
    buf_puts(out, ")\n        return ;;\n");
}

static void add_options(const struct command *cmd, struct buf *out)
{
    const struct option_row *row;

    buf_printf(out, "        %s) _mull_words '", cmd->name);
    for (size_t i = 0; (row = option_row(i)); i++)
        if (option_taken(row, cmd->options))
            buf_printf(out, "--%s%s ", row->name, row->arg ? "=" : "");
    out->p[--out->len] = '\0';
    buf_puts(out, "' ;;\n");
}

static void add_command_names(struct buf *out)
{
    const struct command *cmd;

    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        buf_printf(out, "%s ", cmd->name);
    buf_puts(out, "help");
}

static void add_arguments(const struct command *cmd, struct buf *out)
{
    bool files;
    const char *words = completion_arguments(cmd, &files);

    if (words)
        buf_printf(out, "    %s) _mull_words '%s' ;;\n", cmd->name, words);
    else if (files)
        buf_printf(out, "    %s) _mull_files ;;\n", cmd->name);
}

/* Bash cuts words at '=', which comes as a word of its own. */
static const char head[] =
    "# bash completion of mull; written by: mull completion bash\n"
    "_mull_words() {\n"
    "    local IFS=$' \\t\\n'\n"
    "    COMPREPLY=($(compgen -W \"$1\" -- \"$cur\"))\n"
    "    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    return 0\n"
    "}\n"
    "\n"
    "_mull_files() {\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    return 0\n"
    "}\n"
    "\n"
    "_mull() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command=chat\n"
    "    COMPREPLY=()\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == '=' && $COMP_CWORD -gt 2 ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    if [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[1]} != -* ]]; then\n"
    "        command=${COMP_WORDS[1]}\n"
    "    fi\n"
    "    case $prev in\n";

void completion_bash(struct buf *out)
{
    const struct command *cmd;

    buf_puts(out, head);
    add_file_options(out);
    add_value_options(out);
    buf_puts(out, "    esac\n"
                  "    if [[ $cur == -* ]]; then\n"
                  "        case $command in\n");
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        add_options(cmd, out);
    buf_puts(out, "        esac\n"
                  "        return\n"
                  "    fi\n"
                  "    if [[ $COMP_CWORD -eq 1 || $command == help ]]; then\n"
                  "        _mull_words '");
    add_command_names(out);
    buf_puts(out, "'\n"
                  "        return\n"
                  "    fi\n"
                  "    case $command in\n");
    for (size_t i = 0; (cmd = cmd_row(i)); i++)
        add_arguments(cmd, out);
    buf_puts(out, "    esac\n"
                  "}\n"
                  "complete -F _mull mull\n");
}
