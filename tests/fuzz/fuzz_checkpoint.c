/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a checkpoint, in a frame that is right: no fuzzer finds a
 * checksum. What is believed lies inside the file. */
#include "fuzz.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/err.h"
#include "train/checkpoint.h"
#include "train/nn/params.h"

enum { BLOCKS = 1 << 14 };

static void frame(const uint8_t *data, size_t size, struct buf *out)
{
    struct crc32c crc;
    uint32_t head[2] = {1, (uint32_t)size}, sum;
    static const char zeros[BLOCKS];
    buf_add(out, "MULLCKPT", 8);
    buf_add(out, head, sizeof head);
    buf_add(out, data, size);
    buf_add(out, zeros, BLOCKS);
    buf_add(out, "CRC2", 4);
    crc32c_init(&crc);
    sum = crc32c_add(&crc, 0, out->p, out->len);
    buf_add(out, &sum, sizeof sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf file = {0};
    struct checkpoint c;
    struct params p;
    struct err err = {0};
    if (size > 1 << 16)
        return 0;
    frame(data, size, &file);
    if (checkpoint_over(&c, file.p, file.len, &err)) {
        FUZZ_CHECK(c.values.at + c.values.bytes <= file.len);
        FUZZ_CHECK(c.tokenizer.at + c.tokenizer.bytes <= file.len);
        FUZZ_CHECK(memchr(c.state.stage, 0, sizeof c.state.stage));
        FUZZ_CHECK(shape_check(&c.shape, &err));
        if (checkpoint_params(&c, &p, &err)) {
            FUZZ_CHECK(p.len == c.n_values);
            params_clear(&p);
        }
    } else {
        FUZZ_CHECK(err.kind != ERR_NONE && err.msg[0]);
    }
    buf_clear(&file);
    return 0;
}
