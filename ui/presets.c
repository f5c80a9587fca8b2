/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/presets.h"

#include <stdint.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/sanitize.h"
#include "chat/backend.h"
#include "ui/turn_option.h"

enum { SYSTEM_SHOWN = 60, SYSTEM_MAX = 1 << 16 };

const char presets_builtin[] =
    "[precise]\n"
    "temp = 0\n"
    "[free]\n"
    "temp = 1\n"
    "top-p = 0.95\n"
    "[brief]\n"
    "system = Answer in one or two short sentences.\n"
    "[direct]\n"
    "thinking = off\n";

static void clear_preset(struct preset *p)
{
    mem_free(p->name);
    buf_clear(&p->system);
    for (size_t i = 0; i < p->n; i++) {
        mem_free(p->values[i].key);
        mem_free(p->values[i].value);
    }
    mem_free(p->values);
    *p = (struct preset){0};
}

void presets_clear(struct presets *p)
{
    for (size_t i = 0; i < p->n; i++)
        clear_preset(&p->list[i]);
    mem_free(p->list);
    *p = (struct presets){0};
}

/* --- reading -------------------------------------------------------------- */

struct reader {
    struct presets *p;
    size_t now;          /* the preset that lines belong to, or SIZE_MAX */
    size_t at;           /* the byte of the line that an error is about */
};

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z') && !strchr("-_.", c))
            return false;
    }
    return s.len > 0 && s.len <= PRESET_NAME_MAX;
}

static struct preset *find(const struct presets *p, struct str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_is(name, p->list[i].name))
            return &p->list[i];
    return NULL;
}

static bool begin_preset(struct reader *r, struct str line, struct err *err)
{
    struct presets *p = r->p;
    if (line.p[line.len - 1] != ']') {
        r->at += line.len - 1;
        return err_set(err, ERR_FORMAT, _("a ] is missing"));
    }
    struct str name = str_trim(str_n(line.p + 1, line.len - 2), STR_BLANKS);
    if (!is_name(name) || str_is(name, "off"))
        return err_set(err, ERR_FORMAT, _("a name is letters, digits, - and _, "
                       "and not \"off\""));
    struct preset *old = find(p, name);
    if (old && old->text == p->texts)
        return err_set(err, ERR_FORMAT, _("there is a preset \"%s\" already"),
                       old->name);
    if (old) {
        clear_preset(old);
    } else if (p->n == PRESETS_MAX) {
        return err_set(err, ERR_LIMIT, _("more than %d presets"), PRESETS_MAX);
    } else {
        p->list = mem_realloc(p->list, (p->n + 1) * sizeof *p->list);
        old = &p->list[p->n++];
    }
    *old = (struct preset){.name = mem_strndup(name.p, name.len),
                           .text = p->texts};
    r->now = (size_t)(old - p->list);
    return true;
}

static bool set_thinking(struct preset *p, struct str value, struct err *err)
{
    if (!str_is(value, "on") && !str_is(value, "off"))
        return err_set(err, ERR_FORMAT, _("thinking is on or off"));
    p->thinking = str_is(value, "on") ? PRESET_THINKS : PRESET_ANSWERS;
    return true;
}

static bool add_system(struct preset *p, struct str value, struct err *err)
{
    if (p->system.len + value.len > SYSTEM_MAX)
        return err_set(err, ERR_LIMIT, _("more than %d bytes"), SYSTEM_MAX);
    if (p->has_system)
        buf_putc(&p->system, '\n');
    buf_add_str(&p->system, value);
    p->has_system = true;
    return true;
}

static bool add_value(struct preset *p, struct str key, struct str value,
                      struct err *err)
{
    struct turn_options scratch = {0};
    scratch.sampling = (struct sampling){.top_p = 1, .repeat_penalty = 1};
    if (!turn_option_set(&scratch, key, value, err))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (str_is(key, p->values[i].key))
            return err_set(err, ERR_FORMAT, _("%s stands here twice"),
                           p->values[i].key);
    p->values = mem_realloc(p->values, (p->n + 1) * sizeof *p->values);
    p->values[p->n++] = (struct preset_value){
        mem_strndup(key.p, key.len), mem_strndup(value.p, value.len)};
    return true;
}

