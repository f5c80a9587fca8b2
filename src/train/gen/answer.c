/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/answer.h"

#include <stdio.h>

#include "train/gen/bank.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_word(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

static size_t bare(struct str s, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len && n < room; i++)
        if (str_starts(str_n(s.p + i, s.len - i), str_of("、")))
            i += strlen("、") - 1;
        else if (!s.p[i] || !strchr(" -'\".,!?:>", s.p[i]))
            out[n++] = lower(s.p[i]);
    return n;
}

double answer_same(const struct problem *p, struct str reply)
{
    char got[256], want[256];
    size_t n = bare(gen_bold(reply), got, sizeof got);
    size_t m = bare(buf_str(&p->answer), want, sizeof want);
    return n > 0 && n < sizeof got && n == m && !memcmp(got, want, n);
}

static bool begins(struct str s, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < n; i++)
        if (i >= s.len || lower(s.p[i]) != word[i])
            return false;
    return !is_word(word[0]) || s.len == n || !is_word(s.p[n]);
}

double answer_yes_no(const struct problem *p, struct str reply)
{
    static const char *const no[] = {"no", "false", "不", "没", "否", "假"};
    static const char *const yes[] = {"yes", "true", "是", "有", "对", "能", "真",
                                      "会", "同意", "可以"};
    struct str bold = gen_bold(reply);
    bool says_no = false, says_yes = false;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        says_no |= begins(bold, no[i]);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        says_yes |= begins(bold, yes[i]);
    if (says_no == says_yes)
        return 0;
    return str_is(buf_str(&p->answer), says_yes ? "yes" : "no");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool same_at(struct str text, size_t at, struct str form)
{
    for (size_t i = 0; i < form.len; i++)
        if (lower(text.p[at + i]) != lower(form.p[i]))
            return false;
    return true;
}

/* Whether a form may end here: numbers do before anything but a digit (128K),
 * short words before no letter but the s of a plural. */
static bool ends_at(struct str text, size_t end, struct str form)
{
    if (end == text.len)
        return true;
    if (is_digit(form.p[form.len - 1]))
        return !is_digit(text.p[end]);
    bool plural = text.p[end] == 's';
    return form.len > 3 || !is_word(form.p[0]) || end + plural == text.len ||
           !is_word(text.p[end + plural]);
}

bool answer_says(struct str text, struct str form)
{
    for (size_t at = 0; form.len && at + form.len <= text.len; at++)
        if (same_at(text, at, form) && ends_at(text, at + form.len, form) &&
            (at == 0 || !is_word(form.p[0]) || !is_word(text.p[at - 1])))
            return true;
    return false;
}

/* The next part of *rest up to `mark`; false at the end. */
static bool part(struct str *rest, char mark, struct str *out)
{
    if (rest->len == 0)
        return false;
    const char *end = memchr(rest->p, mark, rest->len);
    size_t n = end ? (size_t)(end - rest->p) : rest->len;
    *out = str_n(rest->p, n);
    *rest = str_n(rest->p + n + (end != NULL), rest->len - n - (end != NULL));
    return true;
}

double answer_facts(const struct problem *p, struct str reply)
{
    struct str rest = buf_str(&p->answer), fact, form;
    unsigned facts = 0, hit = 0;
    while (part(&rest, '\n', &fact)) {
        bool said = false;
        while (part(&fact, '|', &form))
            said |= answer_says(reply, form);
        facts++;
        hit += said;
    }
    return facts ? (double)hit / facts : 0;
}

/* Text of a line of the bank; of a choice every alternative, with | between. */
static void forms(const struct bank *b, uint32_t piece, struct buf *out)
{
    for (uint32_t i = piece; i != BANK_NONE; i = b->pieces[i].next) {
        if (b->pieces[i].kind == PIECE_TEXT)
            buf_add(out, b->text.p + b->pieces[i].from, b->pieces[i].len);
        if (b->pieces[i].kind != PIECE_CHOICE)
            continue;
        for (uint32_t l = b->pieces[i].to; l != BANK_NONE;
             l = b->lines[l].next) {
            if (l != b->pieces[i].to)
                buf_putc(out, '|');
            forms(b, b->lines[l].first, out);
        }
    }
}

void answer_facts_of(struct gen_ctx *ctx, struct problem *p, const char *file,
                     const char *rule)
{
    const struct bank_rule *r = bank_find(ctx->bank, file, ctx->lang, rule);
    if (!r) {
        snprintf(ctx->lacks, sizeof ctx->lacks, "%s: %s", file, rule);
        return;
    }
    for (uint32_t l = r->first; l != BANK_NONE; l = ctx->bank->lines[l].next) {
        forms(ctx->bank, ctx->bank->lines[l].first, &p->answer);
        buf_putc(&p->answer, '\n');
    }
}
