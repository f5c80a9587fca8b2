/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/conversation.h"

#include "base/mem.h"

static void message_clear(struct message *m)
{
    buf_clear(&m->thought);
    buf_clear(&m->text);
}

void conversation_truncate(struct conversation *c, size_t n)
{
    while (c->n > n)
        message_clear(&c->messages[--c->n]);
}

void conversation_clear(struct conversation *c)
{
    conversation_truncate(c, 0);
    mem_free(c->messages);
    *c = (struct conversation){0};
}

struct message *conversation_add(struct conversation *c, enum role role,
                                 struct str text)
{
    if (c->n == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 8;
        c->messages = mem_realloc(c->messages, c->cap * sizeof *c->messages);
    }
    struct message *m = &c->messages[c->n++];
    *m = (struct message){.role = role};
    buf_add_str(&m->text, text);
    return m;
}

void conversation_copy(struct conversation *to, const struct conversation *from)
{
    if (to == from)
        return;
    conversation_truncate(to, 0);
    for (size_t i = 0; i < from->n; i++) {
        const struct message *m = &from->messages[i];
        struct message *copy = conversation_add(to, m->role, buf_str(&m->text));
        if (m->thought.len)
            buf_add_str(&copy->thought, buf_str(&m->thought));
        copy->interrupted = m->interrupted;
        copy->thought_open = m->thought_open;
    }
}

struct message *conversation_last(struct conversation *c)
{
    return c->n ? &c->messages[c->n - 1] : NULL;
}
