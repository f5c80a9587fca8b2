/* json_lines.h - commands that turn one JSON object a line into another. */
#ifndef CMD_JSON_LINES_H
#define CMD_JSON_LINES_H

#include <stdbool.h>

#include <jansson.h>

struct err;

/* One object in, one out (owned by the caller); NULL with a reason. */
typedef json_t *(*json_line_fn)(void *arg, json_t *in, struct err *err);

/* Reads standard input to its end. Each answer is written before the next line
 * is read, so a program at the other end can wait for it. The reason of a
 * failure begins with the number of the line. Empty lines are passed over. */
bool json_lines(json_line_fn fn, void *arg, struct err *err);

#endif
