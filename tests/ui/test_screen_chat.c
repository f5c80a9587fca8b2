/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing on the full screen: laid out answers, themes, copying. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "check.h"
#include "ui/golden.h"
#include "ui/show.h"

#define SAID "# Title\nA **bold** word and $x^2$.\n\n| a | b |\n|---|---|\n" \
             "| 1 | 2 |\n\n```c\nreturn 1;\n```\nthe end\n"

static const struct script_step says[] = {
    {SCRIPT_READ, NULL, 10}, {SCRIPT_SAY, SAID, 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_END, NULL, 0},
};

static void ask(struct show *s)
{
    pty_send(&s->p, "hello\r");
    pty_wait(&s->p, "the end");
}

static void answers_are_laid_out_and_raw_shows_them_as_they_came(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, says, SHOW(80, 24));
    ask(&s);
    pty_wait(&s.p, "A bold word and x²");
    pty_wait(&s.p, "1   │ 2");
    expect_golden(&s, "screen-markdown-80x24");
    pty_send(&s.p, "/raw\r");
    pty_wait(&s.p, "A **bold** word and $x^2$");
    pty_wait(&s.p, "|---|---|");
    pty_send(&s.p, "/raw\r");
    pty_wait_gone(&s.p, "**bold**");
    leave(&s);
    close_show(&s);
}

static void raw_may_be_how_it_begins(void **state)
{
    (void)state;
    struct show s = {.o = {.raw = true}};
    open_show(&s, says, SHOW(80, 24));
    ask(&s);
    pty_wait(&s.p, "A **bold** word");
    leave(&s);
    close_show(&s);
}

static void a_theme_is_changed_at_once(void **state)
{
    (void)state;
    struct show s = {.o = {.theme = {.kind = THEME_DARK}}};
    open_show(&s, says, SHOW(80, 24));
    ask(&s);
    pty_wait_bytes(&s.p, "38;5;80"); /* the accent of the dark one */
    pty_send(&s.p, "/theme light\r");
    pty_wait(&s.p, "theme light");
    pty_wait_bytes(&s.p, "38;5;30");
    pty_send(&s.p, "/theme purple\r");
    pty_wait(&s.p, "there is no theme \"purple\"");
    pty_send(&s.p, "/theme 16\r");
    pty_wait(&s.p, "theme 16");
    pty_wait_bytes(&s.p, "\033[36m");
    pty_send(&s.p, "/theme mono\r");
    pty_wait(&s.p, "theme mono");
    pty_settle(&s.p);
    size_t before = s.p.bytes.len;
    pty_send(&s.p, "\x0c/theme\r"); /* all of it again */
    pty_wait_gone(&s.p, "/theme");
    pty_settle(&s.p);
    struct str since = str_n(s.p.bytes.p + before, s.p.bytes.len - before);
    assert_int_equal(str_find(since, str_of("38;5;"), 0), since.len);
    assert_int_equal(str_find(since, str_of("\033[36m"), 0), since.len);
    leave(&s);
    close_show(&s);
}

static void no_color_wins_over_a_theme(void **state)
{
    (void)state;
    struct show s = {.o = {.theme = {.kind = THEME_LIGHT},
                           .color = COLOR_NEVER}};
    open_show(&s, says, SHOW(80, 24));
    ask(&s);
    pty_send(&s.p, "/theme dark\r");
    pty_wait(&s.p, "theme dark, but no colours");
    leave(&s);
    struct str all = buf_str(&s.p.bytes);
    assert_int_equal(str_find(all, str_of("38;5;"), 0), all.len);
    close_show(&s);
}

/* --- copying -------------------------------------------------------------- */

