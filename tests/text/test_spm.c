/* SPDX-License-Identifier: Apache-2.0 */
#include "with_vocab.h"

#include <math.h>

#include "base/rng.h"
#include "base/utf8.h"
#include "text/detok.h"
#include "text/encode.h"
#include "text/tiny_spm.h"
#include "text/vocab_tables.h"

/* The definition, word for word: of all neighbours that are a token together
 * the one of the highest score, leftmost. */
struct symbol {
    size_t at, len;
};

static int32_t token_of(const struct vocab *v, struct str text)
{
    for (int32_t id = TINY_SPM_PIECES; id < (int32_t)TINY_SPM_THINK; id++) {
        if (str_eq(vocab_bytes(v, id), text))
            return id;
    }
    return TOKEN_NONE;
}

static bool join_best(const struct vocab *v, struct str text,
                      struct symbol *sym, size_t *n)
{
    float best = -INFINITY;
    size_t found = SIZE_MAX;
    for (size_t i = 0; i + 1 < *n; i++) {
        int32_t id = token_of(v, str_n(text.p + sym[i].at,
                                       sym[i].len + sym[i + 1].len));
        if (id != TOKEN_NONE && v->spm.scores[id] > best) {
            best = v->spm.scores[id];
            found = i;
        }
    }
    if (found == SIZE_MAX)
        return false;
    sym[found].len += sym[found + 1].len;
    memmove(sym + found + 1, sym + found + 2,
            (*n - found - 2) * sizeof *sym);
    --*n;
    return true;
}

static void encode_slowly(const struct vocab *v, struct str text,
                          struct ids *out)
{
    struct symbol sym[128];
    size_t n = 0;
    for (size_t at = 0; at < text.len; at += sym[n++].len) {
        uint32_t cp;
        sym[n] = (struct symbol){
            at, utf8_decode(text.p + at, text.len - at, &cp, NULL)};
    }
    while (join_best(v, text, sym, &n)) {}
    for (size_t i = 0; i < n; i++) {
        int32_t id = token_of(v, str_n(text.p + sym[i].at, sym[i].len));
        if (id != TOKEN_NONE) {
            ids_add(out, id);
            continue;
        }
        for (size_t k = 0; k < sym[i].len; k++)
            ids_add(out, TINY_SPM_BYTES + (uint8_t)text.p[sym[i].at + k]);
    }
}

static void merging_agrees_with_its_definition(void **state)
{
    (void)state;
    static const char *const bits[] = {"a", "b", "c", " ", "t", "h", "e", "aa",
                                       "<", "s", ">", "\xC3\xB6", "z",
                                       "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"};
    struct vocab *v = vocab_tiny_spm();
    struct rng rng = rng_init(5);
    for (int round = 0; round < 5000; round++) {
        struct buf text = {0};
        struct ids want = {0}, got = {0};
        buf_putc(&text, ' '); /* what encoding adds */
        for (uint32_t n = 1 + rng_below(&rng, 24); n > 0; n--)
            buf_puts(&text, bits[rng_below(&rng, sizeof bits / sizeof *bits)]);
        encode_slowly(v, buf_str(&text), &want);
        encode(v, str_n(text.p + 1, text.len - 1), ENCODE_PLAIN, &got);
        assert_int_equal(got.n, want.n);
        assert_memory_equal(got.p, want.p, want.n * sizeof *want.p);
        ids_clear(&want);
        ids_clear(&got);
        buf_clear(&text);
    }
    vocab_free(v);
}

static void check_shown(const struct vocab *v, const struct ids *ids,
                        const char *want)
{
    struct buf out = {0};
    struct detok d = {0};
    for (size_t i = 0; i < ids->n; i++)
        detok_token(&d, v, ids->p[i], true, &out);
    detok_end(&d, &out);
    assert_string_equal(out.p, want);
    buf_clear(&out);
}

static void the_space_that_encoding_adds_is_not_shown(void **state)
{
    (void)state;
    static const char *const texts[] = {"the", " the", "  a", "<s>the",
                                        "a<think> b<think>c</s> "};
    struct vocab *v = vocab_tiny_spm();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ids ids = {0};
        encode(v, str_of(texts[i]), ENCODE_SPECIAL, &ids);
        check_shown(v, &ids, texts[i]);
        ids_clear(&ids);
    }
    /* Only at the beginning of a text, and only one. */
    struct ids ids = {0};
    ids_add(&ids, token_of(v, str_of(" the")));
    ids_add(&ids, token_of(v, str_of(" the")));
    check_shown(v, &ids, "the the");
    ids_clear(&ids);
    vocab_free(v);
}

