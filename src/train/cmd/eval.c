/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/sanitize.h"
#include "train/cmd/cmd.h"
#include "train/evalfile.h"
#include "train/export.h"
#include "train/gen/bank.h"

struct asked {
    const char *folder, *split, *task, *json, *type, *wild;
    unsigned n, threads, max, seed, level;
    double chinese;
    bool all_failures, zero;
};

/* --- on paper ------------------------------------------------------------- */

static void print_row(const char *name, const struct tally *t)
{
    double low, high;
    if (t->n == 0)
        return;
    tally_interval(t, &low, &high);
    printf("%-18s %5u  %5.1f %%  (%.1f to %.1f)  form %5.1f %%  thought %.0f\n",
           name, t->n, 100 * t->right / t->n, 100 * low, 100 * high,
           100.0 * t->well_formed / t->n, (double)t->think_tokens / t->n);
}

static bool is_of(const struct eval_item *item, const char *task)
{
    return item->wild ? str_is(item->wild->task, task)
                      : strcmp(item->task, task) == 0;
}

static void name_of(const struct eval_item *item, char *name, size_t cap)
{
    if (item->wild)
        snprintf(name, cap, "%.*s", (int)item->wild->task.len,
                 item->wild->task.p);
    else
        snprintf(name, cap, "%s", item->task);
}

/* Whether an earlier item is of the same task. */
static bool is_known(const struct evalset *e, size_t i)
{
    char name[64];
    name_of(&e->items[i], name, sizeof name);
    for (size_t k = 0; k < i; k++) {
        if (is_of(&e->items[k], name))
            return true;
    }
    return false;
}

static void print_levels(const struct evalset *e, const char *task)
{
    for (unsigned level = 0; level < 32; level++) {
        struct tally t = {0};
        char name[64];
        for (size_t i = 0; i < e->n; i++) {
            if (is_of(&e->items[i], task) && e->items[i].problem.level == level)
                tally_add(&t, &e->items[i]);
        }
        snprintf(name, sizeof name, "  level %u", level);
        print_row(name, &t);
    }
}

static void print_text(const char *before, const struct buf *text)
{
    struct buf clean = {0};
    sanitize_text(buf_str(text), false, &clean);
    printf("%s%s\n", before, clean.p ? clean.p : "");
    buf_clear(&clean);
}

static void print_failures(const struct evalset *e, bool all)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct eval_item *item = &e->items[i];
        char name[64];
        bool first = true;
        name_of(item, name, sizeof name);
        if (item->score < 0 || item->score >= 1)
            continue;
        for (size_t k = 0; k < i && first; k++)
            first = !(is_of(&e->items[k], name) && e->items[k].score >= 0 &&
                      e->items[k].score < 1);
        if (!first && !all)
            continue;
        printf("\n%s, level %u:\n", name, item->problem.level);
        print_text("> ", &item->problem.prompt);
        print_text("", &item->answer.think);
        print_text("---", &item->answer.reply);
        print_text("wanted: ", &item->problem.answer);
    }
}

/* How much of what lies within the domain is refused. */
static void print_refusals(const struct evalset *e, const struct tally *all)
{
    unsigned n = all->n;
    for (size_t i = 0; i < e->n; i++)
        n -= e->items[i].score >= 0 && is_of(&e->items[i], "outside");
    if (n > 0)
        printf("wrongly refused: %u of %u (%.1f %%)\n", all->refused, n,
               100.0 * all->refused / n);
}

static void print_all(const struct evalset *e, bool all_failures)
{
    struct tally sum = {0}, langs[2] = {{0}, {0}};
    double macro = 0;
    unsigned n_tasks = 0;
    for (size_t i = 0; i < e->n; i++) {
        tally_add(&sum, &e->items[i]);
        tally_add(&langs[e->items[i].problem.lang], &e->items[i]);
        if (is_known(e, i))
            continue;
        struct tally t = {0};
        char name[64];
        name_of(&e->items[i], name, sizeof name);
        for (size_t k = i; k < e->n; k++) {
            if (is_of(&e->items[k], name))
                tally_add(&t, &e->items[k]);
        }
        print_row(name, &t);
        if (!e->items[i].wild)
            print_levels(e, name);
        if (t.n > 0) {
            macro += t.right / t.n;
            n_tasks++;
        }
    }
    puts("");
    print_row("English", &langs[LANG_EN]);
    print_row("Chinese", &langs[LANG_ZH]);
    print_row("all", &sum);
    print_refusals(e, &sum);
    if (n_tasks > 0)
        printf("macro average over %u tasks: %.1f %%\n", n_tasks,
               100 * macro / n_tasks);
    if (sum.drafted > 0)
        printf("drafts of the MTP block accepted: %.1f %%\n",
               100.0 * (double)sum.accepted / (double)sum.drafted);
    print_failures(e, all_failures);
}

