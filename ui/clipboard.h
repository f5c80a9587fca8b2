/* clipboard.h - text for the clipboard of the terminal: OSC 52.
 *
 * Only ever on a key or command of the user. What is written is base64, so
 * nothing of the text itself can drive the terminal. */
#ifndef UI_CLIPBOARD_H
#define UI_CLIPBOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

/* Bytes of text; terminals drop sequences longer than some 74 kB. */
#define CLIPBOARD_MAX ((size_t)54000)

/* False: the text is too long, out is as it was. */
bool clipboard_sequence(struct str text, struct buf *out);

#endif
