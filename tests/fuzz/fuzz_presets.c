/* SPDX-License-Identifier: Apache-2.0 */
/* A file of presets by anybody: what was read can be told and applied. */
#include "fuzz/fuzz.h"

#include "base/err.h"
#include "chat/backend.h"
#include "ui/presets.h"
#include "ui/talk_preset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct presets p = {0};
    struct buf text = {0};
    struct err err;
    if (!presets_read(&p, str_n((const char *)data, size), &err))
        FUZZ_CHECK(strstr(err.msg, "line ") != NULL);
    for (size_t i = 0; i < p.n; i++) {
        struct turn_options o = {.sampling = {.top_p = 1, .repeat_penalty = 1}};
        preset_text(&p.list[i], &text);
        preset_apply(&p.list[i], &o);
        FUZZ_CHECK(presets_find(&p, str_of(p.list[i].name), &err) ==
                   &p.list[i]);
    }
    FUZZ_CHECK(!text.p || !memchr(text.p, '\033', text.len));
    buf_clear(&text);
    presets_clear(&p);
    return 0;
}
