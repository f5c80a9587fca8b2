/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h" /* posix_openpt */

#include "ui/plain.h"

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "check.h"
#include "scripted.h"

static const struct script_step thinker[] = {
    {SCRIPT_READ, NULL, 10},
    {SCRIPT_THINK, "\n3 * 12\nis 36\n", 0},
    {SCRIPT_SAY, "\n\n36 apples.\n", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_END, NULL, 0},
};

static const struct script_step echo[] = {
    {SCRIPT_ECHO, NULL, 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_END, NULL, 0},
};

static FILE *file_with(const char *text)
{
    FILE *f = tmpfile();
    CHECK(f != NULL);
    fputs(text, f);
    rewind(f);
    return f;
}

static char *all_of(FILE *f)
{
    static char text[65536];
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

typedef bool (*run_fn)(struct backend *, const struct ui_options *, FILE *,
                       FILE *, FILE *, struct err *);

/* What is written, notes included, for this input. */
static const char *played(run_fn run, const struct script_step *steps,
                          const struct ui_options *o, const char *input)
{
    struct err err = {0};
    struct backend *b = scripted_new(steps, false);
    FILE *in = file_with(input), *out = tmpfile();
    CHECK_OK(run(b, o, in, out, out, &err), &err);
    fclose(in);
    backend_close(b);
    return all_of(out);
}

static const struct ui_options shown = {.think = SHOW_THOUGHTS};
static const struct ui_options hidden = {.think = HIDE_THOUGHTS};
static const struct ui_options only = {.think = ONLY_THOUGHTS};

static void thoughts_stand_between_marked_lines(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, thinker, &shown, "apples?\n"),
                        "[thinking]\n3 * 12\nis 36\n"
                        "[thought, 8 tokens, 0.2 s]\n\n36 apples.\n");
}

static void hidden_thoughts_leave_one_line(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, thinker, &hidden, "apples?\n"),
                        "[thought, 8 tokens, 0.2 s]\n\n36 apples.\n");
    assert_string_equal(played(plain_chat, thinker, &only, "apples?\n"),
                        "[thinking]\n3 * 12\nis 36\n"
                        "[thought, 8 tokens, 0.2 s]\n");
}

static void colour_is_put_around_thoughts_when_asked_for(void **state)
{
    (void)state;
    struct ui_options o = {.think = SHOW_THOUGHTS, .color = COLOR_ALWAYS};
    assert_string_equal(played(plain_chat, thinker, &o, "apples?\n"),
                        "[thinking]\n\033[2;3m3 * 12\nis 36\033[0m\n"
                        "[thought, 8 tokens, 0.2 s]\n\n36 apples.\n");
}

static void ascii_alone_is_written_when_asked_for(void **state)
{
    (void)state;
    struct ui_options o = {.think = SHOW_THOUGHTS, .ascii = true};
    assert_string_equal(played(plain_chat, echo, &o,
                               "caf\xC3\xA9 e\xCC\x81 3 \xC3\x97 4 \xE6\xBC\xA2\n"),
                        "cafe e 3 x 4 ?\n");
}

static void every_line_is_a_message(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, echo, &shown, "one\n\n  \ntwo\r\nthree"),
                        "one\ntwo\nthree\n");
}

static void triple_quotes_hold_several_lines(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, echo, &shown,
                               "\"\"\"one\n\n/two\nthree\"\"\"\nfour\n"),
                        "one\n\n/two\nthree\nfour\n");
    assert_string_equal(played(plain_chat, echo, &shown,
                               "\"\"\"\none\n\"\"\"\n"), "one\n");
    assert_string_equal(played(plain_chat, echo, &shown, "\"\"\"never closed\n"),
                        "the closing \"\"\" did not come: nothing was sent\n");
}

static void commands_are_never_sent_to_the_model(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, echo, &shown, "//literal\n"),
                        "/literal\n");
    assert_string_equal(played(plain_chat, echo, &shown, "/clear\nx\n/quit\ny\n"),
                        "a new conversation\nx\n");
    const char *s = played(plain_chat, echo, &shown, "/clera\n");
    CHECK(strstr(s, "no command /clera, did you mean /clear?") == s);
    CHECK(strstr(played(plain_chat, echo, &shown, "/fold\n"), "full screen"));
    s = played(plain_chat, echo, &shown, "/\033[2Jx\n");
    CHECK(strchr(s, 033) == NULL && strstr(s, "no command /"));
    CHECK(strstr(played(plain_chat, echo, &shown, "/help\n"), "/set NAME VALUE"));
}

