/* checkpoint.h - a training run as a file: stopped here, it goes on from here.
 *
 *   "MULLCKPT"  u32 version  u32 bytes of the header
 *   header      JSON: where the run is, shape, table of tensors, table of blocks
 *   blocks      64-byte aligned: values, the optimizer's m and v (not where only
 *               the weights are kept), the tokenizer's GGUF file
 *   "CRC2" u32  CRC-32C of all before
 *
 * A compact one keeps the moments in bfloat16: 8 bytes a parameter instead of 12.
 * Training goes on from it with moments rounded to 8 bits, which is as good and not
 * the same bytes.
 *
 * Little-endian. Written beside its place and renamed when it is on the disk, so
 * a file of that name is always whole. Floats are saved as they are: a run that
 * was stopped and goes on gives the very bytes of one that was not.
 *
 * What is read may be anything: sizes are checked against the file, the header
 * against the shape it claims, all bytes against the checksum. */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"
#include "train/nn/shape.h"

struct err;
struct optim;
struct params;

/* Where a run is. */
struct train_state {
    char recipe[48];
    uint64_t recipe_hash, seed;
    char stage[16];
    uint64_t step, tokens;   /* of the stage */
    uint64_t decay_from, total;
    uint64_t optim_step;
    double seconds;          /* of computing in this stage */
    double best_loss;        /* of the validations so far; 0: none yet */
    bool done;               /* the stage came to its end */
};

/* o NULL: weights only. */
bool checkpoint_write(const char *path, const struct train_state *state,
                      const struct params *p, const struct optim *o,
                      struct str tokenizer, struct err *err);
/* The same with moments in bfloat16. */
bool checkpoint_write_compact(const char *path, const struct train_state *state,
                              const struct params *p, const struct optim *o,
                              struct str tokenizer, struct err *err);

struct checkpoint_block {
    uint64_t at, bytes;      /* 0 bytes: not there */
};

struct checkpoint {
    struct file_map file;
    struct train_state state;
    struct shape shape;
    uint64_t n_values;       /* numbers of values, m, v */
    struct checkpoint_block values, m, v, tokenizer;
    struct str header;       /* JSON; in the mapping */
};

bool checkpoint_open(struct checkpoint *c, const char *path, struct err *err);
/* Over bytes that stay the caller's. */
bool checkpoint_over(struct checkpoint *c, const void *data, size_t size,
                     struct err *err);
void checkpoint_close(struct checkpoint *c);

/* p is initialised; the caller clears it. */
bool checkpoint_params(const struct checkpoint *c, struct params *p,
                       struct err *err);
/* Into an optimizer of the same layout. ERR_FORMAT where there are no moments. */
bool checkpoint_moments(const struct checkpoint *c, struct optim *o,
                        struct err *err);
struct str checkpoint_tokenizer(const struct checkpoint *c);

#endif
