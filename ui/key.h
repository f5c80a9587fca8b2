/* key.h - one key: what was pressed, its name, its bytes.
 *
 * Keys come from keymap.h; a click and a paste are keys, too. */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum key_code {
    K_NONE,
    K_CHAR,      /* text holds one character; with MOD_CTRL a letter */
    K_ENTER, K_TAB, K_BACKSPACE, K_ESC,
    K_UP, K_DOWN, K_LEFT, K_RIGHT,
    K_HOME, K_END, K_PGUP, K_PGDN, K_INSERT, K_DELETE,
    K_WHEEL_UP, K_WHEEL_DOWN,
    K_CLICK,     /* of the left button, at x, y */
    K_PASTE,     /* paste holds the text, cleaned */
    K_F0,        /* K_F0 + n is Fn, 1..12 */
    K_LAST = K_F0 + 12,
};

enum key_mod { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

struct key {
    enum key_code code;
    unsigned mods;       /* enum key_mod */
    int x, y;            /* K_CLICK: the cell, from 0 */
    char text[5];        /* K_CHAR: UTF-8, terminated */
    struct str paste;    /* K_PASTE: good until the callback returns */
    uint32_t removed;    /* K_PASTE: hidden or control characters taken out */
    bool cut;            /* K_PASTE: it was longer than PASTE_MAX */
};

enum { KEY_LABEL_MAX = 24, KEY_BYTES_MAX = 16 };

/* "Ctrl-C", "Shift-Up", "F2", "q", "Space": as in the table of actions. */
void key_label(const struct key *key, char out[KEY_LABEL_MAX]);
/* The bytes a terminal sends for it, for readline; 0 when there are none. */
size_t key_bytes(const struct key *key, char out[KEY_BYTES_MAX]);

#endif
