/* SPDX-License-Identifier: Apache-2.0 */
/* The chat pane as a glass box: folds, steps, finds, tokens. */
#include "chat/backend.h"
#include "events.h"
#include "golden.h"
#include "ui/glass.h"
#include "ui/glass_command.h"
#include "ui/panes.h"
#include "ui/transcript.h"
#include "ui/turns.h"

static const struct backend_info info = {.name = "mini", .n_layers = 2,
                                         .n_moe_layers = 1, .n_experts = 8,
                                         .n_experts_used = 2, .thinks = true};

enum { VOCABULARY = 129280 };

struct world {
    struct transcript *t;
    struct turns *turns;
    struct glass g;
    struct pane *pane;
    struct canvas c;
    uint32_t turn;
    int n;
};

static void begin(struct world *w, int width, int height)
{
    struct err err;
    *w = (struct world){.t = transcript_new(), .turn = 1};
    w->turns = turns_new(str_of(turns_builtin), &err);
    transcript_set_turns(w->t, w->turns);
    glass_init(&w->g, &info, w->t);
    w->pane = chat_pane_new(w->t, &info, NULL);
    w->pane->ops->look(w->pane, &w->g);
    canvas_init(&w->c, width, height);
}

static void end(struct world *w)
{
    w->pane->ops->free(w->pane);
    glass_clear(&w->g);
    transcript_free(w->t);
    turns_free(w->turns);
    canvas_clear(&w->c);
}

static void tell(struct world *w, struct event ev)
{
    ev.turn = w->turn;
    transcript_event(w->t, &ev);
    glass_event(&w->g, &ev);
    w->pane->ops->event(w->pane, &ev);
}

/* A token a word, with the blank before it. */
static void say(struct world *w, enum text_part part, const char *text)
{
    static const struct expert_pick picks[2][2] = {{{1, 40000}, {3, 25535}},
                                                   {{5, 40000}, {1, 25535}}};
    for (const char *p = text; *p;) {
        size_t n = 1;
        while (p[n] && p[n] != ' ' && (p[n] == '\n') == (p[0] == '\n'))
            n++;
        struct event ev = event_token(part, 20);
        struct token_info *t = &ev.token;
        t->id = w->n % VOCABULARY;
        t->pos = (uint32_t)w->n;
        t->measured = true;
        t->p = w->n % 5 == 0 ? 0.1f : w->n % 3 == 0 ? 0.6f : 0.99f;
        t->entropy = w->n % 5 == 0 ? 2.5f : 0.1f;
        t->draft = w->n % 4 == 0 ? DRAFT_ACCEPTED
                   : w->n % 7 == 0 ? DRAFT_REFUSED : DRAFT_NONE;
        t->text_len = (uint8_t)n;
        memcpy(t->text, p, n);
        t->n_alts = 2;
        t->alts[0] = (struct token_alt){.id = t->id, .p = t->p};
        t->alts[1] = (struct token_alt){.id = VOCABULARY, .p = 0.05f, .text_len = 1,
                                        .text = "x"};
        t->n_moe_layers = 1;
        t->n_used = 2;
        t->picks = picks[w->n % 2];
        w->n++;
        tell(w, ev);
        tell(w, event_text(part, str_n(p, n)));
        p += n;
    }
}

static void think(struct world *w, const char *text)
{
    tell(w, event_of(EVENT_THINK_BEGIN));
    say(w, PART_THOUGHT, text);
}

static void answer(struct world *w, const char *text)
{
    tell(w, event_of(EVENT_THINK_END));
    say(w, PART_ANSWER, text);
}

static void draw(struct world *w, bool browsing)
{
    struct rect all = {0, 0, w->c.width, w->c.height};
    canvas_fill(&w->c, all, (struct style){0});
    w->c.cursor_x = w->c.cursor_y = -1;
    w->pane->ops->draw(w->pane, &w->c, all, browsing);
}

static bool act(struct world *w, enum action a)
{
    bool taken = w->pane->ops->action(w->pane, a);
    draw(w, true);
    return taken;
}

static const char *row(const struct world *w, int y)
{
    static char text[4096];
    struct buf b = {0};
    canvas_dump(&w->c, &b);
    const char *p = b.p;
    for (int i = 0; i < y && p; i++)
        p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL;
    snprintf(text, sizeof text, "%.*s", p ? (int)strcspn(p, "\n") : 0, p);
    buf_clear(&b);
    return text;
}

static int row_of(const struct world *w, const char *text)
{
    for (int y = 0; y < w->c.height; y++)
        if (strstr(row(w, y), text))
            return y;
    return -1;
}

static const char long_thought[] =
    "line one\nline two\nline three\nline four\nline five\nline six\n"
    "Wait, line seven. Let me check it\nline eight";

