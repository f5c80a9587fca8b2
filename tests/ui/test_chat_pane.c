/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "chat/backend.h"
#include "events.h"
#include "golden.h"
#include "ui/panes.h"
#include "ui/transcript.h"

static const struct backend_info pilot = {
    .name = "mini", .quant = "Q8_0", .n_params = 8210000,
    .n_active_params = 1530000, .n_layers = 8, .n_moe_layers = 7,
    .first_moe_layer = 2, .n_experts = 32, .n_experts_used = 4,
    .context_max = 2048, .thinks = true,
};

struct chat {
    struct transcript *t;
    struct pane *pane;
    int width, height;
    bool focused;
};

static struct chat chat_new(int width, int height)
{
    struct chat c = {.t = transcript_new(), .width = width, .height = height};
    struct telemetry now = {.kv_bytes_per_token = 768};
    c.pane = chat_pane_new(c.t, &pilot, NULL);
    c.pane->ops->telemetry(c.pane, &now);
    return c;
}

static void chat_free(struct chat *c)
{
    c->pane->ops->free(c->pane);
    transcript_free(c->t);
}

static void tell(struct chat *c, struct event ev)
{
    transcript_event(c->t, &ev);
    c->pane->ops->event(c->pane, &ev);
}

static void say(struct chat *c, enum text_part part, const char *s)
{
    for (struct str left = str_of(s); left.len;) {
        size_t n = left.len < 20 ? left.len : 20;
        tell(c, event_token(part, 25));
        tell(c, event_text(part, str_n(left.p, n)));
        left = str_n(left.p + n, left.len - n);
    }
}

static void think(struct chat *c, const char *s)
{
    tell(c, event_of(EVENT_THINK_BEGIN));
    say(c, PART_THOUGHT, s);
}

static void answer(struct chat *c, const char *s)
{
    tell(c, event_of(EVENT_THINK_END));
    say(c, PART_ANSWER, s);
}

static void act(struct chat *c, enum action a)
{
    CHECK(c->pane->ops->action(c->pane, a));
}

/* The rows of the screen as text; owned by the test until the next call. */
static const char *shown(struct chat *c)
{
    static struct buf b;
    struct canvas canvas;
    canvas_init(&canvas, c->width, c->height);
    c->pane->ops->draw(c->pane, &canvas, (struct rect){0, 0, c->width, c->height},
                       c->focused);
    buf_reset(&b);
    canvas_dump(&canvas, &b);
    canvas_clear(&canvas);
    return b.p;
}

/* The first line of the screen, without blanks around. */
static struct str first_line(struct chat *c)
{
    const char *s = shown(c);
    size_t n = strcspn(s, "\n"), skip = strspn(s, " ");
    return str_n(s + skip, n > skip ? n - skip : 0);
}

static void expect_first(struct chat *c, const char *want)
{
    struct str got = first_line(c);
    if (!str_is(got, want))
        fail_msg("the first line is \"%.*s\", not \"%s\"", (int)got.len, got.p,
                 want);
}

static bool on_screen(struct chat *c, const char *s)
{
    return strstr(shown(c), s) != NULL;
}

static void tell_the_story(struct chat *c)
{
    transcript_user(c->t, str_of("Is 391 prime?"));
    think(c, "391 is odd, 3+9+1 = 13 so not by 3, and it does not end in 0 or "
             "5.\n7: 7 \xC3\x97 55 = 385, 6 left.   11: 3-9+1 = -5, no.\n"
             "So it may be prime, \xE2\x88\x9A" "391 is below 20.\n"
             "wait 17 and 19 are left. 17 \xC3\x97 23 = 340 + 51 = 391.\n"
             "It factors.\n");
    answer(c, "\n\nNo. **391 = 17 \xC3\x97 23**, so it has divisors besides "
              "`1` and itself.\n");
    tell(c, event_done(DONE_END));
    act(c, ACTION_FOLD_LAST);
    transcript_user(c->t, str_of("3 boxes of 12 apples, 5 are bad.\nHow many "
                                 "are good?"));
    think(c, "3 * 12 = 36\n36 - 5 = 31\n");
    answer(c, "\n\nThere are **31** good apples: 3 \xC3\x97 12 = 36, and 36 "
              "\xE2\x88\x92 5 = 31.");
    tell(c, event_done(DONE_END));
    transcript_user(c->t, str_of("Make 24 from 3, 8, 8 and 9."));
    think(c, "8 * 9 = 72, 72 / 3 = 24, and 8 is left over.\nuses 3 8 8 9 once "
             "eac");
}

