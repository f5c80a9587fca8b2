/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/tex.h"

#include "base/buf.h"
#include "ui/tex_symbols.h"

enum { DEPTH_MAX = 12, SCRIPTS_MAX = 3 };

struct tex {
    struct str s;
    size_t at;
    int depth;
    int scripts;  /* inside so many ^ and _ : no room for blanks there */
    bool matrix;  /* "\\" parts rows */
    bool failed;
};

static void read_all(struct tex *t, struct buf *out, bool group);

static bool fail(struct tex *t)
{
    t->failed = true;
    return false;
}

static char here(const struct tex *t)
{
    return t->at < t->s.len ? t->s.p[t->at] : '\0';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_blanks(struct tex *t)
{
    while (here(t) == ' ' || here(t) == '\t')
        t->at++;
}

/* One blank, unless there is one or the line begins here. */
static void blank(const struct tex *t, struct buf *out)
{
    if (!t->scripts && out->len > 0 && out->p[out->len - 1] != ' ')
        buf_putc(out, ' ');
}

/* The name behind a backslash: letters, or one other character. */
static struct str read_name(struct tex *t)
{
    size_t from = t->at;
    while (is_letter(here(t)))
        t->at++;
    if (t->at == from && t->at < t->s.len) {
        do
            t->at++;
        while (t->at < t->s.len && ((unsigned char)here(t) & 0xC0) == 0x80);
    }
    return str_n(t->s.p + from, t->at - from);
}

/* --- arguments ------------------------------------------------------------ */

static void read_one(struct tex *t, struct buf *out);

/* {...}, or the next single thing. */
static bool argument(struct tex *t, struct buf *out)
{
    skip_blanks(t);
    if (t->at >= t->s.len)
        return fail(t);
    if (here(t) != '{') {
        if (here(t) == '}')
            return fail(t);
        read_one(t, out);
        return !t->failed;
    }
    t->at++;
    read_all(t, out, true);
    return !t->failed;
}

/* The same as it was written: of \text, and of what we do not know. */
static bool raw_argument(struct tex *t, struct str *out)
{
    size_t from, depth = 0;
    skip_blanks(t);
    if (here(t) != '{')
        return fail(t);
    from = ++t->at;
    for (; t->at < t->s.len; t->at++) {
        if (here(t) == '\\' && t->at + 1 < t->s.len)
            t->at++;
        else if (here(t) == '{')
            depth++;
        else if (here(t) == '}' && depth-- == 0) {
            *out = str_n(t->s.p + from, t->at++ - from);
            return true;
        }
    }
    return fail(t);
}

/* One letter, or a number: needs no brackets. */
static bool is_atom(struct str s)
{
    size_t digits = 0, chars = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80 && !is_letter(s.p[i]) && !is_digit(s.p[i]) && c != '.')
            return false;
        digits += is_digit(s.p[i]) || c == '.';
        chars += (c & 0xC0) != 0x80;
    }
    return chars == 1 || digits == s.len;
}

static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_letter(s.p[i]) && !is_digit(s.p[i]) &&
            (unsigned char)s.p[i] < 0x80)
            return false;
    return true;
}

static void put_atom(struct buf *out, struct str s, bool alone)
{
    if (!alone)
        buf_putc(out, '(');
    buf_add_str(out, s);
    if (!alone)
        buf_putc(out, ')');
}

/* --- commands with arguments ---------------------------------------------- */

/* Whether what follows would be read as part of a fraction: "a/bx". */
static bool runs_on(const struct tex *t)
{
    char c = here(t);
    if (c == '\\') {
        struct tex after = *t;
        after.at++;
        struct str name = read_name(&after);
        const struct tex_symbol *sym = tex_symbol(name);
        if (str_is(name, "right") || str_is(name, "\\") || str_is(name, "end") ||
            (sym && (sym->kind == TEX_OPERATOR || sym->kind == TEX_SPACE)))
            return false;
    }
    return is_letter(c) || is_digit(c) || c == '\\' || c == '(' || c == '^' ||
           c == '{';
}

static void fraction(struct tex *t, struct buf *out)
{
    struct buf a = {0}, b = {0};
    if (argument(t, &a) && argument(t, &b)) {
        const char *sign =
            t->scripts ? NULL : tex_fraction(buf_str(&a), buf_str(&b));
        bool close = runs_on(t);
        if (sign) {
            buf_puts(out, sign);
        } else {
            /* "2 3/7", not "23/7"; "(a/b)x", not "a/bx". */
            if (out->len && (is_letter(out->p[out->len - 1]) ||
                             is_digit(out->p[out->len - 1])))
                blank(t, out);
            buf_puts(out, close ? "(" : "");
            put_atom(out, buf_str(&a), is_word(buf_str(&a)));
            buf_putc(out, '/');
            put_atom(out, buf_str(&b), is_word(buf_str(&b)));
            buf_puts(out, close ? ")" : "");
        }
    }
    buf_clear(&a);
    buf_clear(&b);
}

