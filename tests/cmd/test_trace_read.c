/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/trace_read.h"

#include "base/buf.h"
#include "check.h"
#include "cmd/expert_counts.h"

#define BEGIN                                                              \
    "{\"event\":\"begin\",\"turn\":1,\"model\":{\"name\":\"m\","           \
    "\"first_moe_layer\":1,\"moe_layers\":2,\"n_experts\":4,\"n_used\":2}," \
    "\"modified\":false}\n"
#define TOKEN(part, layers) \
    "{\"event\":\"token\",\"part\":\"" part "\",\"experts\":[" layers "]}\n"
#define LAYER(n, a, b) \
    "{\"layer\":" #n ",\"experts\":[" #a "," #b "],\"weights\":[0.75,0.25]}"

static bool read_bytes(struct expert_counts *c, const char *text, size_t len,
                       bool *cut, struct err *err)
{
    FILE *in = len ? fmemopen((void *)(uintptr_t)text, len, "r")
                   : fopen("/dev/null", "r");
    assert_non_null(in);
    bool ok = trace_read(in, c, cut, err);
    fclose(in);
    return ok;
}

static void counted(struct expert_counts *c, const char *text)
{
    struct err err;
    bool cut;
    CHECK_OK(read_bytes(c, text, strlen(text), &cut, &err), &err);
    CHECK(!cut);
}

static void tokens_are_counted_by_layer_and_part(void **state)
{
    (void)state;
    struct expert_counts c = {0};
    counted(&c, BEGIN
            TOKEN("thought", LAYER(1, 0, 1) "," LAYER(2, 3, 2))
            TOKEN("thought", LAYER(1, 0, 2) "," LAYER(2, 3, 1))
            TOKEN("answer", LAYER(1, 0, 1) "," LAYER(2, 3, 0))
            "{\"event\":\"done\"}\n");
    assert_int_equal(c.n_tokens[PART_THOUGHT], 2);
    assert_int_equal(c.n_tokens[PART_ANSWER], 1);
    assert_int_equal(expert_counts_tokens(&c, 0, 0), 3);
    assert_int_equal(c.tokens[PART_THOUGHT][0], 2);
    assert_int_equal(expert_counts_tokens(&c, 0, 3), 0);
    assert_int_equal(expert_counts_unused(&c, 0), 1);
    assert_int_equal(expert_counts_unused(&c, 1), 0);
    /* 6 choices, 1.5 for each expert if they were even; one has 3. */
    assert_float_equal(expert_counts_imbalance(&c, 0), 1, 1e-12);
    assert_float_equal(c.weight[0], 2.25, 1e-12);
    expert_counts_clear(&c);
}

static void the_busiest_come_first_and_with_their_partners(void **state)
{
    (void)state;
    struct expert_counts c = {0};
    uint16_t busiest[4];
    uint32_t partner;
    counted(&c, BEGIN TOKEN("answer", LAYER(1, 2, 1))
            TOKEN("answer", LAYER(1, 1, 2)) TOKEN("answer", LAYER(1, 2, 0)));
    assert_int_equal(expert_counts_busiest(&c, 0, busiest, 4), 3);
    assert_int_equal(busiest[0], 2);
    assert_int_equal(busiest[1], 1);
    assert_int_equal(busiest[2], 0);
    assert_int_equal(expert_counts_busiest(&c, 0, busiest, 1), 1);
    assert_int_equal(busiest[0], 2);
    CHECK(expert_counts_partner(&c, 0, 2, &partner));
    assert_int_equal(partner, 1);
    assert_int_equal(expert_counts_together(&c, 0, 1, 2), 2);
    assert_int_equal(expert_counts_together(&c, 0, 2, 1), 2);
    CHECK(!expert_counts_partner(&c, 0, 3, &partner));
    assert_int_equal(expert_counts_busiest(&c, 1, busiest, 4), 0);
    assert_float_equal(expert_counts_imbalance(&c, 1), 0, 0);
    expert_counts_clear(&c);
}

static void several_traces_of_one_model_add_up(void **state)
{
    (void)state;
    struct expert_counts c = {0};
    struct err err;
    bool cut;
    counted(&c, BEGIN TOKEN("answer", LAYER(1, 0, 1)));
    counted(&c, "\n" BEGIN TOKEN("answer", LAYER(1, 0, 3)));
    assert_int_equal(expert_counts_tokens(&c, 0, 0), 2);
    assert_int_equal(c.n_turns, 2);
    const char *other =
        "{\"event\":\"begin\",\"model\":{\"name\":\"x\",\"first_moe_layer\":1,"
        "\"moe_layers\":2,\"n_experts\":4,\"n_used\":2}}\n";
    CHECK_REFUSED(read_bytes(&c, other, strlen(other), &cut, &err), &err,
                  ERR_FORMAT);
    expert_counts_clear(&c);
}

