/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/key.h"

#include <stdio.h>
#include <string.h>

void key_label(const struct key *key, char out[KEY_LABEL_MAX])
{
    static const char *const names[] = {
        [K_ENTER] = "Enter",     [K_TAB] = "Tab",
        [K_BACKSPACE] = "Backspace", [K_ESC] = "Esc",
        [K_UP] = "Up",           [K_DOWN] = "Down",
        [K_LEFT] = "Left",       [K_RIGHT] = "Right",
        [K_HOME] = "Home",       [K_END] = "End",
        [K_PGUP] = "PgUp",       [K_PGDN] = "PgDn",
        [K_INSERT] = "Insert",   [K_DELETE] = "Delete",
        [K_WHEEL_UP] = "WheelUp", [K_WHEEL_DOWN] = "WheelDown",
        [K_CLICK] = "Click",
        [K_PASTE] = "Paste",
    };
    char fn[8];
    const char *name = "";
    if (key->code > K_F0) {
        snprintf(fn, sizeof fn, "F%d", (int)(key->code - K_F0) % 100);
        name = fn;
    } else if (key->code == K_CHAR) {
        name = strcmp(key->text, " ") == 0 ? "Space" : key->text;
    } else if (key->code < K_F0 && names[key->code]) {
        name = names[key->code];
    }
    snprintf(out, KEY_LABEL_MAX, "%s%s%s%s", key->mods & MOD_CTRL ? "Ctrl-" : "",
             key->mods & MOD_ALT ? "Alt-" : "",
             key->mods & MOD_SHIFT ? "Shift-" : "", name);
}

/* ESC [ number ~, or ESC [ letter; modifiers as xterm writes them. */
static size_t sequence(char out[KEY_BYTES_MAX], unsigned number, char final,
                       unsigned mods)
{
    int n;
    if (mods)
        n = snprintf(out, KEY_BYTES_MAX, "\033[%u;%u%c", number, mods + 1, final);
    else if (final == '~')
        n = snprintf(out, KEY_BYTES_MAX, "\033[%u~", number);
    else
        n = snprintf(out, KEY_BYTES_MAX, "\033[%c", final);
    return n > 0 && n < KEY_BYTES_MAX ? (size_t)n : 0;
}

size_t key_bytes(const struct key *key, char out[KEY_BYTES_MAX])
{
    size_t at = 0;
    unsigned mods = key->mods;
    switch (key->code) {
    case K_UP: return sequence(out, 1, 'A', mods);
    case K_DOWN: return sequence(out, 1, 'B', mods);
    case K_RIGHT: return sequence(out, 1, 'C', mods);
    case K_LEFT: return sequence(out, 1, 'D', mods);
    case K_HOME: return sequence(out, 1, 'H', mods);
    case K_END: return sequence(out, 1, 'F', mods);
    case K_INSERT: return sequence(out, 2, '~', mods);
    case K_DELETE: return sequence(out, 3, '~', mods);
    case K_PGUP: return sequence(out, 5, '~', mods);
    case K_PGDN: return sequence(out, 6, '~', mods);
    case K_TAB:
        if (mods & MOD_SHIFT)
            return sequence(out, 1, 'Z', 0);
        break;
    default:
        break;
    }
    if (mods & MOD_ALT)
        out[at++] = 0x1B;
    switch (key->code) {
    case K_ENTER: out[at++] = '\r'; break;
    case K_TAB: out[at++] = '\t'; break;
    case K_BACKSPACE: out[at++] = 0x7F; break;
    case K_ESC: out[at++] = 0x1B; break;
    case K_CHAR:
        if (mods & MOD_CTRL) {
            out[at++] = (char)(key->text[0] & 0x1F);
        } else {
            memcpy(out + at, key->text, strlen(key->text));
            at += strlen(key->text);
        }
        break;
    default:
        return 0;
    }
    return at;
}
