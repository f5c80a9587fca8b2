/* SPDX-License-Identifier: Apache-2.0 */
#include "text/detok.h"

#include <string.h>

#include "base/utf8.h"
#include "text/vocab.h"

static struct str shown_bytes(const struct vocab *v, int32_t id,
                              bool show_special)
{
    switch (vocab_kind(v, id)) {
    case TOKEN_CONTROL:
    case TOKEN_UNKNOWN:
        return show_special ? vocab_bytes(v, id) : str_n("", 0);
    case TOKEN_UNUSED:
        return str_n("", 0);
    default:
        return vocab_bytes(v, id);
    }
}

static struct str without_added_space(struct detok *d, const struct vocab *v,
                                      int32_t id, struct str bytes)
{
    bool begins = !d->inside;
    enum token_kind kind = vocab_kind(v, id);
    d->inside = kind != TOKEN_CONTROL && kind != TOKEN_UNKNOWN &&
                kind != TOKEN_USER_DEFINED;
    return begins && d->inside && bytes.len > 0 && bytes.p[0] == ' '
               ? str_n(bytes.p + 1, bytes.len - 1)
               : bytes;
}

void detok_token(struct detok *d, const struct vocab *v, int32_t id,
                 bool show_special, struct buf *out)
{
    struct str bytes = shown_bytes(v, id, show_special);
    if (vocab_adds_space(v))
        bytes = without_added_space(d, v, id, bytes);
    if (bytes.len == 0)
        return;
    /* The tail goes first; behind it stands at most a few bytes of this token
     * that complete it. */
    size_t from = 0;
    while (d->tail_len > 0 && from < bytes.len) {
        d->tail[d->tail_len++] = bytes.p[from++];
        struct str tail = str_n(d->tail, d->tail_len);
        if (utf8_open_tail(tail) == tail.len)
            continue;
        bool whole = utf8_valid(tail);
        /* The byte that did not fit begins anew. */
        if (!whole)
            from--;
        utf8_repair(str_n(tail.p, whole ? tail.len : tail.len - 1), out);
        d->tail_len = 0;
    }
    struct str rest = str_n(bytes.p + from, bytes.len - from);
    size_t open = utf8_open_tail(rest);
    utf8_repair(str_n(rest.p, rest.len - open), out);
    if (open) {
        memcpy(d->tail, rest.p + rest.len - open, open);
        d->tail_len = (uint8_t)open;
    }
}

void detok_end(struct detok *d, struct buf *out)
{
    utf8_repair(str_n(d->tail, d->tail_len), out);
    d->tail_len = 0;
}
