/* SPDX-License-Identifier: Apache-2.0 */
#include "text/byte_alphabet.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

static bool stands_for_itself(uint32_t cp)
{
    return (cp >= 0x21 && cp <= 0x7E) || (cp >= 0xA1 && cp <= 0xAC) ||
           (cp >= 0xAE && cp <= 0xFF);
}

/* The byte that a letter stands for, or -1. */
static int byte_of(uint32_t cp)
{
    if (stands_for_itself(cp))
        return (int)cp;
    /* The others in ascending order: 00-20, 7F-A0, AD. */
    if (cp >= 0x100 && cp <= 0x120)
        return (int)(cp - 0x100);
    if (cp >= 0x121 && cp <= 0x142)
        return (int)(cp - 0x121 + 0x7F);
    return cp == 0x143 ? 0xAD : -1;
}

void byte_alphabet_decode(struct str text, struct buf *out)
{
    buf_reserve(out, text.len);
    char *to = out->p + out->len;
    for (size_t i = 0; i < text.len;) {
        uint8_t c = (uint8_t)text.p[i];
        if (c < 0x80) { /* itself, in the alphabet or not */
            *to++ = text.p[i++];
            continue;
        }
        uint32_t cp;
        bool valid;
        size_t n = utf8_decode(text.p + i, text.len - i, &cp, &valid);
        int byte = valid ? byte_of(cp) : -1;
        if (byte >= 0) {
            *to++ = (char)byte;
        } else {
            memcpy(to, text.p + i, n);
            to += n;
        }
        i += n;
    }
    *to = '\0';
    out->len = (size_t)(to - out->p);
}

static uint32_t letter_of(uint8_t byte)
{
    if (stands_for_itself(byte))
        return byte;
    if (byte <= 0x20)
        return 0x100u + byte;
    return byte == 0xAD ? 0x143 : 0x121u + (byte - 0x7Fu);
}

void byte_alphabet_encode(struct str bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char letter[4];
        size_t n = utf8_encode(letter_of((uint8_t)bytes.p[i]), letter);
        buf_add(out, letter, n);
    }
}
