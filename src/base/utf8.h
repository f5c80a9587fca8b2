/* utf8.h - UTF-8, strictly: no overlong forms, surrogates or values past
 * U+10FFFF (RFC 3629). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Decode one character at s[0..len). Returns its bytes (1..4) and sets *cp.
 * For a byte sequence that is not a character: returns the length of the
 * maximal invalid part (Unicode 3.9, "U+FFFD substitution"), sets *cp to
 * UTF8_REPLACEMENT and *valid (may be NULL) to false. len must be > 0. */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp, bool *valid);

/* Encode cp (must be a scalar value) into out[4]; returns the bytes used. */
size_t utf8_encode(uint32_t cp, char out[4]);

bool utf8_valid(struct str s);

/* Append s with every invalid part replaced by U+FFFD. */
void utf8_repair(struct str s, struct buf *out);

/* How many bytes at the end of s may be the beginning of a character that is
 * not complete yet (0..3). */
size_t utf8_open_tail(struct str s);

#endif
