/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/boolean.h"

#include <assert.h>

static size_t grow(struct gen_ctx *ctx, struct boolean *b, unsigned n_ops,
                   unsigned n_variables, bool below_not)
{
    assert(b->n < BOOLEAN_MAX);
    size_t at = b->n++;
    b->node[at].kind = BOOLEAN_VALUE;
    if (n_ops == 0) {
        b->node[at].value = rng_below(&ctx->rng, 2);
        if (n_variables > 0) {
            b->node[at].kind = BOOLEAN_VARIABLE;
            b->node[at].variable = rng_below(&ctx->rng, n_variables);
        }
        return at;
    }
    if (!below_not && rng_below(&ctx->rng, 100) < 30) {
        b->node[at].kind = BOOLEAN_NOT;
        b->node[at].left = grow(ctx, b, n_ops - 1, n_variables, true);
        return at;
    }
    unsigned left = rng_below(&ctx->rng, n_ops);
    b->node[at].kind = rng_below(&ctx->rng, 2) ? BOOLEAN_AND : BOOLEAN_OR;
    b->node[at].left = grow(ctx, b, left, n_variables, false);
    b->node[at].right = grow(ctx, b, n_ops - 1 - left, n_variables, false);
    return at;
}

void boolean_draw(struct gen_ctx *ctx, struct boolean *b, unsigned n_ops,
                  unsigned n_variables)
{
    *b = (struct boolean){0};
    grow(ctx, b, n_ops, n_variables, false);
}

char boolean_letter(const struct boolean_style *style, unsigned variable)
{
    return (char)((style->first ? style->first : 'p') + (int)variable);
}

static void print(const struct boolean *b, size_t at, bool inside,
                  const struct boolean_style *style, struct buf *out)
{
    switch (b->node[at].kind) {
    case BOOLEAN_VALUE:
        buf_puts(out, b->node[at].value ? style->yes : style->no);
        return;
    case BOOLEAN_VARIABLE:
        buf_putc(out, boolean_letter(style, b->node[at].variable));
        return;
    case BOOLEAN_NOT:
        buf_puts(out, style->not);
        print(b, b->node[at].left, true, style, out);
        return;
    case BOOLEAN_AND:
    case BOOLEAN_OR:
        break;
    }
    if (inside)
        buf_putc(out, '(');
    print(b, b->node[at].left, true, style, out);
    buf_puts(out, b->node[at].kind == BOOLEAN_AND ? style->and : style->or);
    print(b, b->node[at].right, true, style, out);
    if (inside)
        buf_putc(out, ')');
}

void boolean_print(const struct boolean *b, const struct boolean_style *style,
                   struct buf *out)
{
    print(b, 0, false, style, out);
}

static bool value_at(const struct boolean *b, size_t at, unsigned values)
{
    size_t left = b->node[at].left, right = b->node[at].right;
    switch (b->node[at].kind) {
    case BOOLEAN_VALUE: return b->node[at].value;
    case BOOLEAN_VARIABLE: return values >> b->node[at].variable & 1;
    case BOOLEAN_NOT: return !value_at(b, left, values);
    case BOOLEAN_AND: return value_at(b, left, values) && value_at(b, right, values);
    case BOOLEAN_OR: return value_at(b, left, values) || value_at(b, right, values);
    }
    return false;
}

bool boolean_value(const struct boolean *b, unsigned values)
{
    return value_at(b, 0, values);
}

void boolean_fill(struct boolean *b, unsigned values)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->node[i].kind == BOOLEAN_VARIABLE) {
            b->node[i].kind = BOOLEAN_VALUE;
            b->node[i].value = values >> b->node[i].variable & 1;
        }
}

static bool step_at(struct boolean *b, size_t at)
{
    if (b->node[at].kind < BOOLEAN_NOT)
        return false;
    if (step_at(b, b->node[at].left) ||
        (b->node[at].kind != BOOLEAN_NOT && step_at(b, b->node[at].right)))
        return true;
    b->node[at].value = value_at(b, at, 0);
    b->node[at].kind = BOOLEAN_VALUE;
    return true;
}

bool boolean_step(struct boolean *b)
{
    return step_at(b, 0);
}

bool boolean_has_all(const struct boolean *b, unsigned n_variables)
{
    unsigned seen = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->node[i].kind == BOOLEAN_VARIABLE)
            seen |= 1u << b->node[i].variable;
    return seen == (1u << n_variables) - 1;
}
