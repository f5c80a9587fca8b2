/* experts_json.h - which experts an answer had to do without, as JSON.
 *
 *   {"off": "3:1,3:5", "used": 2, "of": 64}
 *
 * A session keeps it with each answer that is not the model's own. */
#ifndef STORE_EXPERTS_JSON_H
#define STORE_EXPERTS_JSON_H

#include <jansson.h>

struct buf;
struct expert_changes;
struct expert_shape;

json_t *experts_json(const struct expert_changes *x,
                     const struct expert_shape *shape);

/* In words (experts_words), behind what `out` holds. Of a session, which may say
 * anything: what makes no sense is "experts changed". */
void experts_of_json(const json_t *o, struct buf *out);

#endif
