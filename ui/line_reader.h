/* line_reader.h - lines from a descriptor, as they come, ended by Ctrl-C.
 *
 * Not stdio: its buffer would hide lines from the wait that SIGINT ends. */
#ifndef UI_LINE_READER_H
#define UI_LINE_READER_H

#include <stdbool.h>

#include "base/buf.h"

struct line_reader {
    int fd;             /* borrowed */
    struct buf pending; /* owned; read but not yet handed out */
    struct buf line;    /* owned; the line handed out last */
    bool at_end;
};

enum line_result { LINE_READ, LINE_END, LINE_INTERRUPTED };

/* The next line without its line feed, in r->line. A last line without line
 * feed counts. Between interrupt_begin and interrupt_end. */
enum line_result line_reader_next(struct line_reader *r);
/* Everything up to the end, at most max_bytes; *whole: there was no more. */
enum line_result line_reader_rest(struct line_reader *r, size_t max_bytes,
                                  bool *whole);
void line_reader_clear(struct line_reader *r);

#endif
