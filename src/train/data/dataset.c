/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/dataset.h"

#include "base/mem.h"
#include "train/data/batch.h"
#include "train/data/tokenizer.h"
#include "train/data/zero.h"

const char *doc_kind_name(enum doc_kind kind)
{
    static const char *const names[N_DOC_KINDS] = {
        [DOC_WARMUP] = "warmup", [DOC_SPELL] = "spell",
        [DOC_TEXT] = "text",     [DOC_WORKED] = "worked",
        [DOC_UNTAGGED] = "untagged", [DOC_CHAT] = "chat",
        [DOC_LONG] = "long",         [DOC_ZERO] = "zero"};
    return names[kind];
}

void dataset_clear(struct dataset *d)
{
    mixture_clear(&d->mixture);
    spell_list_clear(&d->spell);
    mem_free(d->texts);
    *d = (struct dataset){0};
}

void dataset_add_text(struct dataset *d, const struct data_text *text)
{
    d->texts = mem_realloc(d->texts, (d->n_texts + 1) * sizeof *d->texts);
    d->texts[d->n_texts++] = *text;
}

void dataset_set_tokenizer(struct dataset *d, const struct tokenizer *t)
{
    spell_list_clear(&d->spell);
    d->tokenizer = t;
    spell_list_init(&d->spell, t->vocab);
}

void data_work_clear(struct data_work *w)
{
    document_clear(&w->doc);
    for (size_t i = 0; i < DATA_MAX_TURNS; i++)
        problem_clear(&w->problems[i]);
    buf_clear(&w->text);
}

/* --- what is drawn -------------------------------------------------------- */

static size_t draw_share(struct rng *r, const double *share, size_t n)
{
    double sum = 0;
    size_t i = 0;
    for (size_t k = 0; k < n; k++)
        sum += share[k];
    double x = rng_unit(r) * sum;
    while (i + 1 < n && x >= share[i])
        x -= share[i++];
    return i;
}

/* One source of text and one of its documents. */
static bool draw_text(const struct dataset *d, bool held_out, struct rng *r,
                      struct buf *out)
{
    uint64_t index = rng_next(r) >> 8;
    index -= index % 50; /* of fifty, the last is held out */
    index += held_out ? 49 : rng_below(r, 49);
    double sum = 0;
    size_t i = 0;
    for (size_t k = 0; k < d->n_texts; k++)
        sum += d->texts[k].share;
    double x = rng_unit(r) * sum;
    while (i + 1 < d->n_texts && x >= d->texts[i].share)
        x -= d->texts[i++].share;
    return d->n_texts > 0 &&
           d->texts[i].next(d->texts[i].source, d->seed, index, out);
}

static bool draw_problem(const struct dataset *d, enum split split,
                         struct rng *r, struct problem *p)
{
    struct gen_ctx ctx = {.rng = rng_init(rng_next(r)), .split = split,
                          .bank = d->bank};
    return mixture_draw(&d->mixture, &ctx, p);
}

static struct str draw_system(struct rng *r, enum lang lang)
{
    static const char *const lines[2][6] = {
        {"You are mull, a small model that thinks before it answers.",
         "Think step by step, then answer briefly.",
         "You are a helpful assistant.",
         "Answer in one sentence.",
         "You are a careful assistant who checks every step.",
         "Be short and exact."},
        {"你是 mull，一个先思考再回答的小模型。",
         "请一步一步思考，然后简短回答。",
         "你是一个有用的助手。",
         "请用一句话回答。",
         "你是一个仔细检查每一步的助手。",
         "请简短而准确。"},
    };
    return str_of(lines[lang][rng_below(r, 6)]);
}

/* --- kinds of documents --------------------------------------------------- */

static bool make_text(const struct dataset *d, enum doc_kind kind, bool held_out,
                      struct rng *r, struct buf *out)
{
    switch (kind) {
    case DOC_SPELL:
        spell_text(&d->spell, d->tokenizer->vocab, r, out);
        return true;
    case DOC_TEXT:
        return draw_text(d, held_out, r, out);
    default:
        warmup_text(r, out);
        return true;
    }
}

static bool make_chat(const struct dataset *d, const struct data_plan *plan,
                      bool tagged, struct rng *r, struct data_work *w)
{
    struct chat_form form = {
        .style = !tagged                        ? CHAT_UNTAGGED
                 : rng_unit(r) < plan->no_think ? CHAT_ANSWERS
                                                : CHAT_THINKS,
        .blank_lines = rng_below(r, 4) > 0,
        .prompt_counts = plan->prompt_counts};
    size_t n = rng_unit(r) < plan->turns ? 2 + rng_below(r, 2) : 1;
    for (size_t i = 0; i < n; i++) {
        if (!draw_problem(d, plan->split, r, &w->problems[i]))
            return false;
    }
    if (rng_unit(r) < plan->system)
        form.system = draw_system(r, w->problems[0].lang);
    document_chat(&w->doc, d->tokenizer, w->problems, n, &form);
    if (plan->hidden > 0 && plan->split == SPLIT_TRAIN && rng_below(r, 2) == 0)
        document_hide(&w->doc, d->tokenizer, &w->problems[n - 1], plan->hidden, r);
    return true;
}

