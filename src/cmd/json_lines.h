/* json_lines.h - commands that turn one JSON object a line into another. */
#ifndef CMD_JSON_LINES_H
#define CMD_JSON_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

struct buf;
struct err;

/* LINE_CUT: the input ends within this line, before its line feed. */
enum line_got { LINE_WHOLE, LINE_CUT, LINE_END, LINE_ERROR };

/* The next line, without its line feed. LINE_ERROR: it is longer than max bytes,
 * or the system refused. */
enum line_got line_next(FILE *in, size_t max, struct buf *line,
                        struct err *err);
/* The JSON object of a line (owned by the caller), or NULL with a reason. */
json_t *line_object(const struct buf *line, struct err *err);
bool line_is_empty(const struct buf *line);

/* One object in, one out (owned by the caller); NULL with a reason. */
typedef json_t *(*json_line_fn)(void *arg, json_t *in, struct err *err);

/* Reads standard input to its end. Each answer is written before the next line
 * is read, so a program at the other end can wait for it. The reason of a
 * failure begins with the number of the line. Empty lines are passed over. */
bool json_lines(json_line_fn fn, void *arg, struct err *err);

#endif
