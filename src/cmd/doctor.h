/* doctor.h - the parts of `mull doctor`: each looks at one thing and adds lines.
 *
 * A line says what is there, whether that is well, and if not what to do next.
 * Nothing is changed or made by looking, but for the index of the chats. */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct options;

enum doctor_state { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor_line {
    const char *name;      /* "terminal": a key of the JSON, not translated */
    enum doctor_state state;
    struct buf said;       /* owned; what is there */
    struct buf next;       /* owned; what to do, or empty */
};

struct doctor {
    struct doctor_line lines[40];
    size_t n;
};

/* A new line; doctor_next is about the last one. */
void doctor_say(struct doctor *d, enum doctor_state state, const char *name,
                const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void doctor_next(struct doctor *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void doctor_terminal(struct doctor *d);
void doctor_machine(struct doctor *d, const struct options *o);
void doctor_folders(struct doctor *d, const struct options *o);
void doctor_model(struct doctor *d, const struct options *o);

#endif
