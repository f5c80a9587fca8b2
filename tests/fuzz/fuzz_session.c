/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of a session: as it is, and with right checksums on every line, so
 * that what is behind them is reached. */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/crc32c.h"
#include "base/err.h"
#include "store/saved.h"

static void read_one(struct str bytes)
{
    struct saved s = {0};
    struct buf said = {0};
    struct err err = {0};
    if (!saved_read_bytes(&s, bytes, &err))
        FUZZ_CHECK(err.msg[0] != '\0');
    saved_title(&s, &said);
    FUZZ_CHECK(said.len < 100);
    saved_damage(&s, &said);
    for (size_t i = 0; i < s.c.n; i++)
        FUZZ_CHECK(s.c.messages[i]->parent ==
                   (i ? s.c.messages[i - 1] : NULL));
    for (size_t i = 0; i < s.c.n_all; i++) {
        const struct message *m = s.c.all[i];
        FUZZ_CHECK(conversation_variants(&s.c, m, NULL) > 0);
        FUZZ_CHECK(!m->parent || m->parent->id < m->id);
    }
    buf_clear(&said);
    saved_clear(&s);
}

static void with_checksums(struct str bytes, struct buf *out)
{
    struct crc32c crc;
    crc32c_init(&crc);
    buf_puts(out, "mull-session 1\n");
    for (size_t at = 0; at < bytes.len;) {
        size_t end = str_find(bytes, str_of("\n"), at);
        buf_printf(out, "%08x ",
                   (unsigned)crc32c_add(&crc, 0, bytes.p + at, end - at));
        buf_add(out, bytes.p + at, end - at);
        buf_putc(out, '\n');
        at = end + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = str_n((const char *)data, size);
    struct buf right = {0};
    read_one(bytes);
    with_checksums(bytes, &right);
    read_one(buf_str(&right));
    buf_clear(&right);
    return 0;
}
