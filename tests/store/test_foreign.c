/* SPDX-License-Identifier: Apache-2.0 */
#include "store/foreign.h"

#include "check.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/file.h"
#include "chat/conversation.h"

static struct conversation read_text(const char *text)
{
    struct conversation c = {0};
    struct buf note = {0};
    struct err err;
    CHECK_OK(foreign_read(&c, str_of(text), &note, &err), &err);
    buf_clear(&note);
    return c;
}

static void same(const struct conversation *c, size_t i, enum role role,
                 const char *thought, const char *text)
{
    assert_true(i < c->n);
    assert_int_equal(c->messages[i]->role, role);
    assert_string_equal(c->messages[i]->thought.p ? c->messages[i]->thought.p : "",
                        thought);
    assert_string_equal(c->messages[i]->text.p ? c->messages[i]->text.p : "",
                        text);
}

/* One answer: this thought, this text. */
static void reads_as(const char *file, const char *thought, const char *text)
{
    struct conversation c = read_text(file);
    assert_int_equal(c.n, 1);
    same(&c, 0, ROLE_ASSISTANT, thought, text);
    conversation_clear(&c);
}

static void refuses(const char *file, size_t len, enum err_kind kind)
{
    struct conversation c = {0};
    struct buf note = {0};
    struct err err;
    CHECK_REFUSED(foreign_read(&c, str_n(file, len), &note, &err), &err, kind);
    buf_clear(&note);
    conversation_clear(&c);
}

static void same_as_expected(const char *name, const struct message *m,
                             const json_t *want)
{
    const json_t *thought = json_object_get(want, "reasoning");
    const json_t *content = json_object_get(want, "content");
    if (strcmp(role_name(m->role),
               json_string_value(json_object_get(want, "role"))) != 0)
        fail_msg("%s: wrong role", name);
    struct str t = str_n(json_string_value(thought), json_string_length(thought));
    struct str s = str_n(json_string_value(content), json_string_length(content));
    if (!str_eq(str_trim(buf_str(&m->thought), STR_BLANKS),
                str_trim(t, STR_BLANKS)))
        fail_msg("%s: thought is \"%s\"", name, m->thought.p);
    if (!str_eq(str_trim(buf_str(&m->text), STR_BLANKS),
                str_trim(s, STR_BLANKS)))
        fail_msg("%s: text is \"%s\"", name, m->text.p);
}

static void traces_from_elsewhere_read_as_expected(void **state)
{
    (void)state;
    json_error_t why;
    json_t *expected = json_load_file(fixture_path("traces/expected.json"), 0,
                                      &why), *want;
    const char *name;
    int n = 0;
    assert_non_null(expected);
    json_object_foreach(expected, name, want) {
        struct conversation c = {0};
        struct buf bytes = {0}, note = {0};
        struct err err;
        char file[256];
        snprintf(file, sizeof file, "traces/%s", name);
        CHECK_OK(file_read(fixture_path(file), 1 << 20, &bytes, &err), &err);
        if (!foreign_read(&c, buf_str(&bytes), &note, &err))
            fail_msg("%s: %s", name, err.msg);
        if (c.n != json_array_size(want))
            fail_msg("%s: %zu messages", name, c.n);
        for (size_t i = 0; i < c.n; i++)
            same_as_expected(name, c.messages[i], json_array_get(want, i));
        if (note.len)
            fail_msg("%s: %s", name, note.p);
        conversation_clear(&c);
        buf_clear(&bytes);
        buf_clear(&note);
        n++;
    }
    json_decref(expected);
    print_message("# %d files as expected\n", n);
    assert_int_equal(n, 29);
}

