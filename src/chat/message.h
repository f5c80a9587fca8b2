/* message.h - one message of a conversation. */
#ifndef CHAT_MESSAGE_H
#define CHAT_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum role { ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT };

/* Text is kept raw, as the user typed it or the model wrote it; cleaning it is
 * the duty of whoever shows it. */
struct message {
    enum role role;
    struct buf thought; /* assistant only: what stood between the think tags */
    struct buf text;
    bool interrupted;   /* the user stopped it, or a limit did */
    bool thought_open;  /* ended inside the thought: there is no answer */
};

const char *role_name(enum role role); /* "system", "user", "assistant" */
bool role_parse(struct str name, enum role *role);

#endif
