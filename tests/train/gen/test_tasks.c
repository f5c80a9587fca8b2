/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of every task, of many problems in every language and split. */
#include "train/gen/gen.h"

#include <ctype.h>

#include "base/utf8.h"
#include "check.h"
#include "open_bank.h"
#include "train/gen/number.h"

enum { PER_SPLIT = 500, N_SPLITS = 4, N_LANGS = 2 };

static struct gen_ctx ctx_of(const struct task *task, enum split split,
                             enum lang lang, unsigned i)
{
    return (struct gen_ctx){.rng = rng_init(1000 * (unsigned)split + i),
                            .split = split, .lang = lang,
                            .level = i % task->n_levels, .bank = bank};
}

typedef void look_fn(const struct task *task, const struct gen_ctx *ctx,
                     struct problem *p);

static void for_all(look_fn *look, unsigned per_split)
{
    struct problem p = {0};
    size_t n;
    const struct task *const *tasks = task_all(&n);
    for (size_t t = 0; t < n; t++)
        for (unsigned i = 0; i < per_split * N_SPLITS * N_LANGS; i++) {
            struct gen_ctx ctx = ctx_of(tasks[t], i % N_SPLITS,
                                        i / N_SPLITS % N_LANGS,
                                        i / N_SPLITS / N_LANGS);
            if (!tasks[t]->make(&ctx, &p))
                fail_msg("%s: split %d lang %d level %u gave nothing (%s)",
                         tasks[t]->name, (int)ctx.split, (int)ctx.lang,
                         ctx.level, ctx.lacks);
            look(tasks[t], &ctx, &p);
        }
    problem_clear(&p);
}

static void tell(const struct problem *p, const char *what)
{
    fail_msg("%s: %s\nprompt: %s\n%s\nreply: %s\nanswer: %s", p->task, what,
             p->prompt.p, p->think.p, p->reply.p, p->answer.p);
}

static void look_at_reply(const struct task *task, const struct gen_ctx *ctx,
                          struct problem *p)
{
    (void)ctx;
    if (task->check(p, buf_str(&p->reply)) != 1)
        tell(p, "its own reply is not right");
    if (task->check(p, str_of("")) != 0 ||
        task->check(p, str_of("I do not know.")) == 1) /* part of the facts */
        if (!strstr(p->answer.p, "none"))
            tell(p, "no answer is right");
    /* The last digit of the bold part, one more. Knowledge may say it again
     * elsewhere in the reply, and its check looks there too. */
    struct str bold = gen_bold(buf_str(&p->reply));
    if (!strcmp(task->name, "deepseek"))
        return;
    for (size_t i = bold.len; i-- > 0;)
        if (isdigit((unsigned char)bold.p[i])) {
            char *digit = p->reply.p + (bold.p + i - p->reply.p), was = *digit;
            *digit = was == '9' ? '0' : (char)(was + 1);
            if (task->check(p, buf_str(&p->reply)) == 1)
                tell(p, "a reply with one digit wrong is right");
            *digit = was;
            break;
        }
}

static bool has_chinese(struct str s)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t cp;
        i += utf8_decode(s.p + i, s.len - i, &cp, NULL);
        if (cp >= 0x4E00 && cp < 0xA000)
            return true;
    }
    return false;
}

static void check_text(const struct problem *p, const struct buf *b, bool lines)
{
    for (size_t i = 0; i < b->len; i++)
        if ((unsigned char)b->p[i] < ' ' && !(lines && b->p[i] == '\n'))
            tell(p, "a control character");
    if (b->len == 0 || !utf8_valid(buf_str(b)))
        tell(p, "empty, or not UTF-8");
    if (strpbrk(b->p, "{}") || strstr(b->p, "\n\n") || b->p[b->len - 1] == '\n')
        tell(p, "a stray bracket or an empty line");
    if (p->lang == LANG_EN && has_chinese(buf_str(b)) &&
        !strstr(p->task, "numword"))
        tell(p, "Chinese in English");
}

