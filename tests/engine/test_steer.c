/* SPDX-License-Identifier: Apache-2.0 */
/* Turns that the user steers: thoughts ended early, answers gone on with,
 * thoughts dropped. */
#include <poll.h>

#include "engine/ask.h"

static const char question[] = "Calculate 347+582.";

static uint32_t count_tags(const char *s)
{
    uint32_t n = 0;
    while ((s = strstr(s, "think>")) != NULL) {
        n++;
        s++;
    }
    return n;
}

static void a_budget_ends_the_thought_and_the_answer_follows(void **state)
{
    (void)state;
    struct subject s;
    subject_open(&s, (struct subject_options){0});
    struct turn_options o = greedy(60);
    struct reply_heard whole = ask_text(&s, question, greedy(200), STOP_NEVER);
    o.think_budget = 12;
    struct reply_heard r = ask_text(&s, question, o, STOP_NEVER);
    assert_true(r.ended);
    assert_true(whole.stats.think_tokens > 20);
    /* The budget, then the tokens that close. */
    assert_in_range(r.stats.think_tokens, 13, 15);
    assert_in_range(r.n_given, 1, 4);
    assert_true(r.stats.answer_tokens > 0);
    assert_int_equal(count_tags(r.text.p) + count_tags(r.thought.p), 0);
    assert_memory_equal(r.ids, whole.ids, 12 * sizeof *r.ids);
    forget(&whole);
    forget(&r);
    subject_close(&s);
}

static void a_budget_that_is_not_reached_changes_nothing(void **state)
{
    (void)state;
    struct subject s;
    subject_open(&s, (struct subject_options){0});
    struct turn_options o = greedy(200);
    struct reply_heard a = ask_text(&s, question, o, STOP_NEVER);
    o.think_budget = a.stats.think_tokens + 1;
    struct reply_heard b = ask_text(&s, question, o, STOP_NEVER);
    assert_string_equal(a.thought.p, b.thought.p);
    assert_string_equal(a.text.p, b.text.p);
    assert_int_equal(b.n_given, 0);
    forget(&a);
    forget(&b);
    subject_close(&s);
}

/* The word may come at any moment: before the thought, it counts at once. */
static void enough_said_early_gives_a_short_thought(void **state)
{
    (void)state;
    struct subject s;
    struct conversation c = {0};
    struct turn_options o = greedy(60);
    struct event ev = {0};
    struct err err;
    uint32_t turn, thoughts = 0, answers = 0;
    subject_open(&s, (struct subject_options){0});
    conversation_add(&c, ROLE_USER, str_of(question));
    CHECK_OK(backend_start(s.b, &c, &o, &turn, &err), &err);
    assert_true(backend_enough(s.b));
    while (ev.kind != EVENT_DONE) {
        struct pollfd p = {.fd = backend_fd(s.b), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 600000), 1);
        while (backend_next(s.b, &ev) && ev.kind != EVENT_DONE) {
            assert_int_not_equal(ev.kind, EVENT_ERROR);
            if (ev.kind == EVENT_TOKEN)
                *(ev.token.part == PART_THOUGHT ? &thoughts : &answers) += 1;
        }
    }
    assert_in_range(thoughts, 1, 59); /* it may have begun before the word */
    assert_true(answers > 0);
    conversation_clear(&c);
    subject_close(&s);
}

static void an_answer_goes_on_behind_any_of_its_tokens(void **state)
{
    (void)state;
    struct subject s;
    subject_open(&s, (struct subject_options){.exact = true});
    struct reply_heard whole = ask_text(&s, question, greedy(200), STOP_NEVER);
    uint32_t cuts[] = {1, 7, whole.n_tokens / 2, whole.n_tokens - 1};
    for (size_t i = 0; i < 4; i++) {
        struct turn_options o = greedy(200);
        o.prefix = whole.ids;
        o.n_prefix = cuts[i];
        struct reply_heard r = ask_text(&s, question, o, STOP_NEVER);
        assert_string_equal(r.thought.p, whole.thought.p);
        assert_string_equal(r.text.p, whole.text.p);
        assert_int_equal(r.n_given, cuts[i]);
        assert_int_equal(r.n_tokens, whole.n_tokens);
        assert_int_equal(r.stats.think_tokens, whole.stats.think_tokens);
        forget(&r);
    }
    forget(&whole);
    subject_close(&s);
}

static void another_token_gives_another_answer(void **state)
{
    (void)state;
    struct subject s;
    subject_open(&s, (struct subject_options){0});
    struct reply_heard whole = ask_text(&s, question, greedy(200), STOP_NEVER);
    struct turn_options o = greedy(200);
    int32_t prefix[3] = {whole.ids[0], whole.ids[1], whole.ids[2] + 1};
    o.prefix = prefix;
    o.n_prefix = 3;
    struct reply_heard r = ask_text(&s, question, o, STOP_NEVER);
    assert_true(r.ended);
    assert_memory_equal(r.ids, prefix, sizeof prefix);
    assert_string_not_equal(r.thought.p, whole.thought.p);
    forget(&r);
    forget(&whole);
    subject_close(&s);
}

