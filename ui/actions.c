/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/actions.h"

#include <stdlib.h>

/* In the order in which the help shows them. */
static const struct action_row rows[] = {
    {ACTION_HELP, "help", "?", "F1", "F1 ?", NULL,
     "show or hide this list"},
    {ACTION_FOLD_LAST, "fold", "", "F2", "F2", NULL,
     "fold or unfold the last thought"},
    {ACTION_EXPERTS, "experts", "", "F3", "F3", NULL,
     "show or hide experts and gauges"},
    {ACTION_ENOUGH, "enough", "", "F7", "F7", NULL,
     "end the thinking, go on to answer"},
    {ACTION_STOP, "", "", "Ctrl-C", "Ctrl-C", NULL,
     "stop; clear the line; twice: leave"},
    {ACTION_QUIT, "quit", "exit bye", "F10", "F10", NULL,
     "leave; Ctrl-D on an empty line too"},
    {ACTION_CLEAR, "clear", "new", "", "", NULL,
     "begin a new, empty chat"},
    {ACTION_REGEN, "regen", "retry", "", "r", NULL,
     "answer the last message again"},
    {ACTION_EDIT, "edit", "", "", "e", "TEXT",
     "say the last message otherwise"},
    {ACTION_UNDO, "undo", "", "", "", NULL,
     "take the last message back"},
    {ACTION_REDO, "redo", "", "", "", NULL,
     "and say it again after all"},
    {ACTION_VARIANT, "variant", "", "", "", "N",
     "choose among several answers"},
    {ACTION_VARIANT_BEFORE, "", "", "", "[", NULL,
     "show the answer variant before"},
    {ACTION_VARIANT_AFTER, "", "", "", "]", NULL,
     "show the answer variant after"},
    {ACTION_SYSTEM, "system", "", "", "", "TEXT",
     "tell the model this first"},
    {ACTION_SESSIONS, "sessions", "list", "", "", NULL,
     "list the kept chats"},
    {ACTION_LOAD, "load", "", "", "", "NAME",
     "go on with another chat"},
    {ACTION_FIND, "find", "", "", "", "WORDS",
     "search all kept chats"},
    {ACTION_RENAME, "rename", "title", "", "", "TITLE",
     "give this chat a title"},
    {ACTION_DELETE, "delete", "", "", "", NULL,
     "delete this chat; /undo returns it"},
    {ACTION_EXPORT, "export", "save", "", "", "md|json|html",
     "write this chat to a file"},
    {ACTION_QUEUE, "queue", "", "", "", "drop N",
     "list the messages that wait"},
    {ACTION_UNQUEUE, "unqueue", "", "Alt-Up", "", "[N]",
     "take a waiting message back"},
    {ACTION_EDITOR, "editor", "", "", "", NULL,
     "write in $VISUAL or $EDITOR"},
    {ACTION_COPY, "copy", "yank", "", "y", "[code] [FILE]",
     "copy the code or message here"},
    {ACTION_COPY_MESSAGE, "", "", "", "Y", NULL,
     "copy the whole message here"},
    {ACTION_GO_ON, "continue", "more", "", "", NULL,
     "go on with an answer that stopped"},
    {ACTION_COMPARE, "compare", "", "", "v", NULL,
     "the last two answers side by side"},
    {ACTION_THINK, "think", "", "", "", "on|off",
     "think before answering, or not"},
    {ACTION_THOUGHTS, "thoughts", "", "", "", "HOW",
     "show them full, folded or hidden"},
    {ACTION_DROP, "drop", "", "", "d", "[oldest]",
     "take thoughts out of the cache"},
    {ACTION_STEPS, "steps", "", "", "", "[words]",
     "list the steps of the last thought"},
    {ACTION_SEARCH, "search", "look", "", "/", "PATTERN",
     "search here; s says in what"},
    {ACTION_FIND_FIRST, "", "", "", "", NULL,
     "/search goes to the nearest find"},
    {ACTION_FIND_NEXT, "", "", "", "n", NULL,
     "go to the next find"},
    {ACTION_FIND_PREV, "", "", "", "N", NULL,
     "go to the find before"},
    {ACTION_FIND_WHERE, "", "", "", "s", NULL,
     "search all, thoughts or answers"},
    {ACTION_TOKENS, "token", "tokens", "", "t", "[N]",
     "look at single tokens, or stop it"},
    {ACTION_BRANCH, "branch", "", "", "", "N WHICH",
     "go on with another token there"},
    {ACTION_COLOR, "color", "colour", "", "c", "WHAT",
     "what the colour of a token tells"},
    {ACTION_MAP, "map", "", "", "m", "MODE|text",
     "what the map of experts shows"},
    {ACTION_GRID, "", "", "", "x", NULL,
     "choose an expert in the map"},
    {ACTION_EXPERT_SWITCH, "", "", "", "o", NULL,
     "the chosen expert off, or on again"},
    {ACTION_MEMORY, "memory", "", "", "", NULL,
     "what the cache and context hold"},
    {ACTION_PRESET, "preset", "presets", "", "", "[NAME|off]",
     "a bundle of settings, or a list"},
    {ACTION_SET, "set", "", "", "", "NAME VALUE",
     "change a setting: /set temp 0.7"},
    {ACTION_EXPERT, "expert", "", "", "", "off|on L:E",
     "take experts out, or let them in"},
    {ACTION_STATS, "stats", "", "", "", NULL,
     "figures of the last turn"},
    {ACTION_MOUSE, "mouse", "", "F6", "F6", NULL,
     "wheel and clicks: ours, or not"},
    {ACTION_RAW, "raw", "", "", "R", NULL,
     "answers as they came, or laid out"},
    {ACTION_THEME, "theme", "", "", "", "[NAME]",
     "colours: dark, light, 16 or mono"},
    {ACTION_REDRAW, "", "", "Ctrl-L", "Ctrl-L", NULL,
     "draw the screen anew"},
    {ACTION_SUSPEND, "", "", "Ctrl-Z", "Ctrl-Z", NULL,
     "back to the shell; fg returns"},
    {ACTION_BROWSE, "", "", "", "", NULL,
     "Tab on an empty line: browse"},
    {ACTION_INPUT, "", "", "", "q i Esc", NULL,
     "back to the input line"},
    {ACTION_LINE_UP, "", "", "Shift-Up", "k Up Shift-Up", NULL,
     "scroll a line up"},
    {ACTION_LINE_DOWN, "", "", "Shift-Down", "j Down Shift-Down", NULL,
     "scroll a line down"},
    {ACTION_PAGE_UP, "", "", "PgUp", "PgUp b Ctrl-B", NULL,
     "scroll a page up"},
    {ACTION_PAGE_DOWN, "", "", "PgDn", "PgDn Space Ctrl-F", NULL,
     "scroll a page down"},
    {ACTION_HALF_UP, "", "", "", "Ctrl-U u", NULL,
     "scroll half a page up"},
    {ACTION_HALF_DOWN, "", "", "", "Ctrl-D", NULL,
     "scroll half a page down"},
    {ACTION_TOP, "", "", "Ctrl-Home", "g Home Ctrl-Home", NULL,
     "go to the beginning"},
    {ACTION_END, "", "", "Ctrl-End", "G End Ctrl-End", NULL,
     "go to the end and follow it"},
    {ACTION_OPEN, "", "", "", "Enter", NULL,
     "fold here; branch; mark an expert"},
    {ACTION_FOLD_HERE, "", "", "", "za", NULL,
     "fold or unfold the thought here"},
    {ACTION_FOLD_ALL, "", "", "", "zM", NULL,
     "fold all thoughts"},
    {ACTION_UNFOLD_ALL, "", "", "", "zR", NULL,
     "unfold all thoughts"},
    {ACTION_NEXT_BLOCK, "", "", "", "Tab", NULL,
     "go to the next message or code"},
    {ACTION_PREV_BLOCK, "", "", "", "Shift-Tab", NULL,
     "go to the one before"},
    {ACTION_NEXT_STEP, "", "", "", "}", NULL,
     "go to the next step of a thought"},
    {ACTION_PREV_STEP, "", "", "", "{", NULL,
     "go to the step before"},
    {ACTION_LEFT, "", "", "", "h Left", NULL,
     "token or expert before"},
    {ACTION_RIGHT, "", "", "", "l Right", NULL,
     "the next token or expert"},
};

