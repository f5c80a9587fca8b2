/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/replay.h"

#include "check.h"

#include "chat/conversation.h"
#include "ui/plain_text.h"
#include "ui/transcript.h"

static struct conversation chat(void)
{
    struct conversation c = {0};
    conversation_add(&c, ROLE_SYSTEM, str_of("be brief"));
    conversation_add(&c, ROLE_USER, str_of("one\ntwo\033"));
    struct message *m = conversation_add(&c, ROLE_ASSISTANT, str_of("\n\nyes"));
    for (int i = 0; i < 100; i++)
        buf_puts(&m->thought, "\xE4\xB8\xAD\xE6\x96\x87");
    m->has_stats = true;
    m->stats.think_tokens = 41;
    m->stats.think_ms = 900;
    conversation_add(&c, ROLE_USER, str_of("three"));
    m = conversation_add(&c, ROLE_ASSISTANT, str_of(""));
    buf_puts(&m->thought, "cut");
    m->interrupted = m->thought_open = true;
    return c;
}

static void a_chat_is_shown_as_when_it_was_said(void **state)
{
    (void)state;
    static const enum block_kind kinds[] = {BLOCK_NOTICE, BLOCK_USER,
                                            BLOCK_THOUGHT, BLOCK_ANSWER,
                                            BLOCK_USER, BLOCK_THOUGHT};
    struct conversation c = chat();
    struct transcript *t = transcript_new();
    transcript_user(t, str_of("gone"));
    replay(t, &c);
    assert_int_equal(transcript_count(t), 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(transcript_block(t, i)->kind, kinds[i]);
    const struct block *thought = transcript_block(t, 2);
    assert_true(str_eq(buf_str(&thought->raw), buf_str(&c.messages[2]->thought)));
    assert_true(str_eq(buf_str(&thought->shown), buf_str(&thought->raw)));
    assert_true(thought->folded && !thought->interrupted);
    assert_int_equal(thought->tokens, 41);
    assert_true(str_is(block_text(transcript_block(t, 3)), "yes"));
    assert_true(transcript_block(t, 5)->interrupted);
    assert_false(transcript_block(t, 5)->folded);
    transcript_free(t);
    conversation_clear(&c);
}

static void a_turn_after_it_is_a_turn_of_its_own(void **state)
{
    (void)state;
    struct conversation c = chat();
    struct transcript *t = transcript_new();
    struct event ev = {.kind = EVENT_TEXT, .turn = 1};
    replay(t, &c);
    size_t n = transcript_count(t);
    ev.text.part = PART_ANSWER;
    ev.text.len = 1;
    ev.text.s[0] = 'x';
    transcript_event(t, &ev);
    assert_int_equal(transcript_count(t), n + 1);
    assert_true(transcript_block(t, 2)->folded);
    transcript_free(t);
    conversation_clear(&c);
}

static void an_answer_without_some_experts_says_so(void **state)
{
    (void)state;
    struct conversation c = chat();
    struct transcript *t = transcript_new();
    buf_puts(&c.messages[2]->experts, "without 1:3");
    replay(t, &c);
    assert_int_equal(transcript_count(t), 7);
    assert_int_equal(transcript_block(t, 2)->kind, BLOCK_NOTICE);
    assert_true(str_is(block_text(transcript_block(t, 2)), "modified: without 1:3"));
    assert_int_equal(transcript_block(t, 3)->kind, BLOCK_THOUGHT);
    transcript_free(t);
    conversation_clear(&c);
}

static void as_lines_it_reads_like_plain_mode(void **state)
{
    (void)state;
    struct conversation c = chat();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    buf_reset(&c.messages[2]->thought);
    buf_puts(&c.messages[2]->thought, "hm\n");
    buf_puts(&c.messages[4]->experts, "2 of 8 used");
    struct plain_text p = plain_text_init(out, SHOW_THOUGHTS, false, true);
    assert_true(replay_plain(&p, &c, 0, "> "));
    assert_true(replay_plain(&p, &c, 3, "> "));
    plain_text_clear(&p);
    fclose(out);
    assert_string_equal(text,
        "system: be brief\n> one\n  two\xEF\xBF\xBD\n[thinking]\nhm\n"
        "[thought, 41 tokens, 0.9 s]\n\nyes\n\n> three\n[modified: 2 of 8 used]\n"
        "[thinking]\ncut\n\n[interrupted]\n"
        "> three\n[modified: 2 of 8 used]\n[thinking]\ncut\n\n[interrupted]\n");
    free(text);
    conversation_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_is_shown_as_when_it_was_said),
        cmocka_unit_test(a_turn_after_it_is_a_turn_of_its_own),
        cmocka_unit_test(an_answer_without_some_experts_says_so),
        cmocka_unit_test(as_lines_it_reads_like_plain_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
