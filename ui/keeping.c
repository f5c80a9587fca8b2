/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/keeping.h"

#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "chat/backend.h"
#include "chat/conversation.h"
#include "store/folder.h"
#include "store/keeper.h"
#include "store/saved.h"

void keeping_init(struct keeping *k, const char *folder,
                  const struct backend_info *info)
{
    *k = (struct keeping){.info = info,
                          .folder = folder ? mem_strdup(folder) : NULL};
    if (folder)
        k->keeper = keeper_new(folder, info);
}

/* A session that could not be written to its end is worth a word, when there is
 * somebody to hear it. */
static void leave(struct keeping *k)
{
    struct err err;
    if (!keeper_close(k->keeper, &err))
        buf_printf(&k->news, _("the chat before could not be kept whole: %s\n"),
                   err.msg);
    k->keeper = NULL;
    k->told = 0;
    buf_reset(&k->title);
}

/* The same name may be another file. Names come from files. */
static void say_model(const struct saved *s, const struct backend_info *info,
                      struct buf *note)
{
    struct buf was = {0}, is = {0};
    if (!info || !s->model_hash || !info->model_hash ||
        s->model_hash == info->model_hash)
        return;
    sanitize_text(buf_str(&s->model), true, &was);
    sanitize_text(str_of(info->name), true, &is);
    if (was.len && strcmp(was.p, is.p ? is.p : "") != 0)
        buf_printf(note, _("another model answered here: %s; from now on it is %s\n"),
                   was.p, is.p ? is.p : _("this one"));
    else
        buf_puts(note, _("another model of the same name answered here\n"));
    buf_clear(&was);
    buf_clear(&is);
}

static void say_what_happened(const struct saved *s,
                              const struct backend_info *info, struct buf *note)
{
    struct buf damage = {0};
    say_model(s, info, note);
    if (saved_damage(s, &damage))
        buf_printf(note, _("some of this chat was lost: %s\n"), damage.p);
    if (s->interrupted)
        buf_puts(note, _("mull was ended from outside the last time; this is what "
                       "it had written\n"));
    if (s->c.n && s->c.messages[s->c.n - 1]->role == ROLE_USER)
        buf_puts(note, _("the last message has no answer yet: /regen answers it\n"));
    buf_clear(&damage);
}

bool keeping_open(struct keeping *k, const char *path, struct conversation *c,
                  struct buf *note, struct err *err)
{
    struct saved saved = {0};
    struct keeper *keeper = keeper_open(path, k->info, &saved, err);
    if (!keeper) {
        saved_clear(&saved);
        return false;
    }
    leave(k);
    k->keeper = keeper;
    k->told = saved.c.last_id;
    buf_add_str(&k->title, buf_str(&saved.title));
    k->unseen = saved.unseen;
    say_what_happened(&saved, k->info, note);
    conversation_clear(c);
    *c = saved.c;
    saved.c = (struct conversation){0};
    saved_clear(&saved);
    return true;
}

void keeping_next(struct keeping *k)
{
    if (!k->folder)
        return;
    leave(k);
    k->keeper = keeper_new(k->folder, k->info);
}

bool keeping_close(struct keeping *k, struct err *err)
{
    bool ok = keeper_close(k->keeper, err);
    mem_free(k->folder);
    buf_clear(&k->title);
    buf_clear(&k->deleted);
    buf_clear(&k->news);
    *k = (struct keeping){0};
    return ok;
}

/* --- what is told --------------------------------------------------------- */

void keeping_turn(struct keeping *k, const struct message *question,
                  const struct message *answer, const struct turn_options *how)
{
    if (!k->keeper)
        return;
    const struct message *before = question ? question->parent : NULL;
    if (before && before->role == ROLE_SYSTEM && before->id > k->told)
        keeper_message(k->keeper, before, NULL); /* begins with the chat */
    k->told = answer->id;
    if (question)
        keeper_message(k->keeper, question, NULL);
    keeper_message(k->keeper, answer, how);
}

void keeping_text(struct keeping *k, const struct message *answer,
                  enum text_part part, struct str text)
{
    if (k->keeper)
        keeper_text(k->keeper, answer->id, part, text);
}

void keeping_end(struct keeping *k, const struct message *answer,
                 enum done_reason reason)
{
    if (k->keeper)
        keeper_end(k->keeper, answer, reason);
}

void keeping_remove(struct keeping *k, const struct message *m)
{
    if (k->keeper)
        keeper_remove(k->keeper, m->id);
}

void keeping_path(struct keeping *k, const struct conversation *c)
{
    if (k->keeper)
        keeper_active(k->keeper, c->n ? c->messages[c->n - 1]->id : 0);
}

void keeping_unseen(struct keeping *k, size_t messages)
{
    if (k->keeper)
        keeper_unseen(k->keeper, (uint32_t)messages);
}

void keeping_title(struct keeping *k, struct str title)
{
    buf_reset(&k->title);
    buf_add_str(&k->title, title);
    if (k->keeper)
        keeper_title(k->keeper, title);
}

bool keeping_flush(struct keeping *k, uint64_t *due_ns, struct buf *say)
{
    struct err err;
    bool recovered = false, ok = true;
    if (due_ns)
        *due_ns = 0;
    if (k->keeper)
        ok = due_ns ? keeper_flush_due(k->keeper, due_ns, &recovered, &err)
                    : keeper_flush(k->keeper, &recovered, &err);
    if (!ok)
        buf_printf(&k->news, _("this chat is not being kept: %s; what is said "
                   "waits until there is room\n"), err.msg);
    if (recovered)
        buf_puts(&k->news, _("this chat is kept again, all of it\n"));
    if (k->news.len == 0)
        return false;
    buf_add(say, k->news.p, k->news.len - 1); /* without its line feed */
    buf_reset(&k->news);
    return true;
}