static void a_cut_last_line_is_left_out(void **state)
{
    (void)state;
    const char *whole = BEGIN TOKEN("answer", LAYER(1, 0, 1))
                        TOKEN("answer", LAYER(1, 0, 1));
    size_t begin = strlen(BEGIN), len = strlen(whole);
    for (size_t n = begin; n < len; n++) {
        struct expert_counts c = {0};
        struct err err;
        bool cut;
        CHECK_OK(read_bytes(&c, whole, n, &cut, &err), &err);
        CHECK(c.n_tokens[PART_ANSWER] <= 2);
        if (n == len - 2)
            CHECK(cut && c.n_tokens[PART_ANSWER] == 1);
        expert_counts_clear(&c);
    }
}

static void lines_that_lie_are_refused_with_their_number(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "x\n", "[]\n", "{}\n", "{\"event\":7}\n", "{\"event\":\"token\"}\n",
        TOKEN("dream", ""), TOKEN("answer", "1"),
        TOKEN("answer", LAYER(0, 0, 1)), TOKEN("answer", LAYER(3, 0, 1)),
        TOKEN("answer", LAYER(1, 0, 4)), TOKEN("answer", LAYER(1, 2, 2)),
        TOKEN("answer", LAYER(1, -1, 2)), TOKEN("answer", LAYER(1, 1e300, 2)),
        TOKEN("answer", LAYER(1, 18446744073709551616, 2)),
        TOKEN("answer", LAYER(1, 0, 1) "," LAYER(1, 2, 3)),
        TOKEN("answer", LAYER(2, 0, 1) "," LAYER(1, 2, 3)),
        TOKEN("answer", "{\"layer\":1,\"experts\":[0],\"weights\":[]}"),
        TOKEN("answer", "{\"layer\":1,\"experts\":[0],\"weights\":[2]}"),
        TOKEN("answer", "{\"layer\":1,\"experts\":{},\"weights\":[]}"),
        "{\"event\":\"begin\"}\n", "{\"event\":\"begin\",\"model\":{}}\n",
        "{\"event\":\"begin\",\"model\":{\"name\":\"m\",\"first_moe_layer\":1,"
        "\"moe_layers\":60000,\"n_experts\":60000,\"n_used\":2}}\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct expert_counts c = {0};
        struct buf text = {0};
        struct err err;
        bool cut;
        buf_puts(&text, BEGIN);
        buf_puts(&text, wrong[i]);
        CHECK_REFUSED(read_bytes(&c, text.p, text.len, &cut, &err), &err,
                      ERR_FORMAT);
        if (strncmp(err.msg, "line 2: ", 8) != 0)
            fail_msg("%s of %s", err.msg, wrong[i]);
        buf_clear(&text);
        expert_counts_clear(&c);
    }
}

static void a_token_before_its_model_is_refused(void **state)
{
    (void)state;
    const char *text = TOKEN("answer", LAYER(1, 0, 1));
    struct expert_counts c = {0};
    struct err err;
    bool cut;
    CHECK_REFUSED(read_bytes(&c, text, strlen(text), &cut, &err), &err,
                  ERR_FORMAT);
    expert_counts_clear(&c);
}

static void a_line_without_end_is_refused(void **state)
{
    (void)state;
    struct expert_counts c = {0};
    struct buf text = {0};
    struct err err;
    bool cut;
    while (text.len < TRACE_MAX_LINE)
        buf_puts(&text, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
    CHECK_REFUSED(read_bytes(&c, text.p, text.len, &cut, &err), &err,
                  ERR_LIMIT);
    buf_clear(&text);
}

/* A model with more pairs than are counted is read all the same. */
static void pairs_are_given_up_before_memory_is(void **state)
{
    (void)state;
    struct expert_counts c = {0};
    counted(&c, "{\"event\":\"begin\",\"model\":{\"name\":\"m\","
                "\"first_moe_layer\":0,\"moe_layers\":512,\"n_experts\":1024,"
                "\"n_used\":2}}\n" TOKEN("answer", LAYER(511, 1023, 0)));
    assert_int_equal(expert_counts_tokens(&c, 511, 1023), 1);
    assert_int_equal(expert_counts_together(&c, 511, 1023, 0), 0);
    expert_counts_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_counted_by_layer_and_part),
        cmocka_unit_test(the_busiest_come_first_and_with_their_partners),
        cmocka_unit_test(several_traces_of_one_model_add_up),
        cmocka_unit_test(a_cut_last_line_is_left_out),
        cmocka_unit_test(lines_that_lie_are_refused_with_their_number),
        cmocka_unit_test(a_token_before_its_model_is_refused),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(pairs_are_given_up_before_memory_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
