/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <jansson.h>
#include <math.h>
#include <unistd.h>

#include "base/buf.h"
#include "cmd/inspect.h"
#include "cmd/inspect_cache.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "tiny/tiny.h"

static struct gguf opened(const struct buf *file)
{
    struct gguf g;
    struct err err;
    CHECK_OK(gguf_open_memory(&g, file->p, file->len, &err), &err);
    return g;
}

static json_t *as_json(const struct inspect_facts *f)
{
    struct buf out = {0};
    struct err err;
    CHECK_OK(inspect_json(f, &out, &err), &err);
    for (size_t i = 0; i < out.len; i++)
        CHECK((out.p[i] >= ' ' && out.p[i] <= '~') || out.p[i] == '\n');
    json_t *j = json_loads(out.p, 0, NULL);
    assert_non_null(j);
    buf_clear(&out);
    return j;
}

static json_int_t number(const json_t *j, const char *a, const char *b)
{
    json_t *v = json_object_get(j, a);
    if (b)
        v = json_object_get(v, b);
    CHECK(json_is_integer(v));
    return json_integer_value(v);
}

static void the_facts_of_a_known_model_are_those_of_its_spec(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct inspect_facts f;
    struct buf file = {0}, text = {0};
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    inspect_facts_read(&f, &g);
    if (!f.runs)
        fail_msg("it should run: %s", f.why_not.msg);
    CHECK(str_is(f.arch, "deepseek2"));
    assert_int_equal(f.n_layers, 3);
    assert_int_equal(f.n_special, 7);
    assert_int_equal(f.n_tokens, TINY_VOCAB);
    CHECK(str_is(f.bos, "<\xEF\xBD\x9C" "begin\xE2\x96\x81of\xE2\x96\x81"
                 "sentence\xEF\xBD\x9C>"));
    assert_string_equal(f.family, "deepseek-r1");
    /* MLA: latent and rope key, in three layers */
    assert_int_equal(f.cache_values, 3 * (32 + 16));

    json_t *j = as_json(&f);
    assert_int_equal(number(j, "kv_bytes_per_token_f16", NULL), 3 * 48 * 2);
    assert_int_equal(number(j, "shapes", "kv_lora_rank"), 32);
    assert_int_equal(number(j, "shapes", "experts"), 16);
    assert_int_equal(json_array_size(json_object_get(j, "tensors")),
                     g.n_tensors);
    json_decref(j);

    inspect_text(&f, &text);
    CHECK(strstr(text.p, "4 of 16 a token"));
    CHECK(strstr(text.p, "288 bytes a token as float16"));
    CHECK(strstr(text.p, "latent (MLA)"));
    buf_clear(&text);
    gguf_close(&g);
    buf_clear(&file);
}

static void gqa_keeps_keys_and_values_of_the_shared_heads(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct inspect_facts f;
    struct buf file = {0};
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    inspect_facts_read(&f, &g);
    assert_int_equal(f.cache_values, 2 * 2 * 2 * 16);
    gguf_close(&g);
    buf_clear(&file);
}

/* The rope key of 16 has no blocks of 32. */
static void a_model_says_what_its_cache_costs(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct inspect_facts f;
    struct buf file = {0}, text = {0};
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    inspect_facts_read(&f, &g);
    const struct model_config *c = &f.cfg;
    json_t *j = as_json(&f), *kv = json_object_get(j, "kv_cache");
    assert_int_equal(number(kv, "f16", "bytes_per_token"), 3 * 48 * 2);
    assert_int_equal(number(kv, "f32", "bytes_whole_context"),
                     3 * 48 * 4 * spec.n_ctx);
    CHECK(!json_object_get(kv, "q8_0"));
    uint64_t mha = 3 * c->n_heads * (c->head_dim + c->v_head_dim) * 2;
    assert_int_equal(number(kv, "mha_f16", "bytes_per_token"), mha);
    CHECK(number(kv, "gqa_groups", NULL) == c->n_heads); /* fewer than 8 */
    double saving = json_real_value(json_object_get(kv, "saving_against_mha"));
    assert_float_equal(saving, 1 - 288. / (double)mha, 1e-9);
    json_decref(j);
    inspect_text(&f, &text);
    CHECK(strstr(text.p, "as stored (MLA), f16                 288"));
    CHECK(strstr(text.p, "as stored (MLA), q8_0       not possible"));
    buf_clear(&text);
    gguf_close(&g);
    buf_clear(&file);
}

