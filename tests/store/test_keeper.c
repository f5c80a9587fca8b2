/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keeper.h"

#include "place.h"

#include "base/crc32c.h"
#include "chat/backend.h"
#include "store/saved.h"

static const struct backend_info model = {.name = "a model", .quant = "Q8_0",
                                          .n_params = 7};

static void flush(struct keeper *s)
{
    struct err err;
    bool recovered;
    CHECK_OK(keeper_flush(s, &recovered, &err), &err);
}

static struct expert_changes experts; /* of the turns to come */

/* A turn as the front end tells it: a question, and an answer in pieces. */
static struct message *turn(struct keeper *s, struct conversation *c,
                            const char *question, const char *thought,
                            const char *answer)
{
    struct turn_options how = {.sampling = {.temp = 0.5f, .seed = UINT64_MAX},
                               .experts = experts};
    struct message *m = conversation_add(c, ROLE_USER, str_of(question));
    m->at_ms = 1795357925000;
    keeper_message(s, m, NULL);
    flush(s);
    m = conversation_add(c, ROLE_ASSISTANT, str_of(""));
    m->at_ms = 1795357926000;
    keeper_message(s, m, &how);
    for (const char *p = thought; *p; p++) {
        buf_add(&m->thought, p, 1);
        keeper_text(s, m->id, PART_THOUGHT, str_n(p, 1));
    }
    for (const char *p = answer; *p; p++) {
        buf_add(&m->text, p, 1);
        keeper_text(s, m->id, PART_ANSWER, str_n(p, 1));
        if (p == answer)
            flush(s);
    }
    m->has_stats = true;
    m->stats = (struct turn_stats){.think_tokens = 3, .answer_tokens = 4,
                                   .think_ms = 12.5};
    keeper_end(s, m, DONE_END);
    flush(s);
    return m;
}

static void close_session(struct keeper *s)
{
    struct err err;
    CHECK_OK(keeper_close(s, &err), &err);
}

static void same_tree(const struct conversation *a, const struct conversation *b)
{
    assert_int_equal(a->n_all, b->n_all);
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n_all; i++) {
        const struct message *x = a->all[i], *y = b->all[i];
        assert_int_equal(x->id, y->id);
        assert_int_equal(x->role, y->role);
        assert_int_equal(x->parent ? x->parent->id : 0,
                         y->parent ? y->parent->id : 0);
        assert_true(str_eq(buf_str(&x->text), buf_str(&y->text)));
        assert_true(str_eq(buf_str(&x->thought), buf_str(&y->thought)));
        assert_int_equal(x->interrupted, y->interrupted);
        assert_int_equal(x->has_stats, y->has_stats);
        assert_int_equal(x->at_ms, y->at_ms);
        assert_memory_equal(&x->stats, &y->stats, sizeof x->stats);
    }
    for (size_t i = 0; i < a->n; i++)
        assert_int_equal(a->messages[i]->id, b->messages[i]->id);
}

static void a_conversation_comes_back_as_it_was(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct saved back = {0};
    struct err err;
    struct keeper *s = keeper_new(place, &model);
    turn(s, &c, "Is 391 prime?\nReally?", "hm\n\xE4\xBD\xA0", "No: 17 \xC3\x97 23.");
    turn(s, &c, "and \"397\"?\x01\x7F\\", "", "yes\n");
    char *path = strdup(keeper_path(s));
    close_session(s);
    CHECK_OK(saved_read(&back, path, &err), &err);
    same_tree(&back.c, &c);
    assert_string_equal(back.model.p, "a model");
    assert_true(back.began_ms > 0 && !back.interrupted);
    assert_false(back.found.damaged || back.found.torn);
    free(path);
    saved_clear(&back);
    conversation_clear(&c);
}

