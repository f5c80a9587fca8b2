/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/state.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/err.h"
#include "base/file.h"
#include "base/file_out.h"
#include "base/mem.h"
#include "engine/session.h"
#include "model/identity.h"

#define MAGIC "mullkv\x1a\n"
#define VERSION 1u
#define BLOCK 256u /* tokens */
#define HEADER_BYTES 72

/* --- the header ----------------------------------------------------------- */

struct header {
    struct model_identity model;
    uint32_t n_tokens;
    uint32_t ids_crc;
    uint64_t token_bytes; /* of all layers */
    uint64_t file_bytes;
    char kv_type[9];      /* by name: numbers change when types are added */
};

static void put(uint8_t *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *p, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)p[i] << 8 * i;
    return value;
}

static void pack(const struct header *h, const struct crc32c *crc,
                 uint8_t p[HEADER_BYTES])
{
    memset(p, 0, HEADER_BYTES);
    memcpy(p, MAGIC, 8);
    put(p + 8, VERSION, 4);
    put(p + 12, BLOCK, 4);
    put(p + 16, h->model.hash, 8);
    put(p + 24, h->model.file_bytes, 8);
    put(p + 32, h->n_tokens, 4);
    put(p + 36, h->ids_crc, 4);
    put(p + 40, h->token_bytes, 8);
    put(p + 48, h->file_bytes, 8);
    memcpy(p + 56, h->kv_type, 8);
    /* 64..67 are zero in this version. */
    put(p + 68, crc32c_add(crc, 0, p, 68), 4);
}

static bool unpack(const uint8_t p[HEADER_BYTES], const struct crc32c *crc,
                   struct header *h, struct err *err)
{
    if (memcmp(p, MAGIC, 8) != 0)
        return err_set(err, ERR_FORMAT, "is not a saved cache of mull");
    if (get(p + 8, 4) != VERSION)
        return err_set(err, ERR_FORMAT,
                       "is a saved cache of version %u, this mull reads %u",
                       (unsigned)get(p + 8, 4), VERSION);
    if (get(p + 68, 4) != crc32c_add(crc, 0, p, 68) || get(p + 12, 4) != BLOCK)
        return err_set(err, ERR_FORMAT, "is damaged at its beginning");
    *h = (struct header){
        .model = {get(p + 16, 8), get(p + 24, 8)},
        .n_tokens = (uint32_t)get(p + 32, 4),
        .ids_crc = (uint32_t)get(p + 36, 4),
        .token_bytes = get(p + 40, 8),
        .file_bytes = get(p + 48, 8),
    };
    memcpy(h->kv_type, p + 56, 8);
    return true;
}

/* Of the whole file; false when that is past all numbers. */
static bool total_bytes(uint32_t n_tokens, uint64_t token_bytes, uint64_t *total)
{
    uint64_t blocks = (n_tokens + (uint64_t)BLOCK - 1) / BLOCK;
    return !__builtin_mul_overflow(token_bytes, n_tokens, total) &&
           !__builtin_add_overflow(*total, HEADER_BYTES + 4 * blocks +
                                               4 * (uint64_t)n_tokens, total);
}

/* --- saving --------------------------------------------------------------- */

static bool write_rows(struct file_out *f, const struct crc32c *crc,
                       struct kv_cache *kv, uint32_t n_tokens, uint8_t *block,
                       struct err *err)
{
    for (uint32_t at = 0; at < n_tokens; at += BLOCK) {
        uint32_t n = n_tokens - at < BLOCK ? n_tokens - at : BLOCK;
        size_t size = n * kv_cache_token_bytes(kv);
        kv_cache_copy_out(kv, at, n, block);
        put(block + size, crc32c_add(crc, 0, block, size), 4);
        if (!file_out_write(f, block, size + 4, err))
            return false;
    }
    return true;
}

/* Room for the rows of a block and their checksum. */
static uint8_t *block_new(const struct kv_cache *kv, size_t *size,
                          struct err *err)
{
    if (__builtin_mul_overflow(kv_cache_token_bytes(kv), BLOCK, size) ||
        __builtin_add_overflow(*size, 4, size))
        *size = SIZE_MAX;
    return mem_big(*size, "a block of the saved cache", err);
}

static uint8_t *pack_ids(const struct session *s, uint32_t n)
{
    uint8_t *ids = mem_array(n ? n : 1, 4);
    for (uint32_t i = 0; i < n; i++)
        put(ids + 4 * (size_t)i, (uint32_t)session_ids(s)[i], 4);
    return ids;
}

static bool write_all(struct file_out *f, const struct model_identity *model,
                      struct session *s, const struct crc32c *crc,
                      uint8_t *block, struct err *err)
{
    struct kv_cache *kv = session_cache(s);
    uint32_t n = session_len(s);
    uint8_t *ids = pack_ids(s, n), packed[HEADER_BYTES];
    struct header h = {
        .model = *model,
        .n_tokens = n,
        .token_bytes = kv_cache_token_bytes(kv),
        .ids_crc = crc32c_add(crc, 0, ids, (size_t)n * 4),
    };
    snprintf(h.kv_type, sizeof h.kv_type, "%s",
             kv_type_name(kv_cache_type(kv)));
    total_bytes(n, h.token_bytes, &h.file_bytes);
    pack(&h, crc, packed);
    bool ok = file_out_write(f, packed, sizeof packed, err) &&
              file_out_write(f, ids, (size_t)n * 4, err) &&
              write_rows(f, crc, kv, n, block, err);
    mem_free(ids);
    return ok;
}

