/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <jansson.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "ui/scripted.h"
#include "ui/ui.h"

/* What answer_run leaves in its two streams. */
struct outcome {
    bool ok;
    struct err err;
    struct turn_stats stats;
    char *out, *notes; /* owned */
};

static struct outcome ask(const struct script_step *steps,
                          const struct ui_options *o, bool json)
{
    struct outcome r = {0};
    size_t out_len, notes_len;
    FILE *out = open_memstream(&r.out, &out_len);
    FILE *notes = open_memstream(&r.notes, &notes_len);
    struct backend *b = scripted_new(steps, false);
    r.ok = answer_run(b, o, str_of("hello there"), json, out, notes, &r.stats,
                      &r.err);
    backend_close(b);
    fclose(out);
    fclose(notes);
    return r;
}

static void forget(struct outcome *r)
{
    free(r->out);
    free(r->notes);
}

static const struct script_step thinking[] = {
    {SCRIPT_READ, NULL, 10},
    {SCRIPT_THINK, "hmm, two\n", 0},
    {SCRIPT_NOTICE, "mind \x1b[31mthe gap", 0},
    {SCRIPT_SAY, "\n\nIt is \x1b[2Jfour.", 0},
    {SCRIPT_DONE, NULL, 0},
    {SCRIPT_END, NULL, 0},
};

static void thoughts_are_shown_hidden_or_alone(void **state)
{
    (void)state;
    static const struct {
        enum think_display think;
        const char *text;
    } cases[] = {
        {SHOW_THOUGHTS, "hmm, two\n\nIt is \xEF\xBF\xBD[2Jfour.\n"},
        {HIDE_THOUGHTS, "It is \xEF\xBF\xBD[2Jfour.\n"},
        {ONLY_THOUGHTS, "hmm, two\n"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct ui_options o = {.think = cases[i].think};
        struct outcome r = ask(thinking, &o, false);
        assert_true(r.ok);
        for (const char *p = r.out; *p; p++)
            assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
        assert_string_equal(r.out, cases[i].text);
        assert_non_null(strstr(r.notes, "the gap"));
        assert_null(strchr(r.notes, '\x1b'));
        assert_int_equal(r.stats.prompt_tokens, 10);
        forget(&r);
    }
}

static void only_thoughts_are_dimmed_and_only_with_colour(void **state)
{
    (void)state;
    struct ui_options o = {.color = COLOR_ALWAYS};
    struct outcome r = ask(thinking, &o, false);
    char *on = strstr(r.out, "\x1b["), *hmm = strstr(r.out, "hmm");
    char *off = strstr(r.out, "\x1b[0m"), *four = strstr(r.out, "four");
    assert_true(on && on < hmm && hmm < off && off < four);
    forget(&r);
}

static void an_error_of_the_model_is_the_error_of_the_call(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "Half an", 0},
        {SCRIPT_FAIL, "the model produced NaN", 0},
        {SCRIPT_END, NULL, 0},
    };
    struct ui_options o = {0};
    struct outcome r = ask(steps, &o, false);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERR_MODEL);
    assert_string_equal(r.err.msg, "the model produced NaN");
    assert_string_equal(r.out, "Half an\n"); /* what was said stays */
    forget(&r);
}

/* Every line one object; returns the lines' kinds as letters. */
static void json_kinds(const char *text, struct buf *kinds, json_t **last,
                       json_t **token)
{
    while (*text) {
        const char *end = strchr(text, '\n');
        assert_non_null(end);
        json_error_t why;
        json_t *o = json_loadb(text, (size_t)(end - text), 0, &why);
        if (!o)
            fail_msg("%s in %s", why.text, text);
        const char *kind = json_string_value(json_object_get(o, "event"));
        assert_non_null(kind);
        assert_int_equal(json_integer_value(json_object_get(o, "turn")), 1);
        buf_puts(kinds, kind);
        buf_putc(kinds, ' ');
        json_t **keep = strcmp(kind, "token") == 0 ? token : last;
        json_decref(*keep);
        *keep = o;
        text = end + 1;
    }
}

