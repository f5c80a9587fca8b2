/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/sampling.h"

#include "base/err.h"
#include "base/i18n.h"

struct sampling sampling_default(void)
{
    return (struct sampling){
        .temp = 0.6f,
        .top_p = 0.95f,
        .repeat_penalty = 1.0f,
        .repeat_last = 64,
    };
}

/* Written so that NaN fails every test. */
bool sampling_check(const struct sampling *s, struct err *err)
{
    if (!(s->temp >= 0.0f && s->temp <= 10.0f))
        return err_set(err, ERR_USAGE,
                       _("temperature %g: it must be from 0 (always the "
                       "likeliest word) to 10"), (double)s->temp);
    if (!(s->top_p > 0.0f && s->top_p <= 1.0f))
        return err_set(err, ERR_USAGE,
                       _("top-p %g: it must be above 0 and at most 1 (off)"),
                       (double)s->top_p);
    if (!(s->min_p >= 0.0f && s->min_p <= 1.0f))
        return err_set(err, ERR_USAGE,
                       _("min-p %g: it must be from 0 (off) to 1"),
                       (double)s->min_p);
    if (!(s->repeat_penalty >= 0.1f && s->repeat_penalty <= 10.0f))
        return err_set(err, ERR_USAGE,
                       _("repetition penalty %g: it must be from 0.1 to 10; "
                       "1 is off"), (double)s->repeat_penalty);
    return true;
}
