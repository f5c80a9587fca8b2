/* options.h - command line and rc file as one struct.
 *
 * Order of precedence: command line, environment (MULL_MODEL), rc file,
 * built-in. Which options there are stands in option.c, one row each. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "chat/backend.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "ui/ui.h"

struct command;

/* Bits of sampling_set. */
enum sampling_field {
    SET_TEMP = 1,
    SET_TOP_K = 2,
    SET_TOP_P = 4,
    SET_MIN_P = 8,
    SET_REPEAT_PENALTY = 16,
    SET_SEED = 32,
};

struct text_list {
    const char *text[32]; /* borrowed */
    int n;
};

struct options {
    struct load_options load;     /* -m, -t, --cpu, --exact */
    struct engine_options engine; /* -c, --cache-type */
    struct ui_options ui;         /* -n, sampling, --think, --color, --ascii */
    uint32_t sampling_set;        /* which sampling fields the user chose */
    bool json, stats, plain, in_line, verbose;
    /* Particular to one command. */
    bool special, decode, jsonl, raw, mtp;
    bool csv;
    uint32_t prompt;              /* bench: tokens, or 0 for what is usual */
    uint32_t rounds;              /* bench: 1 to 5, or 0 for what is usual */
    char preset[48];              /* --preset, or "" */
    const char *trace;            /* --trace: not there yet, or NULL */
    bool no_session, resume_last; /* chat: keep nothing; go on with the last */
    const char *session;          /* part of the name of one, or NULL */
    const char *to;               /* the form to export to, or NULL */
    const char *tokens_from, *output, *tensor, *shape, *family;
    struct text_list tensor_types;
    const char **args;            /* what is left: prompt, file; borrowed */
    int n_args;
    char *rc_model;               /* owned: model = of the rc file */
    struct err rc_wrong;          /* kind ERR_NONE: the rc file is right */
    bool help, version, print_config; /* asked for instead of a run */
};

/* All that was not said is as the program has it: built-in model, best CPU
 * level, sampling left to the model. */
void options_init(struct options *o);
void options_clear(struct options *o);

/* argv[0] is the command's name. With --help and its like the rest is not
 * looked at. */
bool options_read(struct options *o, const struct command *cmd, int argc,
                  char **argv, struct err *err);

/* The command takes between `least` and `most` arguments, or ERR_USAGE says
 * which is missing or one too many; for the commands themselves. */
bool options_want_args(const struct options *o, int least, int most,
                       const char *what, struct err *err);

/* What the user chose over what the model recommends. Without --seed every
 * call draws a new one. */
struct sampling options_sampling(const struct options *o,
                                 const struct sampling *recommended);

/* --help of one command, or (NULL) of the program. */
void options_help(const struct command *cmd, FILE *out);

#endif
