/* SPDX-License-Identifier: Apache-2.0 */
/* Models in several files: whole ones, and everything that can be wrong. */
#include "check.h"

#include <unistd.h>

#include "base/buf.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "tiny/tiny.h"

enum { PARTS = 3 };

static char dir[] = "/tmp/mull-split-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(dir);
}

static const char *path_of(const char *model, uint32_t part, uint32_t count)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s-%05u-of-%05u.gguf", dir, model, part,
             count);
    return path;
}

static void save(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->p, 1, b->len, f), b->len);
    assert_int_equal(fclose(f), 0);
}

/* What the parts of a model say; a test changes one thing. */
struct lie {
    uint32_t part;                    /* which of the three, from 1 */
    const char *no_key, *count_key;   /* other keys than split.* */
    uint32_t no, count, n_tensors;    /* 0: the truth */
    const char *tensor, *arch;
    bool missing;
};

static void write_part(uint32_t part, const struct lie *lie)
{
    struct lie l = lie && lie->part == part ? *lie : (struct lie){0};
    struct gguf_writer *w = gguf_writer_new(32u << part);
    struct buf b = {0};
    char name[16];
    float data[8];
    for (int i = 0; i < 8; i++)
        data[i] = (float)(part * 100 + (uint32_t)i);
    snprintf(name, sizeof name, "tensor.%u", part);
    if (part == 1 || l.arch)
        gguf_put_str(w, "general.architecture", str_of(l.arch ? l.arch : "a"));
    gguf_put_u32(w, l.no_key ? l.no_key : "split.no", l.no ? l.no : part - 1);
    gguf_put_u32(w, l.count_key ? l.count_key : "split.count",
                 l.count ? l.count : PARTS);
    gguf_put_u32(w, "split.tensors.count", l.n_tensors ? l.n_tensors : PARTS);
    gguf_put_tensor(w, l.tensor ? l.tensor : name, GGUF_F32, 1,
                    (const uint64_t[]){8});
    gguf_write_header(w, &b);
    gguf_write_tensor(w, data, sizeof data, &b);
    if (!l.missing)
        save(path_of("m", part, PARTS), &b);
    buf_clear(&b);
    gguf_writer_free(w);
}

static void write_model(const struct lie *lie)
{
    for (uint32_t part = 1; part <= PARTS; part++)
        write_part(part, lie);
}

static void remove_model(void)
{
    for (uint32_t part = 1; part <= PARTS; part++)
        unlink(path_of("m", part, PARTS));
}

static void every_part_opens_the_whole_model(void **state)
{
    (void)state;
    struct err err;
    struct gguf g;
    write_model(NULL);
    for (uint32_t part = 1; part <= PARTS; part++) {
        CHECK_OK(gguf_open(&g, path_of("m", part, PARTS), &err), &err);
        CHECK_OK(gguf_check_is_model(&g, &err), &err);
        assert_int_equal(g.n_tensors, PARTS);
        assert_non_null(gguf_find(&g, "general.architecture"));
        for (uint32_t i = 1; i <= PARTS; i++) {
            char name[16];
            float first;
            snprintf(name, sizeof name, "tensor.%u", i);
            const struct gguf_tensor *t = gguf_find_tensor(&g, name);
            assert_non_null(t);
            memcpy(&first, t->data, sizeof first);
            CHECK(first == (float)(i * 100));
        }
        gguf_close(&g);
    }
    remove_model();
}

static void a_split_model_has_the_tensors_of_the_whole_one(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct buf whole = {0}, parts[2] = {{0}};
    struct gguf a, b;
    struct err err;
    tiny_write(&spec, &whole);
    tiny_write_parts(&spec, parts);
    save(path_of("tiny", 1, 2), &parts[0]);
    save(path_of("tiny", 2, 2), &parts[1]);
    CHECK_OK(gguf_open_memory(&a, whole.p, whole.len, &err), &err);
    CHECK_OK(gguf_open(&b, path_of("tiny", 1, 2), &err), &err);
    assert_int_equal(a.n_tensors, b.n_tensors);
    assert_int_equal(b.file_bytes, parts[0].len + parts[1].len);
    for (size_t i = 0; i < a.n_tensors; i++) {
        CHECK(str_eq(a.tensors[i].name, b.tensors[i].name));
        assert_int_equal(a.tensors[i].bytes, b.tensors[i].bytes);
        assert_memory_equal(a.tensors[i].data, b.tensors[i].data,
                            a.tensors[i].bytes);
    }
    gguf_close(&a);
    gguf_close(&b);
    for (uint32_t i = 0; i < 2; i++) {
        unlink(path_of("tiny", i + 1, 2));
        buf_clear(&parts[i]);
    }
    buf_clear(&whole);
}