static void a_token_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const int32_t wrong[] = {-1, INT32_MAX, 4096};
    struct subject s;
    subject_open(&s, (struct subject_options){0});
    for (size_t i = 0; i < 3; i++) {
        struct turn_options o = greedy(5);
        o.prefix = &wrong[i];
        o.n_prefix = 1;
        struct reply_heard r = ask_text(&s, question, o, STOP_NEVER);
        assert_false(r.ended);
        assert_int_equal(r.err.kind, ERR_USAGE);
        forget(&r);
    }
    struct reply_heard r = ask_text(&s, question, greedy(5), STOP_NEVER);
    assert_true(r.ended);
    forget(&r);
    subject_close(&s);
}

/* What the next question would drop anyway is dropped now, and the rest is
 * there for it. */
static void only_reading_drops_the_thought_and_says_nothing(void **state)
{
    (void)state;
    struct subject s;
    struct conversation c = {0};
    struct telemetry before, after;
    subject_open(&s, (struct subject_options){0});
    conversation_add(&c, ROLE_USER, str_of(question));
    struct reply_heard one = ask(&s, &c, greedy(200), STOP_NEVER);
    struct message *m = conversation_add(&c, ROLE_ASSISTANT,
                                         buf_str(&one.text));
    buf_add_str(&m->thought, buf_str(&one.thought));
    backend_telemetry(s.b, &before);

    struct turn_options o = greedy(0);
    o.only_read = true;
    struct reply_heard dropped = ask(&s, &c, o, STOP_NEVER);
    backend_telemetry(s.b, &after);
    assert_true(dropped.ended);
    assert_int_equal(dropped.n_tokens, 0);
    assert_int_equal(dropped.text.len + dropped.thought.len, 0);
    assert_true(after.kv_bytes < before.kv_bytes);
    assert_int_equal(after.n_turns, 1); /* the next one is not there yet */
    assert_in_range(before.context_used - after.context_used,
                    one.stats.think_tokens - 4, one.stats.think_tokens + 4);

    conversation_add(&c, ROLE_USER, str_of("Add 15 and 260."));
    struct reply_heard two = ask(&s, &c, greedy(5), STOP_NEVER);
    assert_int_equal(two.stats.reused_tokens, after.context_used);
    backend_telemetry(s.b, &after);
    assert_int_equal(after.n_turns, 2);
    assert_true(after.turn_begins[1] > after.turn_begins[0]);
    assert_true(after.turn_begins[1] < two.stats.prompt_tokens);
    forget(&one);
    forget(&two);
    forget(&dropped);
    conversation_clear(&c);
    subject_close(&s);
}

static void what_could_have_been_comes_with_its_text(void **state)
{
    (void)state;
    struct subject s;
    struct conversation c = {0};
    struct turn_options o = greedy(10);
    struct event ev = {0};
    struct err err;
    uint32_t turn, same = 0, other = 0;
    subject_open(&s, (struct subject_options){0});
    conversation_add(&c, ROLE_USER, str_of(question));
    CHECK_OK(backend_start(s.b, &c, &o, &turn, &err), &err);
    while (ev.kind != EVENT_DONE) {
        struct pollfd p = {.fd = backend_fd(s.b), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 600000), 1);
        while (backend_next(s.b, &ev) && ev.kind != EVENT_DONE)
            for (int i = 0; ev.kind == EVENT_TOKEN && i < ev.token.n_alts; i++) {
                const struct token_alt *a = &ev.token.alts[i];
                other += a->text_len > 0;
                if (a->id != ev.token.id || ev.token.text_len > TOKEN_ALT_BYTES)
                    continue;
                assert_int_equal(a->text_len, ev.token.text_len);
                assert_memory_equal(a->text, ev.token.text, a->text_len);
                same++;
            }
    }
    assert_true(same >= 5);
    assert_true(other > 40);
    conversation_clear(&c);
    subject_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_ends_the_thought_and_the_answer_follows),
        cmocka_unit_test(a_budget_that_is_not_reached_changes_nothing),
        cmocka_unit_test(enough_said_early_gives_a_short_thought),
        cmocka_unit_test(an_answer_goes_on_behind_any_of_its_tokens),
        cmocka_unit_test(another_token_gives_another_answer),
        cmocka_unit_test(a_token_that_cannot_be_is_refused),
        cmocka_unit_test(only_reading_drops_the_thought_and_says_nothing),
        cmocka_unit_test(what_could_have_been_comes_with_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
