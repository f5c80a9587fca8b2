/* keymap.h - from the bytes of a terminal to keys.
 *
 * Pure: fed with bytes (and with keys that curses has recognised already), it
 * tells keys through a callback. It assembles UTF-8, knows the usual CSI and
 * SS3 sequences, swallows those it does not know, and collects a bracketed
 * paste into one key. A lone Esc can only be told from the beginning of a
 * sequence by time: while keymap_waits, call keymap_timeout after some 25 ms
 * of silence. Whatever the bytes, memory stays bounded. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/key.h"

#define PASTE_MAX (1u << 20)

typedef void (*key_fn)(void *arg, const struct key *key);

struct keymap {
    key_fn fn;
    void *arg;
    enum key_state {
        KEYS_GROUND, KEYS_ESC, KEYS_CSI, KEYS_SS3, KEYS_STRING,
        KEYS_STRING_ESC, KEYS_LINUX_F, KEYS_X10, KEYS_PASTE,
    } state;
    char seq[32];        /* parameters of the sequence so far */
    uint8_t seq_len;
    uint8_t skip;        /* KEYS_X10: bytes of a mouse report to come */
    uint8_t mouse[3];    /* those that came, the last first */
    char string_kind;    /* KEYS_STRING: the byte behind Esc */
    bool string_began;
    bool alt;            /* Esc came before the character being assembled */
    char utf8[4];
    uint8_t utf8_len;
    struct buf paste;    /* owned */
    char paste_tail[6];  /* the last bytes, to see the end mark */
    bool paste_cut;
};

void keymap_init(struct keymap *m, key_fn fn, void *arg);
void keymap_clear(struct keymap *m);
void keymap_byte(struct keymap *m, unsigned char byte);
void keymap_bytes(struct keymap *m, const void *bytes, size_t len);
/* A key that curses knows. */
void keymap_code(struct keymap *m, enum key_code code, unsigned mods);
bool keymap_waits(const struct keymap *m);
void keymap_timeout(struct keymap *m);

#endif
