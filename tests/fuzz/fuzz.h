/* fuzz.h - one fuzz target: takes any bytes, returns 0, never crashes.
 *
 * A target is one file with this one function, and three lines in local.mk.
 * It is built twice over: with --enable-fuzz (clang) libFuzzer drives it, and
 * `make fuzz-quick` runs all of them; otherwise replay.c does, as part of
 * `make check`, with every file of corpus/NAME/. A finding becomes a file there,
 * named after what it showed. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Beyond crashes: what must be true of the answer. */
#define FUZZ_CHECK(x)                                             \
    do {                                                          \
        if (!(x))                                                 \
            abort();                                              \
    } while (0)

#endif
