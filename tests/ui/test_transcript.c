/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/transcript.h"

#include "chat/telemetry.h"
#include "check.h"
#include "events.h"
#include "ui/token_log.h"

static void tell(struct transcript *t, struct event ev)
{
    transcript_event(t, &ev);
}

static void say(struct transcript *t, enum text_part part, const char *s)
{
    tell(t, event_token(part, 20));
    tell(t, event_text(part, str_of(s)));
}

static void think(struct transcript *t, const char *s)
{
    tell(t, event_of(EVENT_THINK_BEGIN));
    say(t, PART_THOUGHT, s);
}

static void answer(struct transcript *t, const char *s)
{
    tell(t, event_of(EVENT_THINK_END));
    say(t, PART_ANSWER, s);
}

static void expect_text(const struct transcript *t, size_t i, const char *want)
{
    CHECK(i < transcript_count(t));
    struct str s = block_text(transcript_block(t, i));
    if (!str_is(s, want))
        fail_msg("block %zu is \"%.*s\", not \"%s\"", i, (int)s.len, s.p, want);
}

static void a_turn_becomes_a_thought_and_an_answer(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    transcript_user(t, str_of("Is 391 prime?"));
    think(t, "\n391 is odd.\n\n7: no.\n");
    answer(t, "\n\nNo.\n");
    tell(t, event_done(DONE_END));

    assert_int_equal(transcript_count(t), 3);
    expect_text(t, 0, "Is 391 prime?");
    expect_text(t, 1, "391 is odd.\n\n7: no.");
    expect_text(t, 2, "No.");
    assert_int_equal(transcript_block(t, 1)->steps, 2);
    assert_int_equal(transcript_block(t, 1)->tokens, 1);
    CHECK(str_is(buf_str(&transcript_block(t, 2)->raw), "\n\nNo.\n"));
    CHECK(!transcript_block(t, 2)->open && !transcript_block(t, 2)->interrupted);
    transcript_free(t);
}

static void a_thought_folds_when_its_answer_starts(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    think(t, "hm");
    CHECK(!transcript_block(t, 0)->folded);
    tell(t, event_of(EVENT_THINK_END));
    CHECK(!transcript_block(t, 0)->folded);
    say(t, PART_ANSWER, "yes");
    CHECK(transcript_block(t, 0)->folded);
    transcript_free(t);
}

static void a_thought_that_was_touched_stays_as_it_is(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    think(t, "hm");
    CHECK(transcript_toggle_last(t));
    CHECK(transcript_toggle_last(t)); /* folded and opened again */
    answer(t, "yes");
    CHECK(!transcript_block(t, 0)->folded);
    transcript_free(t);
}

static void a_thought_that_was_ended_early_says_so(void **state)
{
    (void)state;
    /* Told again at the start of a branch, a token takes no time. */
    static const float ms[] = {20, 0};
    for (int i = 0; i < 2; i++) {
        struct transcript *t = transcript_new();
        struct event given = event_token(PART_THOUGHT, ms[i]);
        given.token.given = true;
        think(t, "hm");
        tell(t, event_token(PART_THOUGHT, 20));
        CHECK(!transcript_block(t, 0)->ended_early);
        tell(t, given);
        answer(t, "yes");
        CHECK(transcript_block(t, 0)->ended_early == (ms[i] > 0));
        transcript_free(t);
    }
}

static void thoughts_of_earlier_turns_are_left_alone(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    think(t, "one");
    tell(t, event_done(DONE_CANCELLED)); /* stays open: there is no answer */
    CHECK(transcript_block(t, 0)->interrupted);
    CHECK(!transcript_block(t, 0)->folded);
    think(t, "two");
    answer(t, "2");
    CHECK(!transcript_block(t, 0)->folded);
    CHECK(transcript_block(t, 1)->folded);
    transcript_free(t);
}

static void folding_all_reaches_every_thought_and_nothing_else(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    transcript_user(t, str_of("u"));
    think(t, "a");
    answer(t, "b");
    CHECK(!transcript_toggle(t, 0));
    CHECK(!transcript_toggle(t, 99));
    transcript_fold_all(t, false);
    CHECK(!transcript_block(t, 1)->folded);
    transcript_fold_all(t, true);
    CHECK(transcript_block(t, 1)->folded && !transcript_block(t, 0)->folded);
    transcript_free(t);
}