static void an_answer_without_some_experts_still_says_so(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct saved back = {0};
    struct err err;
    struct backend_info moe = {.name = "m", .n_experts = 64};
    struct keeper *s = keeper_new(place, &moe);
    CHECK_OK(experts_switch(&experts, str_of("3:1,3:5"), false, &err), &err);
    turn(s, &c, "one", "", "without two");
    experts.used = 2;
    turn(s, &c, "two", "", "and fewer of the others");
    CHECK_OK(experts_switch(&experts, str_of("3:2,3:3,4:0"), false, &err), &err);
    turn(s, &c, "three", "", "more than can be named");
    experts = (struct expert_changes){0};
    turn(s, &c, "four", "", "as the model has it");
    CHECK_OK(saved_read(&back, keeper_path(s), &err), &err);
    assert_string_equal(back.c.messages[1]->experts.p, "without 3:1 3:5");
    assert_string_equal(back.c.messages[3]->experts.p,
                        "without 3:1 3:5, 2 of 64 used");
    assert_string_equal(back.c.messages[5]->experts.p,
                        "5 experts off, 2 of 64 used");
    assert_int_equal(back.c.messages[7]->experts.len, 0);
    saved_clear(&back);
    close_session(s);
    conversation_clear(&c);
}

/* One answer, and what its session says of the experts. */
static void answer_with(struct saved *s, const char *said)
{
    struct buf line = {0}, all = {0};
    struct crc32c crc;
    struct err err;
    crc32c_init(&crc);
    buf_printf(&line, "{\"record\":\"message\",\"id\":1,\"parent\":0,\"role\":"
               "\"assistant\",\"text\":\"a\",\"sampling\":%s}", said);
    buf_printf(&all, "mull-session 1\n%08x %s\n",
               (unsigned)crc32c_add(&crc, 0, line.p, line.len), line.p);
    CHECK_OK(saved_read_bytes(s, buf_str(&all), &err), &err);
    assert_int_equal(s->found.damaged, 0);
    buf_clear(&line);
    buf_clear(&all);
}

static void what_a_session_says_of_experts_is_not_believed_blindly(void **state)
{
    (void)state;
    static const char *const said[][2] = {
        {"{\"modified\":false}", NULL},
        {"{\"modified\":true}", "experts changed"}, /* by an older mull */
        {"{\"modified\":true,\"experts\":{\"off\":\"1:2\"}}", "without 1:2"},
        {"{\"modified\":true,\"experts\":{\"off\":\"1:99999\"}}", "experts changed"},
        {"{\"modified\":true,\"experts\":{\"off\":\"\\u001b[2J\"}}",
         "experts changed"},
        {"{\"modified\":true,\"experts\":{\"off\":7}}", "experts changed"},
        {"{\"modified\":true,\"experts\":{\"used\":9,\"of\":8}}", "experts changed"},
        {"{\"modified\":true,\"experts\":{\"used\":-1,\"of\":8}}", "experts changed"},
        {"{\"modified\":true,\"experts\":[]}", "experts changed"},
        {"7", NULL},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct saved s = {0};
        answer_with(&s, said[i][0]);
        assert_int_equal(s.c.n, 1);
        const struct buf *words = &s.c.messages[0]->experts;
        assert_string_equal(words->len ? words->p : "",
                            said[i][1] ? said[i][1] : "");
        saved_clear(&s);
    }
}

static void branches_and_removals_come_back(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct saved back = {0};
    struct err err;
    struct keeper *s = keeper_new(place, &model);
    turn(s, &c, "one", "", "two");
    conversation_back(&c, 0);
    keeper_active(s, 0);
    turn(s, &c, "another", "t", "four");
    turn(s, &c, "five", "", "six");
    keeper_remove(s, 5);
    conversation_remove(&c, 5);
    conversation_choose(&c, 1);
    keeper_active(s, conversation_last(&c)->id);
    keeper_title(s, str_of("two ways"));
    flush(s);
    CHECK_OK(saved_read(&back, keeper_path(s), &err), &err);
    same_tree(&back.c, &c);
    assert_string_equal(back.title.p, "two ways");
    assert_true(back.interrupted); /* it is still open */
    saved_clear(&back);
    close_session(s);
    conversation_clear(&c);
}

/* Cut at every byte: what is there is a beginning of what was said, never more,
 * never a message without its parent. */
