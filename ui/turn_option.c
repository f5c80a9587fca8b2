/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/turn_option.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "chat/backend.h"

enum setting_kind { SETTING_FLOAT, SETTING_COUNT, SETTING_SEED };

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;    /* in struct turn_options */
    const char *zero; /* what 0 means, or NULL: a number like others */
};

#define IN_OPTIONS(field) offsetof(struct turn_options, field)

static const struct setting settings[] = {
    {"temp", SETTING_FLOAT, IN_OPTIONS(sampling.temp),
     N_("always the likeliest word")},
    {"top-k", SETTING_COUNT, IN_OPTIONS(sampling.top_k),
     N_("off")},
    {"top-p", SETTING_FLOAT, IN_OPTIONS(sampling.top_p), NULL},
    {"min-p", SETTING_FLOAT, IN_OPTIONS(sampling.min_p),
     N_("off")},
    {"repeat-penalty", SETTING_FLOAT, IN_OPTIONS(sampling.repeat_penalty), NULL},
    {"seed", SETTING_SEED, IN_OPTIONS(sampling.seed), NULL},
    {"max-tokens", SETTING_COUNT, IN_OPTIONS(max_tokens),
     N_("as many as the context holds")},
    {"think-budget", SETTING_COUNT, IN_OPTIONS(think_budget),
     N_("no limit")},
};

static const struct setting *find_setting(struct str name)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (str_is(name, settings[i].name))
            return &settings[i];
    return NULL;
}

static bool no_setting(struct str name, struct err *err)
{
    return err_set(err, ERR_USAGE, _("no setting \"%.*s\": /set lists them"),
                   (int)(name.len < 40 ? name.len : 40), name.p);
}

static void tell(const struct turn_options *o, const struct setting *s,
                 struct buf *out)
{
    const char *at = (const char *)o + s->offset;
    char value[40];
    if (s->kind == SETTING_FLOAT)
        snprintf(value, sizeof value, "%g", (double)*(const float *)at);
    else if (s->kind == SETTING_COUNT)
        snprintf(value, sizeof value, "%u", (unsigned)*(const uint32_t *)at);
    else
        snprintf(value, sizeof value, "%llu",
                 (unsigned long long)*(const uint64_t *)at);
    if (s->zero && strcmp(value, "0") == 0)
        buf_printf(out, _("%s is 0: %s\n"), s->name, _(s->zero));
    else
        buf_printf(out, _("%s is %s\n"), s->name, value);
}

static bool parse_value(struct turn_options *o, const struct setting *s,
                        const char *value, struct err *err)
{
    char *at = (char *)o + s->offset, *end = NULL;
    errno = 0;
    if (s->kind == SETTING_FLOAT) {
        double x = strtod(value, &end);
        if (end == value || *end || !isfinite(x))
            return err_set(err, ERR_USAGE, _("%s: \"%s\" is not a number"),
                           s->name, value);
        *(float *)at = (float)x;
        return true;
    }
    unsigned long long n = strtoull(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno ||
        (s->kind == SETTING_COUNT && n > UINT32_MAX))
        return err_set(err, ERR_USAGE, _("%s: \"%s\" is not a whole number"),
                       s->name, value);
    if (s->kind == SETTING_COUNT)
        *(uint32_t *)at = (uint32_t)n;
    else
        *(uint64_t *)at = n;
    return true;
}

bool turn_option_known(struct str name)
{
    return find_setting(name) != NULL;
}

bool turn_option_set(struct turn_options *o, struct str name, struct str value,
                     struct err *err)
{
    char text[64];
    const struct setting *s = find_setting(name);
    struct turn_options changed = *o;
    if (!s)
        return no_setting(name, err);
    snprintf(text, sizeof text, "%.*s",
             (int)(value.len < 60 ? value.len : 60), value.p);
    if (!parse_value(&changed, s, text, err) ||
        !sampling_check(&changed.sampling, err))
        return false;
    *o = changed;
    return true;
}

bool turn_option_tell(const struct turn_options *o, struct str name,
                      struct buf *out, struct err *err)
{
    const struct setting *s = find_setting(name);
    if (!s)
        return no_setting(name, err);
    tell(o, s, out);
    return true;
}

void turn_options_tell(const struct turn_options *o, struct buf *out)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        tell(o, &settings[i], out);
}
