/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ask.h"

static void check_same_reply(const struct reply_heard *a,
                             const struct reply_heard *b)
{
    assert_true(a->ended && b->ended);
    assert_int_equal(a->reason, b->reason);
    assert_string_equal(a->thought.p, b->thought.p);
    assert_string_equal(a->text.p, b->text.p);
}

static void greedy_text_does_not_depend_on_the_number_of_threads(void **state)
{
    (void)state;
    for (int exact = 0; exact < 2; exact++) {
        struct reply_heard first = {0};
        for (unsigned threads = 1; threads <= 3; threads++) {
            struct subject s;
            subject_open(&s, (struct subject_options){.threads = threads,
                                                      .exact = exact});
            struct reply_heard r = ask_text(&s, "Calculate 347+582.",
                                            greedy(100), STOP_NEVER);
            assert_true(r.n_tokens > 10);
            if (threads == 1)
                first = r;
            else
                check_same_reply(&r, &first);
            if (threads > 1)
                forget(&r);
            subject_close(&s);
        }
        forget(&first);
    }
}

static void the_same_seed_gives_the_same_text(void **state)
{
    (void)state;
    struct subject s;
    struct turn_options o = greedy(40);
    subject_open(&s, (struct subject_options){0});
    o.sampling.temp = 3;
    o.sampling.top_p = 1;
    o.sampling.seed = 4;
    struct reply_heard a = ask_text(&s, "Add 12 and 30.", o, STOP_NEVER);
    struct reply_heard b = ask_text(&s, "Add 12 and 30.", o, STOP_NEVER);
    o.sampling.seed = 5;
    struct reply_heard c = ask_text(&s, "Add 12 and 30.", o, STOP_NEVER);
    check_same_reply(&a, &b);
    assert_true(strcmp(a.thought.p, c.thought.p) != 0 ||
                strcmp(a.text.p, c.text.p) != 0);
    forget(&a);
    forget(&b);
    forget(&c);
    subject_close(&s);
}

/* Plays two turns in `kept`, then the second one alone in `fresh`. */
static void check_second_turn(struct subject_options so)
{
    struct subject kept, fresh;
    struct conversation c = {0};
    subject_open(&kept, so);
    subject_open(&fresh, so);

    conversation_add(&c, ROLE_USER, str_of("Calculate 347+582."));
    struct reply_heard one = ask(&kept, &c, greedy(120), STOP_NEVER);
    assert_int_equal(one.stats.reused_tokens, 0);
    struct message *m = conversation_add(&c, ROLE_ASSISTANT,
                                         buf_str(&one.text));
    buf_add_str(&m->thought, buf_str(&one.thought));
    m->interrupted = one.reason != DONE_END;
    conversation_add(&c, ROLE_USER, str_of("Add 15 and 260."));

    struct reply_heard two = ask(&kept, &c, greedy(120), STOP_NEVER);
    struct reply_heard alone = ask(&fresh, &c, greedy(120), STOP_NEVER);
    check_same_reply(&two, &alone);
    assert_int_equal(two.stats.prompt_tokens, alone.stats.prompt_tokens);
    assert_int_equal(alone.stats.reused_tokens, 0);
    /* At least the first question is known; the thought was dropped. */
    assert_in_range(two.stats.reused_tokens, one.stats.prompt_tokens - 4,
                    two.stats.prompt_tokens - 1);

    /* The same once more: only its last token is new. */
    struct reply_heard again = ask(&kept, &c, greedy(120), STOP_NEVER);
    check_same_reply(&two, &again);
    assert_int_equal(again.stats.reused_tokens, again.stats.prompt_tokens - 1);

    forget(&one);
    forget(&two);
    forget(&alone);
    forget(&again);
    conversation_clear(&c);
    subject_close(&kept);
    subject_close(&fresh);
}

static void a_second_turn_reuses_the_cache_and_says_the_same(void **state)
{
    (void)state;
    check_second_turn((struct subject_options){.exact = false});
    check_second_turn((struct subject_options){.exact = true});
}

/* A random model talks until the context is full: long enough that its events
 * overflow the queue and it has to wait for us. */
static struct subject_options talker(const struct tiny_spec *spec)
{
    return (struct subject_options){.tiny = spec, .context = 3000,
                                    .max_batch = 8};
}

static char *long_text(size_t len)
{
    char *text = malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)('a' + i * 7 % 26);
    text[len] = '\0';
    return text;
}

