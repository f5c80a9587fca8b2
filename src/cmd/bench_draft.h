/* bench_draft.h - what guessing tokens ahead is worth on this machine.
 *
 * Random tokens cannot be guessed, so this answers a few fixed questions,
 * greedily, with and without drafts by turns. */
#ifndef CMD_BENCH_DRAFT_H
#define CMD_BENCH_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/kv_type.h"

struct err;
struct loaded_model;

struct draft_figures {
    double plain_tps, draft_tps; /* 0: not measured */
    double ratio;                /* median of what the rounds give */
    uint32_t drafted, accepted;  /* of the rounds with drafts */
    /* What drafting was decided by (engine/speculate.h), averages of late: a token
     * alone, two together, one guess. 0: not measured. */
    double one_ms, two_ms, guess_ms;
};

/* mode: as for engine_options.draft. tokens_per_s: about how fast the model is,
 * for answers as long as there is time for. */
bool bench_draft(struct loaded_model *m, enum kv_type type, int mode,
                 double tokens_per_s, struct draft_figures *out,
                 struct err *err);

#endif
