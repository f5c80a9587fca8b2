/* SPDX-License-Identifier: Apache-2.0 */
/* mull quantize on whole models: what is written, and what it says when run. */
#include "check.h"

#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "model/harness.h"
#include "options.h"
#include "text/encode.h"
#include "text/with_vocab.h"

static char dir[] = "/tmp/mull-quantize-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

/* Fails when a test, or the program, left something. */
static int remove_folder(void **state)
{
    (void)state;
    return rmdir(dir);
}

static char *in_dir(const char *name)
{
    struct buf b = {0};
    buf_printf(&b, "%s/%s", dir, name);
    return b.p;
}

/* Rows of 256, so that every type fits; small otherwise. */
static struct tiny_spec wide(void)
{
    struct tiny_spec s = tiny_deepseek2();
    s.n_layers = 2;
    s.n_embd = s.n_ff = s.q_lora_rank = s.kv_lora_rank = 256;
    s.qk_nope_dim = s.v_head_dim = 64;
    s.n_experts = 4;
    s.n_used = 2;
    s.n_groups = s.n_groups_used = 1;
    s.expert_ff = 256;
    return s;
}

static char *save(const char *name, const struct buf *b)
{
    char *path = in_dir(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->p, 1, b->len, f), b->len);
    fclose(f);
    return path;
}

static char *save_model(const char *name, const struct tiny_spec *s)
{
    struct buf b = {0};
    tiny_write(s, &b);
    char *path = save(name, &b);
    buf_clear(&b);
    return path;
}

static bool quantize(const char *in, const char *out, const char *type,
                     const char *rule, unsigned threads, struct err *err)
{
    const char *args[] = {in, out, type};
    struct options o = {.args = args, .n_args = 3, .json = true};
    o.load.threads = threads;
    if (rule)
        o.tensor_types.text[o.tensor_types.n++] = rule;
    return cmd_quantize(&o, err);
}

static struct buf read_file(const char *path)
{
    struct buf b = {0};
    struct err err;
    CHECK_OK(file_read(path, 1u << 30, &b, &err), &err);
    return b;
}

static enum gguf_type type_in(const struct gguf *g, const char *name)
{
    const struct gguf_tensor *t = gguf_find_tensor(g, name);
    assert_non_null(t);
    return t->type;
}

/* --- what it says --------------------------------------------------------- */

static float *logits_of(const char *path, const struct ids *ids,
                        uint32_t *n_vocab)
{
    struct harness h;
    harness_open(&h, path, NULL, (struct how){.exact = true});
    *n_vocab = h.m.cfg.n_vocab;
    float *logits = harness_logits(&h, ids->p, (uint32_t)ids->n,
                                   (uint32_t)ids->n);
    harness_close(&h);
    return logits;
}

/* The distance of two models' logits, relative to how much those vary. */
static double distance(const char *a, const char *b, const struct ids *ids)
{
    uint32_t V;
    float *x = logits_of(a, ids, &V), *y = logits_of(b, ids, &V);
    size_t n = ids->n * V;
    double mean = 0, spread = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        spread += (x[i] - mean) * (x[i] - mean) / (double)n;
    double d = rms_between(x, y, n) / sqrt(spread);
    mem_free(x);
    mem_free(y);
    return d;
}

/* How far the weights are off, as encode.h has it, comes back in the logits, some
 * six times as large after two layers. Without experts: a router that decides
 * otherwise makes a jump. */
static void logits_are_off_as_far_as_the_weights_let_them(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        double error;
    } types[] = {
        {"F16", 0.0002}, {"BF16", 0.0016},  {"Q8_0", 0.0054}, {"Q6_K", 0.0175},
        {"Q5_K", 0.035}, {"Q4_K", 0.0703}, {"IQ4_NL", 0.0763},
        {"Q4_0", 0.0818},
    };
    struct tiny_spec s = wide();
    s.n_dense_layers = s.n_layers;
    struct ids ids = {0};
    for (int i = 0; i < 24; i++)
        ids_add(&ids, (i * 37 + 5) % 256);
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct err err;
        CHECK_OK(quantize(in, out, types[i].type, NULL, 2, &err), &err);
        double d = distance(in, out, &ids);
        print_message("# %-6s logits off by %.5f of their spread\n",
                      types[i].type, d);
        CHECK(d > 3 * types[i].error && d < 8 * types[i].error);
        unlink(out);
    }
    unlink(in);
    ids_clear(&ids);
    mem_free(in);
    mem_free(out);
}

