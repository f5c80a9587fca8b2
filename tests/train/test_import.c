/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "train/data/with_tokenizer.h"
#include "train/export.h"
#include "train/import.h"
#include "train/nn/params.h"

struct made {
    struct params params;
    struct tokenizer tokenizer;
    char path[64];
};

static void make(struct made *m, enum gguf_type type, bool mtp)
{
    struct err err;
    struct shape s = *shape_recipe("tiny");
    struct export_options o = {.type = type, .mtp = mtp, .context = 64,
                               .name = "test"};
    s.n_vocab = 400;
    small_tokenizer(&m->tokenizer);
    CHECK_OK(params_init(&m->params, &s, &err), &err);
    params_randomize(&m->params, 5);
    snprintf(m->path, sizeof m->path, "/tmp/mull-import-XXXXXX");
    int fd = mkstemp(m->path);
    CHECK(fd >= 0);
    close(fd);
    CHECK_OK(export_file(&m->params, &m->tokenizer, &o, m->path, &err), &err);
}

static void clear(struct made *m)
{
    unlink(m->path);
    tokenizer_close(&m->tokenizer);
    params_clear(&m->params);
}

/* Largest difference, as a part of the largest number of all. */
static double apart(const struct params *a, const struct params *b)
{
    double most = 0, size = 0;
    assert_int_equal(a->len, b->len);
    for (size_t i = 0; i < a->len; i++) {
        most = fmax(most, fabs((double)a->values[i] - (double)b->values[i]));
        size = fmax(size, fabs((double)a->values[i]));
    }
    return most / size;
}

static void what_was_exported_comes_back(void **state)
{
    static const struct {
        enum gguf_type type;
        double apart;
    } rows[] = {{GGUF_F32, 0}, {GGUF_F16, 5e-4}, {GGUF_Q8_0, 4e-3}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct made m;
        struct params back;
        struct err err;
        make(&m, rows[i].type, true);
        CHECK(import_is_model(m.path));
        CHECK_OK(import_weights(m.path, &back, &err), &err);
        CHECK(apart(&m.params, &back) <= rows[i].apart);
        params_clear(&back);
        clear(&m);
    }
}

static void its_vocabulary_is_that_of_the_run(void **state)
{
    struct made m;
    struct err err;
    struct buf file = {0};
    (void)state;
    make(&m, GGUF_Q8_0, true);
    CHECK_OK(import_tokenizer(m.path, &file, &err), &err);
    assert_int_equal(file.len, m.tokenizer.file.len);
    assert_memory_equal(file.p, m.tokenizer.file.p, file.len);
    buf_clear(&file);
    clear(&m);
}

static void a_file_without_the_block_is_a_smaller_model(void **state)
{
    struct made m;
    struct params back;
    struct err err;
    (void)state;
    make(&m, GGUF_F32, false);
    CHECK_OK(import_weights(m.path, &back, &err), &err);
    assert_int_equal(back.shape.n_mtp, 0);
    CHECK(back.n_params < m.params.n_params); /* which training refuses */
    params_clear(&back);
    clear(&m);
}

static void what_is_no_model_is_told_apart(void **state)
{
    char path[] = "/tmp/mull-import-XXXXXX";
    struct err err;
    struct params p;
    (void)state;
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    CHECK(!import_is_model(path));
    CHECK_OK(file_replace(path, "MULLCKPT", 8, &err), &err);
    CHECK(!import_is_model(path));
    CHECK_REFUSED(import_weights(path, &p, &err), &err, ERR_FORMAT);
    unlink(path);
    CHECK(!import_is_model(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_exported_comes_back),
        cmocka_unit_test(its_vocabulary_is_that_of_the_run),
        cmocka_unit_test(a_file_without_the_block_is_a_smaller_model),
        cmocka_unit_test(what_is_no_model_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
