/* template_line.h - a conversation as people have it in files.
 *
 *   {"messages": [{"role": "user", "content": "...",
 *                  "reasoning_content": "..."}], "options": {"thinking": true}}
 *
 * Other keys are passed over. */
#ifndef CMD_TEMPLATE_LINE_H
#define CMD_TEMPLATE_LINE_H

#include <stdbool.h>

#include <jansson.h>

#include "chat/backend.h"
#include "chat/conversation.h"

struct err;

/* Adds the messages of `in` to c, which the caller clears in either case. */
bool template_line(json_t *in, struct conversation *c, enum think_mode *think,
                   struct err *err);

#endif
