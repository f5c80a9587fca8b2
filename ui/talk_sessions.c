/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_sessions.h"

#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "store/export.h"
#include "store/folder.h"
#include "store/index_words.h"
#include "store/keeper.h"
#include "ui/lookup.h"
#include "ui/session_list.h"
#include "ui/talk.h"

enum { LOOKUP_MS = 80 }; /* that a screen can wait for a list */

/* --- the path ------------------------------------------------------------- */

/* How many messages stand before the last one of the user; c->n: there is none. */
static size_t last_question(const struct conversation *c)
{
    for (size_t i = c->n; i-- > 0;)
        if (c->messages[i]->role == ROLE_USER)
            return i;
    return c->n;
}

struct str talk_last_question(const struct talk *t)
{
    size_t i = last_question(&t->c);
    return i < t->c.n ? buf_str(&t->c.messages[i]->text) : str_n("", 0);
}

static uint32_t end_of(const struct conversation *c)
{
    return c->n ? c->messages[c->n - 1]->id : 0;
}

bool talk_edit(struct talk *t, struct str text, struct err *err)
{
    size_t at = last_question(&t->c);
    uint32_t end = end_of(&t->c);
    if (at == t->c.n)
        return err_set(err, ERR_USAGE, _("there is no message to change"));
    if (text.len == 0)
        return err_set(err, ERR_USAGE, _("/edit takes the new text"));
    conversation_back(&t->c, at);
    talk_path_changed(t);
    if (talk_say(t, text, err))
        return true;
    conversation_end_at(&t->c, end);
    return false;
}

static bool undo_message(struct talk *t, struct buf *answer, struct err *err)
{
    size_t at = last_question(&t->c);
    if (at == t->c.n)
        return err_set(err, ERR_USAGE, _("there is nothing to take back"));
    conversation_back(&t->c, at);
    keeping_path(&t->keep, &t->c);
    buf_puts(answer, _("the last message and its answer are taken back; /redo "
                     "brings them again\n"));
    return true;
}

static bool redo(struct talk *t, struct err *err)
{
    struct message *last = conversation_last(&t->c);
    struct message *next = last ? last->chosen : t->c.root.chosen;
    if (!next)
        return err_set(err, ERR_USAGE, _("nothing was taken back"));
    conversation_choose(&t->c, next->id);
    keeping_path(&t->keep, &t->c);
    return true;
}

/* The last place of the path where there is a choice; NULL: there is none. */
static struct message *last_choice(const struct conversation *c, size_t *index,
                                   size_t *n)
{
    for (size_t i = c->n; i-- > 0;) {
        *n = conversation_variants(c, c->messages[i], index);
        if (*n > 1)
            return c->messages[i];
    }
    return NULL;
}

static bool parse_number(struct str s, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || *n > 100000)
            return false;
        *n = *n * 10 + (size_t)(s.p[i] - '0');
    }
    return s.len > 0;
}

static bool choose_variant(struct talk *t, enum action a, struct str args,
                           struct buf *answer, struct err *err)
{
    size_t index = 0, n = 0, want;
    struct message *m = last_choice(&t->c, &index, &n);
    if (!m)
        return err_set(err, ERR_USAGE, _("there are no variants yet: /regen and "
                       "/edit make some"));
    if (a == ACTION_VARIANT && args.len == 0) {
        buf_printf(answer, _("this is variant %zu of %zu; /variant N shows another\n"),
                   index + 1, n);
        return true;
    }
    int step = a == ACTION_VARIANT_BEFORE ? -1 : 1;
    if (a == ACTION_VARIANT) {
        if (!parse_number(args, &want) || want < 1 || want > n)
            return err_set(err, ERR_USAGE, _("/variant takes 1 to %zu"), n);
        step = (int)want - (int)index - 1;
    }
    struct message *other = conversation_variant(&t->c, m, step);
    if (!other)
        return err_set(err, ERR_USAGE, _("this is variant %zu of %zu"), index + 1, n);
    talk_leaves_answer(t);
    conversation_choose(&t->c, other->id);
    keeping_path(&t->keep, &t->c);
    buf_printf(answer, _("variant %zu of %zu\n"), (size_t)((long)index + step) + 1, n);
    return true;
}