static void every_cut_gives_a_beginning_of_the_chat(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct keeper *s = keeper_new(place, &model);
    turn(s, &c, "question one", "thinking", "answer one");
    turn(s, &c, "question two", "more", "answer two");
    char *path = strdup(keeper_path(s));
    close_session(s);
    struct buf all = bytes_of(path);
    size_t messages_before = 0;
    for (size_t cut = 0; cut <= all.len; cut++) {
        struct saved back = {0};
        struct err err;
        CHECK_OK(saved_read_bytes(&back, str_n(all.p, cut), &err), &err);
        assert_int_equal(back.found.damaged, 0);
        assert_true(back.c.n >= messages_before || back.c.n + 1 == messages_before);
        messages_before = back.c.n;
        for (size_t i = 0; i < back.c.n; i++) {
            const struct message *m = back.c.messages[i], *want = c.messages[i];
            assert_true(str_starts(buf_str(&want->text), buf_str(&m->text)));
            assert_true(str_starts(buf_str(&want->thought), buf_str(&m->thought)));
            bool whole = m->text.len == want->text.len &&
                         m->thought.len == want->thought.len;
            assert_true(whole || m->interrupted);
        }
        if (back.c.n > 0)
            assert_int_equal(back.interrupted, cut < all.len);
        saved_clear(&back);
    }
    buf_clear(&all);
    free(path);
    conversation_clear(&c);
}

static void a_session_goes_on_where_it_stopped(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct saved saved = {0}, back = {0};
    struct err err;
    struct keeper *s = keeper_new(place, &model);
    turn(s, &c, "one", "", "two");
    char *path = strdup(keeper_path(s));
    close_session(s);

    struct backend_info other = {.name = "another model"};
    s = keeper_open(path, &other, &saved, &err);
    CHECK_OK(s, &err);
    assert_string_equal(keeper_path(s), path);
    struct saved second = {0};
    CHECK_REFUSED(keeper_open(path, &other, &second, &err), &err, ERR_IO);
    saved_clear(&second);
    turn(s, &saved.c, "three", "hm", "four");
    close_session(s);
    CHECK_OK(saved_read(&back, path, &err), &err);
    same_tree(&back.c, &saved.c);
    assert_int_equal(back.c.n, 4);
    assert_string_equal(back.model.p, "another model");
    saved_clear(&back);

    /* Looked at, and nothing said: not a byte more. */
    struct buf before = bytes_of(path);
    saved_clear(&saved);
    s = keeper_open(path, &model, &saved, &err);
    CHECK_OK(s, &err);
    close_session(s);
    struct buf after = bytes_of(path);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    buf_clear(&before);
    buf_clear(&after);
    saved_clear(&saved);
    conversation_clear(&c);
    free(path);
}

static void an_answer_that_was_cut_off_is_kept_and_marked(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct saved back = {0};
    struct err err;
    struct keeper *s = keeper_new(place, &model);
    turn(s, &c, "one", "", "two");
    keeper_message(s, conversation_add(&c, ROLE_USER, str_of("three")), NULL);
    struct message *m = conversation_add(&c, ROLE_ASSISTANT, str_of(""));
    keeper_message(s, m, NULL);
    keeper_text(s, m->id, PART_THOUGHT, str_of("half a th"));
    flush(s);
    CHECK_OK(saved_read(&back, keeper_path(s), &err), &err);
    assert_int_equal(back.c.n, 4);
    assert_true(back.c.messages[3]->interrupted);
    assert_true(back.c.messages[3]->thought_open);
    assert_string_equal(back.c.messages[3]->thought.p, "half a th");
    saved_clear(&back);
    close_session(s);
    conversation_clear(&c);
}

static void an_empty_chat_leaves_no_file(void **state)
{
    (void)state;
    struct keeper *s = keeper_new(place, &model);
    char *path = strdup(keeper_path(s));
    keeper_title(s, str_of("named, nothing said"));
    flush(s);
    close_session(s);
    assert_int_equal(access(path, F_OK), -1);
    free(path);
}

static void bytes_that_are_no_text_become_replacement_characters(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct saved back = {0};
    struct err err;
    struct keeper *s = keeper_new(place, &model);
    keeper_message(s, conversation_add(&c, ROLE_USER, str_n("a\xFF\0b", 4)),
                    NULL);
    flush(s);
    CHECK_OK(saved_read(&back, keeper_path(s), &err), &err);
    assert_true(str_eq(buf_str(&back.c.messages[0]->text),
                       str_n("a\xEF\xBF\xBD\0b", 6)));
    saved_clear(&back);
    close_session(s);
    conversation_clear(&c);
}

