/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_stats.h"

#include "base/i18n.h"
#include "ui/talk.h"
#include "ui/units.h"

static unsigned per_cent(double part, double whole)
{
    return whole > 0 ? (unsigned)(100 * part / whole + 0.5) : 0;
}

static void tell_share(const char *of, const struct turn_stats *s,
                       struct buf *answer)
{
    char n[UNITS_MAX], time[UNITS_MAX];
    uint32_t tokens = s->think_tokens + s->answer_tokens;
    double ms = s->first_token_ms + s->decode_ms;
    if (s->think_tokens)
        buf_printf(answer, _("%s thoughts are %u %% of %s tokens and their cache, "
                   "%u %% of %s\n"), of, per_cent(s->think_tokens, tokens),
                   units_count(n, tokens), per_cent(s->think_ms, ms),
                   units_time(time, ms));
}

/* Of all answers that came, variants too. */
static void tell_shares(const struct talk *t, struct buf *answer)
{
    struct turn_stats all = {0};
    size_t n = 0;
    for (size_t i = 0; i < t->c.n_all; i++) {
        const struct message *m = t->c.all[i];
        if (!m->has_stats)
            continue;
        n++;
        all.think_tokens += m->stats.think_tokens;
        all.answer_tokens += m->stats.answer_tokens;
        all.think_ms += m->stats.think_ms;
        all.first_token_ms += m->stats.first_token_ms;
        all.decode_ms += m->stats.decode_ms;
    }
    tell_share(_("turn    "), &t->stats, answer);
    if (n > 1)
        tell_share(_("chat    "), &all, answer);
}

static double per_second(uint32_t n, double ms)
{
    return ms > 0 ? 1000.0 * n / ms : 0;
}

void talk_stats(const struct talk *t, struct buf *answer)
{
    const struct turn_stats *s = &t->stats;
    char a[UNITS_MAX], b[UNITS_MAX], c[UNITS_MAX];
    if (!t->has_stats) {
        buf_puts(answer, _("no turn has ended yet\n"));
        return;
    }
    uint32_t computed = s->prompt_tokens - s->reused_tokens;
    buf_printf(answer, _("prompt   %s tokens, %s of them from the cache, %s tok/s\n"),
               units_count(a, s->prompt_tokens), units_count(b, s->reused_tokens),
               units_rate(c, per_second(computed, s->prompt_ms)));
    buf_printf(answer, _("thought  %s tokens in %s\n"),
               units_count(a, s->think_tokens), units_time(b, s->think_ms));
    buf_printf(answer, _("answer   %s tokens, %s tok/s in all, first after %s\n"),
               units_count(a, s->answer_tokens),
               units_rate(b, per_second(s->think_tokens + s->answer_tokens,
                                        s->decode_ms)),
               units_time(c, s->first_token_ms));
    buf_printf(answer, _("context  %s of %s tokens\n"),
               units_count(a, s->context_used),
               units_count(b, t->b->info.context_max));
    struct expert_shape shape = experts_shape(&t->b->info);
    char text[EXPERTS_TEXT_MAX];
    if (experts_modified(&t->experts))
        buf_printf(answer, _("experts  %s\n"),
                   experts_text(&t->experts, &shape, text));
    if (s->drafted)
        buf_printf(answer, _("drafts   %u of %u kept\n"), (unsigned)s->accepted,
                   (unsigned)s->drafted);
    tell_shares(t, answer);
}
