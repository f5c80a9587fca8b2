/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "text/vocab.h"
#include "train/cmd/cmd.h"
#include "train/corpus.h"
#include "train/data/tokenizer.h"
#include "train/gen/bank.h"
#include "train/gen/gen.h"
#include "train/recipe.h"

struct asked {
    const char *folder, *show, *lang, *split, *stage, *out;
    unsigned n, level, seed;
    bool list, count, decay;
};

static bool pick(const char *name, const char *const *names, int n, int *out,
                 struct err *err)
{
    for (*out = 0; *out < n; ++*out) {
        if (strcmp(name, names[*out]) == 0)
            return true;
    }
    return err_set(err, ERR_USAGE, "\"%s\" is not %s, %s ...", name, names[0],
                   names[1]);
}

/* --- exercises of a task -------------------------------------------------- */

static bool list_tasks(void)
{
    size_t n;
    const struct task *const *all = task_all(&n);
    for (size_t i = 0; i < n; i++) {
        unsigned usual = task_usual(all[i]);
        printf("%-14s %-28s levels 0 to %u", all[i]->name, all[i]->group,
               all[i]->n_levels - 1);
        if (usual < all[i]->n_levels)
            printf(", usually 0");
        if (usual > 1 && usual < all[i]->n_levels)
            printf(" to %u", usual - 1);
        printf("\n    %s\n", all[i]->domain);
    }
    return true;
}

static void print_problem(const struct problem *p)
{
    printf("%s, level %u, %s\n> %.*s\n%.*s\n%.*s\n", p->task, p->level,
           p->lang == LANG_ZH ? "zh" : "en", (int)p->prompt.len, p->prompt.p,
           (int)p->think.len, p->think.len ? p->think.p : "",
           (int)p->reply.len, p->reply.p);
    for (size_t i = 0; i < p->n_slips; i++)
        printf("(slip: %.*s)\n", (int)(p->slips[i].to - p->slips[i].from),
               p->think.p + p->slips[i].from);
    putchar('\n');
}

static bool show_task(const struct asked *a, const struct bank *bank,
                      const struct task *task, struct err *err)
{
    static const char *const langs[] = {"en", "zh"};
    static const char *const splits[] = {"train", "validation", "test", "unseen"};
    struct problem p = {0};
    struct gen_ctx ctx = {.bank = bank};
    int lang = -1, split;
    bool ok = true;
    if ((a->lang && !pick(a->lang, langs, 2, &lang, err)) ||
        !pick(a->split, splits, 4, &split, err))
        return false;
    for (unsigned i = 0; i < a->n && ok; i++) {
        ctx.rng = rng_init(rng_mix(a->seed) + i);
        ctx.split = (enum split)split;
        ctx.lang = lang >= 0 ? (enum lang)lang
                             : (enum lang)(rng_below(&ctx.rng, 3) == 0);
        ctx.level = a->level < task->n_levels
                        ? a->level : rng_below(&ctx.rng, task->n_levels);
        problem_reset(&p);
        p.task = task->name;
        p.level = ctx.level;
        p.lang = ctx.lang;
        ok = task->make(&ctx, &p);
        if (!ok)
            err_set(err, ERR_USAGE, "%s gives no such exercise%s%s", task->name,
                    ctx.lacks[0] ? ": the bank lacks " : "", ctx.lacks);
        else
            print_problem(&p);
    }
    problem_clear(&p);
    return ok;
}

static bool show(const struct asked *a, struct err *err)
{
    const struct task *task = task_find(a->show);
    struct buf path = {0};
    if (!task)
        return err_set(err, ERR_USAGE,
                       "there is no task \"%s\" (mull-train data --list)",
                       a->show);
    buf_printf(&path, "%s/bank", a->folder);
    struct bank *bank = bank_open(path.p, err);
    bool ok = (bank || file_context(err, path.p)) &&
              show_task(a, bank, task, err);
    bank_free(bank);
    buf_clear(&path);
    return ok;
}

/* --- documents of a stage ------------------------------------------------- */

/* What carries no loss is shown in braces. */
static void print_document(const struct document *d, const struct vocab *v)
{
    bool counts = true;
    for (size_t i = 0; i < d->ids.n; i++) {
        struct str s = vocab_bytes(v, d->ids.p[i]);
        bool now = i > 0 && d->weight[i] != 0;
        if (now != counts)
            fputs(now ? "}" : "{", stdout);
        counts = now;
        fwrite(s.p, 1, s.len, stdout);
    }
    fputs(counts ? "\n\n" : "}\n\n", stdout);
}

struct tally {
    uint64_t docs, tokens, counted, bytes;
};

static void count_document(struct tally *t, const struct document *d,
                           const struct vocab *v)
{
    t->docs++;
    t->tokens += d->ids.n;
    for (size_t i = 0; i < d->ids.n; i++) {
        t->counted += d->weight[i] != 0;
        t->bytes += vocab_bytes(v, d->ids.p[i]).len;
    }
}

