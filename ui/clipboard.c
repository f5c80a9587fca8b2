/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/clipboard.h"

#include "base/buf.h"

static void add_base64(struct str s, struct buf *out)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.len; i += 3) {
        size_t n = s.len - i < 3 ? s.len - i : 3;
        unsigned long v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_putc(out, k <= n ? digits[v >> (18 - 6 * k) & 63] : '=');
    }
}

bool clipboard_sequence(struct str text, struct buf *out)
{
    if (text.len > CLIPBOARD_MAX)
        return false;
    buf_puts(out, "\033]52;c;");
    add_base64(text, out);
    buf_putc(out, '\a');
    return true;
}