/* --- folds ---------------------------------------------------------------- */

static void a_thought_has_three_folds_while_it_streams(void **state)
{
    (void)state;
    struct world w;
    begin(&w, 50, 14);
    think(&w, long_thought);
    draw(&w, false);
    assert_true(row_of(&w, "line one") >= 0);
    assert_true(w.pane->ops->action(w.pane, ACTION_FOLD_LAST));
    draw(&w, false);
    assert_int_equal(row_of(&w, "line"), -1);
    assert_true(w.pane->ops->action(w.pane, ACTION_FOLD_LAST));
    draw(&w, false);
    assert_int_equal(row_of(&w, "line four"), -1);
    assert_true(row_of(&w, "line five") > 0 && row_of(&w, "line eight") > 0);
    golden_canvas("chat-tail-50", &w.c);
    say(&w, PART_THOUGHT, "\nline nine");
    draw(&w, false);
    assert_int_equal(row_of(&w, "line five"), -1);
    assert_true(row_of(&w, "line nine") > 0);
    w.pane->ops->action(w.pane, ACTION_FOLD_LAST);
    draw(&w, false);
    assert_true(row_of(&w, "line one") >= 0);
    end(&w);
}

static void a_thought_that_is_read_does_not_fold_away(void **state)
{
    (void)state;
    struct world w;
    begin(&w, 50, 6);
    think(&w, long_thought);
    draw(&w, false);
    w.pane->ops->action(w.pane, ACTION_LINE_UP); /* to read what was */
    draw(&w, false);
    char before[4096];
    snprintf(before, sizeof before, "%s", row(&w, 0));
    answer(&w, "The answer.");
    draw(&w, false);
    assert_string_equal(row(&w, 0), before);
    assert_false(transcript_block(w.t, 0)->folded);
    end(&w);
}

static void a_fold_by_itself_leaves_the_lines_above_where_they_are(void **state)
{
    (void)state;
    struct world w;
    begin(&w, 50, 14);
    transcript_user(w.t, str_of("earlier"));
    answer(&w, "and its answer");
    tell(&w, event_done(DONE_END));
    w.turn = 2;
    transcript_user(w.t, str_of("a question"));
    think(&w, long_thought);
    draw(&w, false);
    int header = row_of(&w, "thinking");
    assert_true(header > 0);
    answer(&w, "The answer.");
    draw(&w, false);
    assert_int_equal(row_of(&w, "thought"), header);
    assert_true(row_of(&w, "The answer.") > header);
    end(&w);
}

static void hidden_thoughts_take_no_room(void **state)
{
    (void)state;
    struct world w;
    struct buf b = {0};
    struct err err;
    begin(&w, 50, 14);
    transcript_user(w.t, str_of("a question"));
    think(&w, long_thought);
    answer(&w, "The answer.");
    CHECK_OK(glass_command(&w.g, ACTION_THOUGHTS, str_of("hidden"), &b, &err),
             &err);
    draw(&w, false);
    assert_int_equal(row_of(&w, "thought"), -1);
    assert_int_equal(row_of(&w, "line"), -1);
    CHECK_OK(glass_command(&w.g, ACTION_THOUGHTS, str_of("folded"), &b, &err),
             &err);
    draw(&w, false);
    assert_true(row_of(&w, "thought") > 0);
    assert_false(glass_command(&w.g, ACTION_THOUGHTS, str_of("maybe"), &b, &err));
    buf_clear(&b);
    end(&w);
}

/* --- steps and finds ------------------------------------------------------ */

static void steps_are_gone_through_and_corrections_marked(void **state)
{
    (void)state;
    struct world w;
    begin(&w, 60, 16);
    think(&w, long_thought);
    answer(&w, "The answer.");
    tell(&w, event_done(DONE_END));
    draw(&w, true);
    assert_true(row_of(&w, "9 steps") >= 0);
    assert_true(row_of(&w, "1 correction") >= 0);
    assert_true(act(&w, ACTION_NEXT_STEP)); /* unfolds it */
    assert_int_equal(w.c.cursor_y, row_of(&w, "line one"));
    for (int i = 0; i < 6; i++)
        assert_true(act(&w, ACTION_NEXT_STEP));
    assert_int_equal(w.c.cursor_y, row_of(&w, "Wait, line seven"));
    golden_canvas("chat-steps-60", &w.c);
    assert_true(act(&w, ACTION_PREV_STEP));
    assert_int_equal(w.c.cursor_y, row_of(&w, "line six"));
    end(&w);
}

