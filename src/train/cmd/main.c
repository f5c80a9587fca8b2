/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sanitize.h"
#include "train/cmd/cmd.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

const struct train_command train_commands[] = {
    {"run", "RECIPE", "carry out a recipe; begun before, it goes on",
     cmd_train_run},
    {"data", "[RECIPE]", "look at what would be trained on", cmd_train_data},
    {"bench", "", "how fast this machine trains", cmd_train_bench},
    {"sample", "MODEL PROMPT", "ask a checkpoint or a model file",
     cmd_train_sample},
    {"eval", "MODEL", "how often it is right, task by task", cmd_train_eval},
    {"recall", "CHECKPOINT", "does it find again what it was told far back?",
     cmd_train_recall},
    {"report", "DIR ...", "figures and a table of a run", cmd_train_report},
    {"card", "DIR", "the model card of a run", cmd_train_card},
    {"export", "CHECKPOINT OUT", "write a model file", cmd_train_export},
    {NULL, NULL, NULL, NULL},
};

volatile sig_atomic_t cmd_stop;

static void on_signal(int number)
{
    cmd_stop = number;
}

void cmd_catch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
}

static void usage(FILE *out)
{
    fputs("Usage: mull-train COMMAND [options] [arguments]\n"
          "train the model that mull ships, or one like it\n\nCommands:\n", out);
    for (const struct train_command *c = train_commands; c->name; c++)
        fprintf(out, "  %-8s %s\n", c->name, c->summary);
    fputs("\nmull-train COMMAND --help says what it takes.\n", out);
}

/* Names in a message may come from anywhere. */
static int complain(const struct err *err, const char *command)
{
    struct buf clean = {0};
    if (err->kind == ERR_CANCELLED)
        return EXIT_INTERRUPTED;
    sanitize_text(str_of(err->msg), true, &clean);
    fprintf(stderr, "mull-train: %s\n", clean.p ? clean.p : "");
    buf_clear(&clean);
    if (err->kind != ERR_USAGE)
        return EXIT_FAILED;
    fprintf(stderr, command ? "mull-train %s --help shows what it takes.\n"
                            : "mull-train --help lists the commands.\n",
            command);
    return EXIT_USAGE;
}

static int finish_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (status == EXIT_DONE)
        fprintf(stderr, "mull-train: standard output: %s\n", strerror(errno));
    return status == EXIT_DONE ? EXIT_FAILED : status;
}

static int dispatch(int argc, char **argv)
{
    struct err err = {0};
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        strcmp(name, "help") == 0) {
        usage(stdout);
        return argc > 1 ? EXIT_DONE : EXIT_USAGE;
    }
    if (strcmp(name, "--version") == 0) {
        puts(PACKAGE_STRING);
        return EXIT_DONE;
    }
    for (const struct train_command *c = train_commands; c->name; c++) {
        if (strcmp(name, c->name) == 0)
            return c->run(argc - 1, argv + 1, &err) ? EXIT_DONE
                                                    : complain(&err, name);
    }
    err_set(&err, ERR_USAGE, "there is no command \"%.40s\"", name);
    return complain(&err, NULL);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write that fails is told, not deadly */
    return finish_output(dispatch(argc, argv));
}
