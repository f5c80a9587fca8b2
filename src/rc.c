/* SPDX-License-Identifier: Apache-2.0 */
#include "rc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "option.h"
#include "options.h"
#include "paths.h"

#define MAX_RC_BYTES (64 * 1024)
#define COLOR_PREFIX "color."

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* A '#' begins a comment at the start of a line or behind a blank, so that a
 * file name may hold one. */
static struct str without_comment(struct str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.p[i] == '#' && (i == 0 || is_blank(line.p[i - 1])))
            return str_n(line.p, i);
    return line;
}

static const struct option_row *find_key(struct str name, struct err *err)
{
    struct nearest near = nearest_to(name);
    const struct option_row *row;

    for (size_t i = 0; (row = option_row(i)); i++) {
        if (!row->in_rc)
            continue;
        if (str_is(name, row->name))
            return row;
        nearest_offer(&near, row->name);
    }
    const char *meant = nearest_name(&near);
    int len = name.len < 40 ? (int)name.len : 40;
    if (meant)
        err_set(err, ERR_USAGE, _("there is no setting \"%.*s\" (did you mean "
                "\"%s\"?)"), len, name.p, meant);
    else
        err_set(err, ERR_USAGE, _("there is no setting \"%.*s\""), len, name.p);
    return NULL;
}

/* The option keeps the text, so it must outlive the file's: a model name,
 * "~/" and relative names made whole. */
static const char *keep_model(struct options *o, const char *value,
                              const char *folder)
{
    const char *home = getenv("HOME");
    struct buf path = {0};

    if (strncmp(value, "~/", 2) == 0 && home)
        buf_printf(&path, "%s%s", home, value + 1);
    else if (value[0] == '/' || !folder || strcmp(value, "builtin") == 0)
        buf_puts(&path, value);
    else
        buf_printf(&path, "%s/%s", folder, value);
    mem_free(o->rc_model);
    o->rc_model = path.p;
    return o->rc_model;
}

static bool set_key(struct options *o, const struct option_row *row,
                    struct str value, const char *folder, struct err *err)
{
    char *text = mem_strndup(value.p, value.len);
    bool ok = true;

    if (strcmp(text, "default") == 0)
        ; /* it is so already, unless a line before said otherwise */
    else if (row->kind == OPTION_MODEL && *text)
        ok = option_set(row, o, keep_model(o, text, folder), err);
    else
        ok = option_set(row, o, text, err);
    mem_free(text);
    return ok;
}

/* "key." and "browse." begin the name of a key; 0: another setting. */
static size_t binding_prefix(struct str name)
{
    static const char *const prefixes[] = {"key.", "browse."};
    for (size_t i = 0; i < 2; i++)
        if (str_starts(name, str_of(prefixes[i])))
            return strlen(prefixes[i]);
    return 0;
}

/* Behind the name of a setting; "browse.=" has one in it. */
static const char *find_equals(struct str line)
{
    size_t skip = binding_prefix(line);

    skip += skip > 0;
    return skip < line.len ? memchr(line.p + skip, '=', line.len - skip) : NULL;
}

/* name: "key.F8". A wrong action is told where it stands. */
static bool set_binding(struct options *o, struct str name, struct str value,
                        size_t *at, size_t value_at, struct err *err)
{
    size_t prefix = binding_prefix(name);
    bool browsing = name.p[0] == 'b';
    struct str key = str_n(name.p + prefix, name.len - prefix);
    struct bindings *b = &o->ui.bindings;
    enum action a;

    *at += prefix;
    if (str_is(value, "default")) {
        if (!bindings_key_known(key, browsing, err))
            return false;
        bindings_reset(b, browsing, key);
        return true;
    }
    if (!bindings_find(value, &a, err)) {
        *at = value_at;
        return false;
    }
    return bindings_set(b, browsing, key, a, err);
}

/* role: behind "color.". The theme's own word for the terminal's colour would be
 * ours for a line that is not there. */
