/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <dirent.h>
#include <math.h>

#include "base/buf.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"

/* One of each kind of value, two tensors. Written once, opened by each test. */
static struct buf file;

static int write_the_file(void **state)
{
    (void)state;
    struct gguf_writer *w = gguf_writer_new(64);
    const struct str words[] = {str_of("one"), str_n("t\0wo", 4), str_of("")};
    const int32_t ints[] = {-1, 0, INT32_MAX};
    const float floats[] = {0.5f, -2.0f};
    const uint64_t dims[] = {32, 3};
    float data[32] = {1, 2, 3};
    uint8_t blocks[3 * 34] = {7};

    gguf_put_str(w, "general.architecture", str_of("test"));
    gguf_put_u32(w, "u32", 4000000000u);
    gguf_put_f32(w, "f32", 0.25f);
    gguf_put_f32(w, "nan", NAN);
    gguf_put_bool(w, "yes", true);
    gguf_put_strs(w, "words", words, 3);
    gguf_put_i32s(w, "ints", ints, 3);
    gguf_put_f32s(w, "floats", floats, 2);
    gguf_put_kv(w, &(struct gguf_kv){.key = str_of("i16"),
                                     .type = GGUF_VALUE_I16,
                                     .n = 1,
                                     .value = (const uint8_t *)"\xFE\xFF",
                                     .value_bytes = 2});
    gguf_put_tensor(w, "vector", GGUF_F32, 1, dims);
    gguf_put_tensor(w, "matrix", GGUF_Q8_0, 2, dims);
    gguf_write_header(w, &file);
    gguf_write_tensor(w, data, sizeof data, &file);
    gguf_write_tensor(w, blocks, sizeof blocks, &file);
    gguf_writer_free(w);
    return 0;
}

static int free_the_file(void **state)
{
    (void)state;
    buf_clear(&file);
    return 0;
}

static struct gguf opened(void)
{
    struct gguf g;
    struct err err;
    CHECK_OK(gguf_open_memory(&g, file.p, file.len, &err), &err);
    return g;
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct gguf g = opened();
    assert_int_equal(g.version, 3);
    assert_int_equal(g.alignment, 64);
    assert_int_equal(g.n_kv, 10);
    assert_int_equal(g.n_tensors, 2);
    assert_int_equal(g.data_start % 64, 0);
    assert_int_equal(file.len % 64, 0);

    const struct gguf_tensor *t = gguf_find_tensor(&g, "matrix");
    assert_non_null(t);
    assert_ptr_equal(t, &g.tensors[1]);
    assert_int_equal(t->n_dims, 2);
    assert_int_equal(t->dims[1], 3);
    assert_int_equal(t->dims[3], 1);
    assert_int_equal(t->n_elements, 96);
    assert_int_equal(t->bytes, 3 * 34);
    assert_int_equal(t->data[0], 7);
    assert_int_equal((size_t)(t->data - (const uint8_t *)file.p),
                     g.data_start + 128);
    assert_null(gguf_find_tensor(&g, "matri"));
    gguf_close(&g);
}