static void look_at_text(const struct task *task, const struct gen_ctx *ctx,
                         struct problem *p)
{
    check_text(p, &p->prompt, false);
    check_text(p, &p->think, true);
    check_text(p, &p->reply, false);
    if (p->lang == LANG_ZH && (!has_chinese(buf_str(&p->prompt)) ||
                               !has_chinese(buf_str(&p->think)) ||
                               !has_chinese(buf_str(&p->reply))))
        tell(p, "no Chinese in Chinese");
    if (strcmp(p->task, task->name) || p->level != ctx->level ||
        p->lang != ctx->lang)
        tell(p, "not what was asked for");
    enum split want = ctx->split == SPLIT_UNSEEN ? SPLIT_TEST : ctx->split;
    if (gen_split(p->key) != want)
        tell(p, "a key of another split");
    if (p->n_slips && ctx->split != SPLIT_TRAIN)
        tell(p, "a slip outside of training");
    for (size_t i = 0; i < p->n_slips; i++)
        if (p->slips[i].from >= p->slips[i].to ||
            p->slips[i].to > p->think.len)
            tell(p, "a slip that is nowhere");
}

/* --- a small evaluator, knowing nothing of the generators ----------------- */

struct sum {
    const char *p, *end;
    bool ok;
};

static double sum_of(struct sum *s);

static double atom_of(struct sum *s)
{
    double v = 0;
    bool minus = s->p < s->end && *s->p == '-';
    s->p += minus;
    if (s->p < s->end && *s->p == '(') {
        s->p++;
        v = sum_of(s);
        s->ok &= s->p < s->end && *s->p == ')';
        s->p++;
    } else {
        s->ok &= s->p < s->end && isdigit((unsigned char)*s->p);
        for (; s->p < s->end && isdigit((unsigned char)*s->p); s->p++)
            v = v * 10 + (*s->p - '0');
        double place = 1;
        if (s->p + 1 < s->end && *s->p == '.')
            for (s->p++; s->p < s->end && isdigit((unsigned char)*s->p); s->p++)
                v += (*s->p - '0') * (place /= 10);
    }
    return minus ? -v : v;
}

static double product_of(struct sum *s)
{
    double v = atom_of(s);
    while (s->ok && s->p < s->end && (*s->p == '*' || *s->p == '/')) {
        char op = *s->p++;
        double w = atom_of(s);
        v = op == '*' ? v * w : v / w;
    }
    return v;
}

static double sum_of(struct sum *s)
{
    double v = product_of(s);
    while (s->ok && s->p < s->end && (*s->p == '+' || *s->p == '-')) {
        char op = *s->p++;
        double w = product_of(s);
        v = op == '+' ? v + w : v - w;
    }
    return v;
}

static bool value_of(const char *from, const char *to, double *v)
{
    struct sum s = {from, to, true};
    *v = sum_of(&s);
    return s.ok && s.p == to;
}

static bool in_slip(const struct problem *p, size_t at)
{
    for (size_t i = 0; i < p->n_slips; i++)
        if (at >= p->slips[i].from && at <= p->slips[i].to)
            return true;
    return false;
}

static unsigned n_equations;

/* a+b or a-b of two numbers from 100 on, in a thought of training: the sum must be
 * one of training. */
static void look_for_leaks(const struct gen_ctx *ctx, const struct problem *p,
                           const char *l, const char *eq)
{
    char *end;
    long a = strtol(l, &end, 10), b;
    char op = *end;
    if (ctx->split != SPLIT_TRAIN || (op != '+' && op != '-'))
        return;
    b = strtol(end + 1, &end, 10);
    if (end == eq && a >= 100 && b >= 100 &&
        gen_split(key_sorted(op == '+' ? "add" : "sub", a, b)) != SPLIT_TRAIN)
        tell(p, "a sum that is kept for testing");
}