static void published_shapes_give_the_published_saving(void **state)
{
    (void)state;
    struct err err;
    struct buf text = {0};
    CHECK_OK(inspect_shapes("v2-236b,llm-67b", false, &text, &err), &err);
    CHECK(strstr(text.p, "v2-236b: DeepSeek-V2, 34,560 values a token"));
    CHECK(strstr(text.p, "llm-67b: DeepSeek LLM 67B, 194,560 values a token"));
    CHECK(strstr(text.p, "82.2 %  counted in values"));
    CHECK(strstr(text.p, "93.3 %  at 6 bits a value against 16"));
    buf_clear(&text);

    CHECK_OK(inspect_shapes("v2-236b,llm-67b", true, &text, &err), &err);
    json_t *j = json_loads(text.p, 0, NULL);
    json_t *s = json_array_get(json_object_get(j, "savings"), 0);
    assert_float_equal(json_real_value(json_object_get(s, "by_values")),
                       1 - 34560. / 194560, 1e-9);
    assert_float_equal(
        json_real_value(json_object_get(s, "at_6_bits_against_16")), .9334,
        1e-4);
    json_decref(j);
    buf_clear(&text);

    CHECK_REFUSED(inspect_shapes("v2-236", false, &text, &err), &err,
                  ERR_USAGE);
    CHECK(strstr(err.msg, "did you mean v2-236b?"));
    CHECK_REFUSED(inspect_shapes("v2-236b,,", false, &text, &err), &err,
                  ERR_USAGE);
}

/* A file that wants to draw on the terminal, of no architecture we know. */
static struct buf strange_file(void)
{
    const uint64_t dims[] = {4, 2};
    const float values[] = {1, -2, 3, NAN, INFINITY, 0.5f, 0, -0.5f};
    struct gguf_writer *w = gguf_writer_new(32);
    struct buf file = {0};
    gguf_put_str(w, "general.architecture", str_of("mar\033[2Jtian"));
    gguf_put_str(w, "general.name",
                 str_of("\033]0;title\007 \xC2\x9B" "31m \xE2\x80\xAE evil\r"));
    gguf_put_str(w, "general.description", str_of("broken \xFF\xC3"));
    gguf_put_u32(w, "mar\033[2Jtian.block_count", 7);
    gguf_put_f32(w, "mar\033[2Jtian.context_length", 2); /* wrong type */
    gguf_put_str(w, "tokenizer.ggml.model", str_of("rwkv\033c"));
    gguf_put_tensor(w, "some\033[31mthing", GGUF_F32, 2, dims);
    gguf_write_header(w, &file);
    gguf_write_tensor(w, values, sizeof values, &file);
    gguf_writer_free(w);
    return file;
}

static void check_clean(const struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        CHECK((uint8_t)b->p[i] >= ' ' || b->p[i] == '\n');
    CHECK(!strstr(b->p, "\xC2\x9B") && !strstr(b->p, "\xE2\x80\xAE"));
}

static void a_strange_model_is_inspected_and_cannot_draw(void **state)
{
    (void)state;
    struct inspect_facts f;
    struct buf file = strange_file(), text = {0};
    struct gguf g = opened(&file);
    inspect_facts_read(&f, &g);
    CHECK(!f.runs && f.why_not.msg[0]);
    CHECK(f.n_layers == 7 && f.n_ctx == 0 && f.cache_values == 0);
    inspect_text(&f, &text);
    check_clean(&text);
    CHECK(strstr(text.p, "not known for this architecture"));
    json_decref(as_json(&f));
    buf_clear(&text);
    gguf_close(&g);
    buf_clear(&file);
}

