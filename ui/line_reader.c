/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/line_reader.h"

#include <errno.h>
#include <unistd.h>

#include "ui/interrupt.h"

void line_reader_clear(struct line_reader *r)
{
    buf_clear(&r->pending);
    buf_clear(&r->line);
}

/* LINE_READ: there is more in r->pending than before. */
static enum line_result read_more(struct line_reader *r)
{
    for (;;) {
        if (!interrupt_wait(r->fd))
            return LINE_INTERRUPTED;
        buf_reserve(&r->pending, 4096);
        ssize_t n = read(r->fd, r->pending.p + r->pending.len, 4096);
        if (n > 0) {
            r->pending.len += (size_t)n;
            r->pending.p[r->pending.len] = '\0';
            return LINE_READ;
        }
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        r->at_end = true; /* a terminal that went away is an end, too */
        return LINE_END;
    }
}

enum line_result line_reader_next(struct line_reader *r)
{
    size_t looked = 0;
    for (;;) {
        struct str s = buf_str(&r->pending);
        size_t end = str_find(s, str_of("\n"), looked);
        if (end < s.len || (r->at_end && s.len)) {
            buf_reset(&r->line);
            buf_add(&r->line, s.p, end);
            buf_erase(&r->pending, 0, end < s.len ? end + 1 : end);
            return LINE_READ;
        }
        if (r->at_end)
            return LINE_END;
        looked = s.len;
        if (read_more(r) == LINE_INTERRUPTED)
            return LINE_INTERRUPTED;
    }
}

enum line_result line_reader_rest(struct line_reader *r, size_t max_bytes,
                                  bool *whole)
{
    while (!r->at_end && r->pending.len <= max_bytes)
        if (read_more(r) == LINE_INTERRUPTED)
            return LINE_INTERRUPTED;
    *whole = r->pending.len <= max_bytes;
    buf_reset(&r->line);
    buf_add_str(&r->line, buf_str(&r->pending));
    buf_reset(&r->pending);
    return LINE_READ;
}
