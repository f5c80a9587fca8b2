/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/actions.h"

#include <stdlib.h>

#include "base/i18n.h"

/* In the order in which the help shows them. */
static const struct action_row rows[] = {
    {ACTION_HELP, "help", "?", "F1", "F1 ?", NULL,
     N_("show or hide this list")},
    {ACTION_FOLD_LAST, "fold", "", "F2", "F2", NULL,
     N_("fold or unfold the last thought")},
    {ACTION_EXPERTS, "experts", "", "F3", "F3", NULL,
     N_("show or hide experts and gauges")},
    {ACTION_ENOUGH, "enough", "", "F7", "F7", NULL,
     N_("end the thinking, go on to answer")},
    {ACTION_STOP, "", "", "Ctrl-C", "Ctrl-C", NULL,
     N_("stop; clear the line; twice: leave")},
    {ACTION_QUIT, "quit", "exit bye", "F10", "F10", NULL,
     N_("leave; Ctrl-D on an empty line too")},
    {ACTION_CLEAR, "clear", "new", "", "", NULL,
     N_("begin a new, empty chat")},
    {ACTION_REGEN, "regen", "retry", "", "r", NULL,
     N_("answer the last message again")},
    {ACTION_EDIT, "edit", "", "", "e", "TEXT",
     N_("say the last message otherwise")},
    {ACTION_UNDO, "undo", "", "", "", NULL,
     N_("take the last message back")},
    {ACTION_REDO, "redo", "", "", "", NULL,
     N_("and say it again after all")},
    {ACTION_VARIANT, "variant", "", "", "", "N",
     N_("choose among several answers")},
    {ACTION_VARIANT_BEFORE, "", "", "", "[", NULL,
     N_("show the answer variant before")},
    {ACTION_VARIANT_AFTER, "", "", "", "]", NULL,
     N_("show the answer variant after")},
    {ACTION_SYSTEM, "system", "", "", "", "TEXT",
     N_("tell the model this first")},
    {ACTION_SESSIONS, "sessions", "list", "", "", NULL,
     N_("list the kept chats")},
    {ACTION_LOAD, "load", "", "", "", "NAME",
     N_("go on with another chat")},
    {ACTION_FIND, "find", "", "", "", "WORDS",
     N_("search all kept chats")},
    {ACTION_RENAME, "rename", "title", "", "", "TITLE",
     N_("give this chat a title")},
    {ACTION_DELETE, "delete", "", "", "", NULL,
     N_("delete this chat; /undo returns it")},
    {ACTION_EXPORT, "export", "save", "", "", "md|json|html",
     N_("write this chat to a file")},
    {ACTION_QUEUE, "queue", "", "", "", "drop N",
     N_("list the messages that wait")},
    {ACTION_UNQUEUE, "unqueue", "", "Alt-Up", "", "[N]",
     N_("take a waiting message back")},
    {ACTION_EDITOR, "editor", "", "", "", NULL,
     N_("write in $VISUAL or $EDITOR")},
    {ACTION_COPY, "copy", "yank", "", "y", "[code] [FILE]",
     N_("copy the code or message here")},
    {ACTION_COPY_MESSAGE, "", "", "", "Y", NULL,
     N_("copy the whole message here")},
    {ACTION_GO_ON, "continue", "more", "", "", NULL,
     N_("go on with an answer that stopped")},
    {ACTION_COMPARE, "compare", "", "", "v", NULL,
     N_("the last two answers side by side")},
    {ACTION_THINK, "think", "", "", "", "on|off",
     N_("think before answering, or not")},
    {ACTION_THOUGHTS, "thoughts", "", "", "", "HOW",
     N_("show them full, folded or hidden")},
    {ACTION_DROP, "drop", "", "", "d", "[oldest]",
     N_("take thoughts out of the cache")},
    {ACTION_STEPS, "steps", "", "", "", "[words]",
     N_("list the steps of the last thought")},
    {ACTION_SEARCH, "search", "look", "", "/", "PATTERN",
     N_("search here; s says in what")},
    {ACTION_FIND_FIRST, "", "", "", "", NULL,
     N_("/search goes to the nearest find")},
    {ACTION_FIND_NEXT, "", "", "", "n", NULL,
     N_("go to the next find")},
    {ACTION_FIND_PREV, "", "", "", "N", NULL,
     N_("go to the find before")},
    {ACTION_FIND_WHERE, "", "", "", "s", NULL,
     N_("search all, thoughts or answers")},
    {ACTION_TOKENS, "token", "tokens", "", "t", "[N]",
     N_("look at single tokens, or stop it")},
    {ACTION_BRANCH, "branch", "", "", "", "N WHICH",
     N_("go on with another token there")},
    {ACTION_COLOR, "color", "colour", "", "c", "WHAT",
     N_("what the colour of a token tells")},
    {ACTION_MAP, "map", "", "", "m", "MODE|text",
     N_("what the map of experts shows")},
    {ACTION_GRID, "", "", "", "x", NULL,
     N_("choose an expert in the map")},
    {ACTION_EXPERT_SWITCH, "", "", "", "o", NULL,
     N_("the chosen expert off, or on again")},
    {ACTION_MEMORY, "memory", "", "", "", NULL,
     N_("what the cache and context hold")},
    {ACTION_PRESET, "preset", "presets", "", "", "[NAME|off]",
     N_("a bundle of settings, or a list")},
    {ACTION_SET, "set", "", "", "", "NAME VALUE",
     N_("change a setting: /set temp 0.7")},
    {ACTION_EXPERT, "expert", "", "", "", "off|on L:E",
     N_("take experts out, or let them in")},
    {ACTION_STATS, "stats", "", "", "", NULL,
     N_("figures of the last turn")},
    {ACTION_MOUSE, "mouse", "", "F6", "F6", NULL,
     N_("wheel and clicks: ours, or not")},
    {ACTION_RAW, "raw", "", "", "R", NULL,
     N_("text as it came, or laid out")},
    {ACTION_THEME, "theme", "", "", "", "[NAME]",
     N_("colours: dark, light, 16 or mono")},
    {ACTION_REDRAW, "", "", "Ctrl-L", "Ctrl-L", NULL,
     N_("draw the screen anew")},
    {ACTION_SUSPEND, "", "", "Ctrl-Z", "Ctrl-Z", NULL,
     N_("back to the shell; fg returns")},
    {ACTION_BROWSE, "", "", "", "", NULL,
     N_("Tab on an empty line: browse")},
    {ACTION_INPUT, "", "", "", "q i Esc", NULL,
     N_("back to the input line")},
    {ACTION_LINE_UP, "", "", "Shift-Up", "k Up Shift-Up", NULL,
     N_("scroll a line up")},
    {ACTION_LINE_DOWN, "", "", "Shift-Down", "j Down Shift-Down", NULL,
     N_("scroll a line down")},
    {ACTION_PAGE_UP, "", "", "PgUp", "PgUp b Ctrl-B", NULL,
     N_("scroll a page up")},
    {ACTION_PAGE_DOWN, "", "", "PgDn", "PgDn Space Ctrl-F", NULL,
     N_("scroll a page down")},
    {ACTION_HALF_UP, "", "", "", "Ctrl-U u", NULL,
     N_("scroll half a page up")},
    {ACTION_HALF_DOWN, "", "", "", "Ctrl-D", NULL,
     N_("scroll half a page down")},
    {ACTION_TOP, "", "", "Ctrl-Home", "g Home Ctrl-Home", NULL,
     N_("go to the beginning")},
    {ACTION_END, "", "", "Ctrl-End", "G End Ctrl-End", NULL,
     N_("go to the end and follow it")},
    {ACTION_OPEN, "", "", "", "Enter", NULL,
     N_("fold here; branch; mark an expert")},
    {ACTION_FOLD_HERE, "", "", "", "za", NULL,
     N_("fold or unfold the thought here")},
    {ACTION_FOLD_ALL, "", "", "", "zM", NULL,
     N_("fold all thoughts")},
    {ACTION_UNFOLD_ALL, "", "", "", "zR", NULL,
     N_("unfold all thoughts")},
    {ACTION_NEXT_BLOCK, "", "", "", "Tab", NULL,
     N_("go to the next message or code")},
    {ACTION_PREV_BLOCK, "", "", "", "Shift-Tab", NULL,
     N_("go to the one before")},
    {ACTION_NEXT_STEP, "", "", "", "}", NULL,
     N_("go to the next step of a thought")},
    {ACTION_PREV_STEP, "", "", "", "{", NULL,
     N_("go to the step before")},
    {ACTION_LEFT, "", "", "", "h Left", NULL,
     N_("token or expert before")},
    {ACTION_RIGHT, "", "", "", "l Right", NULL,
     N_("the next token or expert")},
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
