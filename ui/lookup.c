/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/lookup.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/index.h"
#include "store/index_task.h"
#include "ui/session_list.h"
#include "ui/units.h"

enum { SHOWN = 12 }; /* of a list, before it says that there are more */

struct lookup {
    struct index_task *task;
    char *here, *words;  /* owned, or NULL */
    char progress[120];
    /* Of the thread while it runs. */
    struct buf out;      /* owned */
    struct buf id;       /* owned; of the heading that stands */
    unsigned n;
};

static bool list_session(void *arg, const struct index_session *s)
{
    struct lookup *l = arg;
    if (l->n++ == SHOWN) {
        buf_puts(&l->out, _("and more: mull sessions lists all\n"));
        return false;
    }
    struct index_session shown = *s;
    bool here = l->here && strcmp(l->here, s->id) == 0;
    shown.interrupted = s->interrupted && !here;
    session_line(&shown, clock_wall_ms(), &l->out);
    buf_puts(&l->out, here ? _("  (this chat)\n") : "\n");
    return true;
}

static bool list_hit(void *arg, const struct index_hit *hit)
{
    struct lookup *l = arg;
    if (l->n++ == 2 * SHOWN) {
        buf_puts(&l->out, _("and more: mull search finds all\n"));
        return false;
    }
    if (!l->id.p || strcmp(l->id.p, hit->session.id) != 0) {
        session_line(&hit->session, clock_wall_ms(), &l->out);
        buf_putc(&l->out, '\n');
        buf_reset(&l->id);
        buf_puts(&l->id, hit->session.id);
    }
    buf_printf(&l->out, "  %-8s %s\n", hit->part, hit->text);
    return true;
}

static bool ask(void *arg, struct index *ix, struct err *err)
{
    struct lookup *l = arg;
    bool ok = l->words ? index_search(ix, l->words, list_hit, l, err)
                       : index_list(ix, list_session, l, err);
    if (ok && l->words && l->n == 0)
        buf_puts(&l->out, _("nothing in the kept chats has these words\n"));
    else if (ok && !l->words)
        buf_puts(&l->out, l->n ? _("/load NAME goes on with one\n")
                               : _("there is no kept chat yet\n"));
    return ok;
}

struct lookup *lookup_begin(const char *folder, const char *here,
                            const char *words)
{
    struct lookup *l = mem_zalloc(sizeof *l);
    l->here = here ? mem_strdup(here) : NULL;
    l->words = words ? mem_strdup(words) : NULL;
    l->task = index_task_begin(folder, ask, l);
    return l;
}

bool lookup_wait(const struct lookup *l, int ms)
{
    return index_task_wait(l->task, ms);
}

int lookup_fd(const struct lookup *l)
{
    return l ? index_task_fd(l->task) : -1;
}

const char *lookup_progress(struct lookup *l)
{
    size_t done, total;
    char some[UNITS_MAX], all[UNITS_MAX];
    if (!l)
        return NULL;
    index_task_progress(l->task, &done, &total);
    snprintf(l->progress, sizeof l->progress,
             _("reading the chats once: %s of %s (Ctrl-C: enough)"),
             units_count(some, done), units_count(all, total));
    return l->progress;
}

void lookup_stop(struct lookup *l)
{
    if (l)
        index_task_stop(l->task);
}

bool lookup_end(struct lookup *l, struct buf *answer, struct err *err)
{
    size_t left;
    bool ok = index_task_end(l->task, &left, err);
    if (ok)
        buf_add_str(answer, buf_str(&l->out));
    if (ok && left)
        buf_printf(answer, _("chats that are not in the lists yet: %zu (asking "
                             "again reads more of them)\n"), left);
    buf_clear(&l->out);
    buf_clear(&l->id);
    mem_free(l->here);
    mem_free(l->words);
    mem_free(l);
    return ok;
}
