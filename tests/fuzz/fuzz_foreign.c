/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation from anybody's file, and all that is made of it. */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/err.h"
#include "chat/conversation.h"
#include "store/foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct conversation c = {0};
    struct buf note = {0};
    struct err err = {0};
    bool ok = foreign_read(&c, str_n((const char *)data, size), &note, &err);
    FUZZ_CHECK(ok ? c.n_all > 0 : err.msg[0] != '\0');
    for (size_t i = 0; i < c.n_all; i++)
        FUZZ_CHECK(conversation_find(&c, c.all[i]->id) == c.all[i]);
    buf_clear(&note);
    conversation_clear(&c);
    return 0;
}
