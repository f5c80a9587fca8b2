/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "cmd/session_place.h"
#include "options.h"
#include "store/index.h"
#include "ui/session_list.h"

struct found {
    json_t *list;   /* owned; NULL: lines instead */
    struct buf id;  /* owned; of the session whose heading stands */
    unsigned n;
};

static bool add_json(struct found *f, const struct index_hit *hit)
{
    json_t *o = session_json(&hit->session);
    json_object_set_new(o, "message", json_integer(hit->message));
    json_object_set_new(o, "part", json_string(hit->part));
    json_object_set_new(o, "text", json_string(hit->text));
    json_array_append_new(f->list, o);
    return true;
}

static bool take_hit(void *arg, const struct index_hit *hit)
{
    struct found *f = arg;
    f->n++;
    if (f->list)
        return add_json(f, hit);
    if (!f->id.p || strcmp(f->id.p, hit->session.id) != 0) {
        struct buf line = {0};
        session_line(&hit->session, clock_wall_ms(), &line);
        printf("%s%s\n", f->n > 1 ? "\n" : "", line.p);
        buf_clear(&line);
        buf_reset(&f->id);
        buf_puts(&f->id, hit->session.id);
    }
    printf("  %-8s %s\n", hit->part, hit->text);
    return true; /* main sees whether it arrived */
}

static bool write_json(json_t *list, struct err *err)
{
    json_t *all = json_object();
    json_object_set(all, "found", list);
    bool ok = (json_dumpf(all, stdout, JSON_INDENT(1)) == 0 &&
               putchar('\n') != EOF) ||
              err_set(err, ERR_IO, _("standard output could not be written"));
    json_decref(all);
    return ok;
}

bool cmd_search(struct options *o, struct err *err)
{
    struct buf folder = {0}, words = {0};
    struct found f = {.list = o->json ? json_array() : NULL};
    struct index *ix = NULL;
    for (int i = 0; i < o->n_args; i++)
        buf_printf(&words, "%s%s", i ? " " : "", o->args[i]);
    bool ok = (words.len || err_set(err, ERR_USAGE, _("the words are missing"))) &&
              session_folder(false, &folder, err) &&
              (ix = session_index(folder.p, err)) &&
              index_search(ix, words.p, take_hit, &f, err);
    if (ok && f.list)
        ok = write_json(f.list, err);
    else if (ok && f.n == 0)
        ok = err_set(err, ERR_LIMIT, _("nothing in the chats has these words"));
    index_close(ix);
    json_decref(f.list);
    buf_clear(&f.id);
    buf_clear(&folder);
    buf_clear(&words);
    return ok;
}
