/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes a terminal may send, with silence (a byte 0xFE) between: keys come
 * out that are whole characters, have a name, and hide no control byte. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/keymap.h"

static void check_text(struct str s)
{
    FUZZ_CHECK(utf8_valid(s));
    for (size_t i = 0; i < s.len; i++)
        FUZZ_CHECK((unsigned char)s.p[i] >= 0x20 || s.p[i] == '\n' ||
                   s.p[i] == '\t');
}

static void on_key(void *arg, const struct key *key)
{
    char name[KEY_LABEL_MAX], bytes[KEY_BYTES_MAX];
    unsigned *n = arg;
    ++*n;
    key_label(key, name);
    FUZZ_CHECK(name[0] && strlen(name) < sizeof name);
    FUZZ_CHECK(key_bytes(key, bytes) <= sizeof bytes);
    FUZZ_CHECK(key->code > K_NONE && key->code <= K_LAST);
    check_text(str_of(key->text));
    check_text(key->paste);
    FUZZ_CHECK(key->code != K_CHAR || key->text[0]);
    FUZZ_CHECK(key->paste.len <= 3 * (size_t)PASTE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keymap m;
    unsigned n = 0;
    keymap_init(&m, on_key, &n);
    for (size_t i = 0; i < size; i++) {
        if (data[i] == 0xFE)
            keymap_timeout(&m);
        else if (data[i] == 0xFD)
            keymap_code(&m, K_UP, 0);
        else
            keymap_byte(&m, data[i]);
    }
    FUZZ_CHECK(n <= 2 * size); /* no byte makes keys out of nothing */
    keymap_clear(&m);
    return 0;
}
