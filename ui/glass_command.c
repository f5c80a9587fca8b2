/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/glass_command.h"

#include <stdio.h>

#include "base/err.h"
#include "base/i18n.h"
#include "chat/backend.h"
#include "ui/glass.h"
#include "ui/glass_text.h"
#include "ui/token_log.h"
#include "ui/transcript.h"

enum { WARN_AT = 80, CALM_BELOW = 70 }; /* per cent of the context */

bool glass_command_knows(enum action a)
{
    return a == ACTION_MAP || a == ACTION_COLOR || a == ACTION_TOKENS ||
           a == ACTION_STEPS || a == ACTION_SEARCH || a == ACTION_FIND_WHERE ||
           a == ACTION_MEMORY || a == ACTION_THOUGHTS;
}

static bool number(struct str s, uint32_t *n)
{
    uint64_t x = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || x > UINT32_MAX)
            return false;
        x = x * 10 + (unsigned)(s.p[i] - '0');
    }
    *n = (uint32_t)x;
    return s.len > 0 && x <= UINT32_MAX;
}

/* --- the map and colours -------------------------------------------------- */

static bool take_layer(const struct glass *g, struct str word, uint32_t *layer,
                       struct err *err)
{
    uint32_t first = g->info->first_moe_layer, n = g->info->n_moe_layers, x;
    if (!number(word, &x) || x < first || x - first >= n)
        return err_set(err, ERR_USAGE, _("layers with experts are %u to %u"),
                       first, first + n - 1);
    *layer = x - first;
    return true;
}

/* "5" or "5:17". */
static bool take_expert(struct glass *g, struct str word, struct err *err)
{
    size_t colon = str_find(word, str_of(":"), 0);
    uint32_t layer, expert = g->expert;
    if (!take_layer(g, str_n(word.p, colon), &layer, err))
        return false;
    if (colon < word.len &&
        (!number(str_n(word.p + colon + 1, word.len - colon - 1), &expert) ||
         expert >= g->info->n_experts))
        return err_set(err, ERR_USAGE, _("experts are 0 to %u"),
                       g->info->n_experts - 1);
    g->layer = layer;
    g->expert = expert;
    return true;
}

static bool set_mode(struct glass *g, struct str word, struct err *err)
{
    for (int m = 0; m < MAP_MODES; m++)
        if (str_is(word, map_mode_name((enum map_mode)m))) {
            g->mode = (enum map_mode)m;
            return true;
        }
    return err_set(err, ERR_USAGE, _("/map takes live, turn, leaning, layer L, "
                   "company L:E, mark L:E or text"));
}

/* "text", "turn", "layer 5", "company 5:17 text", "mark 5:17"; nothing: on. */
static bool map(struct glass *g, struct str args, struct buf *answer,
                struct err *err)
{
    bool text = false, moded = false;
    if (g->info->n_moe_layers == 0) {
        glass_map_text(g, g->mode, answer);
        return true;
    }
    while (args.len) {
        struct str word = str_take_word(&args);
        bool digit = word.len && word.p[0] >= '0' && word.p[0] <= '9';
        if (str_is(word, "text"))
            text = true;
        else if (str_is(word, "mark"))
            g->marking = moded = true;
        else if (str_is(word, "unmark"))
            g->marking = !(moded = true);
        else if (digit ? !take_expert(g, word, err) : !set_mode(g, word, err))
            return false;
        else
            moded = true;
    }
    if (!text && !moded)
        g->mode = (enum map_mode)((g->mode + 1) % MAP_MODES);
    if (text)
        glass_map_text(g, g->mode, answer);
    g->changes++;
    return true;
}

static bool color(struct glass *g, struct str args, struct buf *answer,
                  struct err *err)
{
    struct str word = str_take_word(&args);
    enum token_color c = (enum token_color)((g->color + 1) % COLOR_MODES);
    if (word.len) {
        for (c = 0; c < COLOR_MODES; c++)
            if (str_is(word, token_color_name(c)))
                break;
        if (c == COLOR_MODES)
            return err_set(err, ERR_USAGE, _("/color takes plain, probability, "
                           "entropy, drafts or expert L"));
    }
    if (c == COLOR_EXPERT && g->info->n_moe_layers == 0) {
        if (word.len)
            return err_set(err, ERR_USAGE, _("this model has no experts"));
        c = COLOR_PLAIN;
    }
    if (args.len && !take_layer(g, args, &g->color_layer, err))
        return false;
    g->color = c;
    g->changes++;
    if (c == COLOR_EXPERT)
        buf_printf(answer, _("tokens are coloured by their first expert in layer "
                   "%u\n"), (unsigned)(g->info->first_moe_layer +
                                      g->color_layer));
    else if (c == COLOR_PLAIN)
        buf_puts(answer, _("tokens are plain\n"));
    else
        buf_printf(answer, _("tokens are coloured by %s\n"), token_color_name(c));
    return true;
}