static void settings_can_be_seen_and_changed(void **state)
{
    (void)state;
    struct ui_options o = {.turn.sampling.temp = 0.5f,
                           .turn.sampling.top_p = 1,
                           .turn.sampling.repeat_penalty = 1};
    assert_string_equal(played(plain_chat, echo, &o,
                               "/set temp\n/set temp 0.7\n/set seed 7\n"),
                        "temp is 0.5\ntemp is 0.7\nseed is 7\n");
    CHECK(strstr(played(plain_chat, echo, &o, "/set temp warm\n"),
                 "temp: \"warm\" is not a number"));
    CHECK(strstr(played(plain_chat, echo, &o, "/set temp -1\n"), "temperature"));
    CHECK(strstr(played(plain_chat, echo, &o, "/set seed -1\n"), "whole number"));
    CHECK(strstr(played(plain_chat, echo, &o, "/set top-k 99999999999\n"),
                 "whole number"));
    CHECK(strstr(played(plain_chat, echo, &o, "/set nonsense 1\n"), "no setting"));
    CHECK(strstr(played(plain_chat, echo, &o, "/set\n"), "max-tokens is 0: as many as the context holds\n"));
    assert_string_equal(played(plain_chat, echo, &o, "/think off\n/think\n"),
                        "it answers without thinking\n"
                        "it answers without thinking\n");
}

static void thoughts_can_be_hidden_on_the_way(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, thinker, &shown,
                               "/think hide\na\n/think show\nb\n"),
                        "[thought, 8 tokens, 0.2 s]\n\n36 apples.\n"
                        "[thinking]\n3 * 12\nis 36\n"
                        "[thought, 8 tokens, 0.2 s]\n\n36 apples.\n");
}

static void figures_are_told_when_asked_for(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, thinker, &hidden, "/stats\n"),
                        "no turn has ended yet\n");
    const char *s = played(plain_chat, thinker, &hidden, "a\n/stats\n");
    CHECK(strstr(s, "thought  8 tokens in 0.2 s\n"));
}

static void an_answer_can_be_asked_for_again(void **state)
{
    (void)state;
    assert_string_equal(played(plain_chat, echo, &shown, "one\n/regen\ntwo\n"),
                        "one\none\ntwo\n");
    CHECK(strstr(played(plain_chat, echo, &shown, "/regen\n"),
                 "there is no message"));
}

static void what_a_model_says_cannot_drive_the_terminal(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_THINK, "a\033[2J\x9B" "b", 0},
        {SCRIPT_SAY, "c\033]0;title\007\xE2\x80\xAE" "d\rde", 0},
        {SCRIPT_NOTICE, "n\033[31m", 0},
        {SCRIPT_FAIL, "e\033c\n", 0},
        {SCRIPT_END, NULL, 0},
    };
    const char *s = played(plain_chat, steps, &shown, "x\n");
    for (const char *p = s; *p; p++)
        CHECK((unsigned char)*p >= 0x20 || *p == '\n');
    CHECK(strstr(s, "\xE2\x80\xAE") == NULL && strstr(s, "error: e"));
}

static void an_error_does_not_end_the_chat(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "half", 0},
        {SCRIPT_FAIL, "the model computed nonsense", 0},
        {SCRIPT_SAY, "well", 0},
        {SCRIPT_DONE, NULL, DONE_LIMIT},
        {SCRIPT_END, NULL, 0},
    };
    assert_string_equal(played(plain_chat, steps, &shown, "a\nb\n"),
                        "half\nerror: the model computed nonsense\n"
                        "well\n[stopped: the answer reached its limit of tokens]\n");
}

static void a_pipe_is_one_message(void **state)
{
    (void)state;
    assert_string_equal(played(plain_once, echo, &shown, "one\n/two\nthree\n"),
                        "one\n/two\nthree\n");
    struct err err = {0};
    struct backend *b = scripted_new(echo, false);
    FILE *in = file_with("\n"), *out = tmpfile();
    CHECK_REFUSED(plain_run(b, &shown, in, out, out, &err), &err, ERR_USAGE);
    fclose(in);
    fclose(out);
    backend_close(b);
}