/* "off": nothing. */
static bool set_system(struct talk *t, struct str text, struct buf *answer)
{
    if (text.len == 0) {
        if (t->system.len)
            buf_puts(answer, _("the model is told first: "));
        sanitize_text(buf_str(&t->system), false, answer);
        buf_puts(answer, t->system.len ? "\n" : _("the model is told nothing first; "
                                                "/system TEXT changes that\n"));
        return true;
    }
    bool now = talk_system(t, str_is(text, "off") ? str_n("", 0) : text);
    buf_puts(answer, now ? _("the model is told so first\n")
                         : _("from the next chat on: /clear begins it\n"));
    return true;
}

/* --- the chats ------------------------------------------------------------ */

static bool want_folder(const struct talk *t, struct err *err)
{
    return t->keep.folder ||
           err_set(err, ERR_USAGE, _("chats are not kept in this run"));
}

/* What was said just now is in the lists as well. */
static bool look_up(struct talk *t, const char *words, struct buf *answer,
                    struct err *err)
{
    struct buf news = {0};
    if (!want_folder(t, err))
        return false;
    if (keeping_flush(&t->keep, NULL, &news))
        buf_printf(&t->keep.news, "%s\n", news.p); /* told in its own time */
    buf_clear(&news);
    talk_forget_lookup(t);
    t->lookup = lookup_begin(t->keep.folder,
                             t->keep.keeper ? keeper_id(t->keep.keeper) : NULL,
                             words);
    if (lookup_wait(t->lookup, LOOKUP_MS))
        return talk_looked_up(t, answer, err);
    buf_puts(answer, _("many chats are read for the first time: the list comes "
                       "when that is done\n"));
    return true;
}

static bool find_words(struct talk *t, struct str words, struct buf *answer,
                       struct err *err)
{
    struct buf text = {0};
    if (index_words_of(words).n == 0)
        return err_set(err, ERR_USAGE, _("/find takes the words to look for"));
    buf_add_str(&text, words);
    bool ok = look_up(t, text.p, answer, err);
    buf_clear(&text);
    return ok;
}

bool talk_looked_up(struct talk *t, struct buf *answer, struct err *err)
{
    struct lookup *l = t->lookup;
    t->lookup = NULL;
    return lookup_end(l, answer, err);
}

static bool load_session(struct talk *t, struct str name, struct buf *answer,
                         struct err *err)
{
    struct buf part = {0}, id = {0}, path = {0};
    if (name.len == 0)
        return err_set(err, ERR_USAGE,
                       _("/load takes the name of a chat: /sessions lists them"));
    buf_add_str(&part, name);
    bool ok = want_folder(t, err) &&
              folder_find(t->keep.folder, part.p, &id, err);
    if (ok && t->keep.keeper && strcmp(id.p, keeper_id(t->keep.keeper)) == 0)
        ok = err_set(err, ERR_USAGE, _("that is this chat"));
    if (ok) {
        folder_path(t->keep.folder, id.p, &path);
        ok = talk_resume(t, path.p, answer, err);
    }
    buf_clear(&part);
    buf_clear(&id);
    buf_clear(&path);
    return ok;
}

static bool is_kept(const struct talk *t, struct err *err)
{
    return want_folder(t, err) &&
           ((t->keep.keeper && keeper_begun(t->keep.keeper)) ||
            err_set(err, ERR_USAGE, _("nothing was said in this chat yet")));
}

static bool delete_session(struct talk *t, struct buf *answer, struct err *err)
{
    struct buf id = {0};
    if (!is_kept(t, err))
        return false;
    buf_puts(&id, keeper_id(t->keep.keeper));
    talk_restart(t);
    bool ok = folder_delete(t->keep.folder, id.p, false, err);
    if (ok) {
        buf_reset(&t->keep.deleted);
        buf_add_str(&t->keep.deleted, buf_str(&id));
        buf_puts(answer, _("the chat is deleted; /undo brings it back\n"));
    }
    buf_clear(&id);
    return ok;
}

static bool undelete(struct talk *t, struct buf *answer, struct err *err)
{
    struct buf path = {0};
    bool ok = folder_undelete(t->keep.folder, t->keep.deleted.p, err);
    if (ok) {
        folder_path(t->keep.folder, t->keep.deleted.p, &path);
        ok = talk_resume(t, path.p, answer, err);
        buf_reset(&t->keep.deleted);
    }
    buf_clear(&path);
    return ok;
}

static bool rename_session(struct talk *t, struct str title, struct buf *answer,
                           struct err *err)
{
    if (!want_folder(t, err))
        return false;
    if (title.len == 0) {
        sanitize_text(buf_str(&t->keep.title), true, answer);
        buf_puts(answer, answer->len ? "\n" : _("it has no title of its own\n"));
        return true;
    }
    keeping_title(&t->keep, title);
    buf_puts(answer, _("this chat has another title now\n"));
    return true;
}

