/* SPDX-License-Identifier: Apache-2.0 */
#include "train/card.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "train/cmd/cmd.h"

/* Whole or not at all: a card is written anew over an old one. */
static bool write_to(const char *path, const char *text, size_t n,
                     struct err *err)
{
    if (path)
        return file_replace(path, text, n, err) || file_context(err, path);
    fwrite(text, 1, n, stdout);
    return true;
}

bool cmd_train_card(int argc, char **argv, struct err *err)
{
    const char *out = NULL, *folder = NULL;
    const struct flag flags[] = {
        {"out", FLAG_TEXT, &out, "FILE", "where it goes [standard output]", 0, 0},
        {"data", FLAG_TEXT, &folder, "DIR", "phrases and texts [data]", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    int first;
    bool done;
    char *text = NULL;
    size_t n = 0;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    if (!argv[first] || argv[first + 1])
        return err_set(err, ERR_USAGE, "a card is of one run's folder");
    FILE *f = open_memstream(&text, &n);
    if (!f)
        return err_system(err, errno, "no card can be written");
    bool ok = card_write(argv[first], cmd_data_folder(folder), f, err);
    fclose(f);
    ok = ok && write_to(out, text, n, err);
    free(text);
    return ok;
}