static void finds_are_marked_and_gone_through(void **state)
{
    (void)state;
    struct world w;
    struct buf b = {0};
    struct err err;
    begin(&w, 60, 16);
    transcript_user(w.t, str_of("a line?"));
    think(&w, long_thought);
    answer(&w, "This line is the answer.");
    tell(&w, event_done(DONE_END));
    draw(&w, true);
    CHECK_OK(glass_command(&w.g, ACTION_SEARCH, str_of("line (seven|is)"), &b,
                           &err), &err);
    assert_string_equal(b.p, "2 found, 1 of them in thoughts\n");
    assert_true(act(&w, ACTION_FIND_FIRST));
    assert_int_equal(w.c.cursor_y, row_of(&w, "line seven"));
    golden_canvas("chat-find-60", &w.c);
    assert_true(act(&w, ACTION_FIND_NEXT));
    assert_int_equal(w.c.cursor_y, row_of(&w, "This line"));
    assert_true(act(&w, ACTION_FIND_NEXT)); /* and around */
    assert_int_equal(w.c.cursor_y, row_of(&w, "line seven"));
    assert_true(act(&w, ACTION_FIND_PREV));
    assert_int_equal(w.c.cursor_y, row_of(&w, "This line"));
    buf_reset(&b);
    CHECK_OK(glass_command(&w.g, ACTION_FIND_WHERE, str_of(""), &b, &err), &err);
    assert_string_equal(b.p, "1 in thoughts\n");
    CHECK_OK(glass_command(&w.g, ACTION_SEARCH, str_of(""), &b, &err), &err);
    assert_null(w.g.search);
    buf_clear(&b);
    end(&w);
}

/* --- tokens --------------------------------------------------------------- */

static void the_cursor_goes_from_token_to_token(void **state)
{
    (void)state;
    struct world w;
    struct token_record r;
    begin(&w, 60, 12);
    transcript_user(w.t, str_of("a question"));
    think(&w, "one two\nthree");
    answer(&w, "four five");
    tell(&w, event_done(DONE_END));
    draw(&w, true);
    act(&w, ACTION_UNFOLD_ALL);
    assert_true(act(&w, ACTION_TOKENS));
    assert_int_equal(w.g.token, 0);
    assert_true(act(&w, ACTION_RIGHT));
    assert_int_equal(w.g.token, 1);
    golden_canvas("chat-token-60", &w.c);
    act(&w, ACTION_RIGHT);
    act(&w, ACTION_RIGHT);
    act(&w, ACTION_RIGHT);
    assert_true(token_log_get(transcript_tokens(w.t), w.g.token, &r));
    CHECK(str_is(token_log_text(transcript_tokens(w.t), r.id), "four"));
    assert_int_equal(w.c.cursor_y, row_of(&w, "four five"));
    act(&w, ACTION_LINE_UP);
    assert_int_equal(w.c.cursor_y, row_of(&w, "three"));
    CHECK(token_log_get(transcript_tokens(w.t), w.g.token, &r));
    CHECK(str_is(token_log_text(transcript_tokens(w.t), r.id), "three"));
    assert_int_equal(w.g.alt, -1);
    act(&w, ACTION_NEXT_BLOCK); /* of the alternatives: its own left out */
    assert_int_equal(w.g.alt, 1);
    act(&w, ACTION_NEXT_BLOCK);
    assert_int_equal(w.g.alt, -1);
    act(&w, ACTION_TOKENS);
    assert_int_equal(w.g.token, TOKEN_NONE);
    end(&w);
}

static void behind_an_answer_the_cursor_begins_at_its_end(void **state)
{
    (void)state;
    struct world w;
    begin(&w, 60, 12);
    transcript_user(w.t, str_of("a question"));
    answer(&w, "four five");
    tell(&w, event_done(DONE_CANCELLED));
    transcript_notice(w.t, "what was said about it");
    draw(&w, true);
    act(&w, ACTION_END);
    act(&w, ACTION_TOKENS);
    assert_int_equal(w.g.token, 1);
    draw(&w, true);
    assert_int_equal(w.c.cursor_y, row_of(&w, "four five"));
    end(&w);
}

static void colours_tell_what_was_measured(void **state)
{
    (void)state;
    static const char *const how[] = {"probability", "entropy", "drafts",
                                      "expert 0"};
    for (size_t i = 0; i < 4; i++) {
        struct world w;
        struct buf b = {0};
        struct err err;
        char name[40];
        begin(&w, 60, 8);
        think(&w, "one two three four\nfive six seven eight nine");
        answer(&w, "ten **eleven** twelve");
        tell(&w, event_done(DONE_END));
        CHECK_OK(glass_command(&w.g, ACTION_COLOR, str_of(how[i]), &b, &err),
                 &err);
        draw(&w, true);
        act(&w, ACTION_UNFOLD_ALL);
        snprintf(name, sizeof name, "chat-colour-%.5s", how[i]);
        golden_canvas(name, &w.c);
        buf_clear(&b);
        end(&w);
    }
}

