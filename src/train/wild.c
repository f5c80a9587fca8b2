/* SPDX-License-Identifier: Apache-2.0 */
#include "train/wild.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "train/gen/answer.h"
#include "train/wild_plain.h"

/* --- the table ------------------------------------------------------------ */

static struct str next_field(struct str *line, char mark)
{
    char text[2] = {mark, '\0'};
    size_t end = str_find(*line, str_of(text), 0);
    struct str field = str_n(line->p, end);
    size_t skip = end < line->len ? end + 1 : end;
    *line = str_n(line->p + skip, line->len - skip);
    return field;
}

static bool is_kind(struct str s)
{
    static const char *const kinds[] = {"number", "text", "one_of", "countdown",
                                        "facts",  "talk", "refusal"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (str_is(s, kinds[i]))
            return true;
    }
    return false;
}

static bool read_row(struct str line, struct wild_row *r)
{
    r->id = next_field(&line, '\t');
    struct str lang = next_field(&line, '\t');
    r->task = next_field(&line, '\t');
    r->prompt = next_field(&line, '\t');
    r->kind = next_field(&line, '\t');
    r->answer = next_field(&line, '\t');
    r->lang = str_is(lang, "zh") ? LANG_ZH : LANG_EN;
    return line.len == 0 && (str_is(lang, "en") || str_is(lang, "zh")) &&
           r->prompt.len > 0 && r->answer.len > 0 && is_kind(r->kind);
}

bool wild_parse(struct wild *w, struct buf *text, struct err *err)
{
    *w = (struct wild){.text = *text};
    *text = (struct buf){0};
    struct str rest = buf_str(&w->text);
    for (unsigned number = 1; rest.len > 0; number++) {
        struct str line = next_field(&rest, '\n');
        if (line.len == 0 || line.p[0] == '#')
            continue;
        w->rows = mem_realloc(w->rows, (w->n + 1) * sizeof *w->rows);
        if (!read_row(line, &w->rows[w->n])) {
            wild_close(w);
            return err_set(err, ERR_FORMAT,
                           "line %u is not id, language, task, prompt, kind, "
                           "answer", number);
        }
        w->n++;
    }
    return true;
}

bool wild_open(struct wild *w, const char *path, struct err *err)
{
    struct buf text = {0};
    if (file_read(path, 1 << 24, &text, err) && wild_parse(w, &text, err))
        return true;
    buf_clear(&text);
    return file_context(err, path);
}

bool wild_is_split(const char *name)
{
    return strcmp(name, "wild") == 0 || strcmp(name, "dev") == 0 ||
           strcmp(name, "outside") == 0;
}

bool wild_open_split(struct wild *w, const char *data, const char *name,
                     struct err *err)
{
    struct buf path = {0};
    buf_printf(&path, "%s/eval/%s.tsv", data, name);
    bool ok = wild_open(w, path.p, err);
    buf_clear(&path);
    return ok;
}

void wild_close(struct wild *w)
{
    mem_free(w->rows);
    buf_clear(&w->text);
    *w = (struct wild){0};
}

/* --- checks --------------------------------------------------------------- */

static size_t count_numbers(const struct buf *numbers)
{
    size_t n = 0;
    for (size_t i = 0; i < numbers->len; i++)
        n += numbers->p[i] == ' ';
    return n;
}

/* The last n numbers, or all where there are fewer. */
static struct str last_numbers(const struct buf *numbers, size_t n)
{
    size_t i = numbers->len;
    if (i == 0)
        return str_n("", 0);
    while (i > 0) {
        if (i < numbers->len && numbers->p[i - 1] == ' ' && --n == 0)
            break;
        i--;
    }
    return str_n(numbers->p + i, numbers->len - i);
}

/* "12*47 = 564": what stands behind the sign. Only where one number is wanted:
 * bold text has to be the answer, not hold it. Without bold text it is the last
 * one of the last line. "r 0" of a division that leaves nothing may be said. */
static bool same_numbers(struct str want, struct str reply)
{
    struct buf a = {0}, b = {0};
    bool bold;
    struct str said = plain_said(reply, &bold);
    plain_numbers(want, &a);
    for (size_t i = said.len; bold && count_numbers(&a) == 1 && i-- > 0;)
        if (said.p[i] == '=') {
            said = str_n(said.p + i + 1, said.len - i - 1);
            break;
        }
    plain_numbers(said, &b);
    struct str got = bold ? buf_str(&b) : last_numbers(&b, count_numbers(&a));
    bool same = a.len > 0 && str_eq(buf_str(&a), got);
    buf_puts(&a, "0 ");
    same = same || (bold && str_eq(buf_str(&a), got));
    buf_clear(&a);
    buf_clear(&b);
    return same;
}

/* "Dee=knave" is said among others: Cal is a knight, Dee is a knave. */
static bool says_each(struct str want, const struct buf *got)
{
    struct buf one = {0};
    bool all = true;
    while (want.len > 0 && all) {
        buf_reset(&one);
        plain_text(next_field(&want, ' '), &one);
        all = one.len == 0 ||
              str_find(buf_str(got), buf_str(&one), 0) < got->len;
    }
    buf_clear(&one);
    return all;
}

static bool same_text(struct str want, struct str said)
{
    struct buf a = {0}, b = {0};
    plain_text(want, &a);
    plain_text(said, &b);
    bool kinds = str_find(want, str_of("="), 0) < want.len;
    bool same = a.len > 0 && (kinds ? says_each(want, &b)
                                    : str_eq(buf_str(&a), buf_str(&b)));
    buf_clear(&a);
    buf_clear(&b);
    return same;
}