/* Of nonsense it thinks nothing for certain: routers are near a tie then, and half a
 * bit turns them over. So it reads what it knows. */
static const char exercise[] =
    "<\357\275\234User\357\275\234>What is 391 + 2748?"
    "<\357\275\234Assistant\357\275\234><think>\nadd: 391+2748\nrev 1930 8472\n"
    "1+8=9 9\n9+4=13 3c1\n";

static void the_built_in_model_keeps_close(void **state)
{
    (void)state;
    const char *top = getenv("MULL_SOURCE");
    struct buf in = {0};
    struct err err;
    buf_printf(&in, "%s/models/default.gguf", top ? top : ".");
    char *out = in_dir("out.gguf");
    struct ids ids = {0};
    struct vocab *v = vocab_of_file(in.p);
    encode(v, str_of(exercise), ENCODE_SPECIAL, &ids);
    static const char *const types[] = {"F16", "IQ4_NL", "Q4_0"};
    static const double most[] = {0.005, 0.4, 0.4};
    for (int i = 0; i < 3; i++) {
        CHECK_OK(quantize(in.p, out, types[i], NULL, 2, &err), &err);
        double d = distance(in.p, out, &ids);
        print_message("# %-6s logits off by %.5f of their spread\n", types[i],
                      d);
        CHECK(d > 0 && d < most[i]);
        unlink(out);
    }
    mem_free(out);
    vocab_free(v);
    ids_clear(&ids);
    buf_clear(&in);
}

/* --- what is written ------------------------------------------------------ */

static void bytes_depend_on_neither_threads_nor_the_run(void **state)
{
    (void)state;
    static const char *const types[] = {"Q4_K", "Q8_0"};
    struct tiny_spec s = wide();
    struct err err;
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    for (size_t i = 0; i < 2; i++) {
        struct buf first = {0};
        for (unsigned threads = 1; threads <= 5; threads++) {
            CHECK_OK(quantize(in, out, types[i], NULL, threads, &err), &err);
            struct buf b = read_file(out);
            if (first.len)
                CHECK(b.len == first.len &&
                      memcmp(b.p, first.p, b.len) == 0);
            else
                buf_add(&first, b.p, b.len);
            buf_clear(&b);
        }
        buf_clear(&first);
    }
    unlink(in);
    unlink(out);
    mem_free(in);
    mem_free(out);
}

static void metadata_stays_and_tensors_lie_without_gaps(void **state)
{
    (void)state;
    struct tiny_spec s = wide();
    struct gguf a, b;
    struct err err;
    uint32_t file_type = 0, version = 0;
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    CHECK_OK(quantize(in, out, "Q5_K", NULL, 2, &err), &err);
    CHECK_OK(gguf_open(&a, in, &err), &err);
    CHECK_OK(gguf_open(&b, out, &err), &err);
    assert_int_equal(b.version, 3);
    assert_int_equal(b.n_kv, a.n_kv + 2);
    for (size_t i = 0; i < a.n_kv; i++) {
        CHECK(str_eq(a.kv[i].key, b.kv[i].key));
        assert_int_equal(a.kv[i].value_bytes, b.kv[i].value_bytes);
        assert_memory_equal(a.kv[i].value, b.kv[i].value,
                            a.kv[i].value_bytes);
    }
    CHECK_OK(gguf_need_u32(&b, "general.file_type", 0, 99, &file_type, &err),
             &err);
    CHECK_OK(gguf_need_u32(&b, "general.quantization_version", 0, 99, &version,
                           &err), &err);
    CHECK(file_type == 16 && version == 2);
    const uint8_t *at = b.file.data + b.data_start;
    for (size_t i = 0; i < b.n_tensors; i++) {
        CHECK(str_eq(a.tensors[i].name, b.tensors[i].name));
        assert_ptr_equal(b.tensors[i].data, at);
        at += (b.tensors[i].bytes + 31) / 32 * 32;
    }
    assert_ptr_equal(at, b.file.data + b.file.size);
    gguf_close(&a);
    gguf_close(&b);
    unlink(in);
    unlink(out);
    mem_free(in);
    mem_free(out);
}

