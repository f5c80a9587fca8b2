/* SPDX-License-Identifier: Apache-2.0 */
#include "train/wild.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "train/gen/answer.h"

/* --- the table ------------------------------------------------------------------------- */

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

void wild_close(struct wild *w)
{
    mem_free(w->rows);
    buf_clear(&w->text);
    *w = (struct wild){0};
}

/* --- numbers ------------------------------------------------------------------------------ */

static bool is_digit(struct str s, size_t i)
{
    return i < s.len && s.p[i] >= '0' && s.p[i] <= '9';
}

/* Every number in a plain form, a space behind each: 7,318 -> 7318, 2.50 -> 2.5.
 * "R 0" of a division that leaves nothing is as good as nothing. */
static void put_numbers(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s, i))
            continue;
        bool fraction = false;
        if (i > 0 && s.p[i - 1] == '-' && !(i > 1 && is_digit(s, i - 2)))
            buf_putc(out, '-');
        for (; i < s.len; i++) {
            if (is_digit(s, i))
                buf_putc(out, s.p[i]);
            else if (s.p[i] == '.' && !fraction && is_digit(s, i + 1))
                fraction = true, buf_putc(out, '.');
            else if (s.p[i] != ',' || fraction || !is_digit(s, i + 1))
                break;
        }
        while (fraction && strchr("0.", out->p[out->len - 1])) {
            fraction = out->p[out->len - 1] != '.';
            buf_erase(out, out->len - 1, 1);
        }
        buf_putc(out, ' ');
    }
}

static bool same_numbers(struct str want, struct str got)
{
    struct buf a = {0}, b = {0};
    put_numbers(want, &a);
    put_numbers(got, &b);
    bool same = a.len > 0 && str_eq(buf_str(&a), buf_str(&b));
    buf_puts(&a, "0 ");
    same = same || str_eq(buf_str(&a), buf_str(&b));
    buf_clear(&a);
    buf_clear(&b);
    return same;
}

/* --- texts ----------------------------------------------------------------------------------- */

/* Words that say the same, and what says nothing. */
static const struct {
    const char *from, *to;
} like[] = {
    {"骑士", "knight"}, {"无赖", "knave"}, {"骗子", "knave"}, {"真", "true"},
    {"假", "false"}, {"，", ""}, {"、", ""}, {"。", ""}, {"：", ""}, {"；", ""},
    {"是", ""}, {" is a ", ""}, {" is ", ""}, {" and ", ""}, {"=", ""},
};

static void put_bare(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.len;) {
        struct str rest = str_n(s.p + i, s.len - i);
        size_t k = 0, n = sizeof like / sizeof *like;
        while (k < n && !str_starts(rest, str_of(like[k].from)))
            k++;
        if (k < n) {
            buf_puts(out, like[k].to);
            i += strlen(like[k].from);
            continue;
        }
        if (!strchr(" -'\".,;:!?<>", s.p[i]) || !s.p[i])
            buf_putc(out, (char)tolower((unsigned char)s.p[i]));
        i++;
    }
}

static bool same_text(struct str want, struct str got)
{
    struct buf a = {0}, b = {0};
    put_bare(want, &a);
    put_bare(got, &b);
    bool same = a.len > 0 && str_eq(buf_str(&a), buf_str(&b));
    buf_clear(&a);
    buf_clear(&b);
    return same;
}

static double check_text(struct problem *p, const struct wild_row *row,
                         struct str reply)
{
    bool yes = str_is(row->answer, "yes") || str_is(row->answer, "true");
    bool no = str_is(row->answer, "no") || str_is(row->answer, "false");
    if (yes || no) {
        buf_puts(&p->answer, yes ? "yes" : "no");
        return answer_yes_no(p, reply);
    }
    return same_text(row->answer, gen_bold(reply)) ||
           (is_digit(row->answer, 0) &&
            same_numbers(row->answer, gen_bold(reply)));
}

static double check_one_of(const struct wild_row *row, struct str reply)
{
    struct str rest = row->answer, bold = gen_bold(reply);
    while (rest.len > 0) {
        struct str one = next_field(&rest, '|');
        if (same_text(one, bold) || answer_says(bold, one))
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
    return task->check(p, reply);
}

/* What the bank holds an answer of this intent to. */
static double check_talk(struct problem *p, const struct wild_row *row,
                         const struct bank *bank, struct str reply)
{
    static const char *const rules[][2] = {{"greeting", "key_hello"},
                                           {"thanks", "key_thanks"},
                                           {"bye", "key_bye"},
                                           {"ability", "key_can_do"}};
    struct gen_ctx ctx = {.bank = bank, .lang = row->lang};
    if (str_is(row->kind, "refusal")) {
        answer_facts_of(&ctx, p, "outside", "key");
        return answer_facts(p, reply);
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (str_is(row->answer, rules[i][0]))
            answer_facts_of(&ctx, p, "talk", rules[i][1]);
    }
    return answer_facts(p, reply);
}

double wild_check(const struct wild_row *row, const struct bank *bank,
                  struct str reply)
{
    struct problem p = {.lang = row->lang};
    double score;
    if (str_is(row->kind, "number")) {
        score = same_numbers(row->answer, gen_bold(reply));
    } else if (str_is(row->kind, "text")) {
        score = check_text(&p, row, reply);
    } else if (str_is(row->kind, "one_of")) {
        score = check_one_of(row, reply);
    } else if (str_is(row->kind, "facts")) {
        add_facts(&p, row->answer);
        score = answer_facts(&p, reply);
    } else if (str_is(row->kind, "countdown")) {
        score = check_countdown(&p, row, reply);
    } else {
        score = check_talk(&p, row, bank, reply);
    }
    problem_clear(&p);
    return score;
}
