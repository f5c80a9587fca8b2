/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_preset.h"

#include <assert.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "ui/presets.h"
#include "ui/talk.h"
#include "ui/turn_option.h"

void preset_apply(const struct preset *p, struct turn_options *o)
{
    struct err err;
    for (size_t i = 0; i < p->n; i++) {
        bool good = turn_option_set(o, str_of(p->values[i].key),
                                    str_of(p->values[i].value), &err);
        assert(good); /* it was tried when it was read */
        (void)good;
    }
    if (p->thinking != PRESET_AS_IT_IS)
        o->think = p->thinking == PRESET_THINKS ? THINK_ON : THINK_OFF;
}

static void list(const struct talk *t, struct buf *answer)
{
    const struct presets *all = t->presets;
    for (size_t i = 0; all && i < all->n; i++) {
        const struct preset *p = &all->list[i];
        bool now = t->preset == p;
        buf_printf(answer, "%s %s: ", now ? "*" : " ", p->name);
        preset_text(p, answer);
        buf_putc(answer, '\n');
    }
    if (!all || all->n == 0)
        buf_puts(answer, _("there are no presets\n"));
    buf_puts(answer, t->preset ? _("* is in use, /preset off ends it\n")
                               : _("/preset NAME takes one; your own stand in "
                                 "~/.config/mull/presets\n"));
}

/* All that a preset may name, as it was at the beginning. */
static void as_usual(struct talk *t, struct turn_options *o)
{
    o->sampling = t->usual.sampling;
    o->think = t->usual.think;
    o->max_tokens = t->usual.max_tokens;
    o->think_budget = t->usual.think_budget;
}

bool talk_preset(struct talk *t, struct str args, struct buf *answer,
                 struct err *err)
{
    const struct preset *p = NULL;
    if (args.len == 0) {
        list(t, answer);
        return true;
    }
    if (!str_is(args, "off") && !(p = presets_find(t->presets, args, err)))
        return false;
    as_usual(t, &t->options);
    if (p)
        preset_apply(p, &t->options);
    if (!t->b->info.thinks)
        t->options.think = t->usual.think;
    struct str system = p && p->has_system ? buf_str(&p->system)
                                           : buf_str(&t->usual_system);
    bool other = !str_eq(system, buf_str(&t->system));
    bool now = !other || talk_system(t, system);
    t->preset = p;
    if (p) {
        buf_printf(answer, _("preset %s: "), p->name);
        preset_text(p, answer);
    } else {
        buf_puts(answer, _("no preset: all is as it was at the beginning"));
    }
    buf_puts(answer, now ? "\n" : _("\nwhat the model is told first changes with "
                                  "the next chat: /clear begins one\n"));
    return true;
}
