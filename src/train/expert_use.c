/* SPDX-License-Identifier: Apache-2.0 */
#include "train/expert_use.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "train/data/mixture.h"

/* What is worth a name: a part of the expert's tokens, and so much oftener than
 * among all. Fewer tokens than this say nothing. */
static const double CLASS_SHARE = 0.2, GROUP_SHARE = 0.12, LIFT = 1.3;
enum { FEWEST = 30 };

/* --- kinds of tokens ------------------------------------------------------ */

const char *token_class_name(enum token_class c)
{
    static const char *const names[N_TOKEN_CLASSES] = {
        "digits", "signs", "marks", "line ends", "words", "letters", "Chinese",
        "tags"};
    return names[c];
}

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

enum token_class token_class_of(struct str text)
{
    unsigned char c;
    size_t letters = 0, at = 0;
    if (text.len == 0)
        return CLASS_TAG;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '\n')
            return CLASS_LINE;
        letters += is_letter((unsigned char)text.p[i]);
    }
    while (at + 1 < text.len && text.p[at] == ' ')
        at++;
    c = (unsigned char)text.p[at];
    if (c >= 0x80)
        return CLASS_CHINESE;
    if (letters > 0)
        return text.len == 1 ? CLASS_LETTER : CLASS_WORD;
    if (c >= '0' && c <= '9')
        return CLASS_DIGIT;
    return strchr("+-*/=<>^%", c) && text.len == 1 ? CLASS_SIGN : CLASS_MARK;
}

/* --- counting ------------------------------------------------------------- */

void expert_use_init(struct expert_use *u, uint32_t n_layers,
                     uint32_t first_layer, uint32_t n_experts)
{
    *u = (struct expert_use){.n_layers = n_layers, .n_experts = n_experts,
                             .first_layer = first_layer};
    u->experts = mem_array((size_t)n_layers * n_experts, sizeof *u->experts);
}

void expert_use_clear(struct expert_use *u)
{
    mem_free(u->experts);
    *u = (struct expert_use){0};
}

/* EXPERT_GROUPS: there is no room for one more. */
static unsigned group_of(struct expert_use *u, const char *task)
{
    const struct task *t = task_find(task);
    const char *name = t ? t->group : task;
    unsigned i = 0;
    while (i < u->n_groups && strcmp(u->groups[i], name) != 0)
        i++;
    if (i == u->n_groups && i < EXPERT_GROUPS)
        u->groups[u->n_groups++] = name;
    return i;
}

static void count(struct expert_count *c, enum token_class kind, unsigned group,
                  uint64_t n)
{
    c->all += n;
    c->by_class[kind] += n;
    if (group < EXPERT_GROUPS)
        c->by_group[group] += n;
}

void expert_use_add(struct expert_use *u, const char *task,
                    const struct token_info *t)
{
    enum token_class kind = token_class_of(str_n(t->text, t->text_len));
    unsigned group = group_of(u, task);
    if (!t->measured || t->n_moe_layers != u->n_layers)
        return;
    for (uint32_t l = 0; l < u->n_layers; l++)
        for (uint32_t k = 0; k < t->n_used; k++) {
            uint32_t e = t->picks[(size_t)l * t->n_used + k].expert;
            if (e < u->n_experts)
                count(&u->experts[(size_t)l * u->n_experts + e], kind, group, 1);
        }
    count(&u->sum, kind, group, t->n_used);
    u->n_tokens++;
}

/* --- names ---------------------------------------------------------------- */

/* The row of a count that tells most about an expert: share * log lift is its
 * part of the divergence from the even expert. n: none. */
static unsigned stands_out(const uint64_t *mine, uint64_t all,
                           const uint64_t *theirs, uint64_t sum, unsigned n,
                           double least, double *share, double *lift)
{
    unsigned best = n;
    double most = 0;
    *share = *lift = 0;
    for (unsigned i = 0; i < n; i++) {
        if (mine[i] == 0 || theirs[i] == 0)
            continue;
        double part = (double)mine[i] / (double)all;
        double times = part / ((double)theirs[i] / (double)sum);
        if (part < least || times < LIFT || part * log(times) <= most)
            continue;
        most = part * log(times);
        best = i;
        *share = part;
        *lift = times;
    }
    return best;
}

struct expert_trait expert_use_trait(const struct expert_use *u, uint32_t layer,
                                     uint32_t expert)
{
    const struct expert_count *c =
        &u->experts[(size_t)layer * u->n_experts + expert];
    struct expert_trait t = {.load = u->sum.all
                                 ? (double)c->all * u->n_experts /
                                       (double)u->sum.all : 0};
    if (c->all < FEWEST) {
        snprintf(t.label, sizeof t.label, "hardly used");
        return t;
    }
    unsigned kind = stands_out(c->by_class, c->all, u->sum.by_class, u->sum.all,
                               N_TOKEN_CLASSES, CLASS_SHARE, &t.kind_share,
                               &t.kind_lift);
    unsigned group = stands_out(c->by_group, c->all, u->sum.by_group, u->sum.all,
                                u->n_groups, GROUP_SHARE, &t.group_share,
                                &t.group_lift);
    t.kind = kind < N_TOKEN_CLASSES ? token_class_name(kind) : NULL;
    t.group = group < u->n_groups ? u->groups[group] : NULL;
    /* "units, dates, number words" is too much for a label. */
    snprintf(t.label, sizeof t.label, "%s%s%.*s", t.kind ? t.kind : "",
             t.kind && t.group ? "; " : "",
             t.group ? (int)strcspn(t.group, ",") : 24,
             t.group ? t.group : t.kind ? "" : "a bit of everything");
    return t;
}

void expert_use_put(const struct expert_use *u, struct buf *out)
{
    buf_puts(out, "layer\texpert\tload\tkind\tshare\ttimes\ttasks\tshare\ttimes\t"
                  "label\n");
    for (uint32_t l = 0; l < u->n_layers; l++)
        for (uint32_t e = 0; e < u->n_experts; e++) {
            struct expert_trait t = expert_use_trait(u, l, e);
            buf_printf(out, "%u\t%u\t%.2f\t%s\t%.2f\t%.1f\t%s\t%.2f\t%.1f\t%s\n",
                       u->first_layer + l, e, t.load, t.kind ? t.kind : "-",
                       t.kind_share, t.kind_lift, t.group ? t.group : "-",
                       t.group_share, t.group_lift, t.label);
        }
}

/* --- measuring ------------------------------------------------------------ */

static void hear(void *arg, const struct eval_item *item,
                 const struct token_info *t)
{
    expert_use_add(arg, item->task, t);
}

bool expert_use_measure(struct expert_use *u, struct str model,
                        const struct mixture *mixture, const struct bank *bank,
                        uint32_t n, const struct eval_options *options,
                        struct err *err)
{
    struct evalset e = {.bank = bank};
    struct eval_options o = *options;
    o.token = hear;
    o.token_arg = u;
    /* Here, and not as their tokens come: threads may change places. */
    for (size_t i = 0; i < mixture->n; i++)
        group_of(u, mixture->rows[i].task->name);
    evalset_add_mixture(&e, mixture, SPLIT_VALIDATION, n, 1);
    bool ok = evalset_ask(&e, model, &o, err);
    evalset_clear(&e);
    return ok;
}
