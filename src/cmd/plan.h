/* plan.h - the parts of `mull plan`: what is shown of an engine/plan.h. */
#ifndef CMD_PLAN_H
#define CMD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "engine/plan.h"

struct buf;

struct plan_report {
    struct plan plan;
    struct str name;        /* what the file calls itself, or empty; borrowed */
    const char *file;       /* as the user named it; NULL: built in */
    uint32_t tokens[24];    /* sizes of context to tell of, ascending */
    size_t n_tokens;
    double read_gbs;        /* of memory, measured; 0: not known */
    bool cached;            /* the weights may stay in the CPU's caches */
};

/* Round sizes up to what the model was trained for, and `also`. */
void plan_sizes(struct plan_report *r, uint32_t also);

/* Both safe for a terminal whatever the file holds. */
void plan_text(const struct plan_report *r, struct buf *out);
bool plan_json(const struct plan_report *r, struct buf *out, struct err *err);

#endif
