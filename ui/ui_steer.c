/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_steer.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "chat/backend.h"
#include "ui/compare_pane.h"
#include "ui/glass_command.h"
#include "ui/input.h"
#include "ui/search.h"
#include "ui/talk_steer.h"
#include "ui/token_quote.h"
#include "ui/token_log.h"
#include "ui/transcript.h"
#include "ui/ui_parts.h"
#include "ui/units.h"

static struct glass *glass(struct ui *u)
{
    return &u->frame.glass;
}

/* One line stands at the bottom until the next key; more go to the chat. */
static void answer_user(struct ui *u, struct buf *b)
{
    while (b->len > 0 && b->p[b->len - 1] == '\n')
        buf_erase(b, b->len - 1, 1);
    if (b->len == 0)
        return;
    if (memchr(b->p, '\n', b->len)) {
        ui_say(u, b->p);
        frame_action(&u->frame, ACTION_END);
        return;
    }
    ui_note(u, buf_str(b));
}

static void finish(struct ui *u, bool ok, struct buf *b, const struct err *err)
{
    if (ok)
        answer_user(u, b);
    else
        ui_complain(u, err);
    buf_clear(b);
    ui_note_running(u);
    u->frame.chat->dirty = true;
}

/* --- the answer under way ------------------------------------------------- */

static void enough(struct ui *u)
{
    struct buf b = {0};
    struct err err;
    finish(u, talk_enough(&u->talk, &err), &b, &err);
}

static void drop(struct ui *u, struct str args)
{
    struct buf b = {0};
    struct err err;
    bool ok;
    if (str_is(args, "oldest"))
        ok = talk_drop_oldest(&u->talk, &b, &err);
    else if (args.len && !str_is(args, "thoughts"))
        ok = err_set(&err, ERR_USAGE, _("/drop takes thoughts or oldest"));
    else
        ok = talk_drop_thoughts(&u->talk, glass(u), &err);
    finish(u, ok, &b, &err);
}

static void go_on(struct ui *u)
{
    struct buf b = {0};
    struct err err;
    uint32_t turn = u->talk.turn;
    bool ok = talk_go_on(&u->talk, glass(u), false, &err);
    if (ok)
        transcript_retract(u->transcript, turn); /* it is told again, whole */
    finish(u, ok, &b, &err);
    frame_action(&u->frame, ACTION_END);
}

/* The tokens' place is where the branch begins; from there one follows it. */
static void branch_at(struct ui *u, uint32_t token, uint32_t which)
{
    struct buf b = {0};
    struct err err;
    bool ok = talk_branch_at(&u->talk, glass(u), token, which, &b, &err);
    if (ok) {
        while (b.len > 0 && b.p[b.len - 1] == '\n')
            buf_erase(&b, b.len - 1, 1);
        ui_say(u, b.p);
        buf_reset(&b);
        glass(u)->token = TOKEN_NONE;
        glass(u)->changes++;
        frame_browse(&u->frame, false);
        frame_action(&u->frame, ACTION_END);
    }
    finish(u, ok, &b, &err);
}

/* "/branch 17 2": at the 17th token of the last turn, its second alternative. */
static void branch(struct ui *u, struct str args)
{
    uint32_t from, to;
    unsigned n = 0, which = 0;
    char s[64];
    snprintf(s, sizeof s, "%.*s", (int)(args.len < 60 ? args.len : 60), args.p);
    token_log_turn(transcript_tokens(u->transcript), glass(u)->turn, &from, &to);
    if (sscanf(s, "%u %u", &n, &which) != 2 || n < 1 || n > to - from ||
        which < 1) {
        struct err err;
        err_set(&err, ERR_USAGE, _("/branch takes a token of the last turn (1 to "
                "%u) and one of its alternatives: /token N lists them"),
                (unsigned)(to - from));
        ui_complain(u, &err);
        return;
    }
    branch_at(u, from + n - 1, which - 1);
}

static bool open_here(struct ui *u)
{
    struct glass *g = glass(u);
    if (g->on_grid || g->token == TOKEN_NONE)
        return false;
    if (g->alt < 0) {
        ui_note(u, str_of(_("Tab chooses what could have stood here, then Enter "
                            "goes on with it")));
        return true;
    }
    branch_at(u, g->token, (uint32_t)g->alt);
    return true;
}

/* --- what is looked at ---------------------------------------------------- */

static void show_sides(struct ui *u)
{
    if (u->frame.layout.side[0].height == 0)
        frame_toggle_sides(&u->frame);
}

