/* actions.h - everything a user can do, in one table.
 *
 * Feeds key bindings, slash commands, completion, the help pane and the list in
 * the manual. Adding an action is adding a row (and saying, in the pane that
 * takes it, what it does). */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum action {
    ACTION_NONE,
    ACTION_HELP,
    ACTION_FOLD_LAST,    /* fold or unfold the last thought */
    ACTION_EXPERTS,      /* show, hide or (small screen) swap in the map */
    ACTION_BROWSE,       /* focus the transcript */
    ACTION_INPUT,        /* focus the input */
    ACTION_STOP,         /* stop, clear the line, or (twice) quit */
    ACTION_QUIT,
    ACTION_CLEAR,        /* a new, empty conversation */
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_LINE_UP, ACTION_LINE_DOWN,
    ACTION_PAGE_UP, ACTION_PAGE_DOWN,
    ACTION_HALF_UP, ACTION_HALF_DOWN,
    ACTION_TOP, ACTION_END,
    ACTION_FOLD_HERE,    /* the thought at the cursor line */
    ACTION_FOLD_ALL, ACTION_UNFOLD_ALL,
    ACTION_NEXT_BLOCK, ACTION_PREV_BLOCK,
    ACTION_NEXT_STEP, ACTION_PREV_STEP, /* of a thought */
    ACTION_LEFT, ACTION_RIGHT,
    ACTION_OPEN,         /* Enter: fold, branch or mark, by what is looked at */
    ACTION_ENOUGH,       /* end the thinking */
    ACTION_GO_ON,        /* with an answer that stopped */
    ACTION_DROP,         /* thoughts from the cache */
    ACTION_THOUGHTS,     /* /thoughts full|folded|hidden */
    ACTION_STEPS,        /* list them */
    ACTION_SEARCH, ACTION_FIND_FIRST, ACTION_FIND_NEXT, ACTION_FIND_PREV,
    ACTION_FIND_WHERE,
    ACTION_TOKENS, ACTION_BRANCH, ACTION_COLOR,
    ACTION_MAP, ACTION_GRID, ACTION_EXPERT_SWITCH,
    ACTION_COMPARE,      /* the last two answers */
    ACTION_MEMORY,       /* /memory: its figures as text */
    ACTION_THINK,        /* /think on|off */
    ACTION_REGEN,
    ACTION_PRESET,       /* /preset [NAME|off] */
    ACTION_SET,          /* /set KEY VALUE */
    ACTION_EXPERT,       /* /expert off LAYER:EXPERT */
    ACTION_STATS,
    ACTION_EDITOR,       /* the message in $VISUAL or $EDITOR */
    ACTION_COPY,         /* /copy [code] [-f] [FILE] */
    ACTION_COPY_MESSAGE, /* even from inside code */
    ACTION_RAW,          /* text as it came, or as Markdown */
    ACTION_QUEUE,        /* /queue [drop N] */
    ACTION_UNQUEUE,      /* a message that waits, back into the line */
    ACTION_THEME,        /* /theme light */
    ACTION_MOUSE,        /* wheel and clicks: ours, or the terminal's */
    ACTION_EDIT,         /* another text in place of the last message */
    ACTION_UNDO, ACTION_REDO,
    ACTION_VARIANT, ACTION_VARIANT_BEFORE, ACTION_VARIANT_AFTER,
    ACTION_SYSTEM,       /* what the model is told first */
    ACTION_SESSIONS, ACTION_LOAD, ACTION_FIND,
    ACTION_RENAME, ACTION_DELETE, ACTION_EXPORT,
    ACTION_COUNT,
};

struct action_row {
    enum action action;
    const char *name;     /* "fold", also the slash command; "" for none */
    const char *alias;    /* further slash commands, space separated */
    const char *keys;     /* while typing: "F2" */
    const char *browse;   /* while browsing: "Enter za"; two letters are two
                             keys, one after the other */
    const char *args;     /* "KEY VALUE", or NULL */
    const char *help;     /* one plain sentence */
};

const struct action_row *action_row(size_t i);       /* NULL past the last */
const struct action_row *action_find(struct str command); /* whole word */
/* What a key does, by its name (keymap.h): ACTION_NONE for nothing. */
enum action action_for_key(struct str key, bool browsing);
/* While browsing: whether the key is the first of two, as z in "za". */
bool action_key_begins(struct str key);
/* The command whose name is nearest, for "did you mean". */
const char *action_nearest(struct str command);

#endif
