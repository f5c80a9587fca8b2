/* session_list.h - a kept chat in one line, and as JSON. */
#ifndef UI_SESSION_LIST_H
#define UI_SESSION_LIST_H

#include <stdint.h>

struct buf;
struct index_session;
struct json_t;

/* "k7qz  today 14:32   12 messages  mini  Is 391 prime?" without a line feed; the
 * name is the part of the id that one would type. */
void session_line(const struct index_session *s, int64_t now_ms,
                  struct buf *line);
/* Owned by the caller. */
struct json_t *session_json(const struct index_session *s);
/* The end of an id: four letters, enough to name it. */
const char *session_short(const char *id);

#endif
