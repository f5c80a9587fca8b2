/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "base/err.h"
#include "base/utf8.h"
#include "train/gen/bank.h"
#include "train/gen/phrase.h"

/* Any text is a bank or is refused; what a bank draws is well-formed text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct bank *bank = bank_new();
    struct str text = str_n((const char *)data, size);
    if (bank_add(bank, "fuzz", text, &err) && bank_ready(bank, &err)) {
        struct gen_ctx ctx = {.rng = rng_init(size), .bank = bank};
        struct buf out = {0};
        for (uint32_t i = 0; i < bank->n_rules && i < 8; i++) {
            ctx.lang = bank->rules[i].lang;
            ctx.split = i % 2 ? SPLIT_UNSEEN : SPLIT_TRAIN;
            buf_reset(&out);
            phrase(&ctx, "fuzz", bank->rules[i].name, NULL, &out);
            FUZZ_CHECK(utf8_valid(buf_str(&out)));
        }
        buf_clear(&out);
    } else {
        FUZZ_CHECK(err.kind != ERR_NONE && err.msg[0]);
    }
    bank_free(bank);
    return 0;
}
