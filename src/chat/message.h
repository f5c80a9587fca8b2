/* message.h - one message of a conversation, and its place among the others. */
#ifndef CHAT_MESSAGE_H
#define CHAT_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "chat/event.h"

enum role { ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT };

/* Text is kept raw, as the user typed it or the model wrote it; cleaning it is
 * the duty of whoever shows it. */
struct message {
    uint32_t id;        /* from 1 on, in the order of their making */
    enum role role;
    struct buf thought; /* assistant only: what stood between the think tags */
    struct buf text;
    struct buf experts; /* assistant: what was changed about them for it, in the
                           words of experts_words; empty: nothing */
    bool interrupted;   /* the user stopped it, or a limit did */
    bool thought_open;  /* ended inside the thought: there is no answer */
    bool has_stats;     /* assistant: the figures of its turn are known */
    struct turn_stats stats;
    int64_t at_ms;      /* when it began, since 1970; 0: not known */

    /* The tree; all borrowed from the conversation. A parent is older than its
     * children; those of one parent are variants of each other. */
    struct message *parent;       /* what it follows; NULL: it begins */
    struct message *first, *last; /* children */
    struct message *next;         /* the next child of the same parent */
    struct message *chosen;       /* child that the active path went to last */
};

const char *role_name(enum role role); /* "system", "user", "assistant" */
bool role_parse(struct str name, enum role *role);

#endif