static void a_file_of_nothing_is_inspected(void **state)
{
    (void)state;
    struct gguf_writer *w = gguf_writer_new(32);
    struct inspect_facts f;
    struct buf file = {0}, text = {0};
    gguf_write_header(w, &file);
    struct gguf g = opened(&file);
    inspect_facts_read(&f, &g);
    inspect_text(&f, &text);
    CHECK(strstr(text.p, "no tensors") && strstr(text.p, "does not say"));
    json_decref(as_json(&f));
    gguf_writer_free(w);
    gguf_close(&g);
    buf_clear(&file);
    buf_clear(&text);
}

static void a_tensor_is_shown_with_its_values(void **state)
{
    (void)state;
    struct buf file = strange_file(), out = {0};
    struct gguf g = opened(&file);
    struct err err;
    CHECK_OK(inspect_tensor(&g, "some\033[31mthing", false, &out, &err), &err);
    check_clean(&out);
    CHECK(strstr(out.p, "4 x 2") && strstr(out.p, "1 NaN, 1 infinite"));
    CHECK(strstr(out.p, "least          -2\n"));
    CHECK(strstr(out.p, "mean           0.333333\n")); /* 2 / 6 */
    buf_reset(&out);
    CHECK_OK(inspect_tensor(&g, "some\033[31mthing", true, &out, &err), &err);
    json_t *j = json_loads(out.p, 0, NULL);
    assert_non_null(j);
    assert_int_equal(number(j, "nan", NULL), 1);
    CHECK(fabs(json_real_value(json_object_get(j, "rms")) -
               sqrt(14.5 / 6)) < 1e-9);
    assert_int_equal(json_array_size(json_object_get(j, "first")), 8);
    json_decref(j);
    buf_clear(&out);
    gguf_close(&g);
    buf_clear(&file);
}

static void a_mistyped_tensor_name_is_put_right(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf file = {0}, out = {0};
    struct err err;
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    CHECK_REFUSED(inspect_tensor(&g, "token_emdb.weight", false, &out, &err),
                  &err, ERR_FORMAT);
    CHECK(strstr(err.msg, "did you mean token_embd.weight?"));
    CHECK_REFUSED(inspect_tensor(&g, "", false, &out, &err), &err, ERR_FORMAT);
    gguf_close(&g);
    buf_clear(&file);
    buf_clear(&out);
}

static void raw_values_are_all_values_in_order(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf file = {0};
    struct err err;
    spec.n_ff = 2048; /* more than one chunk of the decoder */
    tiny_write(&spec, &file);
    struct gguf g = opened(&file);
    const struct gguf_tensor *t = gguf_find_tensor(&g, "blk.0.ffn_up.weight");
    assert_non_null(t);
    FILE *f = tmpfile();
    assert_non_null(f);
    CHECK_OK(inspect_tensor_raw(&g, "blk.0.ffn_up.weight", fileno(f), &err),
             &err);
    char *back = malloc(t->bytes + 1);
    rewind(f);
    assert_int_equal(fread(back, 1, t->bytes + 1, f), t->bytes);
    assert_memory_equal(back, t->data, t->bytes); /* F32 decodes to itself */
    free(back);
    fclose(f);
    gguf_close(&g);
    buf_clear(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_facts_of_a_known_model_are_those_of_its_spec),
        cmocka_unit_test(a_model_says_what_its_cache_costs),
        cmocka_unit_test(published_shapes_give_the_published_saving),
        cmocka_unit_test(gqa_keeps_keys_and_values_of_the_shared_heads),
        cmocka_unit_test(a_strange_model_is_inspected_and_cannot_draw),
        cmocka_unit_test(a_file_of_nothing_is_inspected),
        cmocka_unit_test(a_tensor_is_shown_with_its_values),
        cmocka_unit_test(a_mistyped_tensor_name_is_put_right),
        cmocka_unit_test(raw_values_are_all_values_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