static void copies_go_through_the_terminal_when_asked_and_only_then(void **state)
{
    (void)state;
    char dir[] = "/tmp/mull-copied-XXXXXX", path[64], file[64], said[96];
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/copied", dir);
    snprintf(file, sizeof file, "%s/f", dir);
    struct show s = {.o = {.copied_path = path}};
    open_show(&s, says, SHOW(120, 24));
    ask(&s);
    pty_send(&s.p, "/copy code\r");
    pty_wait(&s.p, "10 B copied");
    pty_wait_bytes(&s.p, "\033]52;c;cmV0dXJuIDE7Cg==\a"); /* return 1; */
    /* Browsing: on the code, then from its message. */
    pty_send(&s.p, "\tg\t\t");
    pty_send(&s.p, "y");
    pty_wait(&s.p, "10 B copied");
    pty_send(&s.p, "Y");
    pty_wait(&s.p, "93 B copied");
    snprintf(said, sizeof said, "i/copy %s\r", file);
    pty_send(&s.p, said);
    snprintf(said, sizeof said, "written to %s", file);
    pty_wait(&s.p, said);
    snprintf(said, sizeof said, "/copy %s\r", file);
    pty_send(&s.p, said);
    pty_wait(&s.p, "is there already");
    s.p.copies = 3;
    leave(&s);
    struct stat st;
    CHECK(stat(path, &st) == 0);
    assert_int_equal(st.st_mode & 077, 0);
    unlink(path);
    unlink(file);
    rmdir(dir);
    close_show(&s);
}

static void a_setting_keeps_the_clipboard_out_of_it(void **state)
{
    (void)state;
    struct show s = {.o = {.no_clipboard = true}};
    open_show(&s, says, SHOW(80, 24));
    ask(&s);
    pty_send(&s.p, "/copy\r");
    pty_wait(&s.p, "no-clipboard is set: /copy FILE");
    leave(&s); /* and no byte of it was sent */
    close_show(&s);
}

static void a_terminal_that_takes_no_text_gets_none(void **state)
{
    (void)state;
    struct pty_start how = SHOW(80, 24);
    struct show s = {0};
    how.term = "linux";
    open_show(&s, says, how);
    ask(&s);
    pty_send(&s.p, "/copy\r");
    pty_wait(&s.p, "this terminal takes no text");
    leave(&s);
    close_show(&s);
}

/* --- an editor ------------------------------------------------------------ */

/* A folder with the script `editor` in it, which is $VISUAL. */
static void make_editor(char dir[32], const char *script)
{
    char path[64];
    snprintf(dir, 32, "/tmp/mull-editor-XXXXXX");
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/editor", dir);
    FILE *f = fopen(path, "w");
    CHECK(f != NULL);
    fprintf(f, "#!/bin/sh\ncd %s || exit 9\n%s\n", dir, script);
    CHECK(fclose(f) == 0);
    CHECK(chmod(path, 0700) == 0);
    CHECK(setenv("VISUAL", path, 1) == 0);
    CHECK(setenv("XDG_RUNTIME_DIR", dir, 1) == 0);
}

static void remove_editor(const char *dir)
{
    static const char *const names[] = {"editor", "stty", "mode", "go", "open"};
    char path[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    CHECK(rmdir(dir) == 0); /* the message is not left behind */
    unsetenv("VISUAL");
    unsetenv("XDG_RUNTIME_DIR");
}

static bool file_says(const char *dir, const char *name, const char *what)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "r");
    CHECK(f != NULL);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return strstr(text, what) != NULL;
}