static void the_story_at(int width, int height, const char *name)
{
    struct chat c = chat_new(width, height);
    tell_the_story(&c);
    golden_pane(name, c.pane, width, height, false);
    chat_free(&c);
}

static void a_chat_looks_like_its_picture(void **state)
{
    (void)state;
    the_story_at(77, 32, "chat-77x32");
}

static void a_narrow_chat_is_readable(void **state)
{
    (void)state;
    the_story_at(34, 36, "chat-34x36");
    the_story_at(16, 20, "chat-16x20");
}

static void a_wide_chat_has_a_picture(void **state)
{
    (void)state;
    the_story_at(120, 30, "chat-120x30");
}

static void an_empty_chat_teaches(void **state)
{
    (void)state;
    struct chat c = chat_new(60, 14);
    golden_pane("welcome-60x14", c.pane, 60, 14, false);
    assert_null(chat_pane_suggestion(c.pane));
    act(&c, ACTION_LINE_DOWN);
    act(&c, ACTION_LINE_DOWN);
    golden_pane("welcome-chosen-60x14", c.pane, 60, 14, false);
    golden_pane("welcome-chosen-40x9", c.pane, 40, 9, false); /* no description */
    assert_string_equal(chat_pane_suggestion(c.pane),
                        "3 boxes of 12 apples, 5 are bad. How many are good?");
    transcript_user(c.t, str_of("x"));
    assert_null(chat_pane_suggestion(c.pane));
    chat_free(&c);
}

static void everything_that_can_be_said_has_its_look(void **state)
{
    (void)state;
    struct chat c = chat_new(50, 24);
    transcript_user(c.t, str_of("one\ttwo"));
    think(&c, "cut sho");
    tell(&c, event_done(DONE_CANCELLED));
    transcript_notice(c.t, "this file has no chat template, so the chat is plain");
    transcript_error(c.t, "no such file: models/none.gguf, and a few more words");
    say(&c, PART_ANSWER, "half an ans");
    tell(&c, event_done(DONE_LIMIT));
    c.focused = true;
    golden_pane("blocks-50x24", c.pane, 50, 24, true);
    chat_free(&c);
}

/* n answers of one line each: "line 1" and so on, a blank row after each. */
static void many_lines(struct chat *c, int from, int to)
{
    char s[32];
    for (int i = from; i <= to; i++) {
        snprintf(s, sizeof s, "line %d", i);
        say(c, PART_ANSWER, s);
        tell(c, event_done(DONE_END));
    }
}

static void the_end_is_followed(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 9);
    for (int i = 1; i <= 20; i++) {
        many_lines(&c, i, i);
        char s[32];
        snprintf(s, sizeof s, "line %d\n", i);
        CHECK(on_screen(&c, s));
    }
    chat_free(&c);
}

static void a_scrolled_view_stands_still(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 9);
    many_lines(&c, 1, 20);
    shown(&c);
    act(&c, ACTION_PAGE_UP);
    expect_first(&c, "line 12");
    many_lines(&c, 21, 26);
    expect_first(&c, "line 12");
    CHECK(on_screen(&c, "\xE2\x86\x93 12 new lines"));
    act(&c, ACTION_END);
    CHECK(on_screen(&c, "line 26"));
    CHECK(!on_screen(&c, "new lines"));
    many_lines(&c, 27, 27);
    CHECK(on_screen(&c, "line 27"));
    chat_free(&c);
}

