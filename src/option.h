/* option.h - one row per option: its name, its range, where its value goes.
 *
 * The same table reads the command line and the rc file and writes --help. */
#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct options;

enum option_kind {
    OPTION_SWITCH, /* bool: there or not */
    OPTION_TEXT,   /* const char *: borrowed */
    OPTION_TEXTS,  /* struct text_list: may be given several times */
    OPTION_MODEL,  /* a file, or the word "builtin" */
    OPTION_COUNT,  /* uint32_t within least..most */
    OPTION_NUMBER, /* float within least..most */
    OPTION_SEED,   /* uint64_t */
    OPTION_CPU,
    OPTION_CACHE_TYPE,
    OPTION_THINK,
    OPTION_COLOR,
    OPTION_THEME,
    OPTION_PRESET,
    OPTION_EXPERTS_OFF, /* a list; several add up */
    OPTION_DRAFT,
};

struct option_row {
    char key;           /* as in struct command: which command takes it */
    char letter;        /* -m; 0: has only a name */
    bool in_rc;         /* may stand in the rc file */
    const char *name;   /* --model */
    const char *arg;    /* "FILE"; NULL for a switch */
    const char *help;
    enum option_kind kind;
    size_t at;          /* offset in struct options */
    double least, most;
    uint32_t sets;      /* bit of sampling_set */
};

const struct option_row *option_row(size_t i); /* NULL past the last */

/* Whether cmd takes it. Keys 'h' and 'V' (help, version) are everybody's. */
bool option_taken(const struct option_row *row, const char *keys);

/* The words that an option takes, blank between them, where there are few; else
 * NULL. */
const char *option_words(const struct option_row *row);

/* Store a value (NULL for a switch on the command line; "yes" or "no" in the
 * rc file). Text is borrowed. ERR_USAGE says what is wrong with the value, and
 * the caller adds where it stood. */
bool option_set(const struct option_row *row, struct options *o,
                const char *value, struct err *err);

#endif
