/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/token_quote.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/sanitize.h"
#include "base/utf8.h"

/* What sanitize_text would take away, or could not read. */
static void add_escaped(struct buf *b, unsigned char c)
{
    if (c == '\n')
        buf_puts(b, "\\n");
    else if (c == '\t')
        buf_puts(b, "\\t");
    else
        buf_printf(b, "\\x%02X", c);
}

const char *token_quote(struct str bytes, char out[TOKEN_QUOTE_MAX])
{
    struct buf raw = {0}, clean = {0};
    for (size_t i = 0; i < bytes.len;) {
        uint32_t cp;
        bool valid;
        size_t n = utf8_decode(bytes.p + i, bytes.len - i, &cp, &valid);
        unsigned char c = (unsigned char)bytes.p[i];
        if (!valid || c < 0x20 || c == 0x7F) {
            add_escaped(&raw, c);
            i++;
        } else {
            buf_add(&raw, bytes.p + i, n);
            i += n;
        }
    }
    sanitize_text(buf_str(&raw), true, &clean);
    size_t fits = clean.len < TOKEN_QUOTE_MAX - 3 ? clean.len
                                                  : TOKEN_QUOTE_MAX - 3;
    fits -= utf8_open_tail(str_n(clean.p ? clean.p : "", fits));
    snprintf(out, TOKEN_QUOTE_MAX, "\"%.*s\"", (int)fits,
             clean.p ? clean.p : "");
    buf_clear(&raw);
    buf_clear(&clean);
    return out;
}
