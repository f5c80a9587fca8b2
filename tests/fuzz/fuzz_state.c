/* SPDX-License-Identifier: Apache-2.0 */
/* A saved cache against a tiny model. The first byte chooses how much of the
 * file is put right beforehand, since no fuzzer finds a checksum: nothing, the
 * header's checksum, or the model and all checksums that are where they should
 * be. What loads can be read on from, and saves to the same bytes. */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crc32c.h"
#include "base/err.h"
#include "base/file.h"
#include "base/pool.h"
#include "engine/session.h"
#include "engine/state.h"
#include "gguf/gguf.h"
#include "model/identity.h"
#include "model/matmul.h"
#include "model/model.h"
#include "tiny/tiny.h"

enum { CONTEXT = 32, HEADER = 72 };

static struct world {
    struct buf bytes;
    struct gguf g;
    struct model m;
    struct pool *pool;
    struct compute c;
    struct session *s;
    struct model_identity id;
    char saved[64];
    int fd;
} w;

static void open_world(void)
{
    struct err err;
    struct tiny_spec spec = tiny_deepseek2();
    spec.n_layers = 2; /* one with experts */
    tiny_write(&spec, &w.bytes);
    FUZZ_CHECK(gguf_open_memory(&w.g, w.bytes.p, w.bytes.len, &err));
    FUZZ_CHECK(model_open(&w.m, &w.g, &err));
    w.pool = pool_new(1, &err);
    FUZZ_CHECK(w.pool);
    compute_init(&w.c, CPU_SCALAR, w.pool, true);
    w.s = session_new(&w.m, &w.c, KV_F32, CONTEXT, 8, true, &err);
    FUZZ_CHECK(w.s);
    w.id = model_identify(&w.g);
    snprintf(w.saved, sizeof w.saved, "/tmp/fuzz_state-XXXXXX");
    w.fd = mkstemp(w.saved); /* read through its descriptor; the name is free */
    FUZZ_CHECK(w.fd >= 0 && unlink(w.saved) == 0);
}

static void put(char *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (char)(value >> 8 * i);
}

static void put_right(struct buf *file, int how)
{
    struct crc32c crc;
    size_t token = kv_cache_token_bytes(session_cache(w.s));
    if (file->len < HEADER || how == 0)
        return;
    crc32c_init(&crc);
    if (how == 2) {
        uint8_t n = (uint8_t)file->p[32];
        size_t at = HEADER + (size_t)n * 4;
        put(file->p + 16, w.id.hash, 8);
        put(file->p + 24, w.id.file_bytes, 8);
        put(file->p + 32, n, 4);
        put(file->p + 40, token, 8);
        put(file->p + 48, file->len, 8);
        memcpy(file->p + 56, "f32\0\0\0\0", 8);
        for (uint8_t i = 0; i < n && HEADER + 4u * i + 4 <= file->len; i++)
            put(file->p + HEADER + 4 * i + 2, 0, 2);
        if (at <= file->len)
            put(file->p + 36, crc32c_add(&crc, 0, file->p + HEADER, n * 4u), 4);
        at += n * token;
        if (n > 0 && at + 4 <= file->len)
            put(file->p + at, crc32c_add(&crc, 0, file->p + at - n * token,
                                         n * token), 4);
    }
    put(file->p + 68, crc32c_add(&crc, 0, file->p, 68), 4);
}

static void no_progress(void *arg, uint32_t done, uint32_t total)
{
    (void)arg;
    (void)done;
    (void)total;
}

/* Rows of any numbers, NaN too: an error or an answer, nothing else. */
static void read_on(void)
{
    struct err err;
    int32_t ids[CONTEXT - 1];
    uint32_t n = session_len(w.s), reused;
    if (n > CONTEXT - 2)
        n = CONTEXT - 2;
    for (uint32_t i = 0; i < n; i++)
        ids[i] = session_ids(w.s)[i];
    ids[n] = 7;
    if (session_read(w.s, ids, n + 1, NULL, no_progress, NULL, &reused, &err))
        FUZZ_CHECK(reused == n);
    else
        FUZZ_CHECK(err.kind == ERR_MODEL);
}

static void save_again(const struct buf *file)
{
    struct err err;
    struct buf again = {0};
    FUZZ_CHECK(state_save(w.saved, &w.id, w.s, &err));
    FUZZ_CHECK(file_read(w.saved, 1 << 24, &again, &err));
    /* Bytes 64..67 mean nothing in this version. */
    memcpy(again.p + 64, file->p + 64, 8);
    FUZZ_CHECK(str_eq(buf_str(&again), buf_str(file)));
    unlink(w.saved);
    buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned n_loaded;
    struct err err = {0};
    struct buf file = {0};
    char path[32];
    uint32_t n;
    if (!w.s)
        open_world();
    if (size == 0)
        return 0;
    buf_add(&file, data + 1, size - 1);
    put_right(&file, data[0] % 3);
    FUZZ_CHECK(ftruncate(w.fd, 0) == 0);
    FUZZ_CHECK(pwrite(w.fd, file.p, file.len, 0) == (ssize_t)file.len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", w.fd);
    if (state_load(path, &w.id, w.s, &n, &err)) {
        FUZZ_CHECK(n == session_len(w.s) && n <= CONTEXT);
        /* Saving waits for the disk: now and then is enough. */
        if ((uint8_t)file.p[32] <= CONTEXT && n_loaded++ % 64 == 0)
            save_again(&file);
        read_on();
    } else {
        FUZZ_CHECK(err.kind == ERR_FORMAT && err.msg[0]);
        FUZZ_CHECK(session_len(w.s) == 0);
    }
    buf_clear(&file);
    return 0;
}