/* A line that is nothing but a sum to be worked out below it. */
static void look_at_sum_lines(const struct gen_ctx *ctx, const struct problem *p)
{
    for (const char *l = p->think.p; l; l = strchr(l, '\n')) {
        l += *l == '\n';
        size_t n = strcspn(l, "\n");
        if (strspn(l, "0123456789+-") == n)
            look_for_leaks(ctx, p, l, l + n);
    }
}

/* left=right, and left=QrR for a division with a rest; what is no sum on either
 * side (a word, a letter) is not looked at. */
static void look_at_equations(const struct task *task, const struct gen_ctx *ctx,
                              struct problem *p)
{
    (void)task;
    const char *begin = p->think.p, *end = begin + p->think.len;
    look_at_sum_lines(ctx, p);
    for (const char *eq = begin; (eq = strchr(eq, '=')); eq++) {
        const char *l = eq, *r = eq + 1;
        double left, right, rest;
        while (l > begin && strchr("0123456789+-*/().", l[-1]))
            l--;
        while (r < end && (isdigit((unsigned char)*r) || *r == '.' ||
                           (*r == '-' && r == eq + 1)))
            r++;
        if (in_slip(p, (size_t)(eq + 1 - begin)) || l == eq || r == eq + 1)
            continue;
        if (r[-1] == '.')
            r--;
        if (!value_of(l, eq, &left) || !value_of(eq + 1, r, &right))
            continue;
        n_equations++;
        look_for_leaks(ctx, p, l, eq);
        if (*r == 'r' && isdigit((unsigned char)r[1])) {
            const char *slash = memchr(l, '/', (size_t)(eq - l)), *to = r + 1;
            double a, b;
            while (isdigit((unsigned char)*to))
                to++;
            if (!slash || !value_of(l, slash, &a) || !value_of(slash + 1, eq, &b) ||
                !value_of(r + 1, to, &rest) || a != right * b + rest || rest >= b)
                tell(p, eq);
        } else if (left - right > 1e-9 || right - left > 1e-9) {
            tell(p, eq);
        }
    }
}

static void look_at_all(const struct task *task, const struct gen_ctx *ctx,
                        struct problem *p)
{
    look_at_text(task, ctx, p);
    look_at_equations(task, ctx, p);
    look_at_reply(task, ctx, p); /* last: it writes into the reply */
}

/* One drawing for all three: there are many problems. */
static void replies_are_right_texts_clean_and_equations_true(void **state)
{
    (void)state;
    n_equations = 0;
    for_all(look_at_all, PER_SPLIT);
    CHECK(n_equations > PER_SPLIT);
}

static void the_evaluator_itself_sees_a_wrong_sum(void **state)
{
    (void)state;
    double v;
    const char *sum = "(12+7)*3-5/2";
    CHECK(value_of(sum, sum + strlen(sum), &v));
    CHECK(v == 54.5);
    CHECK(!value_of(sum, sum + 3, &v));
}

/* --- determinism, wording, slips ------------------------------------------ */

static void the_same_seed_makes_the_same_problem(void **state)
{
    (void)state;
    struct problem p = {0}, q = {0};
    size_t n;
    const struct task *const *tasks = task_all(&n);
    for (size_t t = 0; t < n; t++)
        for (unsigned i = 0; i < 200; i++) {
            struct gen_ctx a = ctx_of(tasks[t], SPLIT_TRAIN, i % 2, i), b = a;
            CHECK(tasks[t]->make(&a, &p) && tasks[t]->make(&b, &q));
            assert_string_equal(p.prompt.p, q.prompt.p);
            assert_string_equal(p.think.p, q.think.p);
            assert_string_equal(p.reply.p, q.reply.p);
            assert_int_equal(p.key, q.key);
            b.rng = rng_init(77777 + i);
            CHECK(tasks[t]->make(&b, &q));
        }
    problem_clear(&p);
    problem_clear(&q);
}