static void records_without_sense_are_left_out_and_counted(void **state)
{
    (void)state;
    static const char *const records[] = {
        "{\"record\":\"message\",\"id\":1,\"parent\":9,\"role\":\"user\",\"text\":\"\"}",
        "{\"record\":\"message\",\"id\":1,\"parent\":0,\"role\":\"robot\",\"text\":\"\"}",
        "{\"record\":\"message\",\"id\":-1,\"parent\":0,\"role\":\"user\",\"text\":\"\"}",
        "{\"record\":\"message\",\"id\":1,\"parent\":0,\"role\":\"user\"}",
        "{\"record\":\"text\",\"id\":4,\"answer\":\"x\"}",
        "{\"record\":\"end\",\"id\":4}", "{\"record\":\"path\",\"end\":4}",
        "{\"record\":\"path\"}", "{\"record\":\"remove\",\"id\":4}",
        "{\"record\":\"title\"}", "{\"record\":7}", "{}", "[]", "nonsense", "{"};
    enum { N = sizeof records / sizeof *records };
    struct journal *j = journal_new(at("odd.session"));
    struct saved back = {0};
    struct err err;
    for (size_t i = 0; i < N; i++)
        journal_add(j, str_of(records[i]));
    journal_add(j, str_of("{\"record\":\"from the future\",\"x\":1}"));
    journal_add(j, str_of("{\"record\":\"message\",\"id\":3,\"parent\":0,"
                          "\"role\":\"user\",\"text\":\"kept\",\"new\":[]}"));
    CHECK_OK(journal_close(j, &err), &err);
    CHECK_OK(saved_read(&back, at("odd.session"), &err), &err);
    assert_int_equal(back.found.damaged, N);
    assert_int_equal(back.found.records, 2);
    assert_int_equal(back.c.n, 1);
    assert_string_equal(back.c.messages[0]->text.p, "kept");
    struct buf said = {0};
    assert_true(saved_damage(&back, &said));
    assert_non_null(strstr(said.p, "15 damaged records were left out"));
    buf_clear(&said);
    saved_clear(&back);
}

static void a_title_is_the_first_words_or_what_was_given(void **state)
{
    (void)state;
    static const struct { const char *text, *title; } cases[] = {
        {"Is 391 prime?", "Is 391 prime?"},
        {"\n  two\nlines \033[31m ", "two lines \xEF\xBF\xBD[31m"},
        {"a message that is far too long to be a title because it goes on and on "
         "and on", "a message that is far too long to be a title because it goes "
         "on and on\xE2\x80\xA6"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct saved s = {0};
        struct buf title = {0};
        conversation_add(&s.c, ROLE_SYSTEM, str_of("be brief"));
        conversation_add(&s.c, ROLE_USER, str_of(cases[i].text));
        saved_title(&s, &title);
        assert_string_equal(title.p ? title.p : "", cases[i].title);
        buf_puts(&s.title, "given");
        saved_title(&s, &title);
        assert_string_equal(title.p, "given");
        buf_clear(&title);
        saved_clear(&s);
    }
    /* Chinese has no blanks to cut at. */
    struct saved s = {0};
    struct buf title = {0};
    struct message *m = conversation_add(&s.c, ROLE_USER, str_of(""));
    for (int i = 0; i < 300; i++)
        buf_puts(&m->text, "\xE4\xB8\xAD");
    saved_title(&s, &title);
    assert_int_equal(title.len, 72 + 3);
    buf_clear(&title);
    saved_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_comes_back_as_it_was),
        cmocka_unit_test(an_answer_without_some_experts_still_says_so),
        cmocka_unit_test(what_a_session_says_of_experts_is_not_believed_blindly),
        cmocka_unit_test(branches_and_removals_come_back),
        cmocka_unit_test(every_cut_gives_a_beginning_of_the_chat),
        cmocka_unit_test(a_session_goes_on_where_it_stopped),
        cmocka_unit_test(an_answer_that_was_cut_off_is_kept_and_marked),
        cmocka_unit_test(an_empty_chat_leaves_no_file),
        cmocka_unit_test(bytes_that_are_no_text_become_replacement_characters),
        cmocka_unit_test(records_without_sense_are_left_out_and_counted),
        cmocka_unit_test(a_title_is_the_first_words_or_what_was_given),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