static void an_editor_gets_the_message_and_a_sane_terminal(void **state)
{
    (void)state;
    char dir[32], open[64];
    make_editor(dir, "stty -a >stty; stat -c %a \"$1\" >mode\n"
                     "echo 'in the editor'\n"
                     ": >open; while ! [ -e go ]; do sleep 0.05; done\n"
                     "printf 'second line\\n' >>\"$1\"");
    struct show s = {0};
    open_show(&s, says, SHOW(80, 24));
    pty_send(&s.p, "first line\x18\x05");
    pty_wait(&s.p, "in the editor"); /* on the terminal, not in a log */
    snprintf(open, sizeof open, "%s/open", dir);
    while (access(open, F_OK) != 0)
        pty_listen(&s.p, 20);
    pty_resize(&s.p, 100, 30);
    snprintf(open, sizeof open, "%s/go", dir);
    FILE *go = fopen(open, "w");
    CHECK(go && fclose(go) == 0);
    pty_wait(&s.p, " › first line");
    pty_wait(&s.p, "   second line");
    char rule[301] = "";
    for (int i = 0; i < 100; i++)
        memcpy(rule + 3 * i, "─", 4);
    pty_wait(&s.p, rule); /* the new size is known */
    assert_true(file_says(dir, "mode", "600"));
    assert_true(file_says(dir, "stty", " icanon"));
    assert_true(file_says(dir, "stty", " echo "));
    assert_false(file_says(dir, "stty", "-icanon"));
    pty_send(&s.p, "\r");
    pty_wait(&s.p, "the end"); /* it was sent as one message */
    leave(&s);
    close_show(&s);
    remove_editor(dir);
}

static void an_editor_that_fails_is_a_sentence(void **state)
{
    (void)state;
    char dir[32];
    make_editor(dir, "echo lost >\"$1\"; exit 3");
    struct show s = {0};
    open_show(&s, says, SHOW(80, 24));
    pty_send(&s.p, "kept\x18\x05");
    pty_wait(&s.p, "ended with");
    pty_wait(&s.p, " › kept");
    pty_send(&s.p, "\x15"); /* and the line can be cleared */
    leave(&s);
    close_show(&s);
    remove_editor(dir);

    CHECK(setenv("VISUAL", "/nowhere/at/all -w", 1) == 0);
    struct show t = {0};
    open_show(&t, says, SHOW(80, 24));
    pty_send(&t.p, "/editor\r");
    pty_wait(&t.p, "cannot be run: set VISUAL");
    leave(&t);
    close_show(&t);
    unsetenv("VISUAL");
}

static void a_signal_meanwhile_ends_both(void **state)
{
    (void)state;
    char dir[32], open[64];
    make_editor(dir, ": >open; trap 'exit 1' TERM; while :; do sleep 0.05; done");
    struct show s = {0};
    open_show(&s, says, SHOW(80, 24));
    pty_send(&s.p, "x\x18\x05");
    snprintf(open, sizeof open, "%s/open", dir);
    while (access(open, F_OK) != 0)
        pty_listen(&s.p, 20);
    pty_send(&s.p, "\x03"); /* for the editor's shell; it ends that */
    pty_wait(&s.p, "was ended");
    unlink(open);
    pty_send(&s.p, "\x18\x05");
    while (access(open, F_OK) != 0)
        pty_listen(&s.p, 20);
    kill(s.p.child, SIGTERM);
    pty_end(&s.p);
    assert_true(WIFSIGNALED(s.p.status));
    assert_int_equal(WTERMSIG(s.p.status), SIGTERM);
    pty_check_restored(&s.p);
    close_show(&s);
    remove_editor(dir);
}

/* --- messages that wait, and the mouse ------------------------------------ */

static const struct script_step slow[] = {
    {SCRIPT_THINK, "one thought\nand more of it\n", 0}, {SCRIPT_WAIT, NULL, 0},
    {SCRIPT_SAY, "heard: ", 0}, {SCRIPT_ECHO, NULL, 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_END, NULL, 0},
};