static void print_tally(const struct tally *all, double seconds)
{
    struct tally sum = {0};
    printf("%-10s %8s %10s %8s %10s %12s\n", "kind", "docs", "tokens", "counted",
           "tokens/doc", "bytes/token");
    for (int k = 0; k < N_DOC_KINDS; k++) {
        const struct tally *t = &all[k];
        if (t->docs == 0)
            continue;
        printf("%-10s %8llu %10llu %7.0f%% %10.1f %12.2f\n", doc_kind_name(k),
               (unsigned long long)t->docs, (unsigned long long)t->tokens,
               100.0 * (double)t->counted / (double)t->tokens,
               (double)t->tokens / (double)t->docs,
               (double)t->bytes / (double)t->tokens);
        sum.tokens += t->tokens;
    }
    printf("%.0f tokens/s made by one thread\n",
           (double)sum.tokens / (seconds > 0 ? seconds : 1));
}

static void draw(const struct asked *a, const struct dataset *d,
                 const struct data_plan *plan, unsigned stage)
{
    struct data_work w = {0};
    struct tally all[N_DOC_KINDS] = {0};
    double begun = clock_ms();
    for (unsigned i = 0; i < a->n; i++) {
        enum doc_kind kind =
            dataset_draw(d, plan, stage, a->seed, i, a->decay, &w);
        count_document(&all[kind], &w.doc, d->tokenizer->vocab);
        if (a->count)
            continue;
        printf("[%s, %zu tokens]\n", doc_kind_name(kind), w.doc.ids.n);
        print_document(&w.doc, d->tokenizer->vocab);
    }
    if (a->count)
        print_tally(all, (clock_ms() - begun) / 1e3);
    data_work_clear(&w);
}

static bool draw_from(const struct asked *a, struct recipe *r, struct err *err)
{
    const char *names[N_STAGES];
    struct corpus c;
    struct tokenizer t;
    struct buf path = {0};
    int stage;
    for (int i = 0; i < N_STAGES; i++)
        names[i] = stage_name(i);
    if (!pick(a->stage, names, N_STAGES, &stage, err) ||
        !corpus_open(&c, r, a->folder, err))
        return false;
    if (a->out)
        buf_printf(&path, "%s/tokenizer.gguf", a->out);
    else
        buf_printf(&path, "run/%s/tokenizer.gguf", r->name);
    bool ok = tokenizer_open(&t, path.p, err);
    if (ok) {
        dataset_set_tokenizer(&c.dataset, &t);
        draw(a, &c.dataset, &r->stages[stage].data, (unsigned)stage);
        tokenizer_close(&t);
    }
    corpus_close(&c);
    buf_clear(&path);
    return ok;
}

bool cmd_train_data(int argc, char **argv, struct err *err)
{
    struct asked a = {.split = "train", .stage = "sft", .n = 5,
                      .level = UINT32_MAX};
    const struct flag flags[] = {
        {"list", FLAG_SWITCH, &a.list, NULL, "the tasks there are", 0, 0},
        {"show", FLAG_TEXT, &a.show, "TASK", "exercises of a task", 0, 0},
        {"n", FLAG_COUNT, &a.n, "N", "how many [5]", 1, 1e9},
        {"level", FLAG_COUNT, &a.level, "L", "how hard, from 0 [any]", 0, 99},
        {"lang", FLAG_TEXT, &a.lang, "LANG", "en or zh [both]", 0, 0},
        {"split", FLAG_TEXT, &a.split, "SPLIT",
         "train, validation, test or unseen [train]", 0, 0},
        {"seed", FLAG_COUNT, &a.seed, "N", "other ones", 0, 1e9},
        {"stage", FLAG_TEXT, &a.stage, "STAGE",
         "of a recipe: its documents; {} is without loss [sft]", 0, 0},
        {"decay", FLAG_SWITCH, &a.decay, NULL, "as in the decay of the stage", 0,
         0},
        {"count", FLAG_SWITCH, &a.count, NULL, "figures, not documents", 0, 0},
        {"out", FLAG_TEXT, &a.out, "DIR", "folder of the run [run/NAME]", 0, 0},
        {"data", FLAG_TEXT, &a.folder, "DIR", "phrases and texts [data]", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    struct recipe r;
    int first;
    bool done;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    a.folder = cmd_data_folder(a.folder);
    if (a.list)
        return list_tasks();
    if (a.show)
        return show(&a, err);
    if (!argv[first])
        return err_set(err, ERR_USAGE, "data needs --list, --show or a recipe");
    if (!recipe_read(&r, argv[first], err))
        return false;
    bool ok = draw_from(&a, &r, err);
    recipe_clear(&r);
    return ok;
}
