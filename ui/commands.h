/* commands.h - what a line that begins with a slash means. */
#ifndef UI_COMMANDS_H
#define UI_COMMANDS_H

#include "ui/actions.h"

enum line_kind {
    LINE_MESSAGE,  /* for the model; text is what to send ("//x" sends "/x") */
    LINE_COMMAND,  /* row and args say which */
    LINE_UNKNOWN,  /* a command nobody knows: never sent; text is its name */
};

struct line_meaning {
    enum line_kind kind;
    struct str text;
    const struct action_row *row;
    struct str args;
};

struct line_meaning line_meaning(struct str line);
/* "/help", "/quit", ...: the i-th word to complete to, NULL past the last. */
const char *command_word(size_t i);

#endif
