/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/bindings.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "ui/key.h"

/* --- names of actions ----------------------------------------------------- */

/* Of those that have no slash command, which would be their name. */
static const char *const names[ACTION_COUNT] = {
    [ACTION_STOP] = "stop",
    [ACTION_COPY_MESSAGE] = "copy-message",
    [ACTION_VARIANT_BEFORE] = "variant-before",
    [ACTION_VARIANT_AFTER] = "variant-after",
    [ACTION_FIND_FIRST] = "find-first",
    [ACTION_FIND_NEXT] = "find-next",
    [ACTION_FIND_PREV] = "find-before",
    [ACTION_FIND_WHERE] = "find-where",
    [ACTION_GRID] = "grid",
    [ACTION_EXPERT_SWITCH] = "expert-switch",
    [ACTION_REDRAW] = "redraw",
    [ACTION_SUSPEND] = "suspend",
    [ACTION_BROWSE] = "browse",
    [ACTION_INPUT] = "input",
    [ACTION_LINE_UP] = "line-up",
    [ACTION_LINE_DOWN] = "line-down",
    [ACTION_PAGE_UP] = "page-up",
    [ACTION_PAGE_DOWN] = "page-down",
    [ACTION_HALF_UP] = "half-page-up",
    [ACTION_HALF_DOWN] = "half-page-down",
    [ACTION_TOP] = "top",
    [ACTION_END] = "end",
    [ACTION_OPEN] = "open",
    [ACTION_FOLD_HERE] = "fold-here",
    [ACTION_FOLD_ALL] = "fold-all",
    [ACTION_UNFOLD_ALL] = "unfold-all",
    [ACTION_NEXT_BLOCK] = "next-block",
    [ACTION_PREV_BLOCK] = "block-before",
    [ACTION_NEXT_STEP] = "next-step",
    [ACTION_PREV_STEP] = "step-before",
    [ACTION_LEFT] = "left",
    [ACTION_RIGHT] = "right",
};

static const struct action_row *row_of(enum action a)
{
    const struct action_row *r;
    for (size_t i = 0; (r = action_row(i)); i++)
        if (r->action == a)
            return r;
    return NULL;
}

const char *bindings_name(enum action a)
{
    const struct action_row *r = row_of(a);
    return a == ACTION_NONE ? "none" : names[a] ? names[a] : r ? r->name : "";
}

bool bindings_find(struct str name, enum action *out, struct err *err)
{
    struct nearest near = nearest_to(name);
    for (int a = ACTION_NONE; a < ACTION_COUNT; a++) {
        const char *known = bindings_name((enum action)a);
        if (!*known)
            continue;
        if (str_is(name, known)) {
            *out = (enum action)a;
            return true;
        }
        nearest_offer(&near, known);
    }
    const char *meant = nearest_name(&near);
    int len = name.len < 40 ? (int)name.len : 40;
    if (meant)
        return err_set(err, ERR_USAGE,
                       _("there is no action \"%.*s\" (did you mean \"%s\"?)"), len,
                       name.p, meant);
    return err_set(err, ERR_USAGE,
                   _("there is no action \"%.*s\"; man mull-keys lists them"), len,
                   name.p);
}

/* --- names of keys -------------------------------------------------------- */

static size_t cut_mods(struct str name, unsigned *mods)
{
    static const struct {
        const char *name;
        unsigned mod;
    } table[] = {{"Ctrl-", MOD_CTRL}, {"Alt-", MOD_ALT}, {"Shift-", MOD_SHIFT}};
    size_t at = 0;
    *mods = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t len = strlen(table[i].name);
        /* "Ctrl--" is Ctrl with a minus sign: something must be left. */
        if (name.len > at + len && memcmp(name.p + at, table[i].name, len) == 0) {
            at += len;
            *mods |= table[i].mod;
        }
    }
    return at;
}

static bool is_named_key(struct str s)
{
    for (int code = K_ENTER; code <= K_LAST; code++) {
        char name[KEY_LABEL_MAX];
        if (code == K_PASTE || code == K_F0)
            continue;
        key_label(&(struct key){.code = (enum key_code)code}, name);
        if (str_is(s, name))
            return true;
    }
    return str_is(s, "Space");
}

static bool is_one_character(struct str s)
{
    uint32_t cp;
    bool valid = true;
    return s.len > 0 && utf8_decode(s.p, s.len, &cp, &valid) == s.len && valid &&
           cp > 0x20 && cp != 0x7F && (cp < 0x80 || cp >= 0xA0);
}

/* Two plain letters: one key, then the other. The first is small, so that no
 * name of a key looks like it. */
static bool is_two_keys(struct str s)
{
    return s.len == 2 && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] > 0x20 &&
           s.p[1] < 0x7F;
}

static bool is_key(struct str name, bool browsing)
{
    unsigned mods;
    size_t at = cut_mods(name, &mods);
    struct str rest = str_n(name.p + at, name.len - at);
    if (name.len >= BINDING_KEY)
        return false;
    if (is_named_key(rest))
        return true;
    if (mods & MOD_CTRL) /* a control byte has no small letter */
        return is_one_character(rest) && !(rest.p[0] >= 'a' && rest.p[0] <= 'z');
    return is_one_character(rest) || (browsing && !mods && is_two_keys(rest));
}

