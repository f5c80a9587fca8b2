/* sha256.h - SHA-256 (FIPS 180-4): the name of a file's bytes that others use too. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT = 65 };

/* In lower-case hexadecimal. */
void sha256_text(const void *data, size_t n, char text[SHA256_TEXT]);

#endif