static void check_cancel(enum stop_at stop)
{
    struct tiny_spec spec = tiny_deepseek2();
    struct subject s;
    subject_open(&s, talker(&spec));
    char *text = long_text(2000);
    struct turn_options endless = greedy(0);
    /* To "so" it talks until the context is full; to "hi" it has said all after 132
     * tokens, which a late stop would miss. */
    struct reply_heard r = ask_text(&s, stop == STOP_IN_PREFILL ? text : "so",
                                    endless, stop);
    assert_true(r.ended);
    assert_int_equal(r.reason, DONE_CANCELLED);
    if (stop == STOP_IN_PREFILL) {
        assert_int_equal(r.n_tokens, 0);
        assert_true(r.stats.context_used < r.stats.prompt_tokens);
    } else {
        assert_true(r.n_tokens > 0);
        assert_true(r.stats.context_used < 3000);
    }
    forget(&r);

    /* As good as new. */
    struct subject fresh;
    subject_open(&fresh, talker(&spec));
    struct reply_heard a = ask_text(&s, "and now?", greedy(30), STOP_NEVER);
    struct reply_heard b = ask_text(&fresh, "and now?", greedy(30), STOP_NEVER);
    check_same_reply(&a, &b);
    forget(&a);
    forget(&b);
    free(text);
    subject_close(&fresh);
    subject_close(&s);
}

static void cancelling_a_prompt_ends_the_turn_and_no_more(void **state)
{
    (void)state;
    check_cancel(STOP_IN_PREFILL);
}

static void cancelling_an_answer_ends_the_turn_and_no_more(void **state)
{
    (void)state;
    check_cancel(STOP_AT_TOKEN);
}

static void cancelling_nothing_does_nothing(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct subject s;
    subject_open(&s, talker(&spec));
    backend_cancel(s.b);
    backend_cancel(s.b);
    struct reply_heard r = ask_text(&s, "hi", greedy(5), STOP_NEVER);
    assert_int_equal(r.reason, DONE_LIMIT);
    forget(&r);
    backend_cancel(s.b);
    subject_close(&s);
}

static void max_tokens_is_kept_to_the_token(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct subject s;
    subject_open(&s, talker(&spec));
    for (uint32_t n = 1; n <= 20; n += 19) {
        struct reply_heard r = ask_text(&s, "hi", greedy(n), STOP_NEVER);
        assert_int_equal(r.reason, DONE_LIMIT);
        assert_int_equal(r.n_tokens, n);
        assert_int_equal(r.stats.think_tokens + r.stats.answer_tokens, n);
        assert_int_equal(r.stats.context_used, r.stats.prompt_tokens + n - 1);
        forget(&r);
    }
    subject_close(&s);
}

static void a_full_context_ends_the_answer(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct subject_options so = talker(&spec);
    struct subject s;
    so.context = 48;
    subject_open(&s, so);
    assert_int_equal(s.b->info.context_max, 48);
    struct reply_heard r = ask_text(&s, "hi", greedy(0), STOP_NEVER);
    assert_int_equal(r.reason, DONE_CONTEXT);
    assert_int_equal(r.stats.context_used, 48);
    assert_int_equal(r.n_tokens, 48 - r.stats.prompt_tokens + 1);
    forget(&r);
    subject_close(&s);
}

static void a_prompt_too_long_is_an_error_and_the_next_one_works(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct subject_options so = talker(&spec);
    struct subject s;
    so.context = 48;
    subject_open(&s, so);
    char *text = long_text(500);
    struct reply_heard r = ask_text(&s, text, greedy(0), STOP_NEVER);
    assert_false(r.ended);
    assert_int_equal(r.err.kind, ERR_LIMIT);
    assert_non_null(strstr(r.err.msg, "48"));
    forget(&r);
    r = ask_text(&s, "hi", greedy(3), STOP_NEVER);
    assert_true(r.ended);
    forget(&r);
    free(text);
    subject_close(&s);
}

static void a_model_that_computes_nonsense_is_an_error(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    spec.poison = "blk.1.attn_norm.weight";
    struct subject s;
    subject_open(&s, talker(&spec));
    for (int i = 0; i < 2; i++) {
        struct reply_heard r = ask_text(&s, "hi", greedy(5), STOP_NEVER);
        assert_false(r.ended);
        assert_int_equal(r.err.kind, ERR_MODEL);
        assert_int_equal(r.n_tokens, 0);
        forget(&r);
    }
    subject_close(&s);
}

static void closing_in_the_middle_of_a_turn_is_fine(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct conversation c = {0};
    struct turn_options o = greedy(0);
    struct err err;
    uint32_t turn;
    conversation_add(&c, ROLE_USER, str_of("hi"));
    for (int listen = 0; listen < 3; listen++) {
        struct subject s;
        struct event ev;
        subject_open(&s, talker(&spec));
        CHECK_OK(backend_start(s.b, &c, &o, &turn, &err), &err);
        for (int i = 0; i < listen; i++)
            backend_next(s.b, &ev);
        subject_close(&s);
    }
    conversation_clear(&c);
}