static void toggle_grid(struct ui *u)
{
    struct glass *g = glass(u);
    if (g->tally.n_layers == 0) {
        ui_note(u, str_of(_("this model has no experts")));
        return;
    }
    g->on_grid = !g->on_grid;
    g->changes++;
    if (g->on_grid) {
        frame_browse(&u->frame, true);
        show_sides(u);
    }
    u->frame.all_dirty = true;
}

bool ui_steer_leave(struct ui *u)
{
    struct glass *g = glass(u);
    if (!g->on_grid && g->token == TOKEN_NONE)
        return false;
    if (g->on_grid)
        g->on_grid = false;
    else
        g->token = TOKEN_NONE;
    g->changes++;
    u->frame.all_dirty = true;
    return true;
}

static void switch_expert(struct ui *u)
{
    struct glass *g = glass(u);
    struct expert_changes *x = &u->talk.options.experts;
    struct expert_changes changed = *x;
    struct expert_shape shape = experts_shape(&u->b->info);
    struct buf b = {0};
    struct err err;
    char place[24];
    unsigned layer = u->b->info.first_moe_layer + g->layer;
    bool off = false;
    if (!g->on_grid && !g->marking) {
        ui_note(u, str_of(g->tally.n_layers
                              ? _("x chooses an expert in the map first")
                              : _("this model has no experts")));
        return;
    }
    for (uint32_t i = 0; i < x->n_off; i++)
        off |= x->off[i].layer == layer && x->off[i].expert == g->expert;
    snprintf(place, sizeof place, "%u:%u", layer, (unsigned)g->expert);
    bool ok = experts_switch(&changed, str_of(place), off, &err) &&
              experts_check(&changed, &shape, &err);
    if (ok) {
        *x = changed;
        frame_modified(&u->frame, x);
        buf_printf(&b, off ? _("expert %s is on from the next answer on: r "
                               "answers again, v compares")
                           : _("expert %s is off from the next answer on: r "
                               "answers again, v compares"), place);
    }
    finish(u, ok, &b, &err);
}

static void compare(struct ui *u)
{
    if (u->frame.compare_shown) {
        frame_show_compare(&u->frame, false);
    } else if (compare_pane_set(u->frame.compare, &u->talk.c,
                                u->talk.answer_before)) {
        frame_show_compare(&u->frame, true);
    } else {
        ui_note(u, str_of(_("there is one answer to each question: r answers "
                            "again")));
    }
}

static void find_more(struct ui *u, enum action a)
{
    struct glass *g = glass(u);
    char s[80];
    if (frame_action(&u->frame, a) && g->search)
        snprintf(s, sizeof s, _("find %u of %u"), (unsigned)g->hit + 1,
                 (unsigned)search_count(g->search));
    else
        snprintf(s, sizeof s, "%s", _("nothing found: / searches"));
    ui_note(u, str_of(s));
}

/* "/" while browsing: the pattern is typed where everything is typed. */
static void ask_pattern(struct ui *u)
{
    static const char find[] = "/search ";
    frame_browse(&u->frame, false);
    input_put(u->input, str_of(find));
    u->frame.input_dirty = true;
}

static void look(struct ui *u, enum action a, struct str args)
{
    struct buf b = {0};
    struct err err;
    bool ok = glass_command(glass(u), a, args, &b, &err);
    if (ok && a == ACTION_SEARCH && glass(u)->search) {
        frame_browse(&u->frame, true);
        frame_action(&u->frame, ACTION_FIND_FIRST);
    }
    if (ok && a == ACTION_MAP && b.len == 0)
        show_sides(u);
    finish(u, ok, &b, &err);
}

static void toggle_tokens(struct ui *u, struct str args)
{
    if (args.len) {
        look(u, ACTION_TOKENS, args);
        return;
    }
    frame_browse(&u->frame, true);
    frame_action(&u->frame, ACTION_TOKENS);
    if (glass(u)->token != TOKEN_NONE && u->frame.canvas.width >=
                                             LAYOUT_BESIDE_FROM)
        show_sides(u);
    u->frame.all_dirty = true;
}

bool ui_steer(struct ui *u, enum action a, struct str args)
{
    switch (a) {
    case ACTION_ENOUGH:
        enough(u);
        return true;
    case ACTION_DROP:
        drop(u, args);
        return true;
    case ACTION_GO_ON:
        go_on(u);
        return true;
    case ACTION_BRANCH:
        branch(u, args);
        return true;
    case ACTION_OPEN:
        return open_here(u);
    case ACTION_GRID:
        toggle_grid(u);
        return true;
    case ACTION_EXPERT_SWITCH:
        switch_expert(u);
        return true;
    case ACTION_COMPARE:
        compare(u);
        return true;
    case ACTION_TOKENS:
        toggle_tokens(u, args);
        return true;
    case ACTION_FIND_NEXT:
    case ACTION_FIND_PREV:
        find_more(u, a);
        return true;
    case ACTION_SEARCH:
        if (args.len == 0 && u->frame.browsing) {
            ask_pattern(u);
            return true;
        }
        look(u, a, args);
        return true;
    default:
        if (!glass_command_knows(a))
            return false;
        look(u, a, args);
        return true;
    }
}

