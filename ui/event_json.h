/* event_json.h - events as JSON, one object a line.
 *
 * For programs that read what `mull run --json` and `--trace` write. Keys are
 * stable: new ones may come, none changes its meaning; mull-json(5) explains
 * each of them, and a test compares. Every object has "event" (its kind) and
 * "turn" (1 for the first). Besides the backend's own events there is one line
 * "begin" before them, and lines "telemetry". Text is valid UTF-8 (bytes that
 * are not become U+FFFD); it is what the model wrote, so clean it before
 * showing it. */
#ifndef UI_EVENT_JSON_H
#define UI_EVENT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct backend_info;
struct event;
struct telemetry;
struct turn_options;

struct event_json {
    FILE *out;                          /* all borrowed */
    const struct backend_info *info;
    const struct turn_options *options; /* of the turn */
    bool ascii; /* everything else as \u escapes, for a terminal, where some
                   characters are commands */
};

/* One line each, not flushed. False when `out` takes no more (errno says
 * why). */
bool event_json_begin(const struct event_json *j, uint32_t turn);
bool event_json_write(const struct event_json *j, const struct event *ev);
bool event_json_telemetry(const struct event_json *j, uint32_t turn,
                          const struct telemetry *t);

#endif
