/* foreign_parts.h - what the readers of the forms have in common. */
#ifndef STORE_FOREIGN_PARTS_H
#define STORE_FOREIGN_PARTS_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/str.h"
#include "chat/conversation.h"

struct err;

/* A conversation being read. */
struct foreign {
    struct conversation *c;   /* borrowed; grows */
    struct tags *tags;        /* owned */
    struct buf reasoning;     /* owned; told before the message it belongs to */
    struct message *stream;   /* the answer that pieces are added to, or NULL */
    json_int_t stream_index;  /* of several answers at once */
    unsigned skipped;         /* pieces that made no sense */
};

/* Any name that is seen for a role; false: none that we know. */
bool foreign_role(struct str name, enum role *role);

/* A message with its thought apart; without one, an answer is searched for
 * tags. Thoughts told before go to the next answer. */
void foreign_message(struct foreign *f, enum role role, struct str thought,
                     struct str text);
/* The answer that came in pieces is over. */
void foreign_end_stream(struct foreign *f);

/* One JSON value of any of the known forms; whether it was one. */
bool foreign_value(struct foreign *f, const json_t *v);
/* One piece of a stream; whether it was one. */
bool foreign_piece(struct foreign *f, const json_t *v);
/* Of a message, without saying whether there is one (for foreign_value alone). */
bool foreign_object(struct foreign *f, const json_t *o);

/* Text of a model or a whole prompt with marks. */
void foreign_text(struct foreign *f, struct str text);

/* NULL, with a reason, for what is no JSON or too much of it. */
json_t *foreign_parse(struct str s, struct err *err);

static inline struct str foreign_string(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return str_n(json_string_value(v), json_string_length(v));
}

#endif