/* --- what the events bring ------------------------------------------------ */

static void ask(struct ui *u, enum ui_choice choice)
{
    bool older = talk_has_older(&u->talk);
    if (choice == CHOICE_QUESTION && !older)
        return; /* too long by itself: the error has said so */
    u->choice = choice;
    ui_say(u, choice == CHOICE_QUESTION
                  ? _("o sends it without the oldest question, Esc leaves it")
              : older ? _("d goes on without the thought, o without the oldest "
                          "question, Esc leaves it so")
                      : _("d goes on without the thought, Esc leaves it so"));
}

void ui_steer_event(struct ui *u, const struct event *ev, bool only_read)
{
    if (ev->kind == EVENT_DONE) {
        u->dropped = only_read;
        if (!only_read && ev->done.reason == DONE_CONTEXT)
            ask(u, CHOICE_ANSWER);
    } else if (ev->kind == EVENT_ERROR && u->talk.question_waits) {
        ask(u, CHOICE_QUESTION);
    }
}

void ui_steer_news(struct ui *u)
{
    /* Not in the middle of an answer. */
    const char *warning = u->talk.running || u->choice != CHOICE_NONE
                              ? NULL : glass_warning(glass(u));
    struct buf b = {0};
    if (warning)
        ui_say(u, warning);
    if (!u->dropped)
        return;
    u->dropped = false;
    talk_dropped(&u->talk, glass(u), &b);
    answer_user(u, &b);
    buf_clear(&b);
}

const char *ui_token_text(struct ui *u)
{
    const struct token_log *log = transcript_tokens(u->transcript);
    const struct frame *f = &u->frame;
    char q[TOKEN_QUOTE_MAX], p[UNITS_MAX];
    struct token_record r;
    /* As it will be laid out: this is asked before. */
    bool pane = f->canvas.width >= LAYOUT_BESIDE_FROM ? f->sides_wanted
                                                      : f->narrow_sides;
    if (glass(u)->token == TOKEN_NONE || pane ||
        !token_log_get(log, glass(u)->token, &r))
        return NULL;
    buf_reset(&u->token);
    buf_printf(&u->token, "%s", token_quote(token_log_text(log, r.id), q));
    if (r.measured)
        buf_printf(&u->token, "  p %s, %.2f bit", units_share(p, (double)r.p),
                   (double)r.entropy);
    if (glass(u)->alt >= 0 && glass(u)->alt < r.n_alts)
        buf_printf(&u->token, _("  instead %s %s: Enter goes on with it"),
                   token_quote(token_log_text(log, r.alts[glass(u)->alt].id),
                               q),
                   units_share(p, (double)r.alts[glass(u)->alt].p));
    return u->token.p;
}

/* --- a full context ------------------------------------------------------- */

const char *ui_choice_text(const struct ui *u)
{
    if (u->choice == CHOICE_QUESTION)
        return _("context full: o or Esc");
    return talk_has_older(&u->talk) ? _("context full: d, o or Esc")
                                    : _("context full: d or Esc");
}

static bool send_again(struct ui *u, struct err *err)
{
    return talk_say(&u->talk, buf_str(&u->question), err);
}

static bool without_oldest(struct ui *u, struct buf *b, struct err *err)
{
    uint32_t turn = u->talk.turn;
    bool answer = u->choice == CHOICE_ANSWER;
    if (!talk_drop_oldest(&u->talk, b, err))
        return false;
    if (!answer)
        return send_again(u, err);
    if (!talk_go_on(&u->talk, glass(u), false, err))
        return false;
    transcript_retract(u->transcript, turn); /* it is told again, whole */
    return true;
}

bool ui_choose(struct ui *u, const struct key *key)
{
    struct buf b = {0};
    struct err err;
    bool ok = true, answer = u->choice == CHOICE_ANSWER;
    char c = key->code == K_CHAR && key->mods == 0 ? key->text[0] : '\0';
    if (c == 'd' && answer)
        ok = talk_go_on(&u->talk, glass(u), true, &err);
    else if (c == 'o')
        ok = without_oldest(u, &b, &err);
    else if (key->code != K_ESC) {
        u->choice = CHOICE_NONE;
        return false;
    }
    u->choice = CHOICE_NONE;
    finish(u, ok, &b, &err);
    frame_action(&u->frame, ACTION_END);
    return true;
}