bool state_save(const char *path, const struct model_identity *model,
                struct session *s, struct err *err)
{
    struct crc32c crc;
    struct file_out f;
    size_t size;
    if (session_modified(s))
        return err_set(err, ERR_UNSUPPORTED,
                       "is not written: what was computed with modified "
                       "experts is not the model's own");
    if (!session_settle(s, err))
        return false;
    uint8_t *block = block_new(session_cache(s), &size, err);
    if (!block)
        return false;
    crc32c_init(&crc);
    uint64_t bytes = 0;
    total_bytes(session_len(s), kv_cache_token_bytes(session_cache(s)), &bytes);
    bool ok = file_out_open_private(&f, path, bytes, err) &&
              write_all(&f, model, s, &crc, block, err) &&
              file_out_commit(&f, err);
    file_out_abandon(&f);
    mem_big_free(block, size);
    return ok;
}

/* --- loading -------------------------------------------------------------- */

/* That the rows are what this session would have computed itself, and that the
 * file has all of them. */
static bool check_header(const struct header *h, const struct model_identity *model,
                         struct session *s, uint64_t file_size,
                         struct err *err)
{
    const struct kv_cache *kv = session_cache(s);
    uint64_t total;
    if (h->model.hash != model->hash ||
        h->model.file_bytes != model->file_bytes)
        return err_set(err, ERR_FORMAT,
                       "was saved with another model than this one");
    const char *type = kv_type_name(kv_cache_type(kv));
    enum kv_type other;
    if (strcmp(h->kv_type, type) != 0)
        return err_set(err, ERR_FORMAT,
                       "holds a cache of type %s, this one has type %s",
                       kv_type_parse(h->kv_type, &other) ? h->kv_type
                                                         : "unknown", type);
    if (h->token_bytes != kv_cache_token_bytes(kv))
        return err_set(err, ERR_FORMAT,
                       "holds %" PRIu64 " bytes for each token, not %zu",
                       h->token_bytes, kv_cache_token_bytes(kv));
    if (!total_bytes(h->n_tokens, h->token_bytes, &total) ||
        h->file_bytes != total)
        return err_set(err, ERR_FORMAT, "is damaged at its beginning");
    if (file_size != total)
        return err_set(err, ERR_FORMAT,
                       "has %" PRIu64 " bytes, not %" PRIu64 ": it is cut off "
                       "or was changed", file_size, total);
    return true;
}

static bool read_ids(struct file_in *f, const struct header *h,
                     const struct crc32c *crc, struct session *s,
                     int32_t **ids, struct err *err)
{
    size_t size = (size_t)h->n_tokens * 4; /* the file is as large */
    uint8_t *bytes = mem_alloc(size ? size : 1);
    *ids = NULL;
    bool ok = file_in_read(f, bytes, size, err);
    if (ok && crc32c_add(crc, 0, bytes, size) != h->ids_crc)
        ok = err_set(err, ERR_FORMAT, "is damaged in its list of tokens");
    if (ok) {
        *ids = mem_array(h->n_tokens ? h->n_tokens : 1, sizeof **ids);
        for (uint32_t i = 0; ok && i < h->n_tokens; i++) {
            uint64_t id = get(bytes + 4 * (size_t)i, 4);
            if (id >= session_n_vocab(s))
                ok = err_set(err, ERR_FORMAT,
                             "names token %" PRIu64 ", which this model does "
                             "not have", id);
            (*ids)[i] = (int32_t)id;
        }
    }
    mem_free(bytes);
    return ok;
}

/* All blocks are read and checked, also those that the context has no room
 * for. */
static bool read_rows(struct file_in *f, const struct header *h,
                      const struct crc32c *crc, struct kv_cache *kv,
                      uint8_t *block, struct err *err)
{
    uint32_t room = kv_cache_max(kv);
    for (uint32_t at = 0; at < h->n_tokens;) {
        uint32_t n = h->n_tokens - at < BLOCK ? h->n_tokens - at : BLOCK;
        size_t size = n * kv_cache_token_bytes(kv);
        if (!file_in_read(f, block, size + 4, err))
            return false;
        if (get(block + size, 4) != crc32c_add(crc, 0, block, size))
            return err_set(err, ERR_FORMAT,
                           "is damaged in the rows of tokens %u to %u", at,
                           at + n - 1);
        if (at < room)
            kv_cache_copy_in(kv, at, n, room - at < n ? room - at : n, block);
        at += n;
    }
    return true;
}

static bool read_all(struct file_in *f, const struct model_identity *model,
                     struct session *s, uint32_t *n, struct err *err)
{
    uint8_t packed[HEADER_BYTES], *block = NULL;
    struct kv_cache *kv = session_cache(s);
    struct header h = {0};
    struct crc32c crc;
    int32_t *ids = NULL;
    size_t size = 0;
    if (f->size < HEADER_BYTES)
        return err_set(err, ERR_FORMAT, "is not a saved cache of mull");
    crc32c_init(&crc);
    bool ok = file_in_read(f, packed, sizeof packed, err) &&
              unpack(packed, &crc, &h, err) &&
              check_header(&h, model, s, f->size, err) &&
              read_ids(f, &h, &crc, s, &ids, err) &&
              (block = block_new(kv, &size, err)) != NULL &&
              read_rows(f, &h, &crc, kv, block, err);
    if (ok) {
        *n = h.n_tokens < kv_cache_max(kv) ? h.n_tokens : kv_cache_max(kv);
        session_restore(s, ids, *n);
    }
    mem_free(ids);
    mem_big_free(block, size);
    return ok;
}

bool state_load(const char *path, const struct model_identity *model,
                struct session *s, uint32_t *n, struct err *err)
{
    struct file_in f;
    session_restore(s, NULL, 0);
    if (!file_in_open(&f, path, err))
        return false;
    bool ok = read_all(&f, model, s, n, err);
    file_in_close(&f);
    return ok;
}
