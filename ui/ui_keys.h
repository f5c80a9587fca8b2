/* ui_keys.h - what a key means on the full screen, and the line that is given up.
 *
 * In this order: what is on the screen just now (a question, the help, prompts to
 * try), a key of browsing, a key with an action, a key of the line. */
#ifndef UI_UI_KEYS_H
#define UI_UI_KEYS_H

struct key;

void ui_key(void *ui, const struct key *key); /* a key_fn of keymap.h */

#endif
