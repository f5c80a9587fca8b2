/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/utf8.h"
#include "chat/event_queue.h"
#include "engine/reply.h"
#include "text/with_vocab.h"
#include "tiny/tiny.h"

/* Bytes 0..255 are the tokens 0..255 of the tiny vocabulary. */
struct fixture {
    struct vocab *vocab;
    struct event_queue *events;
    struct reply reply;
};

static int setup(void **state)
{
    static struct fixture f;
    struct err err;
    f.vocab = vocab_tiny();
    f.events = event_queue_new(0, &err);
    assert_non_null(f.events);
    reply_init(&f.reply, f.vocab, f.events);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    reply_clear(&f->reply);
    event_queue_free(f->events);
    vocab_free(f->vocab);
    return 0;
}

/* Takes all events: "(" and ")" for a thought's begin and end, "#" for a token,
 * text as it is. */
static void take(struct fixture *f, struct buf *told)
{
    struct event ev;
    while (event_queue_pop(f->events, &ev)) {
        switch (ev.kind) {
        case EVENT_THINK_BEGIN:
            buf_putc(told, '(');
            break;
        case EVENT_THINK_END:
            buf_putc(told, ')');
            break;
        case EVENT_TOKEN:
            buf_putc(told, '#');
            break;
        case EVENT_TEXT:
            assert_true(utf8_valid(str_n(ev.text.s, ev.text.len)));
            buf_add(told, ev.text.s, ev.text.len);
            break;
        default:
            fail_msg("event %d", ev.kind);
        }
    }
}

static void say_token(struct fixture *f, int32_t id)
{
    struct token_info info = {.id = id};
    assert_true(reply_token(&f->reply, &info));
}

static void say_bytes(struct fixture *f, const char *text)
{
    for (; *text; text++)
        say_token(f, (unsigned char)*text);
}

/* Checks what was told since the last look. */
static void expect(struct fixture *f, const char *want)
{
    struct buf told = {0};
    buf_puts(&told, "");
    take(f, &told);
    assert_string_equal(told.p, want);
    buf_clear(&told);
}

static void think_tokens_part_thought_from_answer(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, false);
    expect(f, "");
    say_token(f, TINY_THINK);
    expect(f, "#(");
    say_bytes(f, "hm");
    expect(f, "#h#m");
    say_token(f, TINY_END_THINK);
    expect(f, "#)");
    say_bytes(f, "ok");
    reply_end(&f->reply);
    expect(f, "#o#k");
    assert_int_equal(f->reply.think_tokens, 4);
    assert_int_equal(f->reply.answer_tokens, 2);
}

static void a_prompt_that_opened_the_thought_begins_inside(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, true);
    expect(f, "(");
    say_bytes(f, "a");
    say_token(f, TINY_END_THINK);
    say_bytes(f, "b");
    reply_end(&f->reply);
    expect(f, "#a#)#b");
    assert_int_equal(f->reply.think_tokens, 2);
}

static void a_thought_that_is_cut_off_has_no_end(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, true);
    say_bytes(f, "a");
    reply_end(&f->reply);
    expect(f, "(#a");
    assert_true(f->reply.thinking);
}

static void an_empty_thought_has_both_ends(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, false);
    say_token(f, TINY_THINK);
    say_token(f, TINY_END_THINK);
    reply_end(&f->reply);
    expect(f, "#(#)");
}

static void tags_spelled_out_part_as_well(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, false);
    say_bytes(f, "<think>");
    expect(f, "#######("); /* nothing was told while it could be a tag */
    say_bytes(f, "x</think>y");
    reply_end(&f->reply);
    expect(f, "#x########)#y");
    /* The tag's own tokens count to the thought. */
    assert_int_equal(f->reply.think_tokens, 7 + 1 + 8);
    assert_int_equal(f->reply.answer_tokens, 1);
}