/* A long talk, or codes to recall: a part of the context, to its very end. */
static bool make_long(const struct dataset *d, const struct data_plan *plan,
                      struct rng *r, struct data_work *w)
{
    if (rng_below(r, 2) == 0) {
        double part = 0.2 + 0.8 * rng_unit(r);
        buf_reset(&w->text);
        warmup_recall(r, (size_t)(part * plan->context * 2.3), true, &w->text);
        document_text(&w->doc, d->tokenizer, buf_str(&w->text));
        return true;
    }
    struct chat_form form = {.style = CHAT_THINKS, .blank_lines = true,
                             .prompt_counts = plan->prompt_counts};
    size_t n = 4 + rng_below(r, DATA_MAX_TURNS - 4);
    for (size_t i = 0; i < n; i++) {
        if (!draw_problem(d, plan->split, r, &w->problems[i]))
            return false;
    }
    document_chat(&w->doc, d->tokenizer, w->problems, n, &form);
    return true;
}

/* Work that fits its question and stands in no tags, or tags around what mostly is
 * another question's: what of both is worth something is left to reinforcement,
 * which can only choose from what now and then happens. */
static bool make_zero(const struct dataset *d, const struct data_plan *plan,
                      struct rng *r, struct data_work *w)
{
    enum { TAGGED_ONE_IN = 3, FITS_ONE_IN = 3 };
    const struct problem *told = &w->problems[0];
    bool tags = rng_below(r, TAGGED_ONE_IN) == 0;
    if (tags && rng_below(r, FITS_ONE_IN) > 0)
        told = &w->problems[1];
    for (int i = 0; i < 2; i++) {
        if (!draw_problem(d, plan->split, r, &w->problems[i]))
            return false;
    }
    if (told->n_slips > 0) /* plain text has no place that does not count */
        return false;
    buf_reset(&w->text);
    zero_document(&w->problems[0], told, tags, &w->text);
    document_text(&w->doc, d->tokenizer, buf_str(&w->text));
    return true;
}

static bool make(const struct dataset *d, const struct data_plan *plan,
                 enum doc_kind kind, struct rng *r, struct data_work *w)
{
    switch (kind) {
    case DOC_WORKED:
        if (!draw_problem(d, plan->split, r, &w->problems[0]))
            return false;
        document_worked(&w->doc, d->tokenizer, &w->problems[0], rng_below(r, 5));
        return true;
    case DOC_UNTAGGED:
    case DOC_CHAT:
        return make_chat(d, plan, kind == DOC_CHAT, r, w);
    case DOC_LONG:
        return make_long(d, plan, r, w);
    case DOC_ZERO:
        return make_zero(d, plan, r, w);
    default:
        buf_reset(&w->text);
        if (!make_text(d, kind, plan->split != SPLIT_TRAIN, r, &w->text))
            return false;
        document_text(&w->doc, d->tokenizer, buf_str(&w->text));
        return true;
    }
}

static bool counts(const struct document *doc)
{
    for (size_t i = 1; i < doc->ids.n; i++) {
        if (doc->weight[i] != 0)
            return true;
    }
    return false;
}

static struct rng rng_of_row(uint64_t seed, unsigned stage, uint64_t step,
                             uint32_t row)
{
    uint64_t key = rng_mix(seed + 0x6D756C6C);
    key = rng_mix(key + stage);
    key = rng_mix(key + step);
    return rng_init(rng_mix(key + row));
}

enum doc_kind dataset_draw(const struct dataset *d, const struct data_plan *plan,
                           unsigned stage, uint64_t step, uint32_t row,
                           bool decay, struct data_work *w)
{
    struct rng r = rng_of_row(d->seed, stage, step, row);
    /* What is too long is drawn again, as something else; a text may be cut. */
    for (int attempt = 0; attempt < 32; attempt++) {
        enum doc_kind kind =
            (enum doc_kind)draw_share(&r, plan->share[decay], N_DOC_KINDS);
        if (!make(d, plan, kind, &r, w) || !counts(&w->doc))
            continue;
        if (w->doc.ids.n > plan->context && kind == DOC_TEXT)
            w->doc.ids.n = plan->context;
        if (w->doc.ids.n <= plan->context)
            return kind;
    }
    /* A context that hardly anything fits in: never an empty batch. */
    buf_reset(&w->text);
    buf_puts(&w->text, "0");
    document_text(&w->doc, d->tokenizer, buf_str(&w->text));
    return DOC_WARMUP;
}

void dataset_batch(const struct dataset *d, const struct data_plan *plan,
                   unsigned stage, uint64_t step, uint32_t tokens, bool decay,
                   struct data_work *w, struct batch *out)
{
    batch_reset(out);
    for (uint32_t row = 0; out->n_tokens < tokens; row++) {
        dataset_draw(d, plan, stage, step, row, decay, w);
        if (!batch_add(out, w->doc.ids.p, w->doc.weight,
                       (uint32_t)w->doc.ids.n))
            break;
    }
}

void dataset_sample(const struct dataset *d, const struct data_plan *plan,
                    uint64_t index, struct data_work *w, struct buf *out)
{
    struct rng r = rng_of_row(d->seed, UINT32_MAX, index, 0);
    double share[N_DOC_KINDS];
    for (int k = 0; k < N_DOC_KINDS; k++)
        share[k] = k == DOC_SPELL || k == DOC_WARMUP || k == DOC_LONG
                       ? 0
                       : plan->share[0][k];
    if (draw_share(&r, share, N_DOC_KINDS) == DOC_TEXT) {
        draw_text(d, false, &r, out);
        return;
    }
    struct problem *p = &w->problems[0];
    if (!draw_problem(d, SPLIT_TRAIN, &r, p))
        return;
    buf_add_str(out, buf_str(&p->prompt));
    buf_putc(out, '\n');
    buf_add_str(out, buf_str(&p->think));
    buf_putc(out, '\n');
    buf_add_str(out, buf_str(&p->reply));
}
