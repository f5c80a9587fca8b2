/* SPDX-License-Identifier: Apache-2.0 */
/* mull --print-config: the tables of settings, keys and colours as a file. */
#include "rc.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "option.h"
#include "options.h"
#include "ui/bindings.h"

/* What stands in a file for what is built in. Where that depends on the model or
 * the machine there is no value to write. */
static const char *built_in(const struct option_row *row, const struct options *o)
{
    switch (row->kind) {
    case OPTION_SWITCH:
        return *(const bool *)((const char *)o + row->at) ? "yes" : "no";
    case OPTION_MODEL:
        return "builtin";
    case OPTION_THINK:
        return "show";
    case OPTION_COLOR:
    case OPTION_THEME:
    case OPTION_DRAFT:
        return "auto";
    default:
        return "default";
    }
}

static void print_settings(FILE *out)
{
    const struct option_row *row;
    struct options o;

    options_init(&o);
    for (size_t i = 0; (row = option_row(i)); i++)
        if (row->in_rc)
            fprintf(out, "\n# %s\n%s = %s\n", _(row->help), row->name,
                    built_in(row, &o));
    options_clear(&o);
}

/* A line for each key of each action; an action without any is told as such. */
static void print_keys(FILE *out, bool browsing)
{
    const struct action_row *row;
    const char *prefix = browsing ? "browse" : "key";
    struct buf keys = {0};

    for (size_t i = 0; (row = action_row(i)); i++) {
        const char *name = bindings_name(row->action);
        buf_reset(&keys);
        bindings_keys(NULL, row->action, browsing, &keys);
        if (keys.len == 0 && !browsing)
            fprintf(out, "# %-22s %s\n", name, _(row->help));
        for (const char *p = keys.len ? keys.p : ""; *p;) {
            int len = (int)strcspn(p, " ");
            int filled = fprintf(out, "%s.%.*s = %s", prefix, len, p, name);
            fprintf(out, "%*s # %s\n", filled < 30 ? 30 - filled : 0, "",
                    _(row->help));
            p += len;
            p += strspn(p, " ");
        }
    }
    buf_clear(&keys);
}

static void print_colors(FILE *out)
{
    for (size_t i = 0; theme_role(i); i++)
        fprintf(out, "color.%s = default\n", theme_role(i));
}

void rc_print(FILE *out)
{
    fputs(_("# mullrc: settings of mull that stay, here as they are built in. Copy\n"
            "# what you change to ~/.config/mull/mullrc; man 5 mullrc explains it.\n"
            "# A '#' at the start of a line or behind a blank begins a comment;\n"
            "# \"default\" is what a setting is without its line.\n"), out);
    print_settings(out);
    fputs(_("\n# --- keys while typing; \"none\" takes a meaning away. What stands\n"
            "# without a key can be given one: key.F8 = clear\n"), out);
    print_keys(out, false);
    fputs(_("\n# --- keys while browsing; two letters are two keys, one after the\n"
            "# other\n"), out);
    print_keys(out, true);
    fputs(_("\n# --- colours over those of the theme: 0 to 255, or \"terminal\" for the\n"
            "# terminal's own\n"), out);
    print_colors(out);
}
