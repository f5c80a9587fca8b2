/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/reserve.h"
#include "base/sanitize.h"
#include "cmd/cmd.h"
#include "options.h"
#include "rc.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

/* A descriptor 0, 1 or 2 that came closed would become the next file opened,
 * and messages would land in it. The other way round, so that using it still
 * fails. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* Whether nobody reads our output any more (a closed pipe). That is the
 * reader's right, so it is not worth a word. */
static bool reader_left(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

/* Names in the message may come from anywhere. */
static void say(const char *msg, const char *next)
{
    struct buf clean = {0};

    sanitize_text(str_of(msg), true, &clean);
    fprintf(stderr, "mull: %s\n", clean.p ? clean.p : "");
    if (next)
        fprintf(stderr, "%s\n", next);
    buf_clear(&clean);
}

static int complain(const struct err *err, const struct command *cmd)
{
    char usage[80];

    switch (err->kind) {
    case ERR_CANCELLED:
        return EXIT_INTERRUPTED;
    case ERR_USAGE:
        if (cmd)
            snprintf(usage, sizeof usage, _("mull %s --help shows what it takes."),
                     cmd->name);
        else
            snprintf(usage, sizeof usage, _("mull --help lists the commands."));
        say(err->msg, usage);
        return EXIT_USAGE;
    case ERR_MEMORY:
        say(err->msg, _("A shorter context (-c N) or a smaller model needs less."));
        return EXIT_FAILED;
    default:
        if (err->kind != ERR_IO || !reader_left())
            say(err->msg, NULL);
        return EXIT_FAILED;
    }
}

/* What was printed may still fail to arrive: a full disk shows here. */
static int finish_output(int status)
{
    bool failed = ferror(stdout) != 0;

    errno = 0;
    if (fflush(stdout) != 0)
        failed = true;
    if (!failed || status != EXIT_DONE)
        return status;
    if (!reader_left()) {
        struct err err;
        if (errno)
            err_system(&err, errno, _("standard output"));
        else
            err_set(&err, ERR_IO, _("standard output could not be written"));
        say(err.msg, NULL);
    }
    return EXIT_FAILED;
}

static bool refuse_command(const char *name, struct err *err)
{
    struct nearest near = nearest_to(str_of(name));
    const struct command *row;

    for (size_t i = 0; (row = cmd_row(i)); i++)
        nearest_offer(&near, row->name);
    const char *meant = nearest_name(&near);
    if (meant)
        return err_set(err, ERR_USAGE,
                       _("there is no command \"%.80s\" (did you mean %s?)"),
                       name, meant);
    return err_set(err, ERR_USAGE, _("there is no command \"%.80s\""), name);
}

static int run(const struct command *cmd, int argc, char **argv)
{
    struct options o;
    struct err err = {0};
    int status = EXIT_DONE;

    options_init(&o);
    bool read = options_read(&o, cmd, argc, argv, &err);
    if (o.ui.ascii)
        setlocale(LC_MESSAGES, "C"); /* no other language is ASCII */
    if (!read)
        status = complain(&err, cmd);
    else if (o.version)
        puts(PACKAGE_STRING);
    else if (o.help)
        options_help(cmd, stdout);
    else if (o.print_config)
        rc_print(stdout);
    else if (!cmd->run(&o, &err))
        status = complain(&err, cmd);
    options_clear(&o);
    return status;
}

/* mull; mull -m FILE; mull run "..."; mull --help; mull help [COMMAND]. */
static int dispatch(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "-";
    bool help = strcmp(first, "help") == 0;

    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 ||
        (help && argc == 2)) {
        options_help(NULL, stdout);
        return EXIT_DONE;
    }

    if (strcmp(first, "--version") == 0) {
        puts(PACKAGE_STRING);
        return EXIT_DONE;
    }

    bool named = first[0] != '-' && !help;
    const char *name = help ? argv[2] : named ? first : "chat";
    const struct command *cmd = cmd_find(name);
    if (!cmd) {
        struct err err;
        refuse_command(name, &err);
        return complain(&err, NULL);
    }
    if (help) {
        options_help(cmd, stdout);
        return EXIT_DONE;
    }
    return run(cmd, argc - named, argv + named);
}

/* Sentences as the user's language has them, where there is a catalog and the
 * terminal can show it. TEXTDOMAINDIR: where it is looked for instead. */
static void begin_language(void)
{
#if ENABLE_NLS
    const char *folder = getenv("TEXTDOMAINDIR");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return;
    setlocale(LC_MESSAGES, "");
    bindtextdomain(PACKAGE, folder && *folder ? folder : LOCALEDIR);
    textdomain(PACKAGE);
#endif
}

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    reserve_keep();
    json_set_alloc_funcs(mem_alloc, mem_free); /* no record is lost to a NULL */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write that fails is told, not deadly */
    /* Characters and widths as the user's terminal has them; numbers stay as
     * in C, for they are read and written by programs too. */
    setlocale(LC_CTYPE, "");
    begin_language();
    return finish_output(dispatch(argc, argv));
}
