/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "resident.h"
#include "chat/backend.h"
#include "tiny/tiny.h"

static struct load_options over(const struct buf *b)
{
    return (struct load_options){.builtin = b->p, .builtin_size = b->len,
                                 .threads = 1};
}

/* Refused, with the name in the sentence and nothing left behind (the leak
 * checker of the sanitizer builds looks at that). */
static void check_path(const char *path, enum err_kind kind)
{
    struct loaded_model m;
    struct err err;
    struct load_options o = {.path = path, .threads = 1};
    CHECK_REFUSED(loaded_model_open(&m, &o, &err), &err, kind);
    if (!strstr(err.msg, path))
        fail_msg("no name in: %s", err.msg);
}

static void what_is_no_model_is_refused_by_name(void **state)
{
    (void)state;
    char dir[] = "/tmp/mull-load-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    check_path(dir, ERR_IO);
    snprintf(path, sizeof path, "%s/none.gguf", dir);
    check_path(path, ERR_IO);

    FILE *f = fopen(path, "w");
    fclose(f);
    check_path(path, ERR_FORMAT);
    f = fopen(path, "w");
    fputs("not a model at all, but some text of a certain length", f);
    fclose(f);
    check_path(path, ERR_FORMAT);
    if (geteuid() != 0) {
        chmod(path, 0);
        check_path(path, ERR_IO);
    }
    unlink(path);
    rmdir(dir);
}

static void an_unknown_architecture_is_named(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf b = {0};
    struct loaded_model m;
    struct err err;
    tiny_write(&spec, &b);
    for (size_t i = 0; i + 5 <= b.len && i < 4096; i++)
        if (memcmp(b.p + i, "llama", 5) == 0)
            memcpy(b.p + i, "lhama", 5);
    struct load_options o = over(&b);
    CHECK_REFUSED(loaded_model_open(&m, &o, &err), &err, ERR_UNSUPPORTED);
    assert_non_null(strstr(err.msg, "lhama"));
    assert_non_null(strstr(err.msg, "built-in"));
    buf_clear(&b);
}

static void every_cut_of_the_file_is_refused(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct buf b = {0};
    struct loaded_model m;
    struct err err;
    tiny_write(&spec, &b);
    struct load_options o = over(&b);
    for (size_t len = 0; len < b.len; len += 1 + b.len / 97) {
        o.builtin_size = len;
        CHECK_REFUSED(loaded_model_open(&m, &o, &err), &err, ERR_FORMAT);
    }
    buf_clear(&b);
}

static void a_model_opens_runs_and_closes(void **state)
{
    (void)state;
    struct tiny_spec specs[] = {tiny_llama(), tiny_deepseek2()};
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0};
        struct loaded_model m;
        struct err err;
        tiny_write(&specs[i], &b);
        struct load_options o = over(&b);
        CHECK_OK(loaded_model_open(&m, &o, &err), &err);
        struct engine_options eo = {0};
        struct backend *e = engine_open(&m, &eo, &err);
        assert_non_null(e);
        assert_int_equal(e->info.context_max, specs[i].n_ctx);
        backend_close(e);
        loaded_model_close(&m);
        buf_clear(&b);
    }
}

static void a_context_beyond_the_training_is_mentioned(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf b = {0};
    struct loaded_model m;
    struct err err;
    tiny_write(&spec, &b);
    struct load_options o = over(&b);
    CHECK_OK(loaded_model_open(&m, &o, &err), &err);
    for (uint32_t n = spec.n_ctx; n <= spec.n_ctx + 1; n++) {
        struct engine_options eo = {.context = n};
        struct backend *e = engine_open(&m, &eo, &err);
        assert_non_null(e);
        bool said = strstr(e->info.notice, "trained on") != NULL;
        assert_true(said == (n > spec.n_ctx));
        backend_close(e);
    }
    loaded_model_close(&m);
    buf_clear(&b);
}

static void a_context_that_no_memory_holds_is_refused(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf b = {0};
    struct loaded_model m;
    struct err err;
    tiny_write(&spec, &b);
    struct load_options o = over(&b);
    CHECK_OK(loaded_model_open(&m, &o, &err), &err);
    struct engine_options eo = {.context = 4000000000u};
    CHECK_REFUSED(engine_open(&m, &eo, &err) != NULL, &err, ERR_MEMORY);
    assert_non_null(strstr(err.msg, "largest"));
    loaded_model_close(&m);
    buf_clear(&b);
}

/* A file with a hole where the weights are, larger than the machine's memory. */
static void a_model_larger_than_memory_opens_and_touches_little(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) *
                      (uint64_t)sysconf(_SC_PAGESIZE);
    spec.n_embd = 8192;
    spec.n_ff = 262144; /* 25.8 GB a layer */
    spec.n_layers = (uint32_t)(memory / 25000000000u) + 1;
    struct buf b = {0};
    uint64_t bytes = tiny_write_header(&spec, &b);
    assert_true(bytes > memory);
    char path[] = "/tmp/mull-huge-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    bool there = ftruncate(fd, (off_t)(b.len + bytes)) == 0 &&
                 write(fd, b.p, b.len) == (ssize_t)b.len;
    close(fd);
    buf_clear(&b);
    if (!there) {
        unlink(path);
        print_message("# skipped: no file of %.0f GB here\n",
                      (double)bytes / 1e9);
        skip();
    }
    struct loaded_model m;
    struct err err;
    struct load_options o = {.path = path, .threads = 1};
    uint64_t before = resident_bytes();
    CHECK_OK(loaded_model_open(&m, &o, &err), &err);
    struct engine_options eo = {.context = 512};
    struct backend *e;
    CHECK_OK((e = engine_open(&m, &eo, &err)) != NULL, &err);
    assert_true(resident_bytes() - before < (uint64_t)32 << 20);
    assert_true(m.model.w.bytes > memory);
    backend_close(e);
    loaded_model_close(&m);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_model_is_refused_by_name),
        cmocka_unit_test(an_unknown_architecture_is_named),
        cmocka_unit_test(every_cut_of_the_file_is_refused),
        cmocka_unit_test(a_model_opens_runs_and_closes),
        cmocka_unit_test(a_context_beyond_the_training_is_mentioned),
        cmocka_unit_test(a_context_that_no_memory_holds_is_refused),
        cmocka_unit_test(a_model_larger_than_memory_opens_and_touches_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
