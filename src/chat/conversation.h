/* conversation.h - the messages of a chat, in order.
 *
 * Owned by the front end; a backend gets a const view when a turn starts and
 * copies what it needs. It knows no tokens and no screen. */
#ifndef CHAT_CONVERSATION_H
#define CHAT_CONVERSATION_H

#include <stddef.h>

#include "chat/message.h"

struct conversation {
    struct message *messages; /* owned */
    size_t n;
    size_t cap;
};

void conversation_clear(struct conversation *c); /* frees; empty again */
/* The new message, valid until the next append. */
struct message *conversation_add(struct conversation *c, enum role role,
                                 struct str text);
void conversation_truncate(struct conversation *c, size_t n);
void conversation_copy(struct conversation *to, const struct conversation *from);
struct message *conversation_last(struct conversation *c); /* NULL if empty */

#endif
