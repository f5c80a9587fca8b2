/* SPDX-License-Identifier: Apache-2.0 */
#include "text/normalize.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "base/utf8.h"

/* Sorting marks is quadratic in their number on one base. Unicode's own limit
 * for streams is 30; text past this is no writing, and stays as it is. */
#define MAX_MARKS 64

/* False when nothing in the text can change: all below U+0300 is composed. */
static bool may_change(struct str text)
{
    bool may = false;
    unsigned marks = 0;
    for (size_t i = 0; i < text.len;) {
        if ((uint8_t)text.p[i] < 0xCC) { /* the first byte of U+0300 */
            marks = 0;
            i++;
            continue;
        }
        uint32_t cp;
        i += utf8_decode(text.p + i, text.len - i, &cp, NULL);
        may = true;
        marks = utf8proc_get_property((utf8proc_int32_t)cp)->combining_class
                    ? marks + 1
                    : 0;
        if (marks > MAX_MARKS)
            return false;
    }
    return may;
}

struct str normalize_nfc(struct str text, struct buf *room)
{
    if (!may_change(text))
        return text;
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)text.p,
                     (utf8proc_ssize_t)text.len, &out,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0)
        return text;
    buf_reset(room);
    buf_add(room, out, (size_t)n);
    free(out);
    return buf_str(room);
}