static void what_is_small_stays_and_the_head_is_better(void **state)
{
    (void)state;
    struct tiny_spec s = wide();
    struct gguf g;
    struct err err;
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    CHECK_OK(quantize(in, out, "q4_k", "blk.1.ffn_*_exps*=Q8_0", 2, &err), &err);
    CHECK_OK(gguf_open(&g, out, &err), &err);
    assert_int_equal(type_in(&g, "blk.1.ffn_gate_inp.weight"), GGUF_F32);
    assert_int_equal(type_in(&g, "blk.1.exp_probs_b.bias"), GGUF_F32);
    assert_int_equal(type_in(&g, "blk.1.attn_norm.weight"), GGUF_F32);
    assert_int_equal(type_in(&g, "output_norm.weight"), GGUF_F32);
    assert_int_equal(type_in(&g, "token_embd.weight"), GGUF_Q4_K);
    assert_int_equal(type_in(&g, "output.weight"), GGUF_Q6_K);
    assert_int_equal(type_in(&g, "blk.0.ffn_down.weight"), GGUF_Q4_K);
    assert_int_equal(type_in(&g, "blk.1.ffn_down_exps.weight"), GGUF_Q8_0);
    assert_int_equal(type_in(&g, "blk.1.attn_k_b.weight"), GGUF_Q5_0);
    gguf_close(&g);
    unlink(in);
    unlink(out);
    mem_free(in);
    mem_free(out);
}

static void a_tied_embedding_is_the_head(void **state)
{
    (void)state;
    struct tiny_spec s = wide();
    struct gguf g;
    struct err err;
    s.tied = true;
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    CHECK_OK(quantize(in, out, "IQ4_NL", NULL, 2, &err), &err);
    CHECK_OK(gguf_open(&g, out, &err), &err);
    assert_int_equal(type_in(&g, "token_embd.weight"), GGUF_Q6_K);
    gguf_close(&g);
    CHECK_OK(quantize(in, out, "Q8_0", NULL, 2, &err), &err);
    CHECK_OK(gguf_open(&g, out, &err), &err);
    assert_int_equal(type_in(&g, "token_embd.weight"), GGUF_Q8_0);
    gguf_close(&g);
    unlink(in);
    unlink(out);
    mem_free(in);
    mem_free(out);
}

static void rows_that_fit_no_block_get_a_larger_type(void **state)
{
    (void)state;
    struct tiny_spec s = wide();
    struct gguf g;
    struct err err;
    static const struct {
        const char *type;
        enum gguf_type of_64, of_40;
    } cases[] = {
        {"Q4_K", GGUF_Q5_0, GGUF_F16}, {"Q5_K", GGUF_Q5_1, GGUF_F16},
        {"Q6_K", GGUF_Q8_0, GGUF_F16}, {"Q4_0", GGUF_Q4_0, GGUF_F16},
        {"F16", GGUF_F16, GGUF_F16},   {"BF16", GGUF_BF16, GGUF_BF16},
    };
    s.n_ff = 40; /* the rows of ffn_down; those of attn_k_b have 64 */
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_OK(quantize(in, out, cases[i].type, NULL, 3, &err), &err);
        CHECK_OK(gguf_open(&g, out, &err), &err);
        assert_int_equal(type_in(&g, "blk.0.attn_k_b.weight"), cases[i].of_64);
        assert_int_equal(type_in(&g, "blk.0.ffn_down.weight"), cases[i].of_40);
        gguf_close(&g);
    }
    unlink(in);
    unlink(out);
    mem_free(in);
    mem_free(out);
}

static void a_model_in_two_files_becomes_the_same_as_from_one(void **state)
{
    (void)state;
    struct tiny_spec s = wide();
    struct buf parts[2] = {{0}};
    struct err err;
    struct gguf g;
    char *whole = save_model("in.gguf", &s);
    char *a = in_dir("a.gguf"), *b = in_dir("b.gguf");
    tiny_write_parts(&s, parts);
    char *first = save("in-00001-of-00002.gguf", &parts[0]);
    char *second = save("in-00002-of-00002.gguf", &parts[1]);
    CHECK_OK(quantize(whole, a, "Q8_0", NULL, 2, &err), &err);
    CHECK_OK(quantize(second, b, "Q8_0", NULL, 2, &err), &err);
    struct buf x = read_file(a), y = read_file(b);
    CHECK(x.len == y.len && memcmp(x.p, y.p, x.len) == 0);
    CHECK_OK(gguf_open(&g, b, &err), &err);
    assert_null(gguf_find(&g, "split.count"));
    gguf_close(&g);
    CHECK_REFUSED(quantize(first, second, "Q8_0", NULL, 2, &err), &err,
                  ERR_USAGE);
    char *const made[] = {whole, a, b, first, second};
    for (size_t i = 0; i < 5; i++) {
        CHECK(unlink(made[i]) == 0);
        mem_free(made[i]);
    }
    buf_clear(&x);
    buf_clear(&y);
    buf_clear(&parts[0]);
    buf_clear(&parts[1]);
}