static void root(struct tex *t, struct buf *out)
{
    struct buf of = {0};
    skip_blanks(t);
    const char *sign = "√";
    if (here(t) == '[') {
        size_t end = str_find(t->s, str_of("]"), t->at);
        struct str n = str_n(t->s.p + t->at + 1, end - t->at - 1);
        if (end >= t->s.len) {
            fail(t);
            return;
        }
        sign = str_is(n, "3") ? "∛" : str_is(n, "4") ? "∜" : "√";
        if (*sign && str_is(str_of(sign), "√") && !str_is(n, "2"))
            tex_script(n, true, out);
        t->at = end + 1;
    }
    if (argument(t, &of)) {
        bool close = is_letter(here(t)) || is_digit(here(t));
        buf_puts(out, sign);
        put_atom(out, buf_str(&of), is_atom(buf_str(&of)) && !close);
    }
    buf_clear(&of);
}

static void accent(struct tex *t, const struct tex_symbol *sym, struct buf *out)
{
    struct buf of = {0};
    if (argument(t, &of)) {
        struct str s = buf_str(&of);
        bool letter = s.len == 1 && is_letter(s.p[0]);
        if (!letter) {
            buf_puts(out, sym->name);
            buf_putc(out, '(');
        }
        buf_add_str(out, s);
        buf_puts(out, letter ? sym->text : ")");
    }
    buf_clear(&of);
}

static void blackboard(struct tex *t, struct buf *out)
{
    struct buf of = {0};
    if (argument(t, &of)) {
        const char *sign = tex_blackboard(buf_str(&of));
        buf_puts(out, sign ? sign : of.p ? of.p : "");
    }
    buf_clear(&of);
}

/* \begin{pmatrix} a & b \\ c & d \end{pmatrix} is (a b; c d). */
static void environment(struct tex *t, bool begin, struct buf *out)
{
    static const char *const table[][3] = {
        {"pmatrix", "(", ")"}, {"bmatrix", "[", "]"}, {"vmatrix", "|", "|"},
        {"matrix", "", ""},    {"cases", "{", ""},
    };
    static const char *const open[] = {"aligned", "align", "align*", "split",
                                       "gathered", "equation", "equation*"};
    struct str name;
    if (!raw_argument(t, &name))
        return;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(name, table[i][0])) {
            buf_puts(out, table[i][begin ? 1 : 2]);
            t->matrix = begin;
            skip_blanks(t);
            return;
        }
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (str_is(name, open[i]))
            return;
    buf_puts(out, begin ? "\\begin{" : "\\end{");
    buf_add_str(out, name);
    buf_putc(out, '}');
}

static void boxed(struct tex *t, struct buf *out)
{
    buf_putc(out, '[');
    argument(t, out);
    buf_putc(out, ']');
}

static void binomial(struct tex *t, struct buf *out)
{
    buf_puts(out, "C(");
    argument(t, out);
    buf_puts(out, ", ");
    argument(t, out);
    buf_putc(out, ')');
}

static void modulo(struct tex *t, struct buf *out)
{
    blank(t, out);
    buf_puts(out, "(mod ");
    argument(t, out);
    buf_putc(out, ')');
}

/* \left( and \right\}: the bracket, or nothing for a dot. */
static void bracket(struct tex *t)
{
    skip_blanks(t);
    if (here(t) == '.')
        t->at++;
}

static void not_sign(struct tex *t, struct buf *out)
{
    size_t len;
    skip_blanks(t);
    const char *sign = tex_not(str_n(t->s.p + t->at, t->s.len - t->at), &len);
    if (!sign) {
        buf_puts(out, "\\not");
        return;
    }
    blank(t, out);
    buf_puts(out, sign);
    t->at += len;
    skip_blanks(t);
    blank(t, out);
}

static void text_as_it_is(struct tex *t, struct buf *out)
{
    struct str s;
    if (!raw_argument(t, &s))
        return;
    if (s.len > 0 && s.p[0] == ' ' && out->len > 0 &&
        out->p[out->len - 1] == ' ')
        s = str_n(s.p + 1, s.len - 1);
    buf_add_str(out, s);
}

static const struct {
    const char *name;
    void (*read)(struct tex *t, struct buf *out);
} commands[] = {
    {"frac", fraction},  {"dfrac", fraction},  {"tfrac", fraction},
    {"cfrac", fraction}, {"sqrt", root},       {"mathbb", blackboard},
    {"boxed", boxed},    {"fbox", boxed},      {"binom", binomial},
    {"dbinom", binomial}, {"pmod", modulo},    {"not", not_sign},
    {"text", text_as_it_is}, {"textbf", text_as_it_is},
    {"textit", text_as_it_is}, {"textrm", text_as_it_is},
    {"mbox", text_as_it_is},
};