const struct action_row *action_row(size_t i)
{
    return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

/* Whether `word` is one of the blank-separated words of `list`. */
static bool has_word(const char *list, struct str word)
{
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, " ");
        if (len > 0 && str_eq(str_n(p, len), word))
            return true;
        p += len + strspn(p + len, " ");
    }
    return false;
}

const struct action_row *action_find(struct str command)
{
    for (size_t i = 0; action_row(i); i++)
        if ((rows[i].name[0] && str_is(command, rows[i].name)) ||
            has_word(rows[i].alias, command))
            return &rows[i];
    return NULL;
}

enum action action_for_key(struct str key, bool browsing)
{
    for (size_t i = 0; action_row(i); i++)
        if (has_word(browsing ? rows[i].browse : rows[i].keys, key))
            return rows[i].action;
    return ACTION_NONE;
}

bool action_key_begins(struct str key)
{
    for (size_t i = 0; action_row(i); i++) {
        const char *p = rows[i].browse;
        while (*p) {
            size_t len = strcspn(p, " ");
            /* Names of one key ("Up", "F1") begin with a capital. */
            if (len == 2 && p[0] >= 'a' && key.len == 1 && p[0] == key.p[0])
                return true;
            p += len + strspn(p + len, " ");
        }
    }
    return false;
}

/* Edit distance; commands are short, so one row on the stack is enough. */
static unsigned distance(struct str a, const char *b)
{
    enum { MOST = 24 };
    unsigned row[MOST + 1];
    size_t n = strlen(b);
    if (n > MOST || a.len > MOST)
        return MOST;
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned change = corner + (a.p[i - 1] != b[j - 1]);
            corner = row[j];
            unsigned least = row[j] < row[j - 1] ? row[j] : row[j - 1];
            row[j] = least + 1 < change ? least + 1 : change;
        }
    }
    return row[n];
}

const char *action_nearest(struct str command)
{
    const char *best = "help";
    unsigned least = 1000;
    for (size_t i = 0; action_row(i); i++) {
        if (!rows[i].name[0])
            continue;
        unsigned d = distance(command, rows[i].name);
        if (d < least) {
            least = d;
            best = rows[i].name;
        }
    }
    return best;
}
