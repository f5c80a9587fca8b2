/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/highlight.h"

#include <stdbool.h>

/* Beside comments and strings of one line. */
enum {
    NOCASE = 1,     /* SELECT is select */
    DIFF = 2,       /* lines, by their first sign */
    TRIPLE = 4,     /* """ and ''' hold several lines */
    TICKS = 8,      /* `...` holds several lines */
    PREPROC = 16,   /* # begins a line for the preprocessor */
    DASH_WORDS = 32 /* words may hold - */
};

enum open { OPEN_NOTHING, OPEN_COMMENT, OPEN_DOUBLE, OPEN_SINGLE, OPEN_TICKS };

struct language {
    const char *names;            /* behind the fence, blank separated */
    const char *words;            /* " if else ", blanks at either end */
    const char *line_comment, *other_comment;
    const char *begin, *end;      /* of a comment over several lines */
    const char *quotes;           /* that begin and end a string */
    unsigned flags;
};

static const struct language languages[] = {
    {"c h cpp c++ cc hpp cxx objc cuda",
     " alignas alignof auto bool break case catch char class const constexpr "
     "continue default delete do double else enum explicit extern false float "
     "for friend goto if inline int int8_t int16_t int32_t int64_t long mutable "
     "namespace new noexcept nullptr NULL operator override private protected "
     "public register restrict return short signed size_t sizeof ssize_t static "
     "static_assert struct switch template this throw true try typedef typename "
     "uint8_t uint16_t uint32_t uint64_t union unsigned using virtual void "
     "volatile while ",
     "//", NULL, "/*", "*/", "\"'", PREPROC},
    {"python py python3 py3",
     " False None True and as assert async await break case class continue def "
     "del elif else except finally for from global if import in is lambda match "
     "nonlocal not or pass raise return self try while with yield ",
     "#", NULL, NULL, NULL, "\"'", TRIPLE},
    {"javascript js jsx typescript ts tsx mjs node",
     " any as async await boolean break case catch class const continue "
     "debugger default delete do else enum export extends false finally for "
     "from function if implements import in instanceof interface let new null "
     "number of private public readonly return static string super switch this "
     "throw true try type typeof undefined var void while yield ",
     "//", NULL, "/*", "*/", "\"'", TICKS},
    {"rust rs",
     " Err None Ok Option Result Self Some String Vec as async await bool break "
     "char const continue crate dyn else enum extern f32 f64 false fn for i8 "
     "i16 i32 i64 i128 if impl in isize let loop match mod move mut pub ref "
     "return self static str struct super trait true type u8 u16 u32 u64 u128 "
     "unsafe use usize where while ",
     "//", NULL, "/*", "*/", "\"", 0},
    {"go golang",
     " any bool break byte case chan const continue default defer else error "
     "fallthrough false float32 float64 for func go goto if import int int8 "
     "int16 int32 int64 interface map nil package range return rune select "
     "string struct switch true type uint uint8 uint16 uint32 uint64 var ",
     "//", NULL, "/*", "*/", "\"'", TICKS},
    {"java kotlin kt scala csharp cs swift",
     " abstract as boolean break byte case catch char class const continue "
     "data def default do double else enum extends false final finally float "
     "for fun func if implements import in instanceof int interface internal "
     "is let long match namespace new null object override package private "
     "protected public return sealed short static string super switch this "
     "throw throws trait true try using val var void when while yield ",
     "//", NULL, "/*", "*/", "\"'", 0},
    {"sh shell bash zsh console shell-session ash ksh",
     " alias break case cd continue do done echo elif else esac eval exec exit "
     "export fi for function if in local printf read readonly return set shift "
     "source test then trap unset until while ",
     "#", NULL, NULL, NULL, "\"'", DASH_WORDS},
    {"json jsonc json5 jsonl", " false null true ", "//", NULL, "/*", "*/",
     "\"", 0},
    {"yaml yml toml ini conf cfg dockerfile makefile make cmake",
     " false no null off on true yes ", "#", NULL, NULL, NULL, "\"'",
     DASH_WORDS},
    {"sql sqlite mysql postgres postgresql plsql",
     " add all alter and as asc begin between by case cast check column commit "
     "count create cross default delete desc distinct drop else end exists "
     "foreign from full group having if in index inner insert into is join key "
     "left like limit not null offset on or order outer primary references "
     "right rollback select set sum table then union unique update using "
     "values view when where with ",
     "--", NULL, "/*", "*/", "'\"", NOCASE},
    {"lua", " and break do else elseif end false for function goto if in local "
     "nil not or repeat return then true until while ",
     "--", NULL, "--[[", "]]", "\"'", 0},
    {"ruby rb perl pl elixir r julia jl",
     " and begin break case class def do else elsif elseif end ensure false "
     "for function if in let module my next nil not or our print puts require "
     "rescue return self sub then true unless until use when while yield ",
     "#", NULL, NULL, NULL, "\"'", 0},
    {"haskell hs elm ocaml ml",
     " case class data deriving do else fun function if import in instance let "
     "match module newtype of open rec then type where with ",
     "--", NULL, "{-", "-}", "\"", 0},
    {"css scss less", " important ", NULL, NULL, "/*", "*/", "\"'", DASH_WORDS},
    {"html xml svg vue", " ", NULL, NULL, "<!--", "-->", "\"", DASH_WORDS},
    {"diff patch", " ", NULL, NULL, NULL, NULL, "", DIFF},
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(const char *p, struct str word, bool nocase)
{
    for (size_t i = 0; i < word.len; i++)
        if (p[i] == '\0' ||
            (nocase ? lower(p[i]) != lower(word.p[i]) : p[i] != word.p[i]))
            return false;
    return p[word.len] == ' ' || p[word.len] == '\0';
}

static bool in_list(const char *list, struct str word, bool nocase)
{
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, " ");
        if (len == word.len && len > 0 && same_word(p, word, nocase))
            return true;
        p += len + strspn(p + len, " ");
    }
    return false;
}