/* Where nothing is bold a list or a word stands at the end of the line: behind
 * its colon, else behind "is". */
static struct str tail_of(struct str line)
{
    static const char *const before[] = {": ", "：", " is ", "是"};
    for (size_t k = 0; k < sizeof before / sizeof *before; k++) {
        size_t at = str_find(line, str_of(before[k]), 0);
        size_t from = at + strlen(before[k]);
        if (at < line.len)
            return str_n(line.p + from, line.len - from);
    }
    return line;
}

static bool check_word(struct problem *p, struct str want, struct str reply)
{
    bool yes = str_is(want, "yes") || str_is(want, "true"), bold;
    bool no = str_is(want, "no") || str_is(want, "false");
    struct str said = plain_said(reply, &bold);
    if (yes || no) {
        struct buf marked = {0};
        if (!bold)
            said = str_is(want, "true") || str_is(want, "false") ? tail_of(said)
                                                                 : said;
        buf_printf(&marked, "**%.*s**", (int)said.len, said.p);
        buf_reset(&p->answer);
        buf_puts(&p->answer, yes ? "yes" : "no");
        bool right = answer_yes_no(p, buf_str(&marked)) == 1;
        buf_clear(&marked);
        return right;
    }
    if (want.len > 0 && want.p[0] >= '0' && want.p[0] <= '9')
        return same_numbers(want, reply);
    return same_text(want, said) || (!bold && same_text(want, tail_of(said)));
}

static double check_one_of(struct problem *p, const struct wild_row *row,
                           struct str reply)
{
    bool bold;
    struct str rest = row->answer, said = plain_said(reply, &bold);
    while (rest.len > 0) {
        struct str one = next_field(&rest, '|');
        if (check_word(p, one, reply) ||
            (str_is(row->kind, "one_of") && answer_says(said, one)))
            return 1;
    }
    return 0;
}

static void add_facts(struct problem *p, struct str answer)
{
    while (answer.len > 0) {
        struct str fact = next_field(&answer, ';');
        buf_add_str(&p->answer, fact);
        buf_putc(&p->answer, '\n');
    }
}

/* "12 3 8 -> 17" as the task writes it: "17: 12 3 8". */
static double check_countdown(struct problem *p, const struct wild_row *row,
                              struct str reply)
{
    const struct task *task = task_find("countdown3");
    size_t arrow = str_find(row->answer, str_of("->"), 0);
    if (!task || arrow == row->answer.len)
        return 0;
    struct str target = str_n(row->answer.p + arrow + 2,
                              row->answer.len - arrow - 2);
    while (target.len > 0 && target.p[0] == ' ')
        target = str_n(target.p + 1, target.len - 1);
    while (arrow > 0 && row->answer.p[arrow - 1] == ' ')
        arrow--;
    buf_printf(&p->answer, "%.*s: %.*s", (int)target.len, target.p, (int)arrow,
               row->answer.p);
    bool bold;
    struct str said = plain_said(reply, &bold);
    struct buf marked = {0};
    if (!bold)
        said = tail_of(said);
    while (said.len > 0 && said.p[said.len - 1] == '.')
        said.len--;
    buf_printf(&marked, "**%.*s**", (int)said.len, said.p);
    double score = task->check(p, buf_str(&marked));
    buf_clear(&marked);
    return score;
}

/* What the bank holds an answer of this intent to. */
static double check_rule(enum lang lang, const struct bank *bank,
                         const char *file, const char *rule, struct str reply)
{
    struct gen_ctx ctx = {.bank = bank, .lang = lang};
    struct problem p = {.lang = lang};
    answer_facts_of(&ctx, &p, file, rule);
    double score = answer_facts(&p, reply);
    problem_clear(&p);
    return score;
}

/* One intent or several: "在吗" is a greeting and a test. */
static double check_talk(const struct wild_row *row, const struct bank *bank,
                         struct str reply)
{
    struct str rest = row->answer;
    double best = 0;
    while (rest.len > 0) {
        struct str one = next_field(&rest, '|');
        char rule[32];
        snprintf(rule, sizeof rule, "key_%.*s", (int)one.len, one.p);
        double score = check_rule(row->lang, bank, "talk", rule, reply);
        best = score > best ? score : best;
    }
    return best;
}

/* Beyond it, in so many words, or said by what it can do and cannot. */
static double check_refusal(const struct wild_row *row, const struct bank *bank,
                            struct str reply)
{
    return check_rule(row->lang, bank, "outside", "key", reply) == 1 ||
           check_rule(row->lang, bank, "talk", "key_can", reply) == 1;
}

double wild_check(const struct wild_row *row, const struct bank *bank,
                  struct str reply)
{
    struct problem p = {.lang = row->lang};
    double score;
    if (str_is(row->kind, "number")) {
        score = same_numbers(row->answer, reply);
    } else if (str_is(row->kind, "text") || str_is(row->kind, "one_of")) {
        score = check_one_of(&p, row, reply);
    } else if (str_is(row->kind, "facts")) {
        add_facts(&p, row->answer);
        score = answer_facts(&p, reply);
    } else if (str_is(row->kind, "countdown")) {
        score = check_countdown(&p, row, reply);
    } else if (str_is(row->kind, "refusal")) {
        score = check_refusal(row, bank, reply);
    } else {
        score = check_talk(row, bank, reply);
    }
    problem_clear(&p);
    return score;
}
