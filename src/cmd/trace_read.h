/* trace_read.h - the lines of mull run --trace (mull-json(5)), counted.
 *
 * The bytes may come from anybody: every value is checked, a line has at most
 * TRACE_MAX_LINE bytes. */
#ifndef CMD_TRACE_READ_H
#define CMD_TRACE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct err;
struct expert_counts;

#define TRACE_MAX_LINE ((size_t)1 << 20)

/* Reads to the end. *cut: the last line is not whole (the disk was full, the
 * turn goes on), and was left out. The reason of a failure begins with the
 * number of the line. */
bool trace_read(FILE *in, struct expert_counts *c, bool *cut, struct err *err);

#endif
