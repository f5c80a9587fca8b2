/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/gen.h"

void problem_reset(struct problem *p)
{
    buf_reset(&p->prompt);
    buf_reset(&p->think);
    buf_reset(&p->reply);
    buf_reset(&p->answer);
    p->n_slips = 0;
    p->key = 0;
}

void problem_clear(struct problem *p)
{
    buf_clear(&p->prompt);
    buf_clear(&p->think);
    buf_clear(&p->reply);
    buf_clear(&p->answer);
    *p = (struct problem){0};
}

uint64_t gen_key(struct str canonical)
{
    uint64_t h = 0;
    for (size_t i = 0; i < canonical.len; i++)
        h = rng_mix(h + (unsigned char)canonical.p[i] + 1);
    return h;
}

enum split gen_split(uint64_t key)
{
    uint64_t h = rng_mix(key) % 100;
    return h < 2 ? SPLIT_VALIDATION : h < 5 ? SPLIT_TEST : SPLIT_TRAIN;
}

bool gen_fits(const struct gen_ctx *ctx, uint64_t key)
{
    enum split wanted = ctx->split == SPLIT_UNSEEN ? SPLIT_TEST : ctx->split;
    return gen_split(key) == wanted;
}

struct str gen_bold(struct str reply)
{
    struct str stars = str_of("**"), last = {0};
    size_t open = str_find(reply, stars, 0);
    while (open < reply.len) {
        size_t close = str_find(reply, stars, open + 2);
        if (close >= reply.len)
            break;
        last = str_n(reply.p + open + 2, close - open - 2);
        open = str_find(reply, stars, close + 2);
    }
    return last;
}