static void every_event_is_one_json_object_a_line(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_READ, NULL, 10}, {SCRIPT_THINK, "hm", 0},
        {SCRIPT_NOTICE, "note", 0}, {SCRIPT_SAY, "4\xC3\xA9\"\n", 0},
        {SCRIPT_DONE, NULL, 0}, {SCRIPT_END, NULL, 0},
    };
    struct ui_options o = {.think = HIDE_THOUGHTS};
    struct outcome r = ask(steps, &o, true);
    assert_true(r.ok);
    struct buf kinds = {0};
    json_t *last = NULL, *token = NULL;
    json_kinds(r.out, &kinds, &last, &token);
    assert_string_equal(kinds.p, "begin prefill prefill think_begin token text notice "
                                 "think_end token text token text telemetry done ");
    assert_string_equal(r.notes, "");

    const char *reason = json_string_value(json_object_get(last, "reason"));
    assert_string_equal(reason, "end");
    json_t *stats = json_object_get(last, "stats");
    assert_int_equal(
        json_integer_value(json_object_get(stats, "prompt_tokens")), 10);
    json_t *layers = json_object_get(token, "experts");
    assert_int_equal(json_array_size(layers), 7);
    json_t *layer = json_array_get(layers, 6);
    assert_int_equal(json_integer_value(json_object_get(layer, "layer")), 8);
    assert_int_equal(json_array_size(json_object_get(layer, "experts")), 4);
    assert_int_equal(json_array_size(json_object_get(layer, "weights")), 4);
    json_t *alt = json_array_get(json_object_get(token, "alternatives"), 0);
    assert_true(json_is_integer(json_object_get(alt, "id")));
    assert_true(json_is_real(json_object_get(alt, "p")));

    json_decref(last);
    json_decref(token);
    buf_clear(&kinds);
    forget(&r);
}

static void a_trace_has_the_lines_of_json_beside_the_text(void **state)
{
    (void)state;
    struct ui_options o = {0};
    char *text = NULL;
    size_t len;
    o.trace = open_memstream(&text, &len);
    struct outcome plain = ask(thinking, &o, false);
    struct ui_options untraced = {0};
    struct outcome json = ask(thinking, &untraced, true);
    fclose(o.trace);
    assert_true(plain.ok);
    assert_non_null(strstr(plain.out, "four."));
    assert_string_equal(text, json.out);
    free(text);
    forget(&plain);
    forget(&json);
}

static void a_trace_on_a_full_disk_ends_alone(void **state)
{
    (void)state;
    struct ui_options o = {.trace = fopen("/dev/full", "w")};
    if (!o.trace)
        skip();
    setvbuf(o.trace, NULL, _IONBF, 0);
    struct outcome r = ask(thinking, &o, false);
    fclose(o.trace);
    assert_true(r.ok);
    assert_non_null(strstr(r.out, "four."));
    char *said = strstr(r.notes, "trace");
    assert_non_null(said);
    assert_null(strstr(said + 1, "trace")); /* once */
    forget(&r);
}

static void an_answer_with_experts_off_says_so(void **state)
{
    (void)state;
    struct ui_options o = {0};
    struct err err;
    CHECK_OK(experts_switch(&o.turn.experts, str_of("3:17"), false, &err),
             &err);
    struct outcome r = ask(thinking, &o, false);
    assert_non_null(strstr(r.notes, "modified: 1 expert off"));
    forget(&r);
    r = ask(thinking, &o, true);
    assert_non_null(strstr(r.out, "\"modified\":true"));
    assert_non_null(strstr(r.out, "[{\"layer\":3,\"expert\":17}]"));
    forget(&r);
}

static void text_in_json_is_what_the_model_wrote(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "\x1b[0m\x01\xFF\xE4\xBD\xA0", 0}, {SCRIPT_DONE, NULL, 0},
        {SCRIPT_END, NULL, 0},
    };
    struct ui_options o = {0};
    struct outcome r = ask(steps, &o, true);
    assert_non_null(strstr(r.out, "\\u001B[0m\\u0001\xEF\xBF\xBD\xE4\xBD\xA0"));
    forget(&r);
}