/* --- what is refused ------------------------------------------------------ */

static void a_broken_weight_is_named_and_nothing_is_left(void **state)
{
    (void)state;
    struct tiny_spec s = wide();
    struct err err;
    s.poison = "blk.1.ffn_up_exps.weight";
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    CHECK_REFUSED(quantize(in, out, "Q4_0", NULL, 2, &err), &err, ERR_FORMAT);
    CHECK(strstr(err.msg, "blk.1.ffn_up_exps.weight"));
    CHECK(access(out, F_OK) != 0);
    unlink(in);
    mem_free(in);
    mem_free(out); /* remove_folder sees what else is left */
}

static void an_input_is_never_overwritten(void **state)
{
    (void)state;
    struct tiny_spec s = tiny_llama();
    struct err err;
    char *in = save_model("in.gguf", &s), *link_to = in_dir("link.gguf");
    struct buf before = read_file(in);
    CHECK(link(in, link_to) == 0);
    CHECK_REFUSED(quantize(in, in, "Q8_0", NULL, 2, &err), &err, ERR_USAGE);
    CHECK_REFUSED(quantize(in, link_to, "Q8_0", NULL, 2, &err), &err, ERR_USAGE);
    unlink(link_to);
    CHECK(symlink("in.gguf", link_to) == 0);
    CHECK_REFUSED(quantize(in, link_to, "Q8_0", NULL, 2, &err), &err, ERR_USAGE);
    struct buf after = read_file(in);
    CHECK(before.len == after.len && memcmp(before.p, after.p, after.len) == 0);
    unlink(link_to);
    unlink(in);
    buf_clear(&before);
    buf_clear(&after);
    mem_free(in);
    mem_free(link_to);
}

static void what_makes_no_sense_is_refused_before_anything_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *type, *rule, *says;
    } cases[] = {
        {"Q9", NULL, "is not one of"},
        {"Q2_K", NULL, "is not one of"},
        {"Q8_0", "blk", "not PATTERN=TYPE"},
        {"Q8_0", "=Q8_0", "not PATTERN=TYPE"},
        {"Q8_0", "blk.*=Q9", "is not one of"},
        {"Q8_0", "nonesuch=Q4_0", "fits no tensor"},
        {"Q8_0", "*_norm.weight=Q4_0", "fits no tensor"},
    };
    struct tiny_spec s = tiny_llama();
    struct err err;
    char *in = save_model("in.gguf", &s), *out = in_dir("out.gguf");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_REFUSED(quantize(in, out, cases[i].type, cases[i].rule, 2, &err),
                      &err, ERR_USAGE);
        CHECK(strstr(err.msg, cases[i].says));
    }
    CHECK_REFUSED(quantize(in, dir, "Q8_0", NULL, 2, &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "a directory"));
    CHECK_REFUSED(quantize(in, "/dev/null", "Q8_0", NULL, 2, &err), &err, ERR_IO);
    unlink(in);
    mem_free(in);
    mem_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_are_off_as_far_as_the_weights_let_them),
        cmocka_unit_test(the_built_in_model_keeps_close),
        cmocka_unit_test(bytes_depend_on_neither_threads_nor_the_run),
        cmocka_unit_test(metadata_stays_and_tensors_lie_without_gaps),
        cmocka_unit_test(what_is_small_stays_and_the_head_is_better),
        cmocka_unit_test(a_tied_embedding_is_the_head),
        cmocka_unit_test(rows_that_fit_no_block_get_a_larger_type),
        cmocka_unit_test(a_model_in_two_files_becomes_the_same_as_from_one),
        cmocka_unit_test(a_broken_weight_is_named_and_nothing_is_left),
        cmocka_unit_test(an_input_is_never_overwritten),
        cmocka_unit_test(what_makes_no_sense_is_refused_before_anything_is_written),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
