/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/context_map.h"

#include "base/mem.h"
#include "chat/event.h"

void context_map_clear(struct context_map *m)
{
    mem_free(m->list);
    *m = (struct context_map){0};
}

uint32_t context_map_used(const struct context_map *m)
{
    return m->n ? m->list[m->n - 1].to : 0;
}

static void cut(struct context_map *m, uint32_t len)
{
    while (m->n && (m->n > 1 ? m->list[m->n - 2].to : 0) >= len)
        m->n--;
    if (m->n && m->list[m->n - 1].to > len)
        m->list[m->n - 1].to = len;
}

static void fill(struct context_map *m, enum context_kind kind, uint32_t to)
{
    if (to <= context_map_used(m))
        return;
    if (m->n == 0 || m->list[m->n - 1].kind != kind) {
        if (m->n == m->cap) {
            m->cap = m->cap ? 2 * m->cap : 16;
            m->list = mem_realloc(m->list, m->cap * sizeof *m->list);
        }
        m->list[m->n++].kind = kind;
    }
    m->list[m->n - 1].to = to;
}

void context_map_event(struct context_map *m, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_PREFILL: /* the first of a turn tells what the cache had */
        if (m->turn != ev->turn) {
            cut(m, ev->prefill.done);
            m->turn = ev->turn;
        }
        fill(m, CONTEXT_PROMPT, ev->prefill.done);
        break;
    case EVENT_TOKEN: /* a prefix was read with the prompt: it has its place */
        if (ev->token.pos < context_map_used(m))
            cut(m, ev->token.pos);
        fill(m, ev->token.part == PART_THOUGHT ? CONTEXT_THOUGHT
                                               : CONTEXT_ANSWER,
             ev->token.pos + 1);
        break;
    case EVENT_DONE: /* the token that met a limit is not in the cache */
        if (ev->done.stats.context_used < context_map_used(m))
            cut(m, ev->done.stats.context_used);
        break;
    default:
        break;
    }
}

uint32_t context_map_tokens(const struct context_map *m, enum context_kind k)
{
    uint32_t from = 0, sum = 0;
    for (uint32_t i = 0; i < m->n; from = m->list[i++].to)
        if (m->list[i].kind == k)
            sum += m->list[i].to - from;
    return sum;
}

enum context_kind context_map_at(const struct context_map *m, uint32_t pos)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (pos < m->list[i].to)
            return m->list[i].kind;
    return CONTEXT_PROMPT;
}
