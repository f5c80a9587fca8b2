/* SPDX-License-Identifier: Apache-2.0 */
/* A GGUF file with a vocabulary: one that opens can encode, decode and render,
 * and merging gives no control token whatever its tables say. */
#include "fuzz/fuzz.h"

#include "base/err.h"
#include "chat/conversation.h"
#include "gguf/gguf.h"
#include "text/detok.h"
#include "text/encode.h"
#include "text/template.h"
#include "text/vocab.h"

static void use(const struct gguf *g, const struct vocab *v, struct str text)
{
    struct ids ids = {0};
    struct buf out = {0};
    struct detok d = {0};
    struct conversation c = {0};
    struct prompt p = {0};
    struct err err;
    char notice[192];
    encode(v, text, ENCODE_SPECIAL, &ids);
    for (size_t i = 0; i < ids.n; i++)
        detok_token(&d, v, ids.p[i], true, &out);
    detok_end(&d, &out);
    ids_clear(&ids);
    encode(v, text, ENCODE_CONTENT, &ids);
    for (size_t i = 0; i < ids.n; i++)
        FUZZ_CHECK(vocab_kind(v, ids.p[i]) != TOKEN_CONTROL &&
                   vocab_kind(v, ids.p[i]) != TOKEN_UNKNOWN);
    const struct chat_family *f = chat_family_detect(g, v, notice,
                                                     sizeof notice);
    conversation_add(&c, ROLE_USER, text);
    FUZZ_CHECK(chat_render(f, v, &c, THINK_ON, &p, &err));
    for (size_t i = 0; i < p.ids.n; i++)
        FUZZ_CHECK(p.ids.p[i] >= 0 && (uint32_t)p.ids.p[i] < vocab_size(v));
    prompt_clear(&p);
    conversation_clear(&c);
    ids_clear(&ids);
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gguf g;
    struct err err = {0};
    if (!gguf_open_memory(&g, data, size, &err))
        return 0;
    struct vocab *v = vocab_open(&g, &err);
    if (v) {
        use(&g, v, str_of("the <think> \xC3\xB6 123\n  x = y;"));
        size_t n = size < 300 ? size : 300;
        use(&g, v, str_n((const char *)data + size - n, n));
        vocab_ends_turn(v, vocab_eos(v));
        vocab_free(v);
    } else {
        FUZZ_CHECK(err.kind == ERR_FORMAT || err.kind == ERR_UNSUPPORTED);
        FUZZ_CHECK(err.msg[0]);
    }
    gguf_close(&g);
    return 0;
}