static void messages_of_every_name_are_known(void **state)
{
    (void)state;
    struct conversation c = read_text(
        "{\"messages\": [{\"role\": \"developer\", \"content\": \"be brief\"},"
        " {\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"a\"},"
        " {\"type\": \"text\", \"text\": \"b\"}]},"
        " {\"role\": \"assistant\", \"content\": null, \"thinking\": \"t\"},"
        " {\"role\": \"tool\", \"content\": \"42\"},"
        " {\"role\": \"model\", \"parts\": [{\"text\": \"hm\", \"thought\": true},"
        " {\"text\": \"yes\"}]}]}");
    assert_int_equal(c.n, 5);
    same(&c, 0, ROLE_SYSTEM, "", "be brief");
    same(&c, 1, ROLE_USER, "", "a\n\nb");
    same(&c, 2, ROLE_ASSISTANT, "t", "");
    assert_true(c.messages[2]->thought_open);
    same(&c, 3, ROLE_SYSTEM, "", "42");
    same(&c, 4, ROLE_ASSISTANT, "hm", "yes");
    conversation_clear(&c);
}

static void streams_of_several_interfaces_become_one_answer(void **state)
{
    (void)state;
    static const char *const streams[] = {
        "data: {\"choices\":[{\"delta\":{\"reasoning\":\"so\"}}]}\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\ndata: [DONE]\n",
        "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
        "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":"
        "\"thinking_delta\",\"thinking\":\"so\"}}\r\n\r\n"
        "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":"
        "\"text_delta\",\"text\":\"yes\"}}\r\n\r\n"
        "data: {\"type\":\"message_stop\"}\n\n",
        "data:{\"type\":\"response.reasoning_text.delta\",\"delta\":\"so\"}\n\n"
        "data:{\"type\":\"response.output_text.delta\",\ndata: \"delta\":\"yes\"}\n",
        "{\"response\":\"<think>so\",\"done\":false}\n"
        "{\"response\":\"</think>yes\",\"done\":true}\n",
        "{\"event\":\"begin\"}\n{\"event\":\"text\",\"part\":\"thought\","
        "\"text\":\"so\"}\n{\"event\":\"token\"}\n{\"event\":\"text\","
        "\"part\":\"answer\",\"text\":\"yes\"}\n{\"event\":\"done\"}\n",
        "[{\"choices\":[{\"delta\":{\"reasoning_content\":\"so\","
        "\"reasoning\":\"so\"}}]},{\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}]",
    };
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        reads_as(streams[i], "so", "yes");
}

static void prompts_of_every_family_are_taken_apart(void **state)
{
    (void)state;
    static const char *const prompts[] = {
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nbe brief"
        "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n<think>hm</think>yo<|eot_id|>",
        "<\xEF\xBD\x9C" "begin\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>be brief"
        "<\xEF\xBD\x9CUser\xEF\xBD\x9C>hi<\xEF\xBD\x9C" "Assistant\xEF\xBD\x9C>hm"
        "</think>yo",
        "<|im_start|>system\r\nbe brief<|im_end|>\r\n<|im_start|>user\r\nhi<|im_end|>"
        "\r\n<|im_start|>assistant\r\n<think>hm</think>yo",
        "<|im_system|>system<|im_middle|>be brief<|im_end|><|im_user|>user"
        "<|im_middle|>hi<|im_end|><|im_assistant|>assistant<|im_middle|>"
        "<think>hm</think>yo<|im_end|>",
        "<|system|>\nbe brief<|user|>\nhi<|assistant|>\n<think>hm</think>yo",
        "<|start|>developer<|message|>be brief<|end|><|start|>user<|message|>hi"
        "<|end|><|start|>assistant<|channel|>analysis<|message|>hm<|end|>"
        "<|start|>assistant<|channel|>final<|message|>yo<|return|>",
    };
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        struct conversation c = read_text(prompts[i]);
        assert_int_equal(c.n, 3);
        same(&c, 0, ROLE_SYSTEM, "", "be brief");
        same(&c, 1, ROLE_USER, "", "hi");
        same(&c, 2, ROLE_ASSISTANT, "hm", "yo");
        conversation_clear(&c);
    }
    reads_as("<|channel|>analysis<|message|>hm<|end|><|start|>assistant"
             "<|channel|>final<|message|>yo<|return|>", "hm", "yo");
    reads_as("just text", "", "just text");
    reads_as("<think>a</think>b<|im_end|>\n", "a", "b");
    reads_as("the tag <|im_start|>user is text here", "",
             "the tag <|im_start|>user is text here");
    reads_as("<|start|>assistant<|channel|>analysis<|message|>cut", "cut", "");
}