static void values_are_typed_and_bounded(void **state)
{
    (void)state;
    struct gguf g = opened();
    struct err err;
    uint32_t u = 7;
    float f = 7;
    bool b = false;
    struct str s;

    CHECK_OK(gguf_get_u32(&g, "u32", 0, UINT32_MAX, &u, &err), &err);
    CHECK(u == 4000000000u);
    CHECK_REFUSED(gguf_get_u32(&g, "u32", 0, 100, &u, &err), &err, ERR_FORMAT);
    CHECK(u == 4000000000u && strstr(err.msg, "u32"));
    CHECK_REFUSED(gguf_get_u32(&g, "i16", 0, 100, &u, &err), &err, ERR_FORMAT);
    CHECK(strstr(err.msg, "-2"));
    CHECK_REFUSED(gguf_get_u32(&g, "f32", 0, 9, &u, &err), &err, ERR_FORMAT);
    CHECK_REFUSED(gguf_get_u32(&g, "yes", 0, 9, &u, &err), &err, ERR_FORMAT);
    CHECK_REFUSED(gguf_get_u32(&g, "ints", 0, 9, &u, &err), &err, ERR_FORMAT);

    CHECK_OK(gguf_get_f32(&g, "f32", 0, 1, &f, &err), &err);
    CHECK(f == 0.25f);
    CHECK_REFUSED(gguf_get_f32(&g, "f32", 1, 2, &f, &err), &err, ERR_FORMAT);
    CHECK_REFUSED(gguf_get_f32(&g, "nan", -INFINITY, INFINITY, &f, &err), &err,
                  ERR_FORMAT);
    CHECK_REFUSED(gguf_get_f32(&g, "u32", 0, 1, &f, &err), &err, ERR_FORMAT);

    CHECK_OK(gguf_get_bool(&g, "yes", &b, &err), &err);
    CHECK(b);
    CHECK_REFUSED(gguf_get_bool(&g, "u32", &b, &err), &err, ERR_FORMAT);
    CHECK_OK(gguf_get_str(&g, "general.architecture", &s, &err), &err);
    CHECK(str_is(s, "test"));
    CHECK_REFUSED(gguf_get_str(&g, "words", &s, &err), &err, ERR_FORMAT);
    gguf_close(&g);
}

static void a_missing_key_keeps_the_default_unless_it_is_needed(void **state)
{
    (void)state;
    struct gguf g = opened();
    struct err err;
    uint32_t u = 7;
    float f = 7;
    bool b = true;
    struct str s = str_of("default");

    CHECK_OK(gguf_get_u32(&g, "none", 0, 1, &u, &err), &err);
    CHECK_OK(gguf_get_f32(&g, "none", 0, 1, &f, &err), &err);
    CHECK_OK(gguf_get_bool(&g, "none", &b, &err), &err);
    CHECK_OK(gguf_get_str(&g, "none", &s, &err), &err);
    CHECK(u == 7 && f == 7 && b && str_is(s, "default"));
    CHECK_REFUSED(gguf_need_u32(&g, "none", 0, 1, &u, &err), &err, ERR_FORMAT);
    CHECK(strstr(err.msg, "\"none\" is missing"));
    CHECK_REFUSED(gguf_need_f32(&g, "none", 0, 1, &f, &err), &err, ERR_FORMAT);
    CHECK_REFUSED(gguf_need_str(&g, "none", &s, &err), &err, ERR_FORMAT);
    gguf_close(&g);
}

static void arrays_are_read_one_value_at_a_time(void **state)
{
    (void)state;
    struct gguf g = opened();
    struct err err;
    struct gguf_strings it;
    struct str s;

    CHECK_OK(gguf_strings(&g, "words", &it, &err), &err);
    assert_int_equal(it.left, 3);
    CHECK(gguf_strings_next(&it, &s) && str_is(s, "one"));
    CHECK(gguf_strings_next(&it, &s) && s.len == 4 && s.p[1] == '\0');
    CHECK(gguf_strings_next(&it, &s) && s.len == 0);
    CHECK(!gguf_strings_next(&it, &s));
    CHECK_REFUSED(gguf_strings(&g, "ints", &it, &err), &err, ERR_FORMAT);
    CHECK_REFUSED(gguf_strings(&g, "none", &it, &err), &err, ERR_FORMAT);

    const struct gguf_kv *kv = gguf_find_array(&g, "ints", GGUF_VALUE_U8);
    assert_non_null(kv);
    CHECK(kv->n == 3 && gguf_array_int(kv, 0) == -1 &&
          gguf_array_int(kv, 2) == INT32_MAX && gguf_array_f32(kv, 0) == -1.0f);
    kv = gguf_find_array(&g, "floats", GGUF_VALUE_F32);
    assert_non_null(kv);
    CHECK(kv->n == 2 && gguf_array_f32(kv, 1) == -2.0f);
    assert_null(gguf_find_array(&g, "floats", GGUF_VALUE_I32));
    assert_null(gguf_find_array(&g, "ints", GGUF_VALUE_F32));
    assert_null(gguf_find_array(&g, "words", GGUF_VALUE_I32));
    assert_null(gguf_find_array(&g, "u32", GGUF_VALUE_U32));
    gguf_close(&g);
}