static void messages_that_wait_are_listed_dropped_and_taken_back(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, slow, SHOW(100, 30));
    pty_send(&s.p, "alpha\r");
    pty_wait(&s.p, "and more of it");
    pty_send(&s.p, "beta\r");
    pty_wait(&s.p, "queued: sent when");
    pty_send(&s.p, "gamma\r");
    pty_wait(&s.p, "2 queued: Alt-Up");
    pty_send(&s.p, "delta\r");
    pty_wait(&s.p, "3 queued");
    pty_send(&s.p, "/queue\r");
    pty_wait(&s.p, "3  delta");
    pty_send(&s.p, "/queue drop 2\r");
    pty_wait(&s.p, "2 queued");
    pty_send(&s.p, "/queue drop 5\r");
    pty_wait(&s.p, "only 2 wait");
    pty_send(&s.p, "\033[1;3A"); /* Alt-Up: delta */
    pty_wait(&s.p, " › delta");
    pty_wait_gone(&s.p, "2 queued");
    pty_send(&s.p, "-prime\r");
    pty_wait(&s.p, "2 queued");
    scripted_go(s.b);
    pty_wait(&s.p, "heard: alpha");
    scripted_go(s.b);
    pty_wait(&s.p, "heard: beta");
    scripted_go(s.b);
    pty_wait(&s.p, "heard: delta-prime");
    pty_wait_gone(&s.p, "queued");
    pty_send(&s.p, "/unqueue\r");
    pty_wait(&s.p, "no message waits");
    leave(&s);
    close_show(&s);
}

/* A press and a release of the left button, cells counted from 0. */
static void click(struct show *s, int x, int y)
{
    char bytes[64];
    snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM\033[<0;%d;%dm", x + 1, y + 1,
             x + 1, y + 1);
    pty_send(&s->p, bytes);
}

/* The row of the screen that holds this text. */
static int row_with(struct show *s, const char *text)
{
    const char *all = pty_screen(&s->p), *found = strstr(all, text);
    int row = 0;
    CHECK(found != NULL);
    for (const char *p = all; p < found; p++)
        row += *p == '\n';
    return row;
}

static void clicks_fold_thoughts_and_move_the_cursor(void **state)
{
    (void)state;
    struct show s = {.o = {.mouse = true}};
    open_show(&s, slow, SHOW(80, 24));
    pty_wait_bytes(&s.p, "\033[?1006h");
    scripted_go(s.b);
    pty_send(&s.p, "alpha\r");
    pty_wait(&s.p, "heard: alpha");
    pty_wait_gone(&s.p, "one thought"); /* it folded by itself */
    pty_settle(&s.p);
    click(&s, 5, row_with(&s, "▸ thought"));
    pty_wait(&s.p, "one thought");
    click(&s, 5, row_with(&s, "▾ thought"));
    pty_wait_gone(&s.p, "one thought");
    pty_send(&s.p, "abcd");
    pty_wait(&s.p, " › abcd");
    click(&s, 4, 22); /* behind the a */
    pty_send(&s.p, "-");
    pty_wait(&s.p, " › a-bcd");
    click(&s, 60, 22); /* behind all of it */
    pty_send(&s.p, "+");
    pty_wait(&s.p, " › a-bcd+");
    /* What is not ours to click does nothing. */
    click(&s, 0, 0);
    click(&s, 79, 23);
    click(&s, 500, 500);
    pty_send(&s.p, "\033[17~"); /* F6 */
    pty_wait(&s.p, "the terminal's again");
    pty_wait_bytes(&s.p, "\033[?1006l");
    pty_send(&s.p, "\x15");
    leave(&s);
    close_show(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_laid_out_and_raw_shows_them_as_they_came),
        cmocka_unit_test(raw_may_be_how_it_begins),
        cmocka_unit_test(a_theme_is_changed_at_once),
        cmocka_unit_test(no_color_wins_over_a_theme),
        cmocka_unit_test(
            copies_go_through_the_terminal_when_asked_and_only_then),
        cmocka_unit_test(a_setting_keeps_the_clipboard_out_of_it),
        cmocka_unit_test(a_terminal_that_takes_no_text_gets_none),
        cmocka_unit_test(an_editor_gets_the_message_and_a_sane_terminal),
        cmocka_unit_test(an_editor_that_fails_is_a_sentence),
        cmocka_unit_test(a_signal_meanwhile_ends_both),
        cmocka_unit_test(messages_that_wait_are_listed_dropped_and_taken_back),
        cmocka_unit_test(clicks_fold_thoughts_and_move_the_cursor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
