/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/message.h"

#include <stddef.h>

static const char *const names[] = {
    [ROLE_SYSTEM] = "system",
    [ROLE_USER] = "user",
    [ROLE_ASSISTANT] = "assistant",
};

const char *role_name(enum role role)
{
    return names[role];
}

bool role_parse(struct str name, enum role *role)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_is(name, names[i])) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}
