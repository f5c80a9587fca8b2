/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/plain_steer.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "ui/compare_pane.h"
#include "ui/glass.h"
#include "ui/glass_command.h"
#include "ui/talk.h"
#include "ui/talk_steer.h"
#include "ui/token_log.h"
#include "ui/transcript.h"
#include "ui/wrap.h"

bool plain_steer_knows(enum action a)
{
    /* Colours and folds are the screen's; what is looked at tells itself. */
    return (glass_command_knows(a) && a != ACTION_COLOR &&
            a != ACTION_THOUGHTS) ||
           a == ACTION_DROP || a == ACTION_GO_ON || a == ACTION_BRANCH ||
           a == ACTION_COMPARE;
}

static bool drop(struct talk *t, struct glass *g, struct str args,
                 struct buf *answer, struct err *err)
{
    if (str_is(args, "oldest"))
        return talk_drop_oldest(t, answer, err);
    if (args.len && !str_is(args, "thoughts"))
        return err_set(err, ERR_USAGE, _("/drop takes thoughts or oldest"));
    return talk_drop_thoughts(t, g, err);
}

static bool branch(struct talk *t, struct glass *g, struct str args,
                   struct buf *answer, struct err *err)
{
    uint32_t from, to;
    unsigned n = 0, which = 0;
    char s[64];
    snprintf(s, sizeof s, "%.*s", (int)(args.len < 60 ? args.len : 60), args.p);
    token_log_turn(transcript_tokens(g->t), g->turn, &from, &to);
    if (sscanf(s, "%u %u", &n, &which) != 2 || n < 1 || n > to - from ||
        which < 1)
        return err_set(err, ERR_USAGE, _("/branch takes a token of the last turn "
                       "(1 to %u) and one of its alternatives: /token N lists "
                       "them"), (unsigned)(to - from));
    return talk_branch_at(t, g, from + n - 1, which - 1, answer, err);
}

/* What was found, with the line it stands on. */
static void tell_finds(struct glass *g, struct buf *answer)
{
    static const char *const kinds[] = {N_("you"), N_("thought"), N_("answer"),
                                        "", ""};
    const struct hit *h;
    for (uint32_t i = 0; i < 20 && (h = search_hit(g->search, i)) != NULL; i++) {
        const struct block *b = transcript_block(g->t, h->block);
        struct str text = block_text(b);
        size_t from = h->at, to = str_find(text, str_of("\n"), h->at);
        while (from > 0 && text.p[from - 1] != '\n')
            from--;
        text_pad(answer, *kinds[b->kind] ? _(kinds[b->kind]) : "", 9);
        buf_add(answer, text.p + from, to - from);
        buf_putc(answer, '\n');
    }
}

bool plain_steer(struct talk *t, struct glass *g, enum action a,
                 struct str args, struct buf *answer, struct err *err)
{
    switch (a) {
    case ACTION_DROP:
        return drop(t, g, args, answer, err);
    case ACTION_GO_ON:
        return talk_go_on(t, g, false, err);
    case ACTION_BRANCH:
        return branch(t, g, args, answer, err);
    case ACTION_COMPARE:
        return compare_text(&t->c, t->answer_before, answer) ||
               err_set(err, ERR_USAGE, _("there is one answer to each question: "
                       "/regen answers again"));
    case ACTION_MAP: /* here it can only be told */
        if (!glass_command(g, a, args.len ? args : str_of("text"), answer, err))
            return false;
        if (answer->len == 0)
            return glass_command(g, a, str_of("text"), answer, err);
        return true;
    default:
        if (!glass_command(g, a, args, answer, err))
            return false;
        if (a == ACTION_SEARCH && g->search)
            tell_finds(g, answer);
        return true;
    }
}