static void tokens_of_a_chosen_expert_are_marked(void **state)
{
    (void)state;
    struct world w;
    struct buf b = {0};
    struct err err;
    begin(&w, 60, 6);
    answer(&w, "one two three four five");
    tell(&w, event_done(DONE_END));
    CHECK_OK(glass_command(&w.g, ACTION_MAP, str_of("mark 0:5"), &b, &err), &err);
    draw(&w, false);
    golden_canvas("chat-marked-60", &w.c);
    assert_false(glass_command(&w.g, ACTION_MAP, str_of("mark 1:5"), &b, &err));
    assert_false(glass_command(&w.g, ACTION_MAP, str_of("mark 0:8"), &b, &err));
    assert_false(glass_command(&w.g, ACTION_MAP, str_of("nonsense"), &b, &err));
    buf_clear(&b);
    end(&w);
}

/* What makes the screen fast makes it right too: tokens, wrapped at any width. */
static void tokens_are_found_at_every_width(void **state)
{
    (void)state;
    for (int width = 1; width < 50; width += 4) {
        struct world w;
        begin(&w, width, 20);
        think(&w, "one two three \xE4\xBD\xA0\xE5\xA5\xBD four five\nsix");
        answer(&w, "ten **eleven** twelve");
        tell(&w, event_done(DONE_END));
        draw(&w, true);
        act(&w, ACTION_UNFOLD_ALL);
        act(&w, ACTION_TOP);
        act(&w, ACTION_TOKENS);
        for (int i = 0; i < 30; i++) {
            uint32_t was = w.g.token;
            act(&w, ACTION_RIGHT);
            assert_true(w.g.token == was || w.g.token == was + 1);
        }
        assert_int_equal(w.g.token + 1,
                         token_log_count(transcript_tokens(w.t)));
        for (int i = 0; i < 40; i++)
            act(&w, ACTION_LINE_UP);
        assert_true(w.g.token < 3);
        end(&w);
    }
}

/* --- a long day ----------------------------------------------------------- */

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#include <malloc.h>

static size_t in_use(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}
#else
static size_t in_use(void)
{
    return 0; /* not known here */
}
#endif

static void a_hundred_thousand_lines_stay_small_and_quick(void **state)
{
    (void)state;
    enum { TURNS = 250, LINES = 400 };
    struct world w;
    struct buf line = {0}, b = {0};
    struct err err;
    size_t before = in_use();
    begin(&w, 100, 40);
    for (int i = 0; i < LINES; i++)
        buf_printf(&line, "so %d times %d is what one would say of it, and on it "
                   "goes\n", i, i + 1);
    for (uint32_t i = 0; i < TURNS; i++) {
        w.turn = i + 1;
        transcript_user(w.t, str_of("and now?"));
        think(&w, line.p);
        answer(&w, "This.");
        tell(&w, event_done(DONE_END));
    }
    draw(&w, false);
    transcript_fold_all(w.t, false);
    size_t wrapped = chat_pane_wrapped(w.pane);
    w.pane->ops->action(w.pane, ACTION_END);
    draw(&w, false);
    /* Only what is seen, and the blocks it stands in. */
    assert_true(chat_pane_wrapped(w.pane) - wrapped < 3 * LINES);
    CHECK_OK(glass_command(&w.g, ACTION_SEARCH, str_of("399 times"), &b, &err),
             &err);
    assert_int_equal(search_count(w.g.search), TURNS);
    w.g.color = COLOR_PROBABILITY;
    draw(&w, false);
    assert_true(in_use() - before < (size_t)64 << 20);
    buf_clear(&line);
    buf_clear(&b);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thought_has_three_folds_while_it_streams),
        cmocka_unit_test(a_thought_that_is_read_does_not_fold_away),
        cmocka_unit_test(a_fold_by_itself_leaves_the_lines_above_where_they_are),
        cmocka_unit_test(hidden_thoughts_take_no_room),
        cmocka_unit_test(steps_are_gone_through_and_corrections_marked),
        cmocka_unit_test(finds_are_marked_and_gone_through),
        cmocka_unit_test(the_cursor_goes_from_token_to_token),
        cmocka_unit_test(behind_an_answer_the_cursor_begins_at_its_end),
        cmocka_unit_test(colours_tell_what_was_measured),
        cmocka_unit_test(tokens_of_a_chosen_expert_are_marked),
        cmocka_unit_test(tokens_are_found_at_every_width),
        cmocka_unit_test(a_hundred_thousand_lines_stay_small_and_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
