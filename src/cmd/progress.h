/* progress.h - how far a long command has come, on standard error.
 *
 * On a terminal one line that is drawn over and wiped at the end, ten times a
 * second at most; elsewhere one plain line for each tenth. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    uint64_t total;  /* bytes */
    bool silent, terminal;
    uint64_t next;   /* terminal: when to draw, ns; else: bytes of the next line */
};

struct progress progress_begin(uint64_t total, bool silent);
void progress_at(struct progress *p, uint64_t done);
void progress_end(struct progress *p);

#endif
