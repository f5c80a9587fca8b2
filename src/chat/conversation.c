/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/conversation.h"

#include <assert.h>

#include "base/mem.h"

/* c->root moves with its conversation, so nothing points at it: a message that
 * begins has no parent, and its siblings hang from the root. */
static struct message *siblings_of(struct conversation *c, struct message *m)
{
    return m->parent ? m->parent : &c->root;
}

static void message_free(struct message *m)
{
    buf_clear(&m->thought);
    buf_clear(&m->experts);
    buf_clear(&m->text);
    mem_free(m);
}

void conversation_clear(struct conversation *c)
{
    for (size_t i = 0; i < c->n_all; i++)
        message_free(c->all[i]);
    mem_free(c->all);
    mem_free(c->messages);
    *c = (struct conversation){0};
}

/* --- growing -------------------------------------------------------------- */

static void push(struct message ***list, size_t *n, size_t *cap,
                 struct message *m)
{
    if (*n == *cap) {
        *cap = *cap ? 2 * *cap : 8;
        *list = mem_realloc(*list, *cap * sizeof **list);
    }
    (*list)[(*n)++] = m;
}

static struct message *hang(struct conversation *c, uint32_t id,
                            struct message *parent, enum role role)
{
    struct message *m = mem_zalloc(sizeof *m);
    m->id = c->last_id = id;
    m->role = role;
    m->parent = parent;
    struct message *above = siblings_of(c, m);
    if (above->last)
        above->last->next = m;
    else
        above->first = m;
    above->last = m;
    push(&c->all, &c->n_all, &c->cap_all, m);
    return m;
}

struct message *conversation_add(struct conversation *c, enum role role,
                                 struct str text)
{
    assert(c->last_id < UINT32_MAX);
    struct message *m = hang(c, c->last_id + 1, conversation_last(c), role);
    buf_add_str(&m->text, text);
    siblings_of(c, m)->chosen = m;
    push(&c->messages, &c->n, &c->cap, m);
    return m;
}

struct message *conversation_put(struct conversation *c, uint32_t id,
                                 uint32_t parent, enum role role)
{
    struct message *above = parent ? conversation_find(c, parent) : NULL;
    if (id <= c->last_id || id == UINT32_MAX || (parent && !above))
        return NULL;
    return hang(c, id, above, role);
}

/* --- the active path ------------------------------------------------------ */

void conversation_back(struct conversation *c, size_t n)
{
    if (n < c->n)
        c->n = n;
}

bool conversation_end_at(struct conversation *c, uint32_t id)
{
    struct message *end = id ? conversation_find(c, id) : NULL;
    size_t n = 0;
    if (id && !end)
        return false;
    if (end && c->n && end->parent == conversation_last(c)) {
        end->parent->chosen = end; /* one step further: no need to begin anew */
        push(&c->messages, &c->n, &c->cap, end);
        return true;
    }
    c->n = 0;
    for (struct message *m = end; m; m = m->parent, n++)
        push(&c->messages, &c->n, &c->cap, m);
    for (size_t i = 0; i < n / 2; i++) {
        struct message *m = c->messages[i];
        c->messages[i] = c->messages[n - 1 - i];
        c->messages[n - 1 - i] = m;
    }
    for (size_t i = 0; i < n; i++)
        siblings_of(c, c->messages[i])->chosen = c->messages[i];
    return true;
}

bool conversation_choose(struct conversation *c, uint32_t id)
{
    if (id == 0 || !conversation_end_at(c, id))
        return false;
    for (struct message *m = conversation_last(c)->chosen; m; m = m->chosen)
        push(&c->messages, &c->n, &c->cap, m);
    return true;
}

/* --- removing ------------------------------------------------------------- */

/* Out of the list of its siblings. */
static void unhang(struct conversation *c, struct message *m)
{
    struct message *above = siblings_of(c, m), *before = NULL;
    for (struct message *at = above->first; at != m; at = at->next)
        before = at;
    if (before)
        before->next = m->next;
    else
        above->first = m->next;
    if (above->last == m)
        above->last = before;
    if (above->chosen == m)
        above->chosen = above->last;
}

/* Children are younger than their parents, so one pass finds all below. A
 * message that goes is its own parent until it is freed. */
static void remove_tree(struct conversation *c, struct message *top)
{
    size_t kept = 0;
    unhang(c, top);
    for (size_t i = 0; i < c->n; i++)
        if (c->messages[i] == top)
            c->n = i;
    top->parent = top;
    for (size_t i = 0; i < c->n_all; i++) {
        struct message *m = c->all[i];
        if (m->parent && m->parent->parent == m->parent)
            m->parent = m;
    }
    for (size_t i = 0; i < c->n_all; i++) {
        if (c->all[i]->parent == c->all[i])
            message_free(c->all[i]);
        else
            c->all[kept++] = c->all[i];
    }
    c->n_all = kept;
}

void conversation_truncate(struct conversation *c, size_t n)
{
    if (n < c->n)
        remove_tree(c, c->messages[n]);
}

bool conversation_remove(struct conversation *c, uint32_t id)
{
    struct message *m = conversation_find(c, id);
    if (m)
        remove_tree(c, m);
    return m;
}

/* --- looking -------------------------------------------------------------- */

void conversation_copy(struct conversation *to, const struct conversation *from)
{
    if (to == from)
        return;
    conversation_clear(to);
    for (size_t i = 0; i < from->n; i++) {
        const struct message *m = from->messages[i];
        struct message *copy = conversation_add(to, m->role, buf_str(&m->text));
        if (m->thought.len)
            buf_add_str(&copy->thought, buf_str(&m->thought));
        copy->interrupted = m->interrupted;
        copy->thought_open = m->thought_open;
        copy->has_stats = m->has_stats;
        copy->stats = m->stats;
        copy->at_ms = m->at_ms;
    }
}

struct message *conversation_last(struct conversation *c)
{
    return c->n ? c->messages[c->n - 1] : NULL;
}

struct message *conversation_find(const struct conversation *c, uint32_t id)
{
    size_t low = 0, high = c->n_all;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->all[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->n_all && c->all[low]->id == id ? c->all[low] : NULL;
}

size_t conversation_variants(const struct conversation *c,
                             const struct message *m, size_t *index)
{
    const struct message *above = m->parent ? m->parent : &c->root;
    size_t n = 0;
    for (const struct message *at = above->first; at; at = at->next, n++)
        if (at == m && index)
            *index = n;
    return n;
}

struct message *conversation_variant(const struct conversation *c,
                                     const struct message *m, int step)
{
    const struct message *above = m->parent ? m->parent : &c->root;
    size_t index = 0, n = conversation_variants(c, m, &index);
    if (step < 0 ? index < (size_t)-step : index + (size_t)step >= n)
        return NULL;
    size_t want = step < 0 ? index - (size_t)-step : index + (size_t)step;
    struct message *at = above->first;
    while (want--)
        at = at->next;
    return at;
}
