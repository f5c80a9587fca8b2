/* cmd.h - the commands of mull-train: one file and one row each. */
#ifndef TRAIN_CMD_CMD_H
#define TRAIN_CMD_CMD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct err;

struct train_command {
    const char *name;
    const char *args;      /* "RECIPE" */
    const char *summary;
    bool (*run)(int argc, char **argv, struct err *err); /* argv[0]: its name */
};

extern const struct train_command train_commands[]; /* name NULL ends it */

bool cmd_train_run(int argc, char **argv, struct err *err);
bool cmd_train_data(int argc, char **argv, struct err *err);
bool cmd_train_bench(int argc, char **argv, struct err *err);
bool cmd_train_sample(int argc, char **argv, struct err *err);
bool cmd_train_eval(int argc, char **argv, struct err *err);
bool cmd_train_report(int argc, char **argv, struct err *err);
bool cmd_train_recall(int argc, char **argv, struct err *err);
bool cmd_train_card(int argc, char **argv, struct err *err);
bool cmd_train_export(int argc, char **argv, struct err *err);

/* --- options of a command: a table that parses and explains --------------- */

enum flag_kind { FLAG_SWITCH, FLAG_TEXT, FLAG_LIST, FLAG_COUNT, FLAG_NUMBER };

struct flag {
    const char *name;      /* "until" of --until; NULL ends the table */
    enum flag_kind kind;
    void *to;              /* bool, const char *, struct buf, unsigned, double; a
                              list said again goes on behind a semicolon */
    const char *arg;       /* what it is called in --help */
    const char *help;
    double least, most;    /* of counts and numbers */
};

/* *first: the place of the first argument that is no option. *done: --help was
 * asked for and given. */
bool flags_read(const struct flag *flags, int argc, char **argv, int *first,
                bool *done, struct err *err);

/* Where the data folder is: the one given, ./data, or the installed one. */
const char *cmd_data_folder(const char *given);

/* Not 0 once SIGINT or SIGTERM came, after cmd_catch_signals. */
extern volatile sig_atomic_t cmd_stop;
void cmd_catch_signals(void);

#endif
