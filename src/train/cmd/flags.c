/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "train/cmd/cmd.h"

#ifndef MULL_DATA_FOLDER
#define MULL_DATA_FOLDER "data"
#endif

static const struct flag *find(const struct flag *flags, const char *name,
                               size_t len)
{
    for (; flags->name; flags++) {
        if (strlen(flags->name) == len && memcmp(flags->name, name, len) == 0)
            return flags;
    }
    return NULL;
}

static bool store(const struct flag *f, const char *value, struct err *err)
{
    char *end;
    if (f->kind == FLAG_TEXT) {
        *(const char **)f->to = value;
        return true;
    }
    if (f->kind == FLAG_LIST) {
        struct buf *list = f->to;
        buf_printf(list, "%s%s", list->len ? "; " : "", value);
        return true;
    }
    double x = strtod(value, &end);
    if (end == value || *end || !(x >= f->least && x <= f->most))
        return err_set(err, ERR_USAGE, "--%s: \"%s\" is not within %g to %g",
                       f->name, value, f->least, f->most);
    if (f->kind == FLAG_COUNT)
        *(unsigned *)f->to = (unsigned)x;
    else
        *(double *)f->to = x;
    return true;
}

static void explain(const struct flag *flags, const char *name)
{
    const struct train_command *c = train_commands;
    while (c->name && strcmp(c->name, name) != 0)
        c++;
    if (c->name)
        printf("Usage: mull-train %s [options] %s\n%s\n\nOptions:\n", c->name,
               c->args, c->summary);
    for (; flags->name; flags++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", flags->name,
                 flags->arg ? " " : "", flags->arg ? flags->arg : "");
        printf("  %-24s %s\n", left, flags->help);
    }
    printf("  %-24s show this and leave\n", "--help");
}

static bool read_one(const struct flag *flags, int argc, char **argv, int *at,
                     struct err *err)
{
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct flag *f = find(flags, name, len);
    if (!f)
        return err_set(err, ERR_USAGE, "there is no option --%.*s", (int)len,
                       name);
    if (f->kind == FLAG_SWITCH) {
        *(bool *)f->to = true;
        return !equals || err_set(err, ERR_USAGE, "--%s takes no value",
                                  f->name);
    }
    if (!equals && *at + 1 == argc)
        return err_set(err, ERR_USAGE, "--%s needs a value", f->name);
    return store(f, equals ? equals + 1 : argv[++*at], err);
}

bool flags_read(const struct flag *flags, int argc, char **argv, int *first,
                bool *done, struct err *err)
{
    int n = 1; /* arguments are moved to the front, in their order */
    bool ended = false;
    *done = false;
    for (int i = 1; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0) {
            ended = true;
        } else if (!ended && (strcmp(argv[i], "--help") == 0 ||
                              strcmp(argv[i], "-h") == 0)) {
            explain(flags, argv[0]);
            *done = true;
            return true;
        } else if (!ended && strncmp(argv[i], "--", 2) == 0) {
            if (!read_one(flags, argc, argv, &i, err))
                return false;
        } else {
            argv[n++] = argv[i];
        }
    }
    argv[n] = NULL;
    *first = 1;
    return true;
}

const char *cmd_data_folder(const char *given)
{
    if (given)
        return given;
    return access("data/bank", F_OK) == 0 ? "data" : MULL_DATA_FOLDER;
}