static bool is_word_of(struct str name, const char *const *words)
{
    for (; *words; words++)
        if (str_is(name, *words))
            return true;
    return false;
}

/* What readline, or typing itself, wants of the keys. */
static bool belongs_to_the_line(struct str key)
{
    static const char *const own[] = {
        "Ctrl-A", "Ctrl-B", "Ctrl-D", "Ctrl-E", "Ctrl-F", "Ctrl-H", "Ctrl-I",
        "Ctrl-J", "Ctrl-K", "Ctrl-M", "Ctrl-N", "Ctrl-P", "Ctrl-Q", "Ctrl-R",
        "Ctrl-S", "Ctrl-T", "Ctrl-U", "Ctrl-V", "Ctrl-W", "Ctrl-X", "Ctrl-Y",
        "Ctrl-_", "Ctrl-[", "Up", "Down", "Left", "Right", "Home", "End",
        "Enter", "Tab", "Backspace", "Delete", "Esc", "Space", "Insert",
        "Alt-Enter", NULL};
    unsigned mods;
    size_t at = cut_mods(key, &mods);
    struct str rest = str_n(key.p + at, key.len - at);
    if (is_word_of(key, own))
        return true;
    /* Letters are typed, with Alt they are readline's words. */
    return !(mods & MOD_CTRL) && !is_named_key(rest);
}

bool bindings_key_known(struct str key, bool browsing, struct err *err)
{
    int len = key.len < 40 ? (int)key.len : 40;
    return is_key(key, browsing) ||
           err_set(err, ERR_USAGE,
                   _("\"%.*s\" is no key: F8, Ctrl-O, Shift-Up and the like"), len,
                   key.p);
}

/* --- the differences ------------------------------------------------------ */

void bindings_reset(struct bindings *b, bool browsing, struct str key)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->own[i].browsing == browsing && str_is(key, b->own[i].key)) {
            b->own[i] = b->own[--b->n];
            memset(&b->own[b->n], 0, sizeof b->own[b->n]);
            return;
        }
}

bool bindings_set(struct bindings *b, bool browsing, struct str key,
                  enum action action, struct err *err)
{
    if (!bindings_key_known(key, browsing, err))
        return false;
    /* That Ctrl-C stops may be said: it changes nothing. */
    bool as_before = action_for_key(key, browsing) == action;
    if (!as_before && str_is(key, "Ctrl-C"))
        return err_set(err, ERR_USAGE, _("Ctrl-C always stops"));
    if (!as_before && !browsing && belongs_to_the_line(key))
        return err_set(err, ERR_USAGE, _("%.*s belongs to the line one types"),
                       (int)key.len, key.p);
    bindings_reset(b, browsing, key);
    if (as_before)
        return true;
    if (b->n == BINDINGS_MAX)
        return err_set(err, ERR_LIMIT, _("%d keys are the limit"),
                       (int)BINDINGS_MAX);
    memcpy(b->own[b->n].key, key.p, key.len);
    b->own[b->n].browsing = browsing;
    b->own[b->n++].action = (uint8_t)action;
    return true;
}

static bool find_own(const struct bindings *b, struct str key, bool browsing,
                     enum action *a)
{
    for (size_t i = 0; b && i < b->n; i++)
        if (b->own[i].browsing == browsing && str_is(key, b->own[i].key)) {
            *a = (enum action)b->own[i].action;
            return true;
        }
    return false;
}

enum action bindings_action(const struct bindings *b, struct str key,
                            bool browsing)
{
    enum action a;
    return find_own(b, key, browsing, &a) ? a : action_for_key(key, browsing);
}

bool bindings_begins(const struct bindings *b, struct str key)
{
    for (size_t i = 0; b && i < b->n; i++) {
        struct str own = str_of(b->own[i].key);
        if (b->own[i].browsing && b->own[i].action && is_two_keys(own) &&
            key.len == 1 && own.p[0] == key.p[0])
            return true;
    }
    return action_key_begins(key);
}

static void add_key(struct str key, struct buf *out)
{
    if (out->len && out->p[out->len - 1] != ' ')
        buf_putc(out, ' ');
    buf_add(out, key.p, key.len);
}

void bindings_keys(const struct bindings *b, enum action a, bool browsing,
                   struct buf *out)
{
    const struct action_row *r = row_of(a);
    enum action other;
    for (const char *p = r ? (browsing ? r->browse : r->keys) : ""; *p;) {
        size_t len = strcspn(p, " ");
        if (len && !find_own(b, str_n(p, len), browsing, &other))
            add_key(str_n(p, len), out);
        p += len + strspn(p + len, " ");
    }
    for (size_t i = 0; b && i < b->n; i++)
        if (b->own[i].browsing == browsing && b->own[i].action == a)
            add_key(str_of(b->own[i].key), out);
}
