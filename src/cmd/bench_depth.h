/* bench_depth.h - decoding far into a conversation.
 *
 * A long prompt takes minutes to compute and what is in the cache's rows changes
 * no timing, so the rows are filled with random numbers instead. */
#ifndef CMD_BENCH_DEPTH_H
#define CMD_BENCH_DEPTH_H

#include <stdbool.h>
#include <stdint.h>

#include "model/kv_type.h"

struct err;
struct loaded_model;

struct depth_figures {
    uint32_t tokens;        /* in the cache; 0: not measured */
    double decode_tps;
    uint64_t cache_bytes;   /* read for each token */
};

/* `tokens` as in -c: the whole context, of which the last few are decoded. */
bool bench_depth(struct loaded_model *m, enum kv_type type, uint32_t tokens,
                 struct depth_figures *out, struct err *err);

#endif
