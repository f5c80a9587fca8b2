/* byte_alphabet.h - the 256 letters in which vocabularies write bytes.
 *
 * Byte-level BPE files hold text, so each byte got a printable letter: most
 * stand for themselves, the other 68 are U+0100 and up. A
 * space is U+0120. */
#ifndef TEXT_BYTE_ALPHABET_H
#define TEXT_BYTE_ALPHABET_H

#include "base/buf.h"
#include "base/str.h"

/* Append the bytes that `text` spells. What is not of the alphabet stands for
 * itself. Never more bytes than `text` has. */
void byte_alphabet_decode(struct str text, struct buf *out);

/* Append the letters that spell these bytes: what a vocabulary file writes. */
void byte_alphabet_encode(struct str bytes, struct buf *out);

#endif
