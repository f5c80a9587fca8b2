/* conversation.h - the messages of a chat: a tree, and the path now talked on.
 *
 *   user 1 -- answer 2 -- user 3 -- answer 4
 *                  \           \--- answer 5     regenerated: a variant
 *                   \-- user 6 -- answer 7       edited and sent again
 *
 * `messages` is the active path, in order; a backend looks at nothing else. All
 * other messages wait in the tree until conversation_choose leads through them.
 *
 * Owned by the front end; a backend gets a const view when a turn starts and
 * copies what it needs. It knows no tokens and no screen. */
#ifndef CHAT_CONVERSATION_H
#define CHAT_CONVERSATION_H

#include <stddef.h>

#include "chat/message.h"

struct conversation {
    struct message **messages; /* the active path; the list is owned */
    size_t n, cap;
    struct message **all;      /* owned, ids rise */
    size_t n_all, cap_all;
    struct message root;       /* holds what begins; no message itself */
    uint32_t last_id;          /* ids are not used twice */
};

void conversation_clear(struct conversation *c); /* frees; empty again */

/* The new message, behind the active path and part of it. Messages stay where
 * they are until they are removed. */
struct message *conversation_add(struct conversation *c, enum role role,
                                 struct str text);
/* The same with a given place, for readers: behind `parent` (0: it begins). NULL
 * when there is no such parent, or the id is not above all earlier ones. Leaves
 * the active path alone. */
struct message *conversation_put(struct conversation *c, uint32_t id,
                                 uint32_t parent, enum role role);

/* The active path ends before its message n. What was behind stays in the tree:
 * to answer again, or to send another text. */
void conversation_back(struct conversation *c, size_t n);
/* The active path leads through this message, and on where it led last. False:
 * there is none of that id. */
bool conversation_choose(struct conversation *c, uint32_t id);
/* The active path ends with this message (0: is empty). */
bool conversation_end_at(struct conversation *c, uint32_t id);

/* Message n of the active path is gone, with all that came after it. */
void conversation_truncate(struct conversation *c, size_t n);
/* The same for any message. */
bool conversation_remove(struct conversation *c, uint32_t id);

/* Copies the active path alone. */
void conversation_copy(struct conversation *to, const struct conversation *from);
struct message *conversation_last(struct conversation *c); /* NULL if empty */
struct message *conversation_find(const struct conversation *c, uint32_t id);

/* How many messages stand at the place of this one, itself included, and the
 * how-manieth it is (from 0; may be NULL). */
size_t conversation_variants(const struct conversation *c,
                             const struct message *m, size_t *index);
/* Of these, the one `step` further on (-1: the one before); NULL past the ends. */
struct message *conversation_variant(const struct conversation *c,
                                     const struct message *m, int step);

#endif
