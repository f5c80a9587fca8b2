/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "ui/keymap.h"

/* The names of all keys told, each followed by a blank. */
static void note(void *arg, const struct key *key)
{
    struct buf *b = arg;
    char name[KEY_LABEL_MAX];
    key_label(key, name);
    buf_puts(b, name);
    if (key->code == K_PASTE) {
        buf_printf(b, "[%.*s]", (int)key->paste.len, key->paste.p);
        if (key->removed)
            buf_printf(b, "-%u", key->removed);
    }
    if (key->code == K_CLICK)
        buf_printf(b, "@%d,%d", key->x, key->y);
    buf_putc(b, ' ');
}

/* Fed whole and byte by byte, the bytes give these keys. `late`: a timeout
 * comes at the end. */
static void expect_late(const char *bytes, size_t len, bool late,
                        const char *names)
{
    struct keymap m;
    struct buf b = {0};
    keymap_init(&m, note, &b);
    keymap_bytes(&m, bytes, len);
    if (late) {
        assert_true(keymap_waits(&m));
        keymap_timeout(&m);
    }
    assert_false(keymap_waits(&m));
    assert_string_equal(b.p ? b.p : "", names);
    buf_clear(&b);
    keymap_clear(&m);
}

#define EXPECT(bytes, names) expect_late(bytes, sizeof(bytes) - 1, false, names)
#define EXPECT_LATE(bytes, names) \
    expect_late(bytes, sizeof(bytes) - 1, true, names)

static void plain_characters_and_controls_have_names(void **state)
{
    (void)state;
    EXPECT("a Z", "a Space Z ");
    EXPECT("\x03\x01\x1f", "Ctrl-C Ctrl-A Ctrl-_ ");
    EXPECT("\r\n\t\x7f", "Enter Ctrl-J Tab Backspace ");
    EXPECT("é你", "é 你 ");
}

static void sequences_of_many_terminals_are_the_same_keys(void **state)
{
    (void)state;
    EXPECT("\033[A\033OA", "Up Up ");
    EXPECT("\033[1;5D\033[1;2A\033[1;3B", "Ctrl-Left Shift-Up Alt-Down ");
    EXPECT("\033[H\033[1~\033[7~\033OH", "Home Home Home Home ");
    EXPECT("\033[5~\033[6~\033[3~\033[3;5~", "PgUp PgDn Delete Ctrl-Delete ");
    EXPECT("\033OP\033[11~\033[[A\033[1;2P", "F1 F1 F1 Shift-F1 ");
    EXPECT("\033[21~\033[24~\033[Z", "F10 F12 Shift-Tab ");
    EXPECT("\033[1;5H\033[1;5F", "Ctrl-Home Ctrl-End ");
    EXPECT("\033[13;2u\033[27;2;13~\033[99;5u", "Shift-Enter Shift-Enter Ctrl-C ");
    EXPECT("\033[<64;10;5M\033[<65;1;1M\033[<0;1;1M\033[<0;1;1m",
           "WheelUp WheelDown Click@0,0 ");
    EXPECT("\033[<0;100;31M\033[<1;3;3M\033[<32;3;3M\033[<0;0;3M\033[<0M",
           "Click@99,30 ");
    EXPECT("\033[M`!!\033[M !#x\033[M  !", "WheelUp Click@0,2 x ");
}

static void unknown_sequences_are_swallowed_whole(void **state)
{
    (void)state;
    EXPECT("\033[?1;2ca", "a ");
    EXPECT("\033[Ib\033[Oc", "b c ");
    EXPECT("\033[99~d\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17ye", "d e ");
    EXPECT("\033]11;rgb:1/2/3\033\\f\033]0;x\007g", "f g ");
    EXPECT("\033P1$r0m\033\\h\033_x\033\\i", "h i ");
    EXPECT("\033[?2026;2$yj\033[>0;1;2ck", "j k ");
    EXPECT("\033[57441ul", "l ");
}

static void esc_before_a_key_is_alt(void **state)
{
    (void)state;
    EXPECT("\033b\033é\033\r\033\x7f", "Alt-b Alt-é Alt-Enter Alt-Backspace ");
    EXPECT_LATE("\033", "Esc ");
    EXPECT_LATE("\033\033", "Esc Esc ");
    EXPECT_LATE("\033[", "Alt-[ ");
    EXPECT_LATE("\033O", "Alt-O ");
    EXPECT_LATE("\033]", "Alt-] ");
    EXPECT_LATE("\033[12", "");
}

static void a_sequence_cut_by_another_key_loses_only_itself(void **state)
{
    (void)state;
    EXPECT("\033[1;\003x", "Ctrl-C x ");
    EXPECT("\033[\033[B", "Down ");
    EXPECT("\033O\rx", "Enter x ");
}

static void broken_utf8_becomes_one_replacement_and_loses_no_key(void **state)
{
    (void)state;
    EXPECT("\xE4\xBDx", "\xEF\xBF\xBD x ");
    EXPECT("\xFFx", "\xEF\xBF\xBD x ");
    EXPECT("\xE4\xE4\xBD\xA0", "\xEF\xBF\xBD 你 ");
    EXPECT("\xC2\x9Bx", "x "); /* a C1 control */
    EXPECT("\xE4\xBD\033[A", "\xEF\xBF\xBD Up ");
}

