/* SPDX-License-Identifier: Apache-2.0 */
#include "default_model.h"

/* The assembler reads the file by a name that is always the same, below the
 * build folder where compilers run: configure makes it a link to the model.
 * So no user's path, with its blanks and quotes, has to survive make, shell,
 * compiler and assembler. Tensors in a GGUF file are aligned to 32 bytes from
 * its start; a page is what mmap would give. */
#ifdef __APPLE__
#define SECTION ".section __TEXT,__const\n"
#define NAME(x) "_" x
#define HIDE ".private_extern "
#define BACK ".text\n"
#else
#define SECTION ".pushsection .rodata.default_model,\"a\"\n"
#define NAME(x) x
#define HIDE ".hidden "
#define BACK ".popsection\n"
#endif

__asm__(SECTION
        ".balign 4096\n"
        ".globl " NAME("default_model_begin") "\n"
        HIDE NAME("default_model_begin") "\n"
        NAME("default_model_begin") ":\n"
        ".incbin \"src/default_model.gguf\"\n"
        ".globl " NAME("default_model_end") "\n"
        HIDE NAME("default_model_end") "\n"
        NAME("default_model_end") ":\n"
        ".byte 0\n"
        BACK);

extern const unsigned char default_model_begin[]
    __attribute__((visibility("hidden")));
extern const unsigned char default_model_end[]
    __attribute__((visibility("hidden")));

void default_model(const void **data, size_t *size)
{
    *data = default_model_begin;
    *size = (size_t)(default_model_end - default_model_begin);
}
