/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "model/model.h"
#include "tiny/tiny.h"

/* A copy of a tiny model's file in which one tensor is another: left out,
 * of another type, or with another first dimension. */
struct change {
    const char *tensor;
    enum { LEAVE_OUT, NEW_TYPE, NEW_SHAPE } what;
    enum gguf_type type;
};

static void copy_changed(const struct gguf *g, const struct change *c,
                         struct buf *out)
{
    struct gguf_writer *w = gguf_writer_new(g->alignment);
    for (size_t i = 0; i < g->n_kv; i++)
        gguf_put_kv(w, &g->kv[i]);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            gguf_write_header(w, out);
        for (size_t i = 0; i < g->n_tensors; i++) {
            const struct gguf_tensor *t = &g->tensors[i];
            bool hit = str_is(t->name, c->tensor);
            uint64_t dims[4] = {t->dims[0], t->dims[1], t->dims[2], t->dims[3]};
            enum gguf_type type = t->type;
            uint64_t bytes = t->bytes;
            char name[64];
            if (hit && c->what == LEAVE_OUT)
                continue;
            if (hit && c->what == NEW_TYPE) {
                const struct gguf_type_info *info = gguf_type_info(c->type);
                type = c->type;
                bytes = t->n_elements / info->block_len * info->block_bytes;
            }
            if (hit && c->what == NEW_SHAPE) {
                bytes = bytes / dims[0] * (dims[0] / 2);
                dims[0] /= 2;
            }
            CHECK(bytes <= t->bytes);
            snprintf(name, sizeof name, "%.*s", (int)t->name.len, t->name.p);
            if (pass == 0)
                gguf_put_tensor(w, name, type, t->n_dims, dims);
            else
                gguf_write_tensor(w, t->data, bytes, out);
        }
    }
    gguf_writer_free(w);
}

static bool open_changed(const struct tiny_spec *spec, const struct change *c,
                         struct model *m, struct buf *bytes, struct gguf *g,
                         struct err *err)
{
    struct buf file = {0};
    struct gguf whole;
    tiny_write(spec, &file);
    CHECK_OK(gguf_open_memory(&whole, file.p, file.len, err), err);
    copy_changed(&whole, c, bytes);
    gguf_close(&whole);
    buf_clear(&file);
    CHECK_OK(gguf_open_memory(g, bytes->p, bytes->len, err), err);
    return model_open(m, g, err);
}

static void refuse(const struct tiny_spec *spec, struct change c,
                   enum err_kind kind)
{
    struct model m;
    struct gguf g;
    struct buf bytes = {0};
    struct err err;
    CHECK_REFUSED(open_changed(spec, &c, &m, &bytes, &g, &err), &err, kind);
    if (!strstr(err.msg, c.tensor))
        fail_msg("\"%s\" does not name %s", err.msg, c.tensor);
    gguf_close(&g);
    buf_clear(&bytes);
}

/* Every tensor of both models in turn. */
static void for_each_tensor(const struct tiny_spec *spec,
                            void (*fn)(const struct tiny_spec *,
                                       const struct gguf_tensor *, const char *))
{
    struct buf file = {0};
    struct gguf g;
    struct err err;
    tiny_write(spec, &file);
    CHECK_OK(gguf_open_memory(&g, file.p, file.len, &err), &err);
    for (size_t i = 0; i < g.n_tensors; i++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)g.tensors[i].name.len,
                 g.tensors[i].name.p);
        fn(spec, &g.tensors[i], name);
    }
    gguf_close(&g);
    buf_clear(&file);
}

static bool is_optional(const char *name)
{
    return strcmp(name, "output.weight") == 0 ||
           strstr(name, "exp_probs_b.bias");
}

static void missing(const struct tiny_spec *spec, const struct gguf_tensor *t,
                    const char *name)
{
    (void)t;
    if (!is_optional(name))
        refuse(spec, (struct change){name, LEAVE_OUT, 0}, ERR_FORMAT);
}

static void misshapen(const struct tiny_spec *spec, const struct gguf_tensor *t,
                      const char *name)
{
    (void)t;
    refuse(spec, (struct change){name, NEW_SHAPE, 0}, ERR_FORMAT);
}

/* I16 stands for the types that no kernel knows. */
static void uncomputable(const struct tiny_spec *spec,
                         const struct gguf_tensor *t, const char *name)
{
    (void)t;
    refuse(spec, (struct change){name, NEW_TYPE, GGUF_I16}, ERR_UNSUPPORTED);
}

static void for_each_kind(void (*check)(const struct tiny_spec *,
                                        const struct gguf_tensor *,
                                        const char *))
{
    struct tiny_spec specs[] = {tiny_llama(), tiny_deepseek2(),
                                tiny_deepseek32()};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        for_each_tensor(&specs[i], check);
}

static void missing_tensors_are_named(void **state)
{
    (void)state;
    for_each_kind(missing);
}

static void wrong_shapes_are_named(void **state)
{
    (void)state;
    for_each_kind(misshapen);
}

static void types_without_a_kernel_are_named(void **state)
{
    (void)state;
    for_each_kind(uncomputable);
}