static void a_paste_is_one_clean_key(void **state)
{
    (void)state;
    EXPECT("\033[200~a\r\nb\rc\td\033[201~x", "Paste[a\nb\nc\td] x ");
    EXPECT("\033[200~\033[201~", "Paste[] ");
    struct keymap m;
    struct buf b = {0};
    keymap_init(&m, note, &b);
    keymap_bytes(&m, "\033[200~a\033[31mb\x03", 13);
    keymap_code(&m, K_UP, 0); /* what curses made of pasted bytes */
    assert_false(keymap_waits(&m));
    keymap_bytes(&m, "\xE2\x80\xAE!\033[201~", 10);
    assert_null(strchr(b.p, 0x1B));
    assert_null(strchr(b.p, 0x03));
    assert_null(strstr(b.p, "\xE2\x80\xAE"));
    assert_null(strstr(b.p, "Up"));
    buf_clear(&b);
    keymap_clear(&m);
}

struct seen {
    size_t len;
    bool cut;
    int n;
};

static void measure(void *arg, const struct key *key)
{
    struct seen *s = arg;
    if (key->code == K_PASTE)
        *s = (struct seen){key->paste.len, key->cut, s->n + 1};
}

static void a_paste_of_megabytes_is_cut_and_says_so(void **state)
{
    (void)state;
    struct keymap m;
    struct seen s = {0};
    keymap_init(&m, measure, &s);
    keymap_bytes(&m, "\033[200~", 6);
    for (unsigned i = 0; i < PASTE_MAX; i++)
        keymap_byte(&m, 'x');
    keymap_bytes(&m, "\033[201~", 6);
    assert_int_equal(s.len, PASTE_MAX);
    assert_false(s.cut);
    keymap_bytes(&m, "\033[200~", 6);
    for (unsigned i = 0; i < PASTE_MAX; i++)
        keymap_bytes(&m, "你", 3);
    keymap_bytes(&m, "\033[201~", 6);
    assert_int_equal(s.n, 2);
    assert_true(s.cut);
    assert_true(s.len <= PASTE_MAX && s.len > PASTE_MAX - 3);
    keymap_clear(&m);
}

static void note_bytes(void *arg, const struct key *key)
{
    char bytes[KEY_BYTES_MAX];
    buf_add(arg, bytes, key_bytes(key, bytes));
}

static void readline_is_given_the_bytes_that_were_typed(void **state)
{
    (void)state;
    static const char *const samples[] = {
        "a", "\x01", "\r", "\t", "\x7f", "\n", "\x1f", "\033[A", "\033[1;5C",
        "\033[3~", "\033b", "\033\r", "é", "\033é", "\033[Z", "\033[H",
        "\033[5;2~", "\033[2~", "\033\x7f",
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct keymap m;
        struct buf again = {0};
        keymap_init(&m, note_bytes, &again);
        keymap_bytes(&m, samples[i], strlen(samples[i]));
        assert_string_equal(again.p, samples[i]);
        buf_clear(&again);
        keymap_clear(&m);
    }
}

static void check_key(void *arg, const struct key *key)
{
    (void)arg;
    char name[KEY_LABEL_MAX], bytes[KEY_BYTES_MAX];
    key_label(key, name);
    assert_true(strlen(name) < sizeof name);
    assert_true(key_bytes(key, bytes) <= sizeof bytes);
    assert_true(utf8_valid(str_of(key->text)));
    assert_true(utf8_valid(key->paste));
    assert_true(key->code == K_CHAR ? (unsigned char)key->text[0] >= 0x20
                                    : key->code <= K_LAST);
}

static void no_bytes_break_it(void **state)
{
    (void)state;
    static const char alphabet[] = "\033\033\033[[O]P;0123456789~AMmu<?:\x80"
                                   "\xC3\xA9\xE4\xBD\xA0\r\n\x7f\x07\\x";
    struct rng r = rng_init(7);
    for (int round = 0; round < 2000; round++) {
        struct keymap m;
        keymap_init(&m, check_key, NULL);
        for (int i = 0; i < 200; i++) {
            keymap_byte(&m, (unsigned char)alphabet[rng_below(
                                &r, sizeof alphabet - 1)]);
            if (rng_below(&r, 20) == 0)
                keymap_timeout(&m);
        }
        keymap_clear(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_characters_and_controls_have_names),
        cmocka_unit_test(sequences_of_many_terminals_are_the_same_keys),
        cmocka_unit_test(unknown_sequences_are_swallowed_whole),
        cmocka_unit_test(esc_before_a_key_is_alt),
        cmocka_unit_test(a_sequence_cut_by_another_key_loses_only_itself),
        cmocka_unit_test(broken_utf8_becomes_one_replacement_and_loses_no_key),
        cmocka_unit_test(a_paste_is_one_clean_key),
        cmocka_unit_test(a_paste_of_megabytes_is_cut_and_says_so),
        cmocka_unit_test(readline_is_given_the_bytes_that_were_typed),
        cmocka_unit_test(no_bytes_break_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