static void a_setting_out_of_range_is_refused_before_the_turn(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct conversation c = {0};
    struct turn_options o = greedy(0);
    struct subject s;
    struct err err;
    uint32_t turn;
    subject_open(&s, talker(&spec));
    conversation_add(&c, ROLE_USER, str_of("hi"));
    o.sampling.temp = -1;
    CHECK_REFUSED(backend_start(s.b, &c, &o, &turn, &err), &err, ERR_USAGE);
    conversation_clear(&c);
    subject_close(&s);
}

static void the_gauges_have_the_figures_of_the_cache(void **state)
{
    (void)state;
    struct subject s;
    struct telemetry t;
    subject_open(&s, (struct subject_options){.context = 300});
    backend_telemetry(s.b, &t);
    assert_int_equal(t.context_used, 0);
    assert_int_equal(t.context_max, 300);
    struct reply_heard r = ask_text(&s, "Add 1 and 2.", greedy(20), STOP_NEVER);
    backend_telemetry(s.b, &t);
    assert_int_equal(t.context_used, r.stats.context_used);
    assert_true(t.kv_bytes_per_token > 0);
    assert_int_equal(t.kv_bytes,
                     (uint64_t)t.context_used * t.kv_bytes_per_token);
    assert_int_equal(t.kv_bytes, t.kv_latent_bytes + t.kv_rope_bytes);
    assert_true(t.kv_bytes < t.kv_mha_bytes);
    assert_true(t.prompt_tok_s > 0 && t.decode_tok_s > 0);
    assert_true(t.bytes_per_token > 0 && t.bytes_per_token < t.model_mapped);
    forget(&r);
    subject_close(&s);
}

static void the_built_in_model_introduces_itself(void **state)
{
    (void)state;
    struct subject s;
    subject_open(&s, (struct subject_options){0});
    const struct backend_info *i = &s.b->info;
    assert_string_equal(i->arch, "deepseek2");
    assert_string_equal(i->quant, "Q8_0");
    assert_true(i->name[0] && i->thinks);
    assert_in_range(i->n_params, 6000000, 9000000);
    assert_true(i->n_active_params < i->n_params / 2);
    assert_int_equal(i->n_moe_layers + i->first_moe_layer, i->n_layers);
    assert_true(i->n_experts_used < i->n_experts);
    assert_true(sampling_check(&i->sampling, &(struct err){0}));
    subject_close(&s);
}

static void nine_of_ten_sums_are_right(void **state)
{
    (void)state;
    static const int sums[10][2] = {
        {347, 582}, {128, 256}, {999, 111}, {405, 317}, {760, 239},
        {512, 488}, {623, 274}, {871, 146}, {230, 690}, {154, 838},
    };
    struct subject s;
    int right = 0;
    subject_open(&s, (struct subject_options){0});
    for (int i = 0; i < 10; i++) {
        char question[64], answer[16];
        snprintf(question, sizeof question, "Calculate %d+%d.", sums[i][0],
                 sums[i][1]);
        snprintf(answer, sizeof answer, "**%d**", sums[i][0] + sums[i][1]);
        struct reply_heard r = ask_text(&s, question, greedy(200), STOP_NEVER);
        assert_true(r.ended);
        bool ok = strstr(r.text.p, answer) != NULL;
        if (!ok)
            print_message("# %s %s\n", question, r.text.p);
        right += ok;
        assert_true(r.stats.think_tokens > r.stats.answer_tokens);
        forget(&r);
    }
    assert_in_range(right, 9, 10);
    subject_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greedy_text_does_not_depend_on_the_number_of_threads),
        cmocka_unit_test(the_same_seed_gives_the_same_text),
        cmocka_unit_test(a_second_turn_reuses_the_cache_and_says_the_same),
        cmocka_unit_test(cancelling_a_prompt_ends_the_turn_and_no_more),
        cmocka_unit_test(cancelling_an_answer_ends_the_turn_and_no_more),
        cmocka_unit_test(cancelling_nothing_does_nothing),
        cmocka_unit_test(max_tokens_is_kept_to_the_token),
        cmocka_unit_test(a_full_context_ends_the_answer),
        cmocka_unit_test(a_prompt_too_long_is_an_error_and_the_next_one_works),
        cmocka_unit_test(a_model_that_computes_nonsense_is_an_error),
        cmocka_unit_test(closing_in_the_middle_of_a_turn_is_fine),
        cmocka_unit_test(a_setting_out_of_range_is_refused_before_the_turn),
        cmocka_unit_test(the_gauges_have_the_figures_of_the_cache),
        cmocka_unit_test(the_built_in_model_introduces_itself),
        cmocka_unit_test(nine_of_ten_sums_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