/* --- export --------------------------------------------------------------- */

/* "md", "html notes.html": a new file, in the current folder when it has no name
 * of its own. */
static bool export_chat(struct talk *t, struct str args, struct buf *answer,
                        struct err *err)
{
    enum export_form form = EXPORT_MD;
    struct buf path = {0}, out = {0}, title = {0};
    size_t end = str_find(args, str_of(" "), 0);
    struct str name = str_n(args.p + end, args.len - end);
    while (name.len && *name.p == ' ')
        name = str_n(name.p + 1, name.len - 1);
    if (args.len && !export_form_parse(str_n(args.p, end), &form))
        return err_set(err, ERR_USAGE, _("/export takes md, json or html"));
    if (t->c.n == 0)
        return err_set(err, ERR_USAGE, _("nothing was said in this chat yet"));
    if (name.len)
        buf_add_str(&path, name);
    else
        buf_printf(&path, "mull-%s.%s",
                   t->keep.keeper ? session_short(keeper_id(t->keep.keeper))
                                  : "chat", export_form_name(form));
    buf_add_str(&title, buf_str(&t->keep.title));
    export_conversation(&t->c, title.p ? title.p : "", form, &out);
    bool ok = file_write_new(path.p, out.p, out.len, err);
    if (ok)
        buf_printf(answer, _("written to %s\n"), path.p);
    buf_clear(&path);
    buf_clear(&title);
    buf_clear(&out);
    return ok;
}

/* --- which ---------------------------------------------------------------- */

/* Those that take another path need the turn to be over. */
static const struct {
    enum action action;
    bool waits;
    enum talk_change change;
} rows[] = {
    {ACTION_SYSTEM, true, TALK_SAME},
    {ACTION_SESSIONS, false, TALK_SAME}, {ACTION_FIND, false, TALK_SAME},
    {ACTION_RENAME, false, TALK_SAME},   {ACTION_EXPORT, true, TALK_SAME},
    {ACTION_LOAD, true, TALK_REPLAY},    {ACTION_DELETE, true, TALK_REPLAY},
    {ACTION_UNDO, true, TALK_REPLAY},    {ACTION_REDO, true, TALK_REPLAY},
    {ACTION_VARIANT, true, TALK_REPLAY}, {ACTION_EDIT, true, TALK_STARTED},
    {ACTION_VARIANT_BEFORE, true, TALK_REPLAY},
    {ACTION_VARIANT_AFTER, true, TALK_REPLAY},
};

static size_t row_of(enum action a)
{
    size_t i = 0;
    while (i < sizeof rows / sizeof *rows && rows[i].action != a)
        i++;
    return i;
}

bool talk_sessions_takes(enum action a)
{
    return row_of(a) < sizeof rows / sizeof *rows;
}

static bool act(struct talk *t, enum action a, struct str args,
                struct buf *answer, struct err *err)
{
    switch (a) {
    case ACTION_SYSTEM:
        return set_system(t, args, answer);
    case ACTION_SESSIONS:
        return look_up(t, NULL, answer, err);
    case ACTION_FIND:
        return find_words(t, args, answer, err);
    case ACTION_RENAME:
        return rename_session(t, args, answer, err);
    case ACTION_EXPORT:
        return export_chat(t, args, answer, err);
    case ACTION_LOAD:
        return load_session(t, args, answer, err);
    case ACTION_DELETE:
        return delete_session(t, answer, err);
    case ACTION_UNDO:
        return t->keep.deleted.len && t->c.n == 0 ? undelete(t, answer, err)
                                                  : undo_message(t, answer, err);
    case ACTION_REDO:
        return redo(t, err);
    case ACTION_EDIT:
        return talk_edit(t, args, err);
    default:
        return choose_variant(t, a, args, answer, err);
    }
}

bool talk_sessions_act(struct talk *t, enum action a, struct str args,
                       struct buf *answer, enum talk_change *change,
                       struct err *err)
{
    size_t row = row_of(a);
    uint32_t end = end_of(&t->c);
    *change = TALK_SAME;
    if (rows[row].waits && t->running)
        return err_set(err, ERR_USAGE,
                       _("an answer is on its way: Ctrl-C stops it"));
    bool ok = act(t, a, args, answer, err);
    if (ok && rows[row].change == TALK_REPLAY)
        talk_path_changed(t);
    if (ok && (rows[row].change != TALK_REPLAY || end != end_of(&t->c) ||
               a == ACTION_LOAD))
        *change = rows[row].change;
    return ok;
}
