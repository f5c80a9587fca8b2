/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <string.h>

#include "base/i18n.h"

/* Groups of option keys (option.c has the letters): what to load and compute
 * with, how to sample, which experts, how the screen behaves. */
#define LOAD "mtCXkG"
#define SAMPLE "nbTKPMRS"
#define EXPERTS "OU"
#define SCREEN "EBxq"

static const struct command commands[] = {
    {"chat", "[-m FILE]",
     N_("the full screen; plain lines where there is no terminal"),
     LOAD "cDZ" SAMPLE EXPERTS "NHLIQ_vijgyr$" SCREEN, cmd_chat},
    {"inspect", "[FILE] [--tensor NAME [--raw]] | --shape NAMES",
     N_("say what is in a GGUF file"), "mJewa", cmd_inspect},
    {"bench", "", N_("measure memory, prompt and decode speed"), LOAD EXPERTS "c12DJ",
     cmd_bench},
    {"completion", "bash|zsh|fish",
     N_("write what makes a shell complete mull's command line"), "", cmd_completion},
    {"doctor", "[-m FILE]",
     N_("say whether all is well here, and what to do where it is not"), "mcktCDXJ!",
     cmd_doctor},
    {"experts", "FILE...",
     N_("which experts the tokens in traces of mull run went to"), "Jz",
     cmd_experts},
    {"export", "CHAT|FILE [--to md|json|html] [-o FILE]",
     N_("a chat or anybody's trace as Markdown, JSON or HTML"), "uo", cmd_export},
    {"logits", "--tokens-from FILE [--mtp] -o FILE",
     N_("write what the model says at every position of a token list"),
     LOAD "fpo", cmd_logits},
    {"plan", "[FILE] [-c N]",
     N_("what a model would take here, before it is loaded"), "mcktDXJ", cmd_plan},
    {"quantize", "IN OUT TYPE",
     N_("the same model in fewer bits, as another GGUF file"), "tJY", cmd_quantize},
    {"run", "[-m FILE] [PROMPT]",
     N_("one answer on standard output; text from a pipe follows the prompt"),
     LOAD SAMPLE EXPERTS "cDZNHLJAWyr", cmd_run},
    {"search", "WORDS",
     N_("where in all the kept chats these words are"), "J", cmd_search},
    {"sessions", "[rename CHAT TITLE | delete CHAT | undelete CHAT]",
     N_("the chats that are kept, newest first"), "J", cmd_sessions},
    {"template", "(--family NAME | -m FILE) (--jsonl | MESSAGE)",
     N_("show the prompt that a conversation becomes"), "mFl", cmd_template},
    {"tokenize", "[-m FILE] [TEXT]",
     N_("from text to token ids, or back with --decode"), "msdl", cmd_tokenize},
    {"view", "FILE|-|CHAT",
     N_("read a chat, or a trace in anybody's form, on the screen"),
     "JHLIQ" SCREEN, cmd_view},
    {0}, /* the end */
};

const struct command *cmd_row(size_t i)
{
    return commands[i].name ? &commands[i] : NULL;
}

const struct command *cmd_find(const char *name)
{
    const struct command *row;

    for (size_t i = 0; (row = cmd_row(i)); i++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}