static void tag_tokens_inside_the_answer_say_nothing(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, false);
    say_bytes(f, "a");
    say_token(f, TINY_THINK);
    say_bytes(f, "b");
    say_token(f, TINY_END_THINK);
    say_bytes(f, "c");
    reply_end(&f->reply);
    expect(f, "#a##b##c");
}

static void what_only_begins_like_a_tag_is_text_in_the_end(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, false);
    say_bytes(f, "<thin");
    expect(f, "#####");
    reply_end(&f->reply);
    expect(f, "<thin");
}

static void a_character_is_told_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    static const char *const chars[] = {"\xC3\xA9", "\xE4\xBD\xA0",
                                        "\xF0\x9F\x98\x80"};
    for (size_t c = 0; c < 3; c++) {
        const char *s = chars[c];
        size_t len = strlen(s);
        reply_begin(&f->reply, 1, false);
        say_bytes(f, "x");
        expect(f, "#x");
        for (size_t i = 0; i + 1 < len; i++) {
            say_token(f, (unsigned char)s[i]);
            expect(f, "#");
        }
        say_token(f, (unsigned char)s[len - 1]);
        struct buf want = {0};
        buf_printf(&want, "#%s", s);
        expect(f, want.p);
        buf_clear(&want);
        reply_end(&f->reply);
        expect(f, "");
    }
}

static void half_a_character_at_an_end_is_a_replacement(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, true);
    say_bytes(f, "a\xE4\xBD");
    say_token(f, TINY_END_THINK); /* the thought's text ends here */
    say_bytes(f, "b\xF0\x9F");
    reply_end(&f->reply);
    expect(f, "(#a###\xEF\xBF\xBD)#b##\xEF\xBF\xBD");
}

static void control_tokens_give_no_text(void **state)
{
    struct fixture *f = *state;
    reply_begin(&f->reply, 1, false);
    say_token(f, TINY_USER);
    say_token(f, TINY_UNUSED);
    say_bytes(f, "k");
    reply_end(&f->reply);
    expect(f, "###k");
}

static void a_token_tells_its_bytes_and_its_part(void **state)
{
    struct fixture *f = *state;
    struct event ev;
    reply_begin(&f->reply, 5, true);
    say_token(f, 0xE4);
    say_token(f, TINY_END_THINK);
    say_bytes(f, "z");
    reply_end(&f->reply);
    static const struct {
        const char *text;
        enum text_part part;
    } want[] = {{"\xE4", PART_THOUGHT}, {"</think>", PART_THOUGHT},
                {"z", PART_ANSWER}};
    size_t n = 0;
    while (event_queue_pop(f->events, &ev)) {
        assert_int_equal(ev.turn, 5);
        if (ev.kind != EVENT_TOKEN)
            continue;
        assert_true(str_is(str_n(ev.token.text, ev.token.text_len),
                           want[n].text));
        assert_int_equal(ev.token.part, want[n++].part);
    }
    assert_int_equal(n, 3);
}

static void nobody_listening_is_noticed(void **state)
{
    struct fixture *f = *state;
    struct token_info info = {.id = 'a'};
    reply_begin(&f->reply, 1, false);
    event_queue_close(f->events);
    assert_false(reply_token(&f->reply, &info));
    reply_end(&f->reply);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(think_tokens_part_thought_from_answer),
        TEST(a_prompt_that_opened_the_thought_begins_inside),
        TEST(a_thought_that_is_cut_off_has_no_end),
        TEST(an_empty_thought_has_both_ends),
        TEST(tags_spelled_out_part_as_well),
        TEST(tag_tokens_inside_the_answer_say_nothing),
        TEST(what_only_begins_like_a_tag_is_text_in_the_end),
        TEST(a_character_is_told_whole_or_not_at_all),
        TEST(half_a_character_at_an_end_is_a_replacement),
        TEST(control_tokens_give_no_text),
        TEST(a_token_tells_its_bytes_and_its_part),
        TEST(nobody_listening_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