/* --- one thing after the other -------------------------------------------- */

static void symbol(struct tex *t, const struct tex_symbol *sym, struct buf *out)
{
    switch (sym->kind) {
    case TEX_LETTER:
        buf_puts(out, sym->text);
        if (is_letter(sym->name[0]))
            skip_blanks(t);
        break;
    case TEX_OPERATOR:
        blank(t, out);
        buf_puts(out, sym->text);
        skip_blanks(t);
        blank(t, out);
        break;
    case TEX_WORD:
        if (out->len && is_letter(out->p[out->len - 1]))
            blank(t, out);
        buf_puts(out, sym->text);
        skip_blanks(t);
        if (here(t) != '(' && here(t) != '^' && here(t) != '_' &&
            here(t) != '{' && here(t) != '}' && here(t) != ')' && here(t))
            blank(t, out);
        break;
    case TEX_SPACE:
        buf_puts(out, sym->text);
        skip_blanks(t);
        break;
    case TEX_NOTHING:
        skip_blanks(t);
        break;
    case TEX_KEEP:
        argument(t, out);
        break;
    case TEX_ACCENT:
        accent(t, sym, out);
        break;
    }
}

/* Nothing we know: it stays, and so do its arguments. */
static void unknown(struct tex *t, struct str name, struct buf *out)
{
    struct str s;
    buf_putc(out, '\\');
    buf_add_str(out, name);
    while (here(t) == '{' && raw_argument(t, &s)) {
        buf_putc(out, '{');
        buf_add_str(out, s);
        buf_putc(out, '}');
    }
}

static void command(struct tex *t, struct buf *out)
{
    struct str name = read_name(t);
    if (name.len == 0) {
        fail(t);
        return;
    }
    if (str_is(name, "\\")) {
        buf_puts(out, t->matrix ? ";" : "  ");
        return;
    }
    if (str_is(name, "begin") || str_is(name, "end")) {
        environment(t, name.p[0] == 'b', out);
        return;
    }
    if (str_is(name, "left") || str_is(name, "right")) {
        bracket(t);
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (str_is(name, commands[i].name)) {
            commands[i].read(t, out);
            return;
        }
    const struct tex_symbol *sym = tex_symbol(name);
    if (sym)
        symbol(t, sym, out);
    else
        unknown(t, name, out);
}

static void script(struct tex *t, bool up, struct buf *out)
{
    struct buf of = {0};
    t->at++;
    t->scripts++;
    if (t->scripts > SCRIPTS_MAX)
        fail(t);
    else if (argument(t, &of) && !tex_script(buf_str(&of), up, out)) {
        buf_putc(out, up ? '^' : '_');
        put_atom(out, buf_str(&of), is_atom(buf_str(&of)));
    }
    t->scripts--;
    buf_clear(&of);
}

static void read_one(struct tex *t, struct buf *out)
{
    char c = here(t);
    if (++t->depth > DEPTH_MAX) {
        fail(t);
    } else if (c == '\\') {
        t->at++;
        command(t, out);
    } else if (c == '^' || c == '_') {
        script(t, c == '^', out);
    } else if (c == '{') {
        t->at++;
        read_all(t, out, true);
    } else if (c == ' ' || c == '\t') {
        skip_blanks(t);
        blank(t, out);
    } else if (c == '&' || c == '~') {
        t->at++;
        blank(t, out);
    } else if (c == '\'') {
        t->at++;
        buf_puts(out, "′");
    } else {
        do
            buf_putc(out, t->s.p[t->at++]);
        while (t->at < t->s.len && ((unsigned char)here(t) & 0xC0) == 0x80);
    }
    t->depth--;
}

static void read_all(struct tex *t, struct buf *out, bool group)
{
    while (!t->failed && t->at < t->s.len) {
        if (here(t) == '}') {
            if (!group)
                fail(t);
            t->at++;
            return;
        }
        read_one(t, out);
    }
    if (group)
        fail(t); /* no closing brace came */
}

bool tex_text(struct str formula, struct buf *out)
{
    struct tex t = {.s = formula};
    struct buf text = {0};
    if (formula.len > TEX_MAX)
        return false;
    skip_blanks(&t);
    if (t.at == formula.len)
        return false;
    read_all(&t, &text, false);
    while (text.len > 0 && text.p[text.len - 1] == ' ')
        buf_erase(&text, text.len - 1, 1);
    bool ok = !t.failed; /* with nothing to show, too: \begin{aligned} */
    if (ok)
        buf_add_str(out, buf_str(&text));
    buf_clear(&text);
    return ok;
}