const struct language *language_find(struct str name)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (name.len > 0 && in_list(languages[i].names, name, true))
            return &languages[i];
    return NULL;
}

/* --- one line ------------------------------------------------------------- */

struct reader {
    const struct language *l;
    struct str s;
    size_t at;
    uint8_t open;
    highlight_fn fn;
    void *arg;
};

static void tell(struct reader *r, size_t from, enum style_role role)
{
    if (r->fn && from < r->at)
        r->fn(r->arg, from, r->at, role);
}

static bool stands(const struct reader *r, const char *mark)
{
    return mark && str_starts(str_n(r->s.p + r->at, r->s.len - r->at),
                              str_of(mark));
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Up to and with `end`, or the rest of the line and on into the next. */
static void read_until(struct reader *r, const char *end, size_t from,
                       enum open open, enum style_role role)
{
    size_t found = str_find(r->s, str_of(end), r->at);
    bool closed = found < r->s.len;
    r->at = closed ? found + strlen(end) : r->s.len;
    r->open = closed ? OPEN_NOTHING : (uint8_t)open;
    tell(r, from, role);
}

static void read_open(struct reader *r)
{
    static const char *const ends[] = {
        [OPEN_DOUBLE] = "\"\"\"", [OPEN_SINGLE] = "'''", [OPEN_TICKS] = "`"};
    if (r->open == OPEN_COMMENT && r->l->end)
        read_until(r, r->l->end, 0, OPEN_COMMENT, STYLE_CODE_COMMENT);
    else if (r->open > OPEN_COMMENT && r->open <= OPEN_TICKS)
        read_until(r, ends[r->open], 0, (enum open)r->open, STYLE_CODE_STRING);
    r->open = r->at < r->s.len ? OPEN_NOTHING : r->open;
}

static void read_string(struct reader *r)
{
    size_t from = r->at;
    char quote = r->s.p[r->at++];
    while (r->at < r->s.len && r->s.p[r->at] != quote)
        r->at += r->s.p[r->at] == '\\' && r->at + 1 < r->s.len ? 2 : 1;
    /* A lone apostrophe is no string: 'a, or don't in a shell's comment. */
    if (r->at >= r->s.len && quote == '\'') {
        r->at = from + 1;
        return;
    }
    if (r->at < r->s.len)
        r->at++;
    tell(r, from, STYLE_CODE_STRING);
}

static void read_number(struct reader *r)
{
    size_t from = r->at;
    while (r->at < r->s.len && (is_word(r->s.p[r->at]) || r->s.p[r->at] == '.'))
        r->at++;
    tell(r, from, STYLE_CODE_NUMBER);
}

static void read_word(struct reader *r)
{
    size_t from = r->at;
    while (r->at < r->s.len &&
           (is_word(r->s.p[r->at]) ||
            (r->s.p[r->at] == '-' && r->l->flags & DASH_WORDS)))
        r->at++;
    struct str word = str_n(r->s.p + from, r->at - from);
    if (in_list(r->l->words, word, r->l->flags & NOCASE))
        tell(r, from, STYLE_CODE_KEYWORD);
}

static void read_diff(struct reader *r)
{
    static const struct {
        const char *begin;
        enum style_role role;
    } table[] = {
        {"+++", STYLE_HEADING}, {"---", STYLE_HEADING},
        {"diff ", STYLE_HEADING}, {"@@", STYLE_CODE_KEYWORD},
        {"+", STYLE_ACCENT},    {"-", STYLE_LOOK},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (stands(r, table[i].begin)) {
            r->at = r->s.len;
            tell(r, 0, table[i].role);
            return;
        }
    r->at = r->s.len;
}

static bool read_comment(struct reader *r)
{
    size_t from = r->at;
    if (stands(r, r->l->begin)) {
        r->at += strlen(r->l->begin);
        read_until(r, r->l->end, from, OPEN_COMMENT, STYLE_CODE_COMMENT);
        return true;
    }
    if (!stands(r, r->l->line_comment) && !stands(r, r->l->other_comment))
        return false;
    /* In a shell # begins a comment behind a blank only: ${#x}, $#. */
    if (r->s.p[r->at] == '#' && r->at > 0 && r->s.p[r->at - 1] != ' ' &&
        r->s.p[r->at - 1] != '\t')
        return false;
    r->at = r->s.len;
    tell(r, from, STYLE_CODE_COMMENT);
    return true;
}

static bool read_long_string(struct reader *r)
{
    size_t from = r->at;
    bool twice = stands(r, "\"\"\""), once = stands(r, "'''");
    if (r->l->flags & TRIPLE && (twice || once)) {
        r->at += 3;
        read_until(r, twice ? "\"\"\"" : "'''", from,
                   twice ? OPEN_DOUBLE : OPEN_SINGLE, STYLE_CODE_STRING);
        return true;
    }
    if (r->l->flags & TICKS && r->s.p[r->at] == '`') {
        r->at++;
        read_until(r, "`", from, OPEN_TICKS, STYLE_CODE_STRING);
        return true;
    }
    return false;
}

/* #include <x>: the word of the preprocessor. */
static bool read_preproc(struct reader *r)
{
    size_t from = r->at, i = 0;
    while (i < from && (r->s.p[i] == ' ' || r->s.p[i] == '\t'))
        i++;
    if (!(r->l->flags & PREPROC) || r->s.p[from] != '#' || i != from)
        return false;
    r->at++;
    while (r->at < r->s.len && r->s.p[r->at] == ' ')
        r->at++;
    while (r->at < r->s.len && is_word(r->s.p[r->at]))
        r->at++;
    tell(r, from, STYLE_CODE_KEYWORD);
    return true;
}

uint8_t highlight_line(const struct language *l, struct str line, uint8_t open,
                       highlight_fn fn, void *arg)
{
    struct reader r = {.l = l, .s = line, .open = open, .fn = fn, .arg = arg};
    if (open != OPEN_NOTHING)
        read_open(&r);
    if (l->flags & DIFF)
        read_diff(&r);
    while (r.at < line.len) {
        char c = line.p[r.at];
        if (read_comment(&r) || read_long_string(&r) || read_preproc(&r))
            continue;
        if (c && strchr(l->quotes, c))
            read_string(&r);
        else if (c >= '0' && c <= '9')
            read_number(&r);
        else if (is_word(c))
            read_word(&r);
        else
            r.at++;
    }
    return r.open;
}
