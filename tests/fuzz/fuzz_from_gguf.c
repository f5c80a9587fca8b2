/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters out of a damaged model file. The input is a list of changes to a
 * whole small model, so that most of them reach behind the parser: three bytes
 * of place and one of value each. What loads must be computable. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "gguf/gguf.h"
#include "tiny/tiny.h"
#include "train/data/batch.h"
#include "train/nn/from_gguf.h"
#include "train/nn/net.h"

enum { MAX_CHANGES = 64 };

static const struct buf *whole_model(void)
{
    static struct buf bytes;
    if (bytes.len == 0) {
        struct tiny_spec spec = tiny_deepseek2();
        spec.mtp = true;
        tiny_write(&spec, &bytes);
    }
    return &bytes;
}

static void damage(char *bytes, size_t len, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 4 <= size && i < 4 * MAX_CHANGES; i += 4) {
        size_t at = data[i] | (size_t)data[i + 1] << 8 |
                    (size_t)data[i + 2] << 16;
        bytes[at % len] ^= (char)data[i + 3];
    }
}

/* The first numbers of a forward pass, where the shape is still a small one. */
static void compute(const struct params *p)
{
    const struct net_limits limits = {.n_threads = 1, .n_shards = 1,
                                      .max_tokens = 3, .max_doc = 3,
                                      .inference = true};
    const int32_t tokens[3] = {1, 0, 1};
    float logprob[3];
    const struct net_scores out = {.logprob = logprob};
    struct err err;
    struct batch b;
    if (p->len > 1u << 21)
        return;
    struct net *net = net_new(&p->shape, &limits, &err);
    if (!net)
        return;
    batch_init(&b, 3, 1);
    FUZZ_CHECK(batch_add(&b, tokens, NULL, 3));
    FUZZ_CHECK(net_logprobs(net, p, &b, &out, NULL, &err));
    batch_clear(&b);
    net_free(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct buf *model = whole_model();
    char *bytes = malloc(model->len);
    struct gguf g;
    struct params p;
    struct err err;
    FUZZ_CHECK(bytes);
    memcpy(bytes, model->p, model->len);
    damage(bytes, model->len, data, size);
    if (gguf_open_memory(&g, bytes, model->len, &err)) {
        if (params_from_gguf(&p, &g, &err)) {
            compute(&p);
            params_clear(&p);
        }
        gguf_close(&g);
    }
    free(bytes);
    return 0;
}
