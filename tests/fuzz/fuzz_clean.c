/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign text for training: what is kept is clean, and cleaning it again changes
 * nothing. */
#include "fuzz.h"

#include <string.h>

#include "base/utf8.h"
#include "train/data/clean.h"
#include "train/data/minhash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clean_limits limits = {.min_chars = 1, .max_chars = 5000};
    struct str in = str_n((const char *)data, size);
    struct buf once = {0}, twice = {0};
    buf_puts(&once, "=");
    enum clean_result r = clean_text(in, &limits, &once, NULL);
    FUZZ_CHECK(once.p[0] == '=' && (r == CLEAN_KEPT || once.len == 1));
    if (r == CLEAN_KEPT) {
        struct str text = str_n(once.p + 1, once.len - 1);
        FUZZ_CHECK(utf8_valid(text) && text.len > 0);
        FUZZ_CHECK(!memchr(text.p, '\r', text.len) && !memchr(text.p, 0, text.len));
        FUZZ_CHECK(clean_characters(text, &twice));
        FUZZ_CHECK(str_eq(buf_str(&twice), text));
        FUZZ_CHECK(minhash_overlap(text, text, 5) == 1);
    }
    /* Near-duplicates and runs take anything, UTF-8 or not. */
    size_t half = size / 2;
    struct str docs[2] = {str_n(in.p, half), str_n(in.p + half, size - half)};
    bool drop[2];
    FUZZ_CHECK(minhash_duplicates(docs, (const unsigned char[]){5, 5}, 2, drop) <= 1);
    struct test_runs *t = test_runs_new();
    test_runs_add(t, docs[0]);
    (void)test_runs_in(t, docs[1]);
    test_runs_free(t);
    buf_clear(&once);
    buf_clear(&twice);
    return 0;
}