static void an_empty_thought_is_not_shown(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    think(t, "\n\n");
    CHECK(!block_is_empty(transcript_block(t, 0))); /* it still may come */
    answer(t, "\n");
    CHECK(block_is_empty(transcript_block(t, 0)));
    CHECK(block_is_empty(transcript_block(t, 1)));
    CHECK(!transcript_toggle_last(t));
    say(t, PART_ANSWER, "yes");
    CHECK(!block_is_empty(transcript_block(t, 1)));
    transcript_free(t);
}

static void what_the_model_cannot_show_is_not_shown(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    say(t, PART_ANSWER, "a\033[2Jb\xE2\x80\xAE" "c\r\nd");
    tell(t, event_done(DONE_END));
    struct str s = block_text(transcript_block(t, 0));
    CHECK(memchr(s.p, 033, s.len) == NULL);
    CHECK(str_find(s, str_of("\xE2\x80\xAE"), 0) == s.len);
    CHECK(str_find(s, str_of("bc\nd"), 0) < s.len);
    transcript_free(t);
}

static void a_stream_cut_anywhere_gives_the_same_blocks(void **state)
{
    (void)state;
    static const char text[] =
        " \n\n caf\xC3\xA9 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 \033]0;x\007 "
        "e\xCC\x81\r\n\r\nend \n";
    struct transcript *whole = transcript_new();
    tell(whole, event_text(PART_ANSWER, str_of(text)));
    tell(whole, event_done(DONE_END));
    struct str want = block_text(transcript_block(whole, 0));
    size_t len = sizeof text - 1;
    for (size_t a = 0; a <= len; a++)
        for (size_t b = a; b <= len; b++) {
            struct transcript *t = transcript_new();
            tell(t, event_text(PART_ANSWER, str_n(text, a)));
            tell(t, event_text(PART_ANSWER, str_n(text + a, b - a)));
            tell(t, event_text(PART_ANSWER, str_n(text + b, len - b)));
            tell(t, event_done(DONE_END));
            CHECK(str_eq(block_text(transcript_block(t, 0)), want));
            assert_int_equal(transcript_block(t, 0)->steps,
                             transcript_block(whole, 0)->steps);
            transcript_free(t);
        }
    transcript_free(whole);
}

static void a_notice_does_not_cut_the_answer(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    say(t, PART_ANSWER, "one ");
    struct event ev = event_of(EVENT_NOTICE);
    snprintf(ev.notice.s, sizeof ev.notice.s, "look here");
    tell(t, ev);
    say(t, PART_ANSWER, "two");
    assert_int_equal(transcript_count(t), 2);
    expect_text(t, 0, "one two");
    expect_text(t, 1, "look here");
    transcript_free(t);
}

static void the_reason_for_an_early_end_is_told(void **state)
{
    (void)state;
    static const enum done_reason early[] = {DONE_LIMIT, DONE_CONTEXT,
                                             DONE_CANCELLED};
    for (size_t i = 0; i < 3; i++) {
        struct transcript *t = transcript_new();
        say(t, PART_ANSWER, "half an");
        tell(t, event_done(early[i]));
        CHECK(transcript_block(t, 0)->interrupted);
        assert_int_equal(transcript_count(t), 2);
        assert_int_equal(transcript_block(t, 1)->kind, BLOCK_NOTICE);
        transcript_free(t);
    }
    struct transcript *t = transcript_new();
    struct event ev = event_of(EVENT_ERROR);
    err_set(&ev.error, ERR_MODEL, "the model computed nonsense");
    say(t, PART_ANSWER, "half an");
    tell(t, ev);
    assert_int_equal(transcript_block(t, 1)->kind, BLOCK_ERROR);
    expect_text(t, 1, "the model computed nonsense");
    transcript_free(t);
}