/* --- tokens --------------------------------------------------------------- */

static bool token(struct glass *g, struct str args, struct buf *answer,
                  struct err *err)
{
    uint32_t from, to, n;
    token_log_turn(transcript_tokens(g->t), g->turn, &from, &to);
    if (args.len == 0) {
        glass_tokens_text(g, answer);
        return true;
    }
    if (!number(args, &n) || n < 1 || n > to - from)
        return err_set(err, ERR_USAGE, _("the last turn has tokens 1 to %u"),
                       to - from);
    glass_token_text(g, from + n - 1, n, answer);
    return true;
}

/* --- search --------------------------------------------------------------- */

static bool look(struct glass *g, struct buf *answer, struct err *err)
{
    char text[SEARCH_TEXT_MAX];
    bool ok = search_run(g->search, g->t, g->where, err);
    g->changes++;
    if (ok)
        buf_printf(answer, "%s\n", search_text(g->search, text));
    return ok;
}

static bool find(struct glass *g, struct str args, struct buf *answer,
                 struct err *err)
{
    if (args.len == 0 && g->search) { /* no more marks */
        search_free(g->search);
        g->search = NULL;
        g->changes++;
        return true;
    }
    struct search *s = search_new(args, err);
    if (!s)
        return false;
    search_free(g->search);
    g->search = s;
    g->hit = 0;
    return look(g, answer, err);
}

static bool find_where(struct glass *g, struct buf *answer, struct err *err)
{
    g->where = (enum search_where)((g->where + 1) % 3);
    g->hit = 0;
    if (g->search)
        return look(g, answer, err);
    buf_puts(answer, g->where == SEARCH_ALL        ? _("/search searches everything\n")
                     : g->where == SEARCH_THOUGHTS ? _("/search searches thoughts\n")
                                                   : _("/search searches answers\n"));
    return true;
}

/* --- thoughts ------------------------------------------------------------- */

static bool thoughts(struct glass *g, struct str args, struct buf *answer,
                     struct err *err)
{
    static const char *const names[] = {"full", "folded", "hidden"};
    for (int i = 0; i < 3 && args.len; i++)
        if (str_is(args, names[i])) {
            transcript_show_thoughts(g->t, (enum thought_show)i);
            g->changes++;
            buf_printf(answer, _("thoughts are %s\n"), names[i]);
            return true;
        }
    if (args.len)
        return err_set(err, ERR_USAGE, _("/thoughts takes full, folded or hidden"));
    buf_printf(answer, _("thoughts are %s\n"),
               names[transcript_thoughts_shown(g->t)]);
    return true;
}

bool glass_command(struct glass *g, enum action a, struct str args,
                   struct buf *answer, struct err *err)
{
    switch (a) {
    case ACTION_MAP:
        return map(g, args, answer, err);
    case ACTION_COLOR:
        return color(g, args, answer, err);
    case ACTION_TOKENS:
        return token(g, args, answer, err);
    case ACTION_STEPS:
        if (str_is(args, "words"))
            buf_puts(answer, turns_builtin);
        else
            glass_steps_text(g, answer);
        return true;
    case ACTION_SEARCH:
        return find(g, args, answer, err);
    case ACTION_FIND_WHERE:
        return find_where(g, answer, err);
    case ACTION_THOUGHTS:
        return thoughts(g, args, answer, err);
    default:
        glass_memory_text(g, answer);
        return true;
    }
}

const char *glass_warning(struct glass *g)
{
    uint64_t used = g->now.context_used, max = g->now.context_max;
    if (max == 0 || used * 100 < max * CALM_BELOW)
        g->warned = false;
    if (max == 0 || used * 100 < max * WARN_AT || g->warned)
        return NULL;
    g->warned = true;
    snprintf(g->warning, sizeof g->warning,
             _("the context is %u %% full: /drop takes out thoughts, /drop oldest "
               "the oldest question"),
             (unsigned)(used * 100 / max));
    return g->warning;
}
