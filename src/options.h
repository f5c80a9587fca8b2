/* options.h - command line and rc file as one struct.
 *
 * Order of precedence: command line, environment, rc file, built-in. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "chat/backend.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "ui/ui.h"

struct err;

struct options {
    struct load_options load;     /* -m, -t, --cpu, --exact */
    struct engine_options engine; /* -c */
    struct ui_options ui;         /* -n, sampling, --think, --color, --ascii */
    uint32_t sampling_set;        /* which sampling fields the user chose */
    bool json, stats, plain, verbose;
    /* Particular to one command. */
    bool special, decode, jsonl, raw;
    const char *tokens_from, *output, *tensor, *family;
    const char **args;            /* what is left: prompt, file; borrowed */
    int n_args;
    char *rc_model;               /* owned: model = of the rc file */
};

#endif