static void the_engines_figures_settle_a_thought(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    struct telemetry now = {.kv_bytes_per_token = 768};
    struct event ev = event_done(DONE_END);
    ev.done.stats.think_tokens = 96;
    ev.done.stats.think_ms = 1840;
    transcript_telemetry(t, &now);
    tell(t, event_token(PART_THOUGHT, 20)); /* before its THINK_BEGIN */
    think(t, "hm");
    assert_int_equal(transcript_block(t, 0)->tokens, 2);
    CHECK(transcript_block(t, 0)->ms == 40);
    answer(t, "yes");
    tell(t, ev);
    assert_int_equal(transcript_block(t, 0)->tokens, 96);
    CHECK(transcript_block(t, 0)->ms == 1840);
    assert_int_equal(transcript_cache_bytes(t, transcript_block(t, 0)), 96 * 768);
    transcript_free(t);
}

static void a_cleared_chat_hears_nothing_of_the_old_turn(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    say(t, PART_ANSWER, "old");
    uint64_t era = transcript_era(t);
    transcript_clear(t);
    CHECK(transcript_era(t) != era);
    say(t, PART_ANSWER, "still old");
    assert_int_equal(transcript_count(t), 0);
    struct event ev = event_text(PART_ANSWER, str_of("new"));
    ev.turn = 2;
    transcript_event(t, &ev);
    expect_text(t, 0, "new");
    transcript_free(t);
}

/* Two answers; then the first is told again, alone. */
static void what_is_told_again_keeps_its_tokens(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    struct token_record r;
    for (uint32_t turn = 1; turn <= 2; turn++) {
        struct event events[] = {
            event_of(EVENT_THINK_BEGIN), event_token(PART_THOUGHT, 1),
            event_text(PART_THOUGHT, str_of("hm")), event_of(EVENT_THINK_END),
            event_token(PART_ANSWER, 1), event_text(PART_ANSWER, str_of("a")),
            event_token(PART_ANSWER, 1), event_text(PART_ANSWER, str_of("b")),
            event_done(DONE_END)};
        for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
            events[i].turn = turn;
            transcript_event(t, &events[i]);
        }
    }
    assert_int_equal(transcript_token_block(t, 4), 3);
    transcript_clear_blocks(t);
    assert_int_equal(transcript_token_block(t, 4), SIZE_MAX);
    transcript_said_in(t, 1);
    struct event again[] = {event_text(PART_THOUGHT, str_of("hm")),
                            event_of(EVENT_THINK_END),
                            event_text(PART_ANSWER, str_of("ab")),
                            event_done(DONE_END)};
    for (size_t i = 0; i < 4; i++) {
        again[i].turn = 0;
        transcript_event(t, &again[i]);
    }
    assert_int_equal(transcript_token_block(t, 0), 0);
    assert_int_equal(transcript_token_block(t, 2), 1);
    assert_int_equal(transcript_token_block(t, 3), SIZE_MAX); /* of the second */
    assert_int_equal(token_log_count(transcript_tokens(t)), 6);
    CHECK(token_log_get(transcript_tokens(t), 2, &r) && r.at == 1);
    transcript_clear(t);
    assert_int_equal(token_log_count(transcript_tokens(t)), 0);
    transcript_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_becomes_a_thought_and_an_answer),
        cmocka_unit_test(a_thought_folds_when_its_answer_starts),
        cmocka_unit_test(a_thought_that_was_touched_stays_as_it_is),
        cmocka_unit_test(a_thought_that_was_ended_early_says_so),
        cmocka_unit_test(thoughts_of_earlier_turns_are_left_alone),
        cmocka_unit_test(folding_all_reaches_every_thought_and_nothing_else),
        cmocka_unit_test(an_empty_thought_is_not_shown),
        cmocka_unit_test(what_the_model_cannot_show_is_not_shown),
        cmocka_unit_test(a_stream_cut_anywhere_gives_the_same_blocks),
        cmocka_unit_test(a_notice_does_not_cut_the_answer),
        cmocka_unit_test(the_reason_for_an_early_end_is_told),
        cmocka_unit_test(the_engines_figures_settle_a_thought),
        cmocka_unit_test(a_cleared_chat_hears_nothing_of_the_old_turn),
        cmocka_unit_test(what_is_told_again_keeps_its_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