/* "<s>" is a piece here as well, so text may become it: never the token that
 * begins a text. */
static void a_written_control_token_stays_text(void **state)
{
    (void)state;
    struct vocab *v = vocab_tiny_spm();
    struct ids ids = {0};
    encode(v, str_of("<s><think></s><0x41>"), ENCODE_CONTENT, &ids);
    for (size_t i = 0; i < ids.n; i++)
        CHECK(ids.p[i] >= TINY_SPM_BYTES && ids.p[i] < (int32_t)TINY_SPM_THINK);
    check_shown(v, &ids, "<s><think></s><0x41>");
    ids_clear(&ids);
    vocab_free(v);
}

static void a_vocabulary_may_ask_for_no_space(void **state)
{
    (void)state;
    struct err err;
    float scores[TINY_SPM_N];
    struct gguf_writer *w = tiny_spm_writer(scores);
    gguf_put_f32s(w, "tokenizer.ggml.scores", scores, TINY_SPM_N);
    gguf_put_bool(w, "tokenizer.ggml.add_space_prefix", false);
    struct vocab *v = tiny_text_open(w, &err);
    CHECK(v);
    struct ids ids = {0};
    encode(v, str_of("abc"), ENCODE_PLAIN, &ids);
    assert_int_equal(ids.n, 1);
    check_shown(v, &ids, "abc");
    ids_clear(&ids);
    encode(v, str_of(" the"), ENCODE_PLAIN, &ids);
    check_shown(v, &ids, " the");
    ids_clear(&ids);
    CHECK(vocab_add_bos(v));
    assert_string_equal(vocab_pretokenizer(v), "spm");
    vocab_free(v);
}

static void check_refused(struct gguf_writer *w, const char *says)
{
    struct err err;
    CHECK_REFUSED(tiny_text_open(w, &err), &err, ERR_FORMAT);
    if (!strstr(err.msg, says))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
}

static void wrong_scores_are_refused(void **state)
{
    (void)state;
    static const float odd[] = {NAN, INFINITY, -INFINITY};
    float scores[TINY_SPM_N];
    struct gguf_writer *w = tiny_spm_writer(scores);
    check_refused(w, "scores is missing");
    w = tiny_spm_writer(scores);
    gguf_put_str(w, "tokenizer.ggml.scores", str_of("high"));
    check_refused(w, "not a list of numbers");
    w = tiny_spm_writer(scores);
    gguf_put_f32s(w, "tokenizer.ggml.scores", scores, TINY_SPM_N - 1);
    check_refused(w, "entries for");
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        w = tiny_spm_writer(scores);
        scores[7] = odd[i];
        gguf_put_f32s(w, "tokenizer.ggml.scores", scores, TINY_SPM_N);
        check_refused(w, "of token 7");
    }
    w = tiny_spm_writer(scores);
    gguf_put_f32s(w, "tokenizer.ggml.scores", scores, TINY_SPM_N);
    gguf_put_str(w, "tokenizer.ggml.add_space_prefix", str_of("yes"));
    check_refused(w, "add_space_prefix");
}

static void equal_and_huge_scores_join_from_the_left(void **state)
{
    (void)state;
    static const float all[] = {0, 3.4e38f, -3.4e38f};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        struct err err;
        float scores[TINY_SPM_N];
        struct gguf_writer *w = tiny_spm_writer(scores);
        for (size_t i = 0; i < TINY_SPM_N; i++)
            scores[i] = all[k];
        gguf_put_f32s(w, "tokenizer.ggml.scores", scores, TINY_SPM_N);
        struct vocab *v = tiny_text_open(w, &err);
        CHECK(v);
        struct ids ids = {0};
        encode(v, str_of("zaaabc"), ENCODE_PLAIN, &ids);
        /* _ z aa abc: " " is a piece, z is a byte */
        assert_int_equal(ids.n, 4);
        assert_int_equal(ids.p[2], token_of(v, str_of("aa")));
        assert_int_equal(ids.p[3], token_of(v, str_of("abc")));
        ids_clear(&ids);
        vocab_free(v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_agrees_with_its_definition),
        cmocka_unit_test(the_space_that_encoding_adds_is_not_shown),
        cmocka_unit_test(a_written_control_token_stays_text),
        cmocka_unit_test(a_vocabulary_may_ask_for_no_space),
        cmocka_unit_test(wrong_scores_are_refused),
        cmocka_unit_test(equal_and_huge_scores_join_from_the_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
