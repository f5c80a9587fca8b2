/* SPDX-License-Identifier: Apache-2.0 */
/* A list of turns of thought, or a search pattern, by anybody; then a text. The
 * first byte says which, a line feed with a NUL behind it (or half of the rest)
 * where the text begins. */
#include "fuzz/fuzz.h"

#include "base/err.h"
#include "base/sanitize.h"
#include "base/str.h"
#include "chat/event.h"
#include "ui/search.h"
#include "ui/steps.h"
#include "ui/transcript.h"

static void walk(struct str list, struct str text)
{
    struct err err;
    struct turns *t = turns_new(list, &err);
    struct steps s = {0}, whole = {0};
    if (!t)
        return;
    for (size_t n = 0; n < text.len; n += 1 + text.len / 8)
        steps_update(&s, t, str_n(text.p, n), true);
    steps_update(&s, t, text, false);
    steps_update(&whole, t, text, false);
    for (uint32_t i = 0; i < s.n; i++) {
        FUZZ_CHECK(s.list[i].at < text.len);
        FUZZ_CHECK(s.list[i].at + s.list[i].words <= text.len);
        FUZZ_CHECK(i == 0 || s.list[i].at > s.list[i - 1].at);
    }
    FUZZ_CHECK(s.corrections <= s.n);
    steps_clear(&s);
    steps_clear(&whole);
    turns_free(t);
}

static void look(struct str pattern, struct str text)
{
    struct err err;
    struct search *s = search_new(pattern, &err);
    if (!s)
        return;
    struct transcript *t = transcript_new();
    transcript_user(t, text);
    search_run(s, t, SEARCH_ALL, &err);
    for (uint32_t i = 0; i < search_count(s); i++) {
        const struct hit *h = search_hit(s, i);
        FUZZ_CHECK(h->len > 0);
        FUZZ_CHECK(h->at + h->len <=
                   block_text(transcript_block(t, h->block)).len);
    }
    transcript_free(t);
    search_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf clean = {0};
    if (size < 2)
        return 0;
    struct str in = str_n((const char *)data + 1, size - 1);
    size_t cut = str_find(in, str_n("\n\0", 2), 0);
    cut = cut == in.len ? in.len / 2 : cut + 1;
    sanitize_text(str_n(in.p + cut, in.len - cut), false, &clean);
    struct str text = str_n(clean.p ? clean.p : "", clean.len);
    if (data[0] & 1)
        look(str_n(in.p, cut), text);
    else
        walk(str_n(in.p, cut), text);
    buf_clear(&clean);
    return 0;
}
