/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/phrase.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum { MAX_TEXT = 1 << 16 };

/* Replacing leaves the old value behind: slots live for one problem. */
void slot_set(struct slots *s, const char *name, struct str value)
{
    size_t i = 0;
    while (i < s->n && strcmp(s->at[i].name, name))
        i++;
    assert(i < sizeof s->at / sizeof *s->at);
    assert(value.len <= sizeof s->text - s->used);
    s->at[i].name = name;
    s->at[i].from = (uint32_t)s->used;
    s->at[i].len = (uint32_t)value.len;
    if (value.len)
        memmove(s->text + s->used, value.p, value.len);
    s->used += value.len;
    if (i == s->n)
        s->n++;
}

void slot_printf(struct slots *s, const char *name, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    assert(n >= 0 && (size_t)n < sizeof text);
    slot_set(s, name, str_n(text, (size_t)n));
}

static bool slot_find(const struct slots *s, struct str name, struct str *value)
{
    for (size_t i = 0; s && i < s->n; i++)
        if (str_is(name, s->at[i].name)) {
            *value = str_n(s->text + s->at[i].from, s->at[i].len);
            return true;
        }
    return false;
}

struct str slot_get(const struct slots *s, const char *name)
{
    struct str value = {"", 0};
    slot_find(s, str_of(name), &value);
    return value;
}

static void lacks(struct gen_ctx *ctx, const char *file, struct str name)
{
    if (!ctx->lacks[0])
        snprintf(ctx->lacks, sizeof ctx->lacks, "%s: %.*s", file,
                 (int)name.len, name.p);
}

/* One drawing: what stays the same on the way down. */
struct drawing {
    struct gen_ctx *ctx;
    const char *file;
    const struct slots *slots;
    struct buf *out;
};

static void draw_line(struct drawing *d, uint32_t first, uint32_t total,
                      bool unseen, bool any);

static void draw_rule(struct drawing *d, const struct bank_rule *r)
{
    bool unseen = d->ctx->split == SPLIT_UNSEEN && r->weight[1] > 0;
    draw_line(d, r->first, r->weight[unseen], unseen, false);
}

static void draw_choice(struct drawing *d, uint32_t first)
{
    uint32_t n = 0;
    for (uint32_t i = first; i != BANK_NONE; i = d->ctx->bank->lines[i].next)
        n++;
    draw_line(d, first, n, false, true);
}

static void draw_piece(struct drawing *d, const struct bank_piece *piece)
{
    const struct bank *b = d->ctx->bank;
    struct str text = {"", 0};
    switch (piece->kind) {
    case PIECE_RULE:
        draw_rule(d, &b->rules[piece->to]);
        return;
    case PIECE_CHOICE:
        draw_choice(d, piece->to);
        return;
    case PIECE_SLOT:
        if (!slot_find(d->slots, str_n(b->text.p + piece->from, piece->len),
                       &text))
            lacks(d->ctx, d->file, str_n(b->text.p + piece->from, piece->len));
        break;
    case PIECE_TEXT:
        text = str_n(b->text.p + piece->from, piece->len);
        break;
    }
    buf_add_str(d->out, text);
}

static void draw_line(struct drawing *d, uint32_t first, uint32_t total,
                      bool unseen, bool any)
{
    const struct bank *b = d->ctx->bank;
    if (d->out->len > MAX_TEXT) /* a bank that doubles itself on and on */
        return;
    uint32_t left = rng_below(&d->ctx->rng, total), i = first;
    for (;; i = b->lines[i].next) {
        const struct bank_line *line = &b->lines[i];
        if (!any && line->unseen != unseen)
            continue;
        if (left < line->weight)
            break;
        left -= line->weight;
    }
    for (i = b->lines[i].first; i != BANK_NONE; i = b->pieces[i].next)
        draw_piece(d, &b->pieces[i]);
}

void phrase(struct gen_ctx *ctx, const char *file, const char *rule,
            const struct slots *slots, struct buf *out)
{
    phrase_in(ctx, ctx->lang, file, rule, slots, out);
}

void phrase_in(struct gen_ctx *ctx, enum lang lang, const char *file,
               const char *rule, const struct slots *slots, struct buf *out)
{
    const struct bank_rule *r = bank_find(ctx->bank, file, lang, rule);
    struct drawing d = {ctx, file, slots, out};
    if (r)
        draw_rule(&d, r);
    else
        lacks(ctx, file, str_of(rule));
}

void phrase_slot(struct gen_ctx *ctx, const char *file, const char *rule,
                 const struct slots *values, struct slots *slots,
                 const char *name)
{
    struct buf text = {0};
    phrase(ctx, file, rule, values, &text);
    slot_set(slots, name, buf_str(&text));
    buf_clear(&text);
}