static void scrolling_down_to_the_end_follows_again(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 9);
    many_lines(&c, 1, 20);
    shown(&c);
    act(&c, ACTION_LINE_UP);
    act(&c, ACTION_LINE_UP);
    shown(&c);
    act(&c, ACTION_LINE_DOWN);
    act(&c, ACTION_LINE_DOWN);
    many_lines(&c, 21, 22);
    CHECK(on_screen(&c, "line 22"));
    chat_free(&c);
}

static void a_message_of_ones_own_is_always_seen(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 9);
    many_lines(&c, 1, 20);
    shown(&c);
    act(&c, ACTION_TOP);
    expect_first(&c, "line 1");
    transcript_user(c.t, str_of("and now?"));
    CHECK(on_screen(&c, "and now?"));
    chat_free(&c);
}

static void folding_keeps_the_top_line(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 9);
    many_lines(&c, 1, 10);
    think(&c, "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n");
    answer(&c, "so");
    tell(&c, event_done(DONE_END));
    many_lines(&c, 11, 11);
    shown(&c);
    struct str s = first_line(&c);
    char top[64];
    snprintf(top, sizeof top, "%.*s", (int)s.len, s.p);
    act(&c, ACTION_FOLD_LAST); /* opens: twelve lines more */
    expect_first(&c, top);
    CHECK(!on_screen(&c, "line 11"));
    act(&c, ACTION_FOLD_LAST);
    expect_first(&c, top);
    CHECK(on_screen(&c, "line 11"));
    many_lines(&c, 12, 12); /* and goes on following */
    CHECK(on_screen(&c, "line 12"));
    chat_free(&c);
}

static void folding_from_inside_leads_to_the_header(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 6);
    think(&c, "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n");
    tell(&c, event_done(DONE_CANCELLED));
    many_lines(&c, 1, 10);
    shown(&c);
    act(&c, ACTION_TOP);
    shown(&c);
    act(&c, ACTION_PAGE_DOWN);
    expect_first(&c, "\xE2\x96\x8F e");
    act(&c, ACTION_FOLD_LAST);
    CHECK(str_starts(first_line(&c), str_of("\xE2\x96\xB8 thought")));
    chat_free(&c);
}

static void browsing_folds_the_thought_under_the_cursor(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 20);
    think(&c, "first\n");
    answer(&c, "one");
    tell(&c, event_done(DONE_END));
    think(&c, "second\n");
    answer(&c, "two");
    tell(&c, event_done(DONE_END));
    c.focused = true;
    shown(&c); /* the cursor starts on the last thought */
    act(&c, ACTION_FOLD_HERE);
    CHECK(on_screen(&c, "second") && !on_screen(&c, "first"));
    act(&c, ACTION_PREV_BLOCK);
    act(&c, ACTION_PREV_BLOCK);
    act(&c, ACTION_FOLD_HERE);
    CHECK(on_screen(&c, "first"));
    act(&c, ACTION_LINE_DOWN); /* into the thought: still this one */
    act(&c, ACTION_FOLD_HERE);
    CHECK(!on_screen(&c, "first"));
    act(&c, ACTION_NEXT_BLOCK);
    CHECK(!c.pane->ops->action(c.pane, ACTION_FOLD_HERE)); /* an answer */
    chat_free(&c);
}

static void the_cursor_takes_the_view_along(void **state)
{
    (void)state;
    struct chat c = chat_new(40, 9);
    many_lines(&c, 1, 20);
    c.focused = true;
    shown(&c);
    for (int i = 0; i < 60; i++)
        act(&c, ACTION_LINE_UP);
    CHECK(strncmp(shown(&c), "\xE2\x96\x8C  line 1\n", 12) == 0);
    for (int i = 0; i < 60; i++)
        act(&c, ACTION_LINE_DOWN);
    CHECK(on_screen(&c, "\xE2\x96\x8C  line 20"));
    chat_free(&c);
}