static bool set_color(struct options *o, struct str role, struct str value,
                      size_t *at, size_t value_at, struct err *err)
{
    struct nearest near = nearest_to(role);
    struct theme *t = &o->ui.theme;
    size_t i = 0;

    for (; theme_role(i) && !str_is(role, theme_role(i)); i++)
        nearest_offer(&near, theme_role(i));
    int len = role.len < 40 ? (int)role.len : 40;
    if (!theme_role(i)) {
        *at += sizeof COLOR_PREFIX - 1;
        const char *meant = nearest_name(&near);
        return meant ? err_set(err, ERR_USAGE, _("nothing with a colour is called "
                               "\"%.*s\" (did you mean \"%s\"?)"), len, role.p,
                               meant)
                     : err_set(err, ERR_USAGE, _("nothing with a colour is called "
                               "\"%.*s\""), len, role.p);
    }
    *at = value_at;
    if (str_is(value, "default")) {
        t->own[i].set = false;
        t->own[i].color = 0;
        return true;
    }
    if (str_is(value, "terminal"))
        value = str_of("default");
    return theme_set_color(t, role, value, err);
}

/* *at: the byte in the line that an error is about. */
static bool parse_line(struct options *o, struct str line, const char *folder,
                       size_t *at, struct err *err)
{
    struct str s = without_comment(line), all = str_trim(s, STR_BLANKS);

    if (all.len == 0)
        return true;
    *at = (size_t)(all.p - line.p);
    s = str_n(all.p, s.len - *at); /* blanks at its end tell where a value is not */
    if (memchr(s.p, '\0', s.len))
        return err_set(err, ERR_USAGE, _("not text"));

    const char *equals = find_equals(s);
    if (!equals)
        return err_set(err, ERR_USAGE, _("expected NAME = VALUE"));
    struct str name = str_trim(str_n(s.p, (size_t)(equals - s.p)), STR_BLANKS);
    struct str value =
        str_trim(str_n(equals + 1, s.len - (size_t)(equals - s.p) - 1), STR_BLANKS);
    size_t value_at = (size_t)(value.p - line.p);

    if (binding_prefix(name))
        return set_binding(o, name, value, at, value_at, err);
    if (str_starts(name, str_of(COLOR_PREFIX))) {
        size_t skip = sizeof COLOR_PREFIX - 1;
        return set_color(o, str_n(name.p + skip, name.len - skip), value, at,
                         value_at, err);
    }
    const struct option_row *row = find_key(name, err);
    if (!row)
        return false;
    *at = value_at;
    return set_key(o, row, value, folder, err);
}

/* Columns count characters, as editors do. */
static size_t column_of(struct str line, size_t at)
{
    size_t column = 1;

    for (size_t i = 0; i < at && i < line.len; i++)
        column += ((unsigned char)line.p[i] & 0xC0) != 0x80;
    return column;
}

bool rc_parse(struct options *o, struct str text, const char *folder,
              struct err *err)
{
    unsigned number = 0;

    for (size_t from = 0; from < text.len;) {
        size_t end = str_find(text, str_of("\n"), from), at = 0;
        struct str line = str_n(text.p + from, end - from);

        number++;
        if (!parse_line(o, line, folder, &at, err))
            return err_context(err, _("line %u, column %zu"), number,
                               column_of(line, at));
        from = end + 1;
    }
    return true;
}

static bool read_file(struct options *o, const char *path, struct err *err)
{
    struct buf text = {0};
    char *folder = mem_strdup(path);

    *strrchr(folder, '/') = '\0';
    bool ok = (file_read(path, MAX_RC_BYTES, &text, err) &&
               rc_parse(o, buf_str(&text), folder, err)) ||
              file_context(err, path);
    mem_free(folder);
    buf_clear(&text);
    return ok;
}

bool rc_read(struct options *o, struct err *err)
{
    struct buf path = {0};
    bool ok = true;

    if (path_find(PATH_CONFIG, "mullrc", &path) && access(path.p, F_OK) == 0)
        ok = read_file(o, path.p, err);
    buf_clear(&path);
    return ok;
}
