/* SPDX-License-Identifier: Apache-2.0 */
/* A model file, as far as everything that reads its metadata goes: the shape of
 * the model, its tensors, vocabulary and chat family, and what inspect says. */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "cmd/inspect.h"
#include "gguf/gguf.h"

/* What is printed is whole characters without a control among them. */
static void check_printable(const struct buf *b)
{
    FUZZ_CHECK(utf8_valid(buf_str(b)));
    for (size_t i = 0; i < b->len; i++)
        FUZZ_CHECK((uint8_t)b->p[i] >= ' ' || b->p[i] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gguf g;
    struct err err;
    struct inspect_facts f;
    struct buf text = {0}, json = {0};
    if (!gguf_open_memory(&g, data, size, &err))
        return 0;
    inspect_facts_read(&f, &g);
    inspect_text(&f, &text);
    check_printable(&text);
    FUZZ_CHECK(inspect_json(&f, &json, &err));
    for (size_t i = 0; i < g.n_tensors && i < 4; i++) {
        struct str name = g.tensors[i].name;
        char s[64] = "";
        memcpy(s, name.p, name.len);
        buf_reset(&text);
        if (inspect_tensor(&g, s, false, &text, &err))
            check_printable(&text);
    }
    buf_clear(&text);
    buf_clear(&json);
    gguf_close(&g);
    return 0;
}
