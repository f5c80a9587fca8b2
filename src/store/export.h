/* export.h - a conversation for other programs and other people.
 *
 * Always the active path. JSON is the list of messages that the usual interfaces
 * take, texts raw; Markdown and HTML are for reading: cleaned of control
 * characters, with thoughts folded. The HTML needs nothing else, runs nothing,
 * and everything that was said is escaped in it. */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct conversation;

enum export_form { EXPORT_MD, EXPORT_JSON, EXPORT_HTML };

bool export_form_parse(struct str name, enum export_form *form);
const char *export_form_name(enum export_form form); /* "md" */

/* title may be empty. */
void export_conversation(const struct conversation *c, const char *title,
                         enum export_form form, struct buf *out);

/* {"messages": [{"role", "reasoning", "content"}]}, for mull view. */
void export_plain_json(const struct conversation *c, struct buf *out);

#endif
