/* reading.h - how far a prompt has been read, and how long the rest will take. */
#ifndef UI_READING_H
#define UI_READING_H

#include <stdbool.h>
#include <stdint.h>

struct event;
struct telemetry;

/* All zero: nothing is being read. */
struct reading {
    uint32_t first, done, total; /* tokens; first: those that the cache had */
};

/* Every event of a turn, in order. */
void reading_event(struct reading *r, const struct event *ev);

/* At the rate measured in this turn; 0: nothing was measured yet. */
double reading_left_ms(const struct reading *r, const struct telemetry *now);

/* Whether that is worth a line of its own. */
bool reading_is_long(const struct reading *r, const struct telemetry *now);

/* "1,426 of 4,505 tokens, 2 min 5 s left". What takes less than a second more is
 * not worth a figure. */
#define READING_MAX 128
const char *reading_text(const struct reading *r, const struct telemetry *now,
                         char out[READING_MAX]);

#endif
