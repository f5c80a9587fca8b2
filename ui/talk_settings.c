/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_settings.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "ui/talk.h"
#include "ui/talk_preset.h"
#include "ui/talk_stats.h"
#include "ui/turn_option.h"

/* "temp 0.7"; without a value, what it is now; or nothing: all of them. */
static bool set_option(struct talk *t, struct str args, struct buf *answer,
                       struct err *err)
{
    struct str name = str_take_word(&args);
    if (name.len == 0) {
        turn_options_tell(&t->options, answer);
        return true;
    }
    if (args.len && !turn_option_set(&t->options, name, args, err))
        return false;
    return turn_option_tell(&t->options, name, answer, err);
}

/* "on", "off", or nothing: what it is now. */
static bool set_thinking(struct talk *t, struct str arg, struct buf *answer,
                         struct err *err)
{
    if (!t->b->info.thinks)
        return err_set(err, ERR_USAGE, _("this model has no thoughts"));
    if (str_is(arg, "on"))
        t->options.think = THINK_ON;
    else if (str_is(arg, "off"))
        t->options.think = THINK_OFF;
    else if (arg.len)
        return err_set(err, ERR_USAGE, _("/think takes on or off: this family has "
                       "no levels of effort"));
    buf_puts(answer, t->options.think == THINK_OFF
                         ? _("it answers without thinking\n")
                         : _("it thinks before it answers\n"));
    return true;
}

/* --- experts -------------------------------------------------------------- */

static bool set_used(struct expert_changes *x, struct str value,
                     struct err *err)
{
    uint32_t n = 0;
    for (size_t i = 0; i < value.len && n <= EXPERTS_USED_MAX; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return err_set(err, ERR_USAGE, _("/expert used takes a number"));
        n = n * 10 + (uint32_t)(value.p[i] - '0');
    }
    if (n == 0)
        return err_set(err, ERR_USAGE, _("/expert used takes a number above 0"));
    x->used = n;
    return true;
}

static bool change_experts(struct expert_changes *x, struct str args,
                           struct err *err)
{
    struct str what = str_take_word(&args);
    if (str_is(what, "off") && args.len)
        return experts_switch(x, args, false, err);
    if (str_is(what, "on") && args.len)
        return experts_switch(x, args, true, err);
    if (str_is(what, "used") && args.len)
        return set_used(x, args, err);
    if (!str_is(what, "on") || args.len)
        return err_set(err, ERR_USAGE, _("/expert takes off L:E, on L:E, on "
                       "(all as the model has it) or used N"));
    *x = (struct expert_changes){0};
    return true;
}

static void tell_experts(const struct expert_changes *x,
                         const struct expert_shape *shape, struct buf *answer)
{
    char text[EXPERTS_TEXT_MAX];
    if (!experts_modified(x)) {
        buf_puts(answer, _("experts are as the model has them\n"));
        return;
    }
    buf_puts(answer, experts_text(x, shape, text));
    for (uint32_t i = 0; i < x->n_off; i++)
        buf_printf(answer, "%s%u:%u", i ? "," : _("\noff: "), x->off[i].layer,
                   x->off[i].expert);
    buf_putc(answer, '\n');
}

/* "off 3:17,4:5", "on 3:17", "on" (all), "used 4", or nothing: what is changed.
 * From the next turn on. */
static bool set_experts(struct talk *t, struct str args, struct buf *answer,
                        struct err *err)
{
    struct expert_shape shape = experts_shape(&t->b->info);
    struct expert_changes changed = t->options.experts;
    if (shape.n_layers == 0)
        return err_set(err, ERR_USAGE, _("this model has no experts"));
    if (args.len && (!change_experts(&changed, args, err) ||
                     !experts_check(&changed, &shape, err)))
        return false;
    t->options.experts = changed;
    tell_experts(&changed, &shape, answer);
    return true;
}

/* --- which ---------------------------------------------------------------- */

static bool stats(struct talk *t, struct str args, struct buf *answer,
                  struct err *err)
{
    (void)args;
    (void)err;
    talk_stats(t, answer);
    return true;
}

static const struct {
    enum action action;
    bool (*act)(struct talk *t, struct str args, struct buf *answer,
                struct err *err);
} rows[] = {
    {ACTION_SET, set_option},    {ACTION_THINK, set_thinking},
    {ACTION_EXPERT, set_experts}, {ACTION_PRESET, talk_preset},
    {ACTION_STATS, stats},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static size_t row_of(enum action a)
{
    size_t i = 0;
    while (i < N_ROWS && rows[i].action != a)
        i++;
    return i;
}

bool talk_settings_takes(enum action a)
{
    return row_of(a) < N_ROWS;
}

bool talk_settings_act(struct talk *t, enum action a, struct str args,
                       struct buf *answer, struct err *err)
{
    return rows[row_of(a)].act(t, args, answer, err);
}