/* --- the command ---------------------------------------------------------- */

static void show_progress(void *arg, size_t done, size_t n)
{
    (void)arg;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu%s", done, n, done == n ? "\n" : "");
}

static bool ask_and_print(const struct asked *a, struct evalset *e,
                          const char *path, struct err *err)
{
    struct buf model = {0};
    enum gguf_type type;
    struct eval_options o = {.threads = a->threads, .max_tokens = a->max,
                             .zero = a->zero,
                             .stop = &cmd_stop, .progress = show_progress};
    if (!export_type_parse(a->type, &type, err) ||
        !model_bytes(path, type, &model, err))
        return false;
    cmd_catch_signals();
    bool ok = evalset_ask(e, buf_str(&model), &o, err);
    buf_clear(&model);
    if (!ok && err->kind != ERR_CANCELLED)
        return false;
    print_all(e, a->all_failures);
    return (!a->json || evalfile_write(e, a->json, err)) && ok;
}

static bool fill(const struct asked *a, struct evalset *e, struct wild *w,
                 struct err *err)
{
    static const char *const names[] = {"train", "validation", "test", "unseen"};
    if (a->zero && wild_is_split(a->split))
        return err_set(err, ERR_USAGE, "--zero asks exercises alone");
    if (wild_is_split(a->split)) {
        if (!(a->wild ? wild_open(w, a->wild, err)
                      : wild_open_split(w, a->folder, a->split, err)))
            return false;
        evalset_add_wild(e, w, a->task);
        return true;
    }
    for (int i = 0; i < 4; i++) {
        if (strcmp(a->split, names[i]) == 0)
            return evalset_add_tasks(
                e, &(struct eval_choice){a->task, (enum split)i, a->level, a->n,
                                         a->seed, a->chinese}, err);
    }
    return err_set(err, ERR_USAGE,
                   "a split is train, validation, test, unseen, wild, dev or "
                   "outside");
}

static bool evaluate(const struct asked *a, const char *model, struct err *err)
{
    struct evalset e = {0};
    struct wild w = {0};
    struct buf path = {0};
    buf_printf(&path, "%s/bank", a->folder);
    struct bank *bank = bank_open(path.p, err);
    e.bank = bank;
    bool ok = (bank || file_context(err, path.p)) && fill(a, &e, &w, err) &&
              ask_and_print(a, &e, model, err);
    evalset_clear(&e);
    wild_close(&w);
    bank_free(bank);
    buf_clear(&path);
    return ok;
}

bool cmd_train_eval(int argc, char **argv, struct err *err)
{
    struct asked a = {.split = "test", .type = "q8_0", .n = 100, .max = 768,
                      .level = EVAL_ALL_LEVELS,
                      .chinese = 0.35};
    const struct flag flags[] = {
        {"split", FLAG_TEXT, &a.split, "SPLIT",
         "validation, test, unseen, wild, dev, outside [test]", 0, 0},
        {"n", FLAG_COUNT, &a.n, "N", "exercises of each task [100]", 1, 1e6},
        {"task", FLAG_TEXT, &a.task, "TASK", "one task or group [all]", 0, 0},
        {"level", FLAG_COUNT, &a.level, "L", "how hard, from 0 [all]", 0, 99},
        {"json", FLAG_TEXT, &a.json, "FILE", "every question and answer", 0, 0},
        {"failures", FLAG_SWITCH, &a.all_failures, NULL,
         "print all that went wrong, not one of a kind", 0, 0},
        {"zero", FLAG_SWITCH, &a.zero, NULL,
         "asked as R1-Zero was, the answer inside <answer>", 0, 0},
        {"max", FLAG_COUNT, &a.max, "N", "tokens of an answer [768]", 1, 1 << 20},
        {"chinese", FLAG_NUMBER, &a.chinese, "PART", "of the exercises [0.35]", 0,
         1},
        {"seed", FLAG_COUNT, &a.seed, "N", "other ones", 0, 1e9},
        {"threads", FLAG_COUNT, &a.threads, "N", "[as many as there are CPUs]",
         0, 64},
        {"type", FLAG_TEXT, &a.type, "TYPE",
         "a checkpoint as q8_0, f16 or f32 [q8_0]", 0, 0},
        {"wild", FLAG_TEXT, &a.wild, "FILE", "other wild prompts", 0, 0},
        {"data", FLAG_TEXT, &a.folder, "DIR", "phrases and prompts [data]", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    int first;
    bool done;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    if (!argv[first] || argv[first + 1])
        return err_set(err, ERR_USAGE, "eval needs one model");
    a.folder = cmd_data_folder(a.folder);
    return evaluate(&a, argv[first], err);
}