static void our_own_sessions_are_read(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct buf note = {0};
    struct err err;
    static const char session[] =
        "mull-session 1\n00000000 {\"record\":\"title\",\"text\":\"x\"}\ntorn";
    CHECK_REFUSED(foreign_read(&c, str_of(session), &note, &err), &err,
                  ERR_FORMAT); /* nothing was said in it */
    buf_clear(&note);
    conversation_clear(&c);
}

static void what_makes_no_sense_is_left_out_and_said(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct buf note = {0};
    struct err err;
    CHECK_OK(foreign_read(&c, str_of("[{\"role\":\"user\",\"content\":\"a\"}, 7, "
                                     "{\"role\":\"robot\",\"content\":\"b\"}]"),
                          &note, &err), &err);
    assert_int_equal(c.n, 1);
    assert_string_equal(note.p, "2 pieces that made no sense were left out");
    buf_reset(&note);
    conversation_clear(&c);
    /* A last line that is not whole: its writer was killed. */
    CHECK_OK(foreign_read(&c, str_of("{\"role\":\"user\",\"content\":\"a\"}\n"
                                     "{\"role\":\"assist"), &note, &err), &err);
    assert_int_equal(c.n, 1);
    assert_string_equal(note.p, "1 piece that made no sense was left out");
    buf_clear(&note);
    conversation_clear(&c);
}

static void what_is_no_conversation_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", " \n", "\xEF\xBB\xBF", "{}", "[]", "[1,2,3]", "{\"a\":1}",
        "{\"messages\":[]}", "{\"messages\": [{\"role\": \"user\"", "[{]",
        "{\"role\":\"user\",\"content\":\"a\"}\n{\"role\": oops}\n{}\n",
        "data: nothing\n\n", "data: [DONE]\n", "{\"a\": \"\xFF\"}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuses(wrong[i], strlen(wrong[i]), ERR_FORMAT);
    refuses("GGUF\0\0\0\3", 8, ERR_FORMAT);
}

static void bombs_are_refused_before_they_go_off(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 100000; i++)
        buf_putc(&b, '[');
    refuses(b.p, b.len, ERR_FORMAT); /* too deep */
    buf_reset(&b);
    buf_putc(&b, '[');
    for (int i = 0; i < FOREIGN_MAX_VALUES; i++)
        buf_puts(&b, "{},");
    buf_puts(&b, "{}]");
    refuses(b.p, b.len, ERR_LIMIT);
    buf_clear(&b);
    struct conversation c = {0};
    struct buf note = {0};
    struct err err;
    CHECK_REFUSED(foreign_read(&c, str_n("x", FOREIGN_MAX_BYTES + 1), &note, &err),
                  &err, ERR_LIMIT);
}

/* Every prefix of a trace is an error or a conversation, never a crash. */
static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    static const char *const whole[] = {
        "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\","
        "\"content\":[{\"type\":\"thinking\",\"thinking\":\"\xE4\xBD\xA0\"}]}]",
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n",
        "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n<think>x</think>y"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        for (size_t n = 0; n <= strlen(whole[i]); n++) {
            struct conversation c = {0};
            struct buf note = {0}, bytes = {0};
            struct err err = {0};
            buf_add(&bytes, whole[i], n);
            bool ok = foreign_read(&c, buf_str(&bytes), &note, &err);
            assert_true(ok ? c.n > 0 : err.msg[0] != '\0');
            buf_clear(&note);
            buf_clear(&bytes);
            conversation_clear(&c);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_from_elsewhere_read_as_expected),
        cmocka_unit_test(messages_of_every_name_are_known),
        cmocka_unit_test(streams_of_several_interfaces_become_one_answer),
        cmocka_unit_test(prompts_of_every_family_are_taken_apart),
        cmocka_unit_test(our_own_sessions_are_read),
        cmocka_unit_test(what_makes_no_sense_is_left_out_and_said),
        cmocka_unit_test(what_is_no_conversation_is_refused),
        cmocka_unit_test(bombs_are_refused_before_they_go_off),
        cmocka_unit_test(every_prefix_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
