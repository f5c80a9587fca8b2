/* stats_json.h - the figures of a turn as JSON, one row for each.
 *
 * A session keeps them, and so do the events that mull-json(5) describes; two of
 * them have other names there. */
#ifndef STORE_STATS_JSON_H
#define STORE_STATS_JSON_H

#include <jansson.h>

struct turn_stats;

enum stats_names { STATS_KEPT, STATS_TOLD };

json_t *stats_json(const struct turn_stats *s, enum stats_names names);

/* Of a session, which may say anything: what is no figure is 0, and no part is more
 * than its whole. */
void stats_of_json(const json_t *o, struct turn_stats *s);

#endif