/* Wrapped lines are counted, not time: what one frame may cost does not depend
 * on how long the chat is. */
static void a_long_chat_costs_what_it_shows(void **state)
{
    (void)state;
    struct chat c = chat_new(60, 30);
    many_lines(&c, 1, 100000);
    shown(&c);
    CHECK(chat_pane_wrapped(c.pane) <= 2 * 30);
    CHECK(on_screen(&c, "line 100000"));
    act(&c, ACTION_TOP);
    expect_first(&c, "line 1");
    for (int i = 0; i < 100; i++) {
        act(&c, ACTION_PAGE_DOWN);
        shown(&c);
    }
    CHECK(chat_pane_wrapped(c.pane) <= 100 * 30 * 2);
    act(&c, ACTION_END);
    CHECK(on_screen(&c, "line 100000"));
    chat_free(&c);
}

static void a_long_answer_wraps_only_what_is_new(void **state)
{
    (void)state;
    struct chat c = chat_new(60, 30);
    for (int i = 0; i < 100000; i++)
        say(&c, PART_ANSWER, "a line of text\n");
    shown(&c);
    size_t before = chat_pane_wrapped(c.pane);
    CHECK(before >= 100000);
    say(&c, PART_ANSWER, "one more\n");
    shown(&c);
    CHECK(chat_pane_wrapped(c.pane) <= before + 2);
    act(&c, ACTION_PAGE_UP);
    shown(&c);
    CHECK(chat_pane_wrapped(c.pane) <= before + 2);
    chat_free(&c);
}

static void a_stream_looks_like_the_whole(void **state)
{
    (void)state;
    struct chat a = chat_new(30, 12), b = chat_new(30, 12);
    static const char text[] = "some words  that wrap,\n\n  \xE6\xBC\xA2\xE5\xAD\x97"
                               "\xE3\x80\x81 e\xCC\x81 and\ta tab   \n at the end";
    tell(&a, event_text(PART_ANSWER, str_of(text)));
    for (size_t i = 0; i < sizeof text - 1; i++) {
        tell(&b, event_text(PART_ANSWER, str_n(text + i, 1)));
        shown(&b);
    }
    char whole[4096];
    snprintf(whole, sizeof whole, "%s", shown(&a));
    assert_string_equal(shown(&b), whole);
    chat_free(&a);
    chat_free(&b);
}

static void any_size_draws_something_sensible(void **state)
{
    (void)state;
    struct chat c = chat_new(80, 24);
    tell_the_story(&c);
    for (c.width = 1; c.width < 90; c.width += 3)
        for (c.height = 1; c.height < 40; c.height += 5) {
            c.focused = (c.width + c.height) % 2;
            shown(&c);
            c.pane->ops->action(c.pane, (enum action)(c.width * c.height %
                                                      ACTION_COUNT));
        }
    chat_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_looks_like_its_picture),
        cmocka_unit_test(a_narrow_chat_is_readable),
        cmocka_unit_test(a_wide_chat_has_a_picture),
        cmocka_unit_test(an_empty_chat_teaches),
        cmocka_unit_test(everything_that_can_be_said_has_its_look),
        cmocka_unit_test(the_end_is_followed),
        cmocka_unit_test(a_scrolled_view_stands_still),
        cmocka_unit_test(scrolling_down_to_the_end_follows_again),
        cmocka_unit_test(a_message_of_ones_own_is_always_seen),
        cmocka_unit_test(folding_keeps_the_top_line),
        cmocka_unit_test(folding_from_inside_leads_to_the_header),
        cmocka_unit_test(browsing_folds_the_thought_under_the_cursor),
        cmocka_unit_test(the_cursor_takes_the_view_along),
        cmocka_unit_test(a_long_chat_costs_what_it_shows),
        cmocka_unit_test(a_long_answer_wraps_only_what_is_new),
        cmocka_unit_test(a_stream_looks_like_the_whole),
        cmocka_unit_test(any_size_draws_something_sensible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