static void a_reader_that_leaves_ends_the_chat(void **state)
{
    (void)state;
    int fds[2];
    struct err err = {0};
    struct backend *b = scripted_new(echo, false);
    FILE *in = file_with("one\ntwo\n"), *notes = tmpfile();
    CHECK(pipe(fds) == 0);
    close(fds[0]);
    signal(SIGPIPE, SIG_IGN);
    FILE *out = fdopen(fds[1], "w");
    CHECK_REFUSED(plain_chat(b, &shown, in, out, notes, &err), &err, ERR_IO);
    signal(SIGPIPE, SIG_DFL);
    fclose(out);
    fclose(in);
    assert_string_equal(all_of(notes), "");
    backend_close(b);
}

/* --- at a terminal -------------------------------------------------------- */

struct desk {
    int hand;            /* what the user types into and reads from */
    pthread_t program;
    struct buf seen;
};

/* Reads until the text is there: no sleeping, the test's own limit of time is
 * the limit. */
static void wait_to_see(struct desk *d, const char *what)
{
    while (!d->seen.p || !strstr(d->seen.p, what)) {
        char s[256];
        ssize_t n = read(d->hand, s, sizeof s);
        if (n <= 0)
            return; /* the comparison at the end tells */
        buf_add(&d->seen, s, (size_t)n);
    }
}

static void type(struct desk *d, const char *s)
{
    size_t len = strlen(s);
    if (write(d->hand, s, len) != (ssize_t)len)
        abort();
}

static void *stop_and_go_on(void *arg)
{
    struct desk *d = arg;
    wait_to_see(d, "\xE2\x80\xBA ");
    type(d, "go\n");
    wait_to_see(d, "half an");
    pthread_kill(d->program, SIGINT); /* while an answer runs: stops it */
    wait_to_see(d, "[interrupted]");
    type(d, "go on\n");
    wait_to_see(d, "done\r\n\r\n\xE2\x80\xBA ");
    pthread_kill(d->program, SIGINT); /* while nothing runs: leaves */
    return NULL;
}

static void ctrl_c_stops_an_answer_and_then_leaves(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "half an", 0},
        {SCRIPT_WAIT, NULL, 0},
        {SCRIPT_DONE, NULL, DONE_END},
        {SCRIPT_SAY, "done", 0},
        {SCRIPT_DONE, NULL, DONE_END},
        {SCRIPT_END, NULL, 0},
    };
    struct err err = {0};
    signal(SIGINT, SIG_DFL); /* a job in the background ignores it */
    struct backend *b = scripted_new(steps, false);
    struct desk d = {.hand = posix_openpt(O_RDWR | O_NOCTTY),
                     .program = pthread_self()};
    CHECK(d.hand >= 0 && grantpt(d.hand) == 0 && unlockpt(d.hand) == 0);
    CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    int fd = open(ptsname(d.hand), O_RDWR | O_NOCTTY);
    CHECK(fd >= 0);
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    pthread_t user;
    CHECK(pthread_create(&user, NULL, stop_and_go_on, &d) == 0);
    CHECK_REFUSED(plain_run(b, &shown, in, out, out, &err), &err, ERR_CANCELLED);
    fclose(in);
    fclose(out);
    pthread_join(user, NULL);
    if (!strstr(d.seen.p, "half an\r\n[interrupted]"))
        fail_msg("the terminal shows: %s", d.seen.p);
    buf_clear(&d.seen);
    close(d.hand);
    backend_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thoughts_stand_between_marked_lines),
        cmocka_unit_test(hidden_thoughts_leave_one_line),
        cmocka_unit_test(colour_is_put_around_thoughts_when_asked_for),
        cmocka_unit_test(ascii_alone_is_written_when_asked_for),
        cmocka_unit_test(every_line_is_a_message),
        cmocka_unit_test(triple_quotes_hold_several_lines),
        cmocka_unit_test(commands_are_never_sent_to_the_model),
        cmocka_unit_test(settings_can_be_seen_and_changed),
        cmocka_unit_test(thoughts_can_be_hidden_on_the_way),
        cmocka_unit_test(figures_are_told_when_asked_for),
        cmocka_unit_test(an_answer_can_be_asked_for_again),
        cmocka_unit_test(what_a_model_says_cannot_drive_the_terminal),
        cmocka_unit_test(an_error_does_not_end_the_chat),
        cmocka_unit_test(a_pipe_is_one_message),
        cmocka_unit_test(a_reader_that_leaves_ends_the_chat),
        cmocka_unit_test(ctrl_c_stops_an_answer_and_then_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
