/* vocab_file.h - the vocabulary of the model that was chosen, without its
 * weights. */
#ifndef CMD_VOCAB_FILE_H
#define CMD_VOCAB_FILE_H

#include <stdbool.h>

#include "gguf/gguf.h"

struct err;
struct load_options;
struct vocab;

struct vocab_file {
    struct gguf gguf;
    struct vocab *vocab;
};

bool vocab_file_open(struct vocab_file *f, const struct load_options *o,
                     struct err *err);
/* After the last use: the file is still what it was when it was opened. */
bool vocab_file_intact(const struct vocab_file *f, struct err *err);
void vocab_file_close(struct vocab_file *f);

#endif
