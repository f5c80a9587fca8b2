/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/trace.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "train/gen/noise.h"

struct trace trace_begin(struct gen_ctx *ctx, struct problem *p,
                         const char *task, uint64_t key)
{
    problem_reset(p);
    p->task = task;
    p->level = ctx->level;
    p->lang = ctx->lang;
    p->key = key;
    return (struct trace){.ctx = ctx, .p = p, .slip_at = UINT_MAX};
}

void trace_may_slip(struct trace *t, unsigned n)
{
    if (n >= 3 && t->ctx->split == SPLIT_TRAIN && gen_chance(t->ctx, 10))
        t->slip_at = rng_below(&t->ctx->rng, n);
}

__attribute__((format(printf, 2, 0))) static void
print(struct buf *out, const char *fmt, va_list ap)
{
    char text[1024];
    int n = vsnprintf(text, sizeof text, fmt, ap);
    if (n > 0)
        buf_add(out, text, (size_t)n < sizeof text ? (size_t)n
                                                   : sizeof text - 1);
}

void trace_line(struct trace *t, const char *fmt, ...)
{
    va_list ap;
    if (t->p->think.len)
        buf_putc(&t->p->think, '\n');
    va_start(ap, fmt);
    print(&t->p->think, fmt, ap);
    va_end(ap);
}

void trace_more(struct trace *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    print(&t->p->think, fmt, ap);
    va_end(ap);
}

const char *trace_word(const struct trace *t, const char *en, const char *zh)
{
    return t->p->lang == LANG_EN ? en : zh;
}

static void put_value(const struct trace *t, int64_t value, trace_tail *tail)
{
    buf_printf(&t->p->think, "%" PRId64, value);
    if (tail)
        tail(t, &t->p->think, value);
}

/* Off by one or by ten: the slips that people and models make. */
static int64_t slipped(struct trace *t, int64_t value)
{
    static const int by[] = {1, -1, 1, -1, 2, -2, 10, -10};
    int64_t wrong = value + by[rng_below(&t->ctx->rng, 8)];
    return wrong < 0 ? value + 1 : wrong;
}

void trace_step(struct trace *t, const char *separator, const char *left,
                int64_t value, trace_tail *tail)
{
    struct buf *out = &t->p->think;
    buf_printf(out, "%s%s=", separator, left);
    if (t->n_steps++ == t->slip_at && t->p->n_slips < PROBLEM_MAX_SLIPS) {
        struct span *slip = &t->p->slips[t->p->n_slips++];
        slip->from = out->len;
        put_value(t, slipped(t, value), tail);
        slip->to = out->len;
        buf_printf(out, "%s%s: %s=", separator,
                   trace_word(t, "wait", "不对"), left);
    }
    put_value(t, value, tail);
}
