/* harness.h - a model opened from a file or from bytes, and the two ways of
 * running it that the tests compare. */
#ifndef TESTS_MODEL_HARNESS_H
#define TESTS_MODEL_HARNESS_H

#include "check.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/pool.h"
#include "gguf/gguf.h"
#include "model/forward.h"
#include "model/kv_cache.h"
#include "model/matmul.h"
#include "model/model.h"
#include "model/mtp.h"
#include "tiny/tiny.h"

struct harness {
    struct buf bytes;   /* of a tiny model */
    struct gguf g;
    struct pool *pool;
    struct compute c;
    struct model m;
    struct kv_cache *kv;
    struct forward *f;
};

enum { HARNESS_CONTEXT = 512, HARNESS_BATCH = 256 };

struct how {
    unsigned threads;       /* 0: 2 */
    enum cpu_level level;   /* CPU_SCALAR is 0 */
    bool best;              /* the CPU's best level instead */
    bool exact;
    enum kv_type kv;        /* KV_AUTO is 0: KV_F32 */
};

/* path NULL: the tiny model of spec. Both fail the test with the reason. */
void harness_open(struct harness *h, const char *path,
                  const struct tiny_spec *spec, struct how how);
void harness_close(struct harness *h);

/* Runs n ids in batches of `batch` and returns all logits, owned. */
float *harness_logits(struct harness *h, const int32_t *ids, uint32_t n,
                      uint32_t batch);

/* The same for what the MTP block says: n - 1 rows. */
float *harness_mtp_logits(struct harness *h, const int32_t *ids, uint32_t n,
                          uint32_t batch);

/* A .logits file: see fixtures/README.md. */
struct reference {
    uint32_t n, n_vocab;
    int32_t *ids;
    float *logits;
};
struct reference reference_read(const char *path);
void reference_free(struct reference *r);

double rms_between(const float *a, const float *b, size_t n);

#endif
