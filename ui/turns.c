/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/turns.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"

#define MATCH_LIMIT 5000
#define HEAP_LIMIT 1000 /* KiB */

const char turns_builtin[] =
    "# Words with which a thought takes a turn. One a line, \"correction:\" or\n"
    "# \"turn:\" and a PCRE2 pattern, tried where a sentence begins.\n"
    "correction: (no,? )?wait\\b( a (second|minute|moment))?\n"
    "correction: hold on\\b\n"
    "correction: hmm+\\b,? (no|wait|but)\\b\n"
    "correction: (oh,? )?no,\n"
    "correction: actually\\b\n"
    "correction: again\\b\n"
    "correction: (that|this)('s| is| was| can't| cannot) (be )?(not right|wrong|"
    "incorrect|impossible)\n"
    "correction: i (made|see) (a|my|the) (mistake|error)\n"
    "correction: oops\\b\n"
    "correction: (let me|i should|i need to) (re-?(check|do|compute|calculate|"
    "consider|think|read)|correct|fix|try again|start over)\\b\n"
    "correction: (等等|等一下|等下|且慢|慢着)\n"
    "correction: (不对|不是|错了|好像不对|这不对|不，|不,)\n"
    "correction: (我|这里|上面)?(算错|弄错|搞错|写错)\n"
    "correction: (重新|再)(算|想|来|检查|考虑)\n"
    "turn: (but )?alternatively\\b\n"
    "turn: (another|a different) (way|approach|idea|thought|possibility)\\b\n"
    "turn: (ok(ay)?|so|now|then|but|and|well|right|yes|hmm+),? ?(let me|let's)"
    "\\b\n"
    "turn: (let me|let's) (check|verify|test|see|try|look|think|confirm|count|"
    "compute|calculate)\\b\n"
    "turn: (check|verify)(ing)?\\b\n"
    "turn: hmm+\\b\n"
    "turn: (but|however)\\b\n"
    "turn: (so|therefore|thus|hence),? (the|my) (final )?(answer|result)\\b\n"
    "turn: (另外|或者|换(个|一个|一种)|另一(个|种))\n"
    "turn: (让我|我们?(来|再|先)|先)(检查|验证|确认|看看|想想|试试|算)\n"
    "turn: (验证|检查|检验)\n"
    "turn: (但是|然而|不过|可是)\n"
    "turn: (所以|因此)(答案|结果)\n";

struct turns {
    pcre2_code *code[3];      /* owned; by kind; NULL: no pattern of it */
    pcre2_match_data *found;  /* owned */
    pcre2_match_context *limits;
};

#define OPTIONS (PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_ANCHORED | \
                 PCRE2_NEVER_BACKSLASH_C)

static pcre2_code *compile(struct str pattern, char why[120])
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.len,
                                     OPTIONS, &error, &at, NULL);
    if (!code)
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, 120);
    return code;
}

/* --- the list ------------------------------------------------------------- */

static struct str behind(struct str s, const char *word)
{
    return str_trim(str_n(s.p + strlen(word), s.len - strlen(word)),
                    STR_BLANKS);
}

/* One line, added to the alternatives of its kind. Alone first, so that what is
 * wrong is told of its own line. */
static bool take_line(struct buf all[3], struct str line, struct err *err)
{
    char why[120] = "";
    enum turn_kind kind = str_starts(line, str_of("correction:"))
                              ? TURN_CORRECTION
                          : str_starts(line, str_of("turn:")) ? TURN_ANEW
                                                               : TURN_NONE;
    if (line.len == 0 || *line.p == '#')
        return true;
    if (kind == TURN_NONE)
        return err_set(err, ERR_FORMAT,
                       _("a line begins with correction: or turn:"));
    struct str p = behind(line, kind == TURN_ANEW ? "turn:" : "correction:");
    pcre2_code *alone = compile(p, why);
    if (!alone || p.len == 0) {
        pcre2_code_free(alone);
        return err_set(err, ERR_FORMAT, "%s", *why ? why : _("no pattern"));
    }
    pcre2_code_free(alone);
    buf_puts(&all[kind], all[kind].len ? "|(?:" : "(?:");
    buf_add_str(&all[kind], p);
    buf_putc(&all[kind], ')');
    return true;
}

static bool take_list(struct buf all[3], struct str list, struct err *err)
{
    for (unsigned n = 1; list.len; n++) {
        size_t end = str_find(list, str_of("\n"), 0);
        if (!take_line(all, str_trim(str_n(list.p, end), STR_BLANKS), err))
            return err_context(err, _("line %u"), n);
        end += end < list.len;
        list = str_n(list.p + end, list.len - end);
    }
    return true;
}

static void set_limits(struct turns *t)
{
    t->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(t->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(t->limits, HEAP_LIMIT);
    t->found = pcre2_match_data_create(1, NULL);
}

struct turns *turns_new(struct str list, struct err *err)
{
    struct turns *t = mem_zalloc(sizeof *t);
    struct buf all[3] = {{0}};
    char why[120] = "";
    bool ok = take_list(all, list, err);
    for (int kind = TURN_ANEW; ok && kind <= TURN_CORRECTION; kind++) {
        if (all[kind].len == 0)
            continue;
        t->code[kind] = compile(buf_str(&all[kind]), why);
        if (!t->code[kind]) /* each alone was right: a name used twice */
            ok = err_set(err, ERR_FORMAT, _("together: %s"), why);
        else /* without it things are only slower */
            pcre2_jit_compile(t->code[kind], PCRE2_JIT_COMPLETE);
    }
    set_limits(t);
    for (int kind = 0; kind < 3; kind++)
        buf_clear(&all[kind]);
    if (ok)
        return t;
    turns_free(t);
    return NULL;
}

void turns_free(struct turns *t)
{
    if (!t)
        return;
    for (int kind = 0; kind < 3; kind++)
        pcre2_code_free(t->code[kind]);
    pcre2_match_data_free(t->found);
    pcre2_match_context_free(t->limits);
    mem_free(t);
}

/* --- matching ------------------------------------------------------------- */

/* At most so many bytes, ended between characters. */
static struct str look_at(struct str text, size_t at)
{
    size_t len = text.len - at;
    const char *feed = memchr(text.p + at, '\n', len);
    if (feed)
        len = (size_t)(feed - (text.p + at));
    if (len > TURNS_LOOK) {
        len = TURNS_LOOK;
        while (len && ((unsigned char)text.p[at + len] & 0xC0) == 0x80)
            len--;
    }
    return str_n(text.p + at, len);
}

enum turn_kind turns_match(const struct turns *t, struct str text, size_t at,
                           size_t *len)
{
    struct str s = look_at(text, at);
    for (int kind = TURN_CORRECTION; kind >= TURN_ANEW; kind--) {
        if (!t->code[kind])
            continue;
        int n = pcre2_match(t->code[kind], (PCRE2_SPTR)s.p, s.len, 0, 0,
                            t->found, t->limits);
        if (n < 0)
            continue;
        PCRE2_SIZE *at_len = pcre2_get_ovector_pointer(t->found);
        *len = at_len[1];
        if (*len)
            return (enum turn_kind)kind;
    }
    return TURN_NONE;
}
