/* default_model.h - the model inside the program: a whole GGUF file.
 *
 * Which file is chosen by configure (--with-model=FILE). It lies in a read-only
 * section of the program, so the system pages it in like any mapped file. */
#ifndef DEFAULT_MODEL_H
#define DEFAULT_MODEL_H

#include <stddef.h>

void default_model(const void **data, size_t *size);

#endif
