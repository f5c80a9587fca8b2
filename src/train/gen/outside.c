/* SPDX-License-Identifier: Apache-2.0 */
/* Requests beyond the domain (data/bank/outside.txt): a kind refusal in the
 * language of the user that offers three things to try. */
#include "train/gen/outside.h"

#include "train/gen/answer.h"
#include "train/gen/intents.h"
#include "train/gen/noise.h"
#include "train/gen/phrase.h"
#include "train/gen/tasks.h"

static const char *const marker[] = {
    [LANG_EN] = "outside what I can do", [LANG_ZH] = "超出了我的能力"};

bool outside_refused(struct str reply)
{
    return answer_says(reply, str_of(marker[LANG_EN])) ||
           answer_says(reply, str_of(marker[LANG_ZH]));
}

static bool make_outside(struct gen_ctx *ctx, struct problem *p)
{
    if (!intents_make(ctx, p, "outside"))
        return false;
    buf_putc(&p->think, '\n');
    phrase(ctx, "outside", "plan", NULL, &p->think);
    return !ctx->lacks[0];
}

/* What is offered stands between middle dots. */
static unsigned offers(struct str reply)
{
    unsigned n = 1;
    struct str dot = str_of("·");
    for (size_t at = str_find(reply, dot, 0); at < reply.len;
         at = str_find(reply, dot, at + dot.len))
        n++;
    return n;
}

/* Refused but without the three offers is half of it. */
static double check_outside(const struct problem *p, struct str reply)
{
    if (!answer_says(gen_bold(reply), str_of(marker[p->lang])))
        return 0;
    return offers(reply) >= 3 ? 1 : 0.5;
}

const struct task task_outside = {
    "outside", "outside",
    "what it cannot do: news, poems, translations, code, longer sums, and so on",
    1, NULL, make_outside, check_outside};
