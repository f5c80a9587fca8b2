/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/people.h"

#include <stdio.h>
#include <strings.h>

#include "train/gen/phrase.h"

/* Whatever the case: no Anna beside Hannah. */
static bool holds(const char *name, const char *part)
{
    for (; *name; name++)
        if (!strncasecmp(name, part, strlen(part)))
            return true;
    return false;
}

static bool is_new(const struct people *people, const char *name)
{
    for (size_t i = 0; i < people->n; i++)
        if (holds(people->name[i], name) || holds(name, people->name[i]))
            return false;
    return true;
}

void people_draw(struct gen_ctx *ctx, struct people *people, size_t n)
{
    struct buf text = {0};
    people->n = 0;
    for (int tries = 0; people->n < n && tries < 1000 && !ctx->lacks[0]; tries++) {
        buf_reset(&text);
        phrase(ctx, "common", "name", NULL, &text);
        if (text.len && text.len < NAME_ROOM && is_new(people, text.p))
            snprintf(people->name[people->n++], NAME_ROOM, "%s", text.p);
    }
    if (people->n < n && !ctx->lacks[0])
        snprintf(ctx->lacks, sizeof ctx->lacks, "common: %zu names", n);
    buf_clear(&text);
}

void people_list(const struct gen_ctx *ctx, const struct people *people,
                 struct buf *out)
{
    bool zh = ctx->lang == LANG_ZH;
    for (size_t i = 0; i < people->n; i++) {
        if (i > 0)
            buf_puts(out, i + 1 < people->n ? (zh ? "、" : ", ")
                                            : (zh ? "和" : " and "));
        buf_puts(out, people->name[i]);
    }
}

static void lower(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 32);
}

static void lower_name(struct buf *text, struct str name)
{
    for (size_t at = str_find(buf_str(text), name, 0); at < text->len;
         at = str_find(buf_str(text), name, at + 1))
        lower(text->p + at, name.len);
}

void people_as_typed(struct problem *p, const struct people *people)
{
    for (size_t i = 0; i < people->n; i++) {
        char small[NAME_ROOM];
        struct str name = str_of(people->name[i]), prompt = buf_str(&p->prompt);
        memcpy(small, people->name[i], sizeof small);
        lower(small, name.len);
        if (str_find(prompt, name, 0) < prompt.len ||
            str_find(prompt, str_of(small), 0) == prompt.len)
            continue;
        lower_name(&p->think, name);
        lower_name(&p->reply, name);
    }
}
