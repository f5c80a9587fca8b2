/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ask.h"

#include <jansson.h>

/* Where the sure tokens end inside a character, their text ends in U+FFFD; more
 * tokens complete it. */
static size_t whole_characters(const char *text)
{
    size_t len = strlen(text);
    while (len >= 3 && memcmp(text + len - 3, "\xEF\xBF\xBD", 3) == 0)
        len -= 3;
    return len;
}

/* Each line of the fixture: a prompt and the text up to the first token that
 * another exact implementation might choose differently. */
static void check_line(struct subject *s, const char *line)
{
    json_error_t why;
    json_t *o = json_loads(line, 0, &why);
    if (!o)
        fail_msg("%s", why.text);
    const char *prompt = json_string_value(json_object_get(o, "prompt"));
    const char *sure = json_string_value(json_object_get(o, "sure_text"));
    assert_true(prompt && sure);
    struct reply_heard r = ask_text(s, prompt, greedy(64), STOP_NEVER);
    assert_true(r.ended);
    if (strncmp(r.text.p, sure, whole_characters(sure)) != 0)
        fail_msg("%s\n  said  %s\n  wants %s", prompt, r.text.p, sure);
    size_t n_prompt = json_array_size(json_object_get(o, "prompt_ids"));
    assert_int_equal(r.stats.prompt_tokens, n_prompt);
    forget(&r);
    json_decref(o);
}

/* No thoughts are dropped in this family, so a turn costs no more than its own
 * message and the frame around it. */
static void a_chat_with_smollm2_computes_only_new_messages(void **state)
{
    (void)state;
    static const char *const said[] = {
        "My name is Ada. What is the capital of France?",
        "And of Italy?", "Which of them is older?", "What is my name?",
        "Thank you!",
    };
    struct subject s, fresh;
    struct subject_options so = {.path = fixture_path(
        "../models/smollm2-135m-instruct-q4_1.gguf")};
    struct conversation c = {0};
    uint32_t before = 0;
    subject_open(&s, so);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        conversation_add(&c, ROLE_USER, str_of(said[i]));
        struct reply_heard r = ask(&s, &c, greedy(48), STOP_NEVER);
        assert_true(r.ended);
        assert_int_equal(r.stats.reused_tokens, before);
        assert_in_range(r.stats.prompt_tokens - before, 1, 50);
        before = r.stats.context_used;
        if (i == 4) {
            subject_open(&fresh, so);
            struct reply_heard f = ask(&fresh, &c, greedy(48), STOP_NEVER);
            assert_string_equal(f.text.p, r.text.p);
            forget(&f);
            subject_close(&fresh);
        }
        struct message *m = conversation_add(&c, ROLE_ASSISTANT,
                                             buf_str(&r.text));
        m->interrupted = r.reason != DONE_END;
        forget(&r);
    }
    conversation_clear(&c);
    subject_close(&s);
}

static void smollm2_says_what_exact_arithmetic_says(void **state)
{
    (void)state;
    char model[4096];
    snprintf(model, sizeof model, "%s",
             fixture_path("../models/smollm2-135m-instruct-q4_1.gguf"));
    FILE *f = fopen(fixture_path("../models/smollm2-135m.greedy.jsonl"), "r");
    assert_non_null(f);
    struct subject s;
    subject_open(&s, (struct subject_options){.path = model, .exact = true});
    char *line = NULL;
    size_t cap = 0;
    int n = 0;
    for (; getline(&line, &cap, f) > 0; n++)
        check_line(&s, line);
    assert_true(n > 0);
    free(line);
    fclose(f);
    subject_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_with_smollm2_computes_only_new_messages),
        cmocka_unit_test(smollm2_says_what_exact_arithmetic_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