static void a_wrong_part_is_refused_and_named(void **state)
{
    (void)state;
    static const struct {
        struct lie lie;
        enum err_kind kind;
        const char *says;
    } cases[] = {
        {{.part = 2, .missing = true}, ERR_IO, "part 2 of 3: "},
        {{.part = 2, .missing = true}, ERR_IO, "there is no such file"},
        {{.part = 3, .no = 1}, ERR_FORMAT, "it says that it is part 2 of 3"},
        {{.part = 2, .count = 4}, ERR_FORMAT, "it says that it is part 2 of 4"},
        {{.part = 3, .no_key = "no"}, ERR_FORMAT, "\"split.no\" is missing"},
        {{.part = 3, .count_key = "count"}, ERR_FORMAT, "is part 1 of 1"},
        {{.part = 3, .tensor = "tensor.1"}, ERR_FORMAT,
         "\"tensor.1\" is there twice"},
        {{.part = 3, .arch = "b"}, ERR_FORMAT, "another model"},
        {{.part = 1, .n_tensors = 4}, ERR_FORMAT, "have 3 tensors, they should"},
        {{.part = 1, .count = 1025}, ERR_FORMAT, "outside 0 to 1024"},
        {{.part = 1, .count = 4000000000}, ERR_FORMAT, "outside 0 to 1024"},
        {{.part = 1, .no = 3}, ERR_FORMAT, "outside 0 to 2"},
        {{.part = 1, .count = 2}, ERR_FORMAT, "ends in -00001-of-00002.gguf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gguf g;
        struct err err;
        write_model(&cases[i].lie);
        CHECK_REFUSED(gguf_open(&g, path_of("m", 1, PARTS), &err), &err,
                      cases[i].kind);
        if (!strstr(err.msg, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", err.msg, cases[i].says);
        CHECK(strstr(err.msg, ".gguf"));
        remove_model();
    }
}

static void a_missing_first_part_is_named_from_any_other(void **state)
{
    (void)state;
    struct gguf g;
    struct err err;
    write_model(&(struct lie){.part = 1, .missing = true});
    CHECK_REFUSED(gguf_open(&g, path_of("m", 3, PARTS), &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "part 1 of 3") && strstr(err.msg, "m-00001-of-00003"));
    remove_model();
}

static void a_part_that_leads_back_to_the_first_is_refused(void **state)
{
    (void)state;
    struct gguf g;
    struct err err;
    write_model(&(struct lie){.part = 2, .missing = true});
    CHECK(symlink("m-00001-of-00003.gguf", path_of("m", 2, PARTS)) == 0);
    CHECK_REFUSED(gguf_open(&g, path_of("m", 1, PARTS), &err), &err, ERR_FORMAT);
    CHECK(strstr(err.msg, "it says that it is part 1 of 3"));
    remove_model();
}

static void under_another_name_a_part_cannot_find_the_others(void **state)
{
    (void)state;
    char other[128];
    struct gguf g;
    struct err err;
    write_model(NULL);
    snprintf(other, sizeof other, "%s/%s", dir, "renamed.gguf");
    CHECK(rename(path_of("m", 2, PARTS), other) == 0);
    CHECK_REFUSED(gguf_open(&g, other, &err), &err, ERR_FORMAT);
    CHECK(strstr(err.msg, "part 2 of 3") && strstr(err.msg, "renamed.gguf"));
    unlink(other);
    remove_model();
}

static void damage_anywhere_in_a_later_part_is_refused_or_harmless(void **state)
{
    (void)state;
    struct buf b = {0};
    struct gguf g;
    struct err err;
    write_model(NULL);
    FILE *f = fopen(path_of("m", 2, PARTS), "rb");
    assert_non_null(f);
    char bytes[1024];
    buf_add(&b, bytes, fread(bytes, 1, sizeof bytes, f));
    fclose(f);
    size_t whole = b.len, n_refused = 0;
    unsigned read = 0;
    for (size_t at = 0; at < whole; at++) {
        b.p[at] = (char)~b.p[at];
        save(path_of("m", 2, PARTS), &b);
        if (gguf_open(&g, path_of("m", 1, PARTS), &err)) {
            for (size_t i = 0; i < g.n_tensors; i++)
                read += g.tensors[i].data[g.tensors[i].bytes - 1];
            gguf_close(&g);
        } else {
            n_refused++;
        }
        b.p[at] = (char)~b.p[at];
    }
    CHECK(n_refused > 20 && read > 0);
    const size_t padding = 128 - 32;
    for (b.len = 0; b.len < whole - padding; b.len += 7) {
        save(path_of("m", 2, PARTS), &b);
        CHECK_REFUSED(gguf_open(&g, path_of("m", 1, PARTS), &err), &err,
                      ERR_FORMAT);
    }
    buf_clear(&b);
    remove_model();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_opens_the_whole_model),
        cmocka_unit_test(a_split_model_has_the_tensors_of_the_whole_one),
        cmocka_unit_test(a_wrong_part_is_refused_and_named),
        cmocka_unit_test(a_missing_first_part_is_named_from_any_other),
        cmocka_unit_test(a_part_that_leads_back_to_the_first_is_refused),
        cmocka_unit_test(under_another_name_a_part_cannot_find_the_others),
        cmocka_unit_test(damage_anywhere_in_a_later_part_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
