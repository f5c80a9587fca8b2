/* SPDX-License-Identifier: Apache-2.0 */
/* Any text against every pre-tokenizer (the first byte chooses): decoding gives
 * it back, and content never gives a special token. */
#include "fuzz/fuzz.h"

#include "base/utf8.h"
#include "text/detok.h"
#include "text/encode.h"
#include "text/normalize.h"
#include "text/spm.h"
#include "text/tiny_spm.h"
#include "text/tiny_text.h"

static const char *const pres[] = {
    "deepseek-v3", "deepseek-llm", "deepseek-coder", "qwen2", "llama-bpe",
    "smollm", "gpt-2", "default", "qwen35", "glm4", "spm",
    "kimi-k2",
};

#define N_PRES (sizeof pres / sizeof *pres)

static const struct vocab *vocab_for(uint8_t choice)
{
    static struct vocab *vocabs[N_PRES];
    struct err err;
    const char *pre = pres[choice % N_PRES];
    struct vocab **v = &vocabs[choice % N_PRES];
    if (!*v)
        *v = strcmp(pre, "spm") == 0 ? tiny_spm_vocab(&err)
                                     : tiny_text_vocab(pre, &err);
    FUZZ_CHECK(*v);
    return *v;
}

static void round_trip(const struct vocab *v, struct str in, struct str want,
                       enum encode_mode mode)
{
    struct ids ids = {0};
    struct buf got = {0};
    struct detok d = {0};
    encode(v, in, mode, &ids);
    for (size_t i = 0; i < ids.n; i++) {
        enum token_kind kind = vocab_kind(v, ids.p[i]);
        FUZZ_CHECK(mode == ENCODE_SPECIAL || kind != TOKEN_CONTROL);
        FUZZ_CHECK(mode != ENCODE_CONTENT || kind != TOKEN_USER_DEFINED);
        detok_token(&d, v, ids.p[i], true, &got);
    }
    detok_end(&d, &got);
    FUZZ_CHECK(str_eq(buf_str(&got), want));
    ids_clear(&ids);
    buf_clear(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct vocab *v = vocab_for(data[0]);
    struct str in = {(const char *)data + 1, size - 1};
    struct buf repaired = {0}, room = {0};
    utf8_repair(in, &repaired);
    struct str want = buf_str(&repaired);
    const char *pre = vocab_pretokenizer(v);
    if (vocab_adds_space(v)) { /* a space and U+2581 are the same to it */
        spm_unescape(want, &room);
        want = buf_str(&room);
    }
    bool composed = strncmp(pre, "qwen", 4) == 0;
    if (composed)
        want = normalize_nfc(want, &room);
    round_trip(v, in, want, ENCODE_CONTENT);
    /* Between special tokens each fragment is composed by itself. */
    if (!composed) {
        round_trip(v, in, want, ENCODE_PLAIN);
        round_trip(v, in, want, ENCODE_SPECIAL);
    }
    buf_clear(&repaired);
    buf_clear(&room);
    return 0;
}
