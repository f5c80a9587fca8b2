/* SPDX-License-Identifier: Apache-2.0 */
/* A trace from anybody, and what mull experts says of it. */
#include "fuzz/fuzz.h"

#include <stdio.h>

#include "base/err.h"
#include "cmd/expert_counts.h"
#include "cmd/experts_print.h"
#include "cmd/trace_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct expert_counts c = {0};
    struct err err;
    bool cut;
    FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    FILE *out = fopen("/dev/null", "w");
    if (in && out && trace_read(in, &c, &cut, &err)) {
        for (uint32_t i = 0; i < c.shape.n_layers; i++)
            FUZZ_CHECK(expert_counts_imbalance(&c, i) >= 0);
        experts_print_text(&c, out);
        experts_print_csv(&c, out);
        FUZZ_CHECK(experts_print_json(&c, out, &err));
    }
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    expert_counts_clear(&c);
    return 0;
}
