/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/commands.h"

#include <stdio.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

struct line_meaning line_meaning(struct str line)
{
    struct line_meaning m = {.kind = LINE_MESSAGE, .text = line};
    if (line.len == 0 || line.p[0] != '/')
        return m;
    struct str rest = str_n(line.p + 1, line.len - 1);
    if (rest.len > 0 && rest.p[0] == '/') {
        m.text = rest;
        return m;
    }
    size_t len = 0;
    while (len < rest.len && !is_blank(rest.p[len]))
        len++;
    m.text = str_n(rest.p, len);
    m.args = str_trim(str_n(rest.p + len, rest.len - len), STR_BLANKS);
    m.row = action_find(m.text);
    m.kind = m.row ? LINE_COMMAND : LINE_UNKNOWN;
    return m;
}

const char *command_word(size_t i)
{
    static char word[24];
    size_t n = 0;
    const struct action_row *r;
    for (size_t at = 0; (r = action_row(at)) != NULL; at++)
        if (r->name[0] && n++ == i) {
            snprintf(word, sizeof word, "/%s", r->name);
            return word;
        }
    return NULL;
}