/* On a terminal; the line is gone before the answer. */
static void what_reads_long_says_how_long(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_READ, NULL, 9000}, {SCRIPT_SAY, "done", 0},
        {SCRIPT_DONE, NULL, 0}, {SCRIPT_END, NULL, 0},
    };
    struct ui_options o = {0};
    struct err err = {0};
    int hand, tty;
    char told[4096];
    CHECK(openpty(&hand, &tty, NULL, NULL, NULL) == 0);
    FILE *notes = fdopen(tty, "w"), *out = fopen("/dev/null", "w");
    CHECK(notes && out);
    struct backend *b = scripted_new(steps, false);
    CHECK_OK(answer_run(b, &o, str_of("x"), false, out, notes, NULL, &err), &err);
    backend_close(b);
    /* A terminal hands over in pieces: until the line is wiped. */
    struct pollfd more = {.fd = hand, .events = POLLIN};
    size_t n = 0;
    bool told_all = false;
    while (!told_all && n + 1 < sizeof told && poll(&more, 1, 10000) > 0) {
        ssize_t got = read(hand, told + n, sizeof told - 1 - n);
        CHECK(got > 0);
        n += (size_t)got;
        told[n] = '\0';
        told_all = strstr(told, "left]") && memcmp(told + n - 2, " \r", 2) == 0;
    }
    CHECK(told_all);
    CHECK(strstr(told, "[reading 64 of 9,000 tokens, 8.9 s left]"));
    fclose(notes);
    fclose(out);
    close(hand);
}

/* A reader that goes away after its first line ends the turn quietly. */
static void a_reader_that_leaves_ends_the_turn(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "one\n", 0}, {SCRIPT_SAY, "two\n", 0},
        {SCRIPT_WAIT, NULL, 0}, /* only cancelling gets past this */
        {SCRIPT_DONE, NULL, 0}, {SCRIPT_END, NULL, 0},
    };
    int fds[2];
    struct err err = {0};
    struct ui_options o = {0};
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);
    FILE *out = fdopen(fds[1], "w");
    struct backend *b = scripted_new(steps, false);
    CHECK_REFUSED(answer_run(b, &o, str_of("x"), false, out, stderr, NULL,
                             &err), &err, ERR_IO);
    backend_close(b);
    fclose(out);
}

/* SIGINT, sent once the first words have arrived: they stay, and the call says
 * that it was interrupted. In a child, so that the signal reaches one thread
 * group of our own. */
static void ctrl_c_stops_the_answer_and_keeps_what_was_written(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "begun", 0}, {SCRIPT_WAIT, NULL, 0},
        {SCRIPT_SAY, " never", 0}, {SCRIPT_DONE, NULL, 0},
        {SCRIPT_END, NULL, 0},
    };
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        signal(SIGINT, SIG_DFL);
        struct err err;
        struct ui_options o = {0};
        FILE *out = fdopen(fds[1], "w");
        struct backend *b = scripted_new(steps, false);
        bool ok = answer_run(b, &o, str_of("x"), false, out, stderr, NULL,
                             &err);
        backend_close(b);
        fclose(out);
        _exit(!ok && err.kind == ERR_CANCELLED ? 7 : 1);
    }
    close(fds[1]);
    char got[64];
    size_t n = 0;
    for (ssize_t k; n < 5 && (k = read(fds[0], got + n, sizeof got - n)) > 0;)
        n += (size_t)k;
    kill(child, SIGINT);
    for (ssize_t k; (k = read(fds[0], got + n, sizeof got - n)) > 0;)
        n += (size_t)k;
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_int_equal(n, 6);
    assert_memory_equal(got, "begun\n", 6);
    close(fds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thoughts_are_shown_hidden_or_alone),
        cmocka_unit_test(only_thoughts_are_dimmed_and_only_with_colour),
        cmocka_unit_test(an_error_of_the_model_is_the_error_of_the_call),
        cmocka_unit_test(every_event_is_one_json_object_a_line),
        cmocka_unit_test(a_trace_has_the_lines_of_json_beside_the_text),
        cmocka_unit_test(a_trace_on_a_full_disk_ends_alone),
        cmocka_unit_test(an_answer_with_experts_off_says_so),
        cmocka_unit_test(text_in_json_is_what_the_model_wrote),
        cmocka_unit_test(what_reads_long_says_how_long),
        cmocka_unit_test(a_reader_that_leaves_ends_the_turn),
        cmocka_unit_test(ctrl_c_stops_the_answer_and_keeps_what_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
