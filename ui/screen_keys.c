/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "ui/screen_parts.h"

/* Names that curses made up for keys beyond its own: kUP5 is Ctrl-Up. */
static bool extended_key(const char *name, enum key_code *code, unsigned *mods)
{
    static const struct {
        const char *name;
        enum key_code code;
    } table[] = {
        {"kUP", K_UP},   {"kDN", K_DOWN},  {"kLFT", K_LEFT}, {"kRIT", K_RIGHT},
        {"kHOM", K_HOME}, {"kEND", K_END}, {"kPRV", K_PGUP}, {"kNXT", K_PGDN},
        {"kDC", K_DELETE}, {"kIC", K_INSERT},
    };
    for (size_t i = 0; name && i < sizeof table / sizeof *table; i++) {
        size_t len = strlen(table[i].name);
        if (strncmp(name, table[i].name, len) == 0 &&
            (name[len] == '\0' || (name[len] >= '2' && name[len] <= '8' &&
                                   name[len + 1] == '\0'))) {
            *code = table[i].code;
            *mods = name[len] ? (unsigned)(name[len] - '1') : MOD_SHIFT;
            return true;
        }
    }
    return false;
}

bool screen_key(int c, enum key_code *code, unsigned *mods)
{
    static const struct {
        int c;
        enum key_code code;
        unsigned mods;
    } table[] = {
        {KEY_UP, K_UP, 0},           {KEY_DOWN, K_DOWN, 0},
        {KEY_LEFT, K_LEFT, 0},       {KEY_RIGHT, K_RIGHT, 0},
        {KEY_HOME, K_HOME, 0},       {KEY_END, K_END, 0},
        {KEY_PPAGE, K_PGUP, 0},      {KEY_NPAGE, K_PGDN, 0},
        {KEY_IC, K_INSERT, 0},       {KEY_DC, K_DELETE, 0},
        {KEY_BACKSPACE, K_BACKSPACE, 0}, {KEY_ENTER, K_ENTER, 0},
        {KEY_BTAB, K_TAB, MOD_SHIFT}, {KEY_SR, K_UP, MOD_SHIFT},
        {KEY_SF, K_DOWN, MOD_SHIFT}, {KEY_SLEFT, K_LEFT, MOD_SHIFT},
        {KEY_SRIGHT, K_RIGHT, MOD_SHIFT}, {KEY_SHOME, K_HOME, MOD_SHIFT},
        {KEY_SEND, K_END, MOD_SHIFT}, {KEY_SPREVIOUS, K_PGUP, MOD_SHIFT},
        {KEY_SNEXT, K_PGDN, MOD_SHIFT}, {KEY_SDC, K_DELETE, MOD_SHIFT},
        {KEY_A1, K_HOME, 0},         {KEY_A3, K_PGUP, 0},
        {KEY_C1, K_END, 0},          {KEY_C3, K_PGDN, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].c == c) {
            *code = table[i].code;
            *mods = table[i].mods;
            return true;
        }
    if (c >= KEY_F(1) && c <= KEY_F(24)) {
        int n = c - KEY_F0;
        *mods = n > 12 ? MOD_SHIFT : 0;
        *code = (enum key_code)(K_F0 + (n > 12 ? n - 12 : n));
        return true;
    }
    return extended_key(keyname(c), code, mods);
}