/* How many different prompts 400 drawings give. */
static void no_sentence_is_seen_twice(void **state)
{
    (void)state;
    struct problem p = {0};
    size_t n;
    const struct task *const *tasks = task_all(&n);
    for (size_t t = 0; t < n; t++) {
        uint64_t seen[400];
        unsigned twice = 0;
        if (!strcmp(tasks[t]->group, "talk")) /* hello is hello */
            continue;
        for (unsigned i = 0; i < 400; i++) {
            struct gen_ctx ctx = ctx_of(tasks[t], SPLIT_TRAIN, i % 2, i);
            CHECK(tasks[t]->make(&ctx, &p));
            seen[i] = gen_key(buf_str(&p.prompt));
            for (unsigned j = 0; j < i; j++)
                if (seen[j] == seen[i]) {
                    twice++;
                    break;
                }
        }
        if (twice > 20)
            fail_msg("%s: %u of 400 prompts were there before", tasks[t]->name,
                     twice);
    }
    problem_clear(&p);
}

/* "求和：993，48" without its comma is no "99348". */
static void two_numbers_never_become_one(void **state)
{
    const struct task *add = task_find("add");
    struct problem p = {0};
    (void)state;
    for (unsigned i = 0; i < 6000; i++) {
        struct gen_ctx ctx = ctx_of(add, i % 2 ? SPLIT_TRAIN : SPLIT_UNSEEN,
                                    LANG_ZH, i);
        long a, b;
        char run[64], comma[64];
        problem_reset(&p);
        if (!add->make(&ctx, &p) ||
            sscanf(p.think.p, "加: %ld+%ld", &a, &b) != 2)
            continue;
        snprintf(run, sizeof run, "%ld%ld", a, b);
        snprintf(comma, sizeof comma, "%ld,%ld", a, b);
        if (strstr(p.prompt.p, run) || strstr(p.prompt.p, comma))
            fail_msg("%s", p.prompt.p);
    }
    problem_clear(&p);
}

static void a_level_or_a_bank_that_is_not_there_gives_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct problem p = {0};
    struct bank *empty = bank_new();
    size_t n;
    const struct task *const *tasks = task_all(&n);
    CHECK_OK(bank_ready(empty, &err), &err);
    for (size_t t = 0; t < n; t++) {
        struct gen_ctx ctx = ctx_of(tasks[t], SPLIT_TRAIN, LANG_EN, 0);
        ctx.level = tasks[t]->n_levels;
        CHECK(!tasks[t]->make(&ctx, &p));
        ctx.level = 0;
        ctx.bank = empty;
        CHECK(!tasks[t]->make(&ctx, &p));
        CHECK(ctx.lacks[0]);
        assert_ptr_equal(task_find(tasks[t]->name), tasks[t]);
    }
    assert_null(task_find("no such task"));
    bank_free(empty);
    problem_clear(&p);
}

static void every_task_says_what_it_holds_and_what_is_usual(void **state)
{
    (void)state;
    size_t n;
    const struct task *const *tasks = task_all(&n);
    for (size_t t = 0; t < n; t++) {
        assert_in_range(task_usual(tasks[t]), 1, tasks[t]->n_levels);
        CHECK(tasks[t]->domain && strlen(tasks[t]->domain) > 10);
        assert_null(strchr(tasks[t]->domain, '|')); /* a cell of the card */
    }
    assert_int_equal(task_usual(task_find("add")), task_find("add")->n_levels);
    assert_int_equal(task_usual(task_find("div")), 3);
    assert_int_equal(task_usual(task_find("knaves")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_evaluator_itself_sees_a_wrong_sum),
        cmocka_unit_test(replies_are_right_texts_clean_and_equations_true),
        cmocka_unit_test(the_same_seed_makes_the_same_problem),
        cmocka_unit_test(no_sentence_is_seen_twice),
        cmocka_unit_test(two_numbers_never_become_one),
        cmocka_unit_test(every_task_says_what_it_holds_and_what_is_usual),
        cmocka_unit_test(a_level_or_a_bank_that_is_not_there_gives_nothing),
    };
    return cmocka_run_group_tests(tests, open_bank, close_bank);
}
