/* decode.h - sequences written on, many side by side, with the weights that are
 * in training.
 *
 * Serves one thread. A sequence is a place with a cache of its own; rows of a
 * step are the next tokens of any of them, several of one sequence in a row where
 * a prompt is read. Results of a row depend, in the last bits, on how many rows
 * share its step. */
#ifndef TRAIN_NN_DECODE_H
#define TRAIN_NN_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/real.h"
#include "train/nn/params.h"
#include "train/nn/shape.h"

struct decode;
struct err;

struct decode_row {
    uint32_t seq;
    int32_t token;      /* at the position behind the sequence's last */
    bool logits;        /* wanted of this row */
};

struct decode *decode_new(const struct shape *s, uint32_t max_seqs,
                          uint32_t max_len, uint32_t max_rows, struct err *err);
void decode_free(struct decode *d); /* NULL is fine */

uint32_t decode_len(const struct decode *d, uint32_t seq);
void decode_clear(struct decode *d, uint32_t seq);
/* `to` becomes what `from` is. */
void decode_copy(struct decode *d, uint32_t from, uint32_t to);

/* n <= max_rows, tokens inside the vocabulary, no sequence longer than max_len.
 * The logits of the rows that want them, one behind the other, [..][n_vocab];
 * borrowed until the next step. */
real *decode_step(struct decode *d, const struct params *params,
                  const struct decode_row *rows, uint32_t n);

#endif