static void copying_all_keys_and_tensors_gives_the_same_bytes(void **state)
{
    (void)state;
    struct gguf g = opened();
    struct gguf_writer *w = gguf_writer_new(g.alignment);
    struct buf copy = {0};
    for (size_t i = 0; i < g.n_kv; i++)
        gguf_put_kv(w, &g.kv[i]);
    for (size_t i = 0; i < g.n_tensors; i++) {
        struct str name = g.tensors[i].name;
        char text[64];
        snprintf(text, sizeof text, "%.*s", (int)name.len, name.p);
        gguf_put_tensor(w, text, g.tensors[i].type, g.tensors[i].n_dims,
                        g.tensors[i].dims);
    }
    gguf_write_header(w, &copy);
    for (size_t i = 0; i < g.n_tensors; i++)
        gguf_write_tensor(w, g.tensors[i].data, g.tensors[i].bytes, &copy);
    assert_int_equal(copy.len, file.len);
    assert_memory_equal(copy.p, file.p, file.len);
    gguf_writer_free(w);
    buf_clear(&copy);
    gguf_close(&g);
}

static void only_a_whole_model_is_a_model(void **state)
{
    (void)state;
    struct gguf g = opened();
    struct err err;
    CHECK_OK(gguf_check_is_model(&g, &err), &err);
    gguf_close(&g);

    for (int part = 0; part < 2; part++) {
        struct gguf_writer *w = gguf_writer_new(32);
        struct buf b = {0};
        if (part)
            gguf_put_u32(w, "split.count", 3);
        else
            gguf_put_str(w, "general.type", str_of("adapter"));
        gguf_write_header(w, &b);
        CHECK_OK(gguf_open_memory(&g, b.p, b.len, &err), &err);
        CHECK_REFUSED(gguf_check_is_model(&g, &err), &err, ERR_UNSUPPORTED);
        CHECK(strstr(err.msg, part ? "3 parts" : "adapter"));
        gguf_close(&g);
        gguf_writer_free(w);
        buf_clear(&b);
    }
}

static void the_built_in_model_opens(void **state)
{
    (void)state;
    char path[4096];
    const char *top = getenv("MULL_SOURCE");
    struct gguf g;
    struct err err;
    snprintf(path, sizeof path, "%s/models/default.gguf", top ? top : ".");
    CHECK_OK(gguf_open(&g, path, &err), &err);
    CHECK_OK(gguf_check_is_model(&g, &err), &err);
    CHECK(g.n_tensors > 10 && gguf_find_tensor(&g, "token_embd.weight"));
    gguf_close(&g);
}

static size_t open_all_in(const char *dir)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    if (!d)
        return 0;
    for (struct dirent *e; (e = readdir(d));) {
        size_t len = strlen(e->d_name);
        if (len < 5 || strcmp(e->d_name + len - 5, ".gguf") != 0)
            continue;
        struct buf path = {0};
        struct gguf g;
        struct err err;
        buf_printf(&path, "%s/%s", dir, e->d_name);
        CHECK_OK(gguf_open(&g, path.p, &err), &err);
        gguf_close(&g);
        buf_clear(&path);
        n++;
    }
    closedir(d);
    return n;
}

static void every_reference_file_opens(void **state)
{
    (void)state;
    char dir[4096];
    const char *top = getenv("MULL_FIXTURES");
    if (!top || !*top) {
        print_message("# skipped: MULL_FIXTURES is not set\n");
        skip();
    }
    const char *const folders[] = {"models", "vocab", "../models"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(dir, sizeof dir, "%s/%s", top, folders[i]);
        n += open_all_in(dir);
    }
    print_message("# %zu files\n", n);
    CHECK(n > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(values_are_typed_and_bounded),
        cmocka_unit_test(a_missing_key_keeps_the_default_unless_it_is_needed),
        cmocka_unit_test(arrays_are_read_one_value_at_a_time),
        cmocka_unit_test(copying_all_keys_and_tensors_gives_the_same_bytes),
        cmocka_unit_test(only_a_whole_model_is_a_model),
        cmocka_unit_test(the_built_in_model_opens),
        cmocka_unit_test(every_reference_file_opens),
    };
    return cmocka_run_group_tests(tests, write_the_file, free_the_file);
}
