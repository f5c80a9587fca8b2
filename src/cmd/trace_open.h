/* trace_open.h - a conversation by the name that a user gives: a file in any
 * form, standard input ("-"), or part of the name of a session. */
#ifndef CMD_TRACE_OPEN_H
#define CMD_TRACE_OPEN_H

#include <stdbool.h>

struct buf;
struct conversation;
struct err;

/* *title: what to call it; *note (may stay empty): what could not be read. */
bool trace_open(const char *name, struct conversation *c, struct buf *title,
                struct buf *note, struct err *err);

#endif