static bool read_line(struct reader *r, struct str line, struct err *err)
{
    struct str s = str_trim(line, STR_BLANKS);
    if (s.len == 0 || s.p[0] == '#')
        return true;
    r->at = (size_t)(s.p - line.p);
    if (memchr(s.p, '\0', s.len))
        return err_set(err, ERR_FORMAT, _("not text"));
    if (s.p[0] == '[')
        return begin_preset(r, s, err);
    size_t equals = str_find(s, str_of("="), 0);
    if (equals == s.len)
        return err_set(err, ERR_FORMAT, _("expected [NAME] or KEY = VALUE"));
    if (r->now == SIZE_MAX)
        return err_set(err, ERR_FORMAT, _("this stands before the first [NAME]"));
    struct preset *p = &r->p->list[r->now];
    struct str key = str_trim(str_n(s.p, equals), STR_BLANKS);
    struct str value = str_trim(str_n(s.p + equals + 1, s.len - equals - 1),
                                STR_BLANKS);
    bool known = str_is(key, "system") || str_is(key, "thinking") ||
                 turn_option_known(key);
    if (!known)
        return err_set(err, ERR_FORMAT, _("there is no setting \"%.*s\""),
                       key.len < 40 ? (int)key.len : 40, key.p);
    r->at = (size_t)(value.p - line.p);
    if (str_is(key, "system"))
        return add_system(p, value, err);
    if (str_is(key, "thinking"))
        return set_thinking(p, value, err);
    return add_value(p, key, value, err);
}

/* Columns count characters, as editors do. */
static size_t column_of(struct str line, size_t at)
{
    size_t column = 1;
    for (size_t i = 0; i < at && i < line.len; i++)
        column += ((unsigned char)line.p[i] & 0xC0) != 0x80;
    return column;
}

bool presets_read(struct presets *p, struct str text, struct err *err)
{
    struct reader r = {.p = p, .now = SIZE_MAX};
    unsigned number = 0;
    p->texts++;
    for (size_t from = 0; from < text.len;) {
        size_t end = str_find(text, str_of("\n"), from);
        struct str line = str_n(text.p + from, end - from);
        number++;
        r.at = 0;
        if (!read_line(&r, line, err))
            return err_context(err, _("line %u, column %zu"), number,
                               column_of(line, r.at));
        from = end + 1;
    }
    return true;
}

/* --- looking -------------------------------------------------------------- */

const struct preset *presets_find(const struct presets *p, struct str name,
                                  struct err *err)
{
    struct nearest near = nearest_to(name);
    const struct preset *found = p ? find(p, name) : NULL;
    if (found)
        return found;
    for (size_t i = 0; p && i < p->n; i++)
        nearest_offer(&near, p->list[i].name);
    const char *meant = nearest_name(&near);
    struct buf clean = {0};
    sanitize_text(str_n(name.p, name.len < 40 ? name.len : 40), true, &clean);
    err_set(err, ERR_USAGE, _("there is no preset \"%s\"%s%s%s"),
            clean.p ? clean.p : "", meant ? _(" (did you mean \"") : "",
            meant ? meant : "", meant ? "\"?)" : "");
    buf_clear(&clean);
    return NULL;
}

bool preset_names(const struct preset *p, const char *key)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_is(str_of(key), p->values[i].key))
            return true;
    return false;
}

static void separate(struct buf *out, size_t from)
{
    if (out->len > from)
        buf_puts(out, ", ");
}

void preset_text(const struct preset *p, struct buf *out)
{
    size_t from = out->len;
    buf_puts(out, "");
    for (size_t i = 0; i < p->n; i++) {
        separate(out, from);
        buf_printf(out, "%s %s", p->values[i].key, p->values[i].value);
    }
    if (p->thinking != PRESET_AS_IT_IS) {
        separate(out, from);
        buf_puts(out, p->thinking == PRESET_THINKS ? _("thinks first")
                                                   : _("answers without thinking"));
    }
    if (p->has_system) {
        struct str s = buf_str(&p->system);
        size_t shown = str_find(s, str_of("\n"), 0);
        bool cut = shown > SYSTEM_SHOWN || shown < s.len;
        separate(out, from);
        buf_puts(out, _("system: "));
        sanitize_text(str_n(s.p, shown < SYSTEM_SHOWN ? shown : SYSTEM_SHOWN),
                      true, out);
        buf_puts(out, cut ? "..." : "");
    }
    if (out->len == from)
        buf_puts(out, _("nothing"));
}
