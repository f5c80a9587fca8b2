/* SPDX-License-Identifier: Apache-2.0 */
/* A line for `mull template --jsonl`: messages for a chat family, which the
 * first byte chooses. What is read becomes a prompt, and no user's message brings
 * a control token with it: the same conversation without brackets has as many. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/err.h"
#include "cmd/json_lines.h"
#include "cmd/template_line.h"
#include "text/template.h"
#include "text/tiny_text.h"

static const struct vocab *tiny(void)
{
    static struct vocab *v;
    struct err err;
    if (!v)
        v = tiny_text_vocab("deepseek-v3", &err);
    FUZZ_CHECK(v);
    return v;
}

static const struct chat_family *family(uint8_t choice)
{
    size_t n = 0;
    while (chat_family_list(n))
        n++;
    return chat_family_named(chat_family_list(choice % n));
}

static size_t controls(const struct prompt *p, const struct vocab *v)
{
    size_t n = 0;
    for (size_t i = 0; i < p->ids.n; i++) {
        FUZZ_CHECK(p->ids.p[i] >= 0 && (uint32_t)p->ids.p[i] < vocab_size(v));
        n += vocab_kind(v, p->ids.p[i]) == TOKEN_CONTROL;
    }
    return n;
}

/* Nothing in it is a special string any more: these begin with a bracket. */
static void defuse(struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->p[i] == '<')
            text->p[i] = '(';
}

static void check_render(const struct chat_family *f, struct conversation *c,
                         enum think_mode think)
{
    struct prompt given = {0}, plain = {0};
    struct err err = {0};
    const struct vocab *v = tiny();
    if (chat_render(f, v, c, think, &given, &err)) {
        size_t n = controls(&given, v);
        FUZZ_CHECK(given.begins.n == c->n);
        bool tags = false; /* an answer's own think tags may be left out */
        for (size_t i = 0; i < c->n; i++) {
            tags |= c->messages[i]->role == ROLE_ASSISTANT;
            defuse(&c->messages[i]->text);
        }
        FUZZ_CHECK(chat_render(f, v, c, think, &plain, &err));
        FUZZ_CHECK(tags || controls(&plain, v) == n);
    } else {
        FUZZ_CHECK(err.msg[0]);
    }
    prompt_clear(&given);
    prompt_clear(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf line = {0};
    struct conversation c = {0};
    struct err err = {0};
    enum think_mode think;
    if (size == 0)
        return 0;
    buf_add(&line, (const char *)data + 1, size - 1);
    json_t *in = line_object(&line, &err);
    if (in && template_line(in, &c, &think, &err))
        check_render(family(data[0]), &c, think);
    else
        FUZZ_CHECK(err.msg[0]);
    json_decref(in);
    conversation_clear(&c);
    buf_clear(&line);
    return 0;
}
