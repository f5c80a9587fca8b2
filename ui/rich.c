/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/rich.h"

#include "base/mem.h"
#include "ui/wrap.h"

void rich_reset(struct rich *r)
{
    buf_reset(&r->text);
    r->n = 0;
}

void rich_clear(struct rich *r)
{
    buf_clear(&r->text);
    mem_free(r->runs);
    *r = (struct rich){0};
}

void rich_add(struct rich *r, struct str text, size_t src, size_t src_len,
              struct style style, enum run_kind kind)
{
    if (text.len == 0)
        return;
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 16;
        r->runs = mem_realloc(r->runs, r->cap * sizeof *r->runs);
    }
    r->runs[r->n++] = (struct run){
        .at = (uint32_t)r->text.len, .len = (uint32_t)text.len,
        .src = (uint32_t)src, .src_len = (uint32_t)src_len,
        .style = style, .kind = kind};
    buf_add_str(&r->text, text);
}

/* The run that holds byte `at`, or the last. */
static uint32_t run_at(const struct rich *r, size_t at)
{
    uint32_t low = 0, high = r->n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (r->runs[mid].at <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? low - 1 : 0;
}

void rich_add_part(struct rich *r, const struct rich *from, size_t begin,
                   size_t end)
{
    for (uint32_t i = run_at(from, begin);
         i < from->n && from->runs[i].at < end; i++) {
        const struct run *run = &from->runs[i];
        size_t a = run->at > begin ? run->at : begin;
        size_t b = run->at + run->len < end ? run->at + run->len : end;
        if (run->kind == RUN_HIDDEN || a >= b)
            continue;
        bool alike = run->kind == RUN_ALIKE;
        rich_add(r, str_n(from->text.p + a, b - a),
                 alike ? run->src + (a - run->at) : run->src,
                 alike ? b - a : run->src_len, run->style, run->kind);
    }
}

size_t rich_source(const struct rich *r, size_t at)
{
    if (r->n == 0)
        return 0;
    const struct run *run = &r->runs[run_at(r, at)];
    if (at >= run->at + run->len)
        return run->src + run->src_len;
    return run->kind == RUN_ALIKE ? run->src + (at - run->at) : run->src;
}

int rich_columns(const struct rich *r, size_t begin, size_t end)
{
    int columns = 0;
    for (uint32_t i = run_at(r, begin); i < r->n && r->runs[i].at < end; i++) {
        const struct run *run = &r->runs[i];
        size_t a = run->at > begin ? run->at : begin;
        size_t b = run->at + run->len < end ? run->at + run->len : end;
        if (run->kind != RUN_HIDDEN && a < b)
            columns += text_columns(str_n(r->text.p + a, b - a));
    }
    return columns;
}

struct style rich_in_thought(struct style s)
{
    struct style quiet = {.role = STYLE_THOUGHT, .flags = s.flags};
    if (s.role == STYLE_HEADING)
        quiet.flags |= STYLE_BOLD;
    return s.role == STYLE_SECONDARY || s.role == STYLE_DIM ||
                   s.role == STYLE_RULE ? s : quiet;
}