static void norms_in_half_precision_are_decoded(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct model m;
    struct gguf g;
    struct buf bytes = {0};
    struct err err;
    const struct change c = {"blk.1.attn_norm.weight", NEW_TYPE, GGUF_F16};
    CHECK_OK(open_changed(&spec, &c, &m, &bytes, &g, &err), &err);
    float want[64];
    CHECK_OK(weights_decode(gguf_find_tensor(&g, c.tensor), 0, 64, want, &err),
             &err);
    assert_memory_equal(m.w.layers[1].attn_norm, want, sizeof want);
    model_close(&m);
    gguf_close(&g);
    buf_clear(&bytes);
}

static void counts_are_those_of_the_tensors(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct buf file = {0};
    struct gguf g;
    struct model m;
    struct err err;
    tiny_write(&spec, &file);
    CHECK_OK(gguf_open_memory(&g, file.p, file.len, &err), &err);
    CHECK_OK(model_open(&m, &g, &err), &err);
    uint64_t all = 0, experts = 0;
    for (size_t i = 0; i < g.n_tensors; i++) {
        all += g.tensors[i].n_elements;
        if (str_find(g.tensors[i].name, str_of("_exps."), 0) <
            g.tensors[i].name.len)
            experts += g.tensors[i].n_elements;
    }
    assert_int_equal(m.w.n_params, all);
    assert_int_equal(m.w.bytes, all * 4);
    /* A quarter of the experts, one row of the embedding. */
    uint64_t active = all - experts * 3 / 4 - (TINY_VOCAB - 1) * 64;
    assert_int_equal(m.w.n_active_params, active);
    assert_int_equal(m.w.active_bytes, active * 4);
    model_close(&m);
    gguf_close(&g);
    buf_clear(&file);
}

/* One layer's bias may be missing: its experts are chosen by score alone. */
static void what_is_optional_is_done_without(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct model m;
    struct gguf g;
    struct buf bytes = {0};
    struct err err;
    const struct change c = {"blk.1.exp_probs_b.bias", LEAVE_OUT, 0};
    CHECK_OK(open_changed(&spec, &c, &m, &bytes, &g, &err), &err);
    assert_null(m.w.layers[1].router_bias);
    assert_non_null(m.w.layers[2].router_bias);
    assert_null(m.w.rope_factors);
    CHECK(m.w.output.data != m.w.token_embd.data); /* not tied */
    model_close(&m);
    gguf_close(&g);
    buf_clear(&bytes);
}

static void a_tied_head_is_the_embedding(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct model m;
    struct gguf g;
    struct buf bytes = {0};
    struct err err;
    const struct change c = {"output.weight", LEAVE_OUT, 0};
    CHECK_OK(open_changed(&spec, &c, &m, &bytes, &g, &err), &err);
    assert_ptr_equal(m.w.output.data, m.w.token_embd.data);
    assert_int_equal(m.w.active_bytes, m.w.bytes);
    model_close(&m);
    gguf_close(&g);
    buf_clear(&bytes);
}

/* Opens a model with this list of draft tokens; how many of them it uses, or -1. */
static int drafts_of(const int32_t *list, uint32_t n, struct err *err)
{
    struct tiny_spec spec = tiny_deepseek2();
    struct buf file = {0};
    struct gguf g;
    struct model m;
    int used = -1;
    spec.mtp = true;
    spec.draft_tokens = list;
    spec.n_draft_tokens = n;
    tiny_write(&spec, &file);
    CHECK_OK(gguf_open_memory(&g, file.p, file.len, err), err);
    if (model_open(&m, &g, err)) {
        used = (int)m.w.mtp.n_drafts;
        model_close(&m);
    }
    gguf_close(&g);
    buf_clear(&file);
    return used;
}

static void a_list_of_draft_tokens_must_ascend_within_the_vocabulary(void **state)
{
    (void)state;
    static const int32_t bad[][3] = {
        {5, 4, 6}, {5, 5, 6}, {-1, 2, 3}, {7, 8, TINY_VOCAB}, {7, 8, INT32_MAX}};
    struct err err;
    int32_t all[TINY_VOCAB + 1];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(drafts_of(bad[i], 3, &err), -1);
        assert_int_equal(err.kind, ERR_FORMAT);
        if (!strstr(err.msg, "mull.draft_tokens"))
            fail_msg("\"%s\" does not name the key", err.msg);
    }
    for (int32_t i = 0; i <= TINY_VOCAB; i++)
        all[i] = i;
    assert_int_equal(drafts_of(all, 3, &err), 3);
    assert_int_equal(drafts_of(all, 0, &err), 0);
    assert_int_equal(drafts_of(all, TINY_VOCAB, &err), 0); /* of no use */
    assert_int_equal(drafts_of(all, TINY_VOCAB + 1, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_tensors_are_named),
        cmocka_unit_test(wrong_shapes_are_named),
        cmocka_unit_test(types_without_a_kernel_are_named),
        cmocka_unit_test(norms_in_half_precision_are_decoded),
        cmocka_unit_test(counts_are_those_of_the_tensors),
        cmocka_unit_test(what_is_optional_is_done_without),
        cmocka_unit_test(a_tied_head_is_the_embedding),
        cmocka_unit_test(a_list_of_draft_tokens_must_ascend_within_the_vocabulary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
