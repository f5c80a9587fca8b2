/* completion.h - how shells complete a command line of ours: `mull completion`.
 *
 * Written from the tables of commands and options, so that nothing is ever
 * forgotten; one file for each shell. */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

#include <stdbool.h>

struct buf;
struct command;
struct option_row;

void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);

/* What may stand behind an option. */
enum completion_kind {
    COMPLETE_NOTHING,  /* a number, a text */
    COMPLETE_FILES,
    COMPLETE_WORDS,    /* option_words */
};
enum completion_kind completion_of(const struct option_row *row);

/* The words that may follow a command, blank-separated, or NULL; and whether
 * files may. */
const char *completion_arguments(const struct command *cmd, bool *files);

#endif
