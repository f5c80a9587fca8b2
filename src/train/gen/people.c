/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/people.h"

#include <stdio.h>

#include "train/gen/phrase.h"

static bool is_new(const struct people *people, const char *name)
{
    for (size_t i = 0; i < people->n; i++)
        if (strstr(people->name[i], name) || strstr(name, people->name[i]))
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
