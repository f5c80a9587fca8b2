/* SPDX-License-Identifier: Apache-2.0 */
/* Every truncation and every damaged header byte of whole models, with the
 * bytes laid against a page that may not be touched: a read past the end stops
 * the test with or without a sanitizer. */
#include "check.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "gguf/walk.h"
#include "tiny/tiny.h"

/* Room for n bytes that end where the forbidden page begins. */
struct guarded {
    uint8_t *base, *end;
    size_t bytes;
};

static struct guarded guarded_new(size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = (n + 2 * page - 1) / page * page;
    uint8_t *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(base != MAP_FAILED);
    CHECK(mprotect(base + bytes - page, page, PROT_NONE) == 0);
    return (struct guarded){base, base + bytes - page, bytes};
}

/* Opens n bytes of p at the guard. Refused: kind and message are there; let
 * in: everything it offers is touched. */
static bool opens(const struct guarded *at, const void *p, size_t n)
{
    struct gguf g;
    struct err err = {0};
    uint8_t *data = at->end - n;
    memmove(data, p, n);
    if (!gguf_open_memory(&g, data, n, &err)) {
        if ((err.kind != ERR_FORMAT && err.kind != ERR_UNSUPPORTED) ||
            !err.msg[0])
            fail_msg("kind %d: \"%s\"", err.kind, err.msg);
        return false;
    }
    walk(&g);
    gguf_close(&g);
    return true;
}

static struct tiny_spec smallest(int which)
{
    struct tiny_spec s = which ? tiny_deepseek2() : tiny_llama();
    s.n_embd = s.n_ff = s.head_dim = s.q_lora_rank = s.kv_lora_rank = 8;
    s.qk_nope_dim = s.rope_dim = s.v_head_dim = s.expert_ff = 8;
    s.n_heads = s.n_kv_heads = 1;
    s.n_layers = which ? 2 : 1;
    s.n_experts = 4;
    s.n_used = 2;
    s.tied = true;
    return s;
}

/* Where the data of the last tensor ends, and where the data begins. */
static size_t used_bytes(const struct buf *file, size_t *header)
{
    struct gguf g;
    struct err err;
    size_t end = 0;
    CHECK_OK(gguf_open_memory(&g, file->p, file->len, &err), &err);
    for (size_t i = 0; i < g.n_tensors; i++) {
        const struct gguf_tensor *t = &g.tensors[i];
        size_t e = (size_t)(t->data - g.file.data) + (size_t)t->bytes;
        end = e > end ? e : end;
    }
    *header = (size_t)g.data_start;
    gguf_close(&g);
    return end;
}

static void every_prefix_is_refused_until_the_last_tensor_is_whole(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct tiny_spec spec = smallest(which);
        struct buf file = {0};
        size_t header;
        tiny_write(&spec, &file);
        size_t end = used_bytes(&file, &header);
        struct guarded at = guarded_new(file.len);
        for (size_t n = 0; n <= file.len; n++)
            if (opens(&at, file.p, n) != (n >= end))
                fail_msg("%zu of %zu bytes (data ends at %zu)", n, file.len,
                         end);
        munmap(at.base, at.bytes);
        buf_clear(&file);
    }
}

static void every_damaged_header_byte_is_refused_or_harmless(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct tiny_spec spec = smallest(which);
        struct buf file = {0};
        size_t header, let_in = 0;
        tiny_write(&spec, &file);
        used_bytes(&file, &header);
        struct guarded at = guarded_new(file.len);
        for (size_t i = 0; i < header; i++) {
            char was = file.p[i];
            const char damaged[] = {0, (char)0xFF, (char)(was ^ 1),
                                    (char)(was ^ 0x80), (char)(was + 1)};
            for (size_t k = 0; k < sizeof damaged; k++) {
                file.p[i] = damaged[k];
                let_in += opens(&at, file.p, file.len);
            }
            file.p[i] = was;
        }
        print_message("# %zu of %zu damaged headers are still valid files\n",
                      let_in, header * 5);
        munmap(at.base, at.bytes);
        buf_clear(&file);
    }
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* What a hash or a sort might choke on: as many records as fit in 1 MB. */
static void one_megabyte_of_header_takes_less_than_two_seconds(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    for (int which = 0; which < 4; which++) {
        struct gguf_writer *w = gguf_writer_new(8);
        struct buf file = {0};
        char name[32];
        const uint64_t one = 8;
        for (unsigned i = 0; which == 0 && i < SIZE / 18; i++) {
            snprintf(name, sizeof name, "%x", i);
            gguf_put_bool(w, name, true);
        }
        for (unsigned i = 0; which == 1 && i < SIZE / 40; i++) {
            snprintf(name, sizeof name, "%x", i);
            gguf_put_tensor(w, name, GGUF_I8, 1, &one);
        }
        if (which == 2) {
            struct str *empty = calloc(SIZE / 8, sizeof *empty);
            gguf_put_strs(w, "tokens", empty, SIZE / 8);
            free(empty);
        }
        for (unsigned i = 0; which == 3 && i < SIZE / 60000; i++) {
            /* keys that differ only at their end */
            static char key[60001];
            memset(key, 'k', 60000);
            snprintf(key + 59990, 11, "%010u", i);
            gguf_put_bool(w, key, true);
        }
        gguf_write_header(w, &file);
        for (unsigned i = 0; which == 1 && i < SIZE / 40; i++)
            gguf_write_tensor(w, "12345678", 8, &file);
        struct guarded at = guarded_new(file.len);
        double start = cpu_seconds();
        CHECK(opens(&at, file.p, file.len));
        CHECK(cpu_seconds() - start < 2);
        munmap(at.base, at.bytes);
        gguf_writer_free(w);
        buf_clear(&file);
    }
}

/* The two models as seeds for the fuzz target: test_hostile FOLDER. */
static int write_seeds(const char *folder)
{
    for (int which = 0; which < 2; which++) {
        struct tiny_spec spec = smallest(which);
        struct buf file = {0}, path = {0};
        tiny_write(&spec, &file);
        buf_printf(&path, "%s/tiny-%s", folder, spec.arch);
        FILE *f = fopen(path.p, "wb");
        bool ok = f && fwrite(file.p, 1, file.len, f) == file.len;
        if (!f || fclose(f) != 0 || !ok)
            return 1;
        buf_clear(&file);
        buf_clear(&path);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return write_seeds(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_is_refused_until_the_last_tensor_is_whole),
        cmocka_unit_test(every_damaged_header_byte_is_refused_or_harmless),
        cmocka_unit_test(one_megabyte_of_header_takes_less_than_two_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
