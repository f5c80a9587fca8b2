/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/session_list.h"

#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "store/index.h"
#include "ui/wrap.h"

const char *session_short(const char *id)
{
    const char *dash = strrchr(id, '-');
    return dash && strlen(dash) == 5 ? dash + 1 : id;
}

/* "today 14:32", "Nov 20 09:10", "2025-11-20": as much as tells it apart. */
static void add_when(struct buf *b, int64_t ms, int64_t now_ms)
{
    time_t then = (time_t)(ms / 1000), now = (time_t)(now_ms / 1000);
    struct tm t, n;
    char s[32] = "";
    if (!localtime_r(&then, &t) || !localtime_r(&now, &n))
        return;
    if (t.tm_year != n.tm_year)
        strftime(s, sizeof s, "%Y-%m-%d", &t);
    else if (t.tm_yday != n.tm_yday)
        strftime(s, sizeof s, "%b %d %H:%M", &t);
    else
        strftime(s, sizeof s, _("today %H:%M"), &t);
    text_pad(b, s, 12);
}

static void add_clean(struct buf *b, const char *text, int columns)
{
    struct buf clean = {0};
    sanitize_text(str_of(text), true, &clean);
    text_pad(b, clean.p ? clean.p : "", columns);
    buf_clear(&clean);
}

void session_line(const struct index_session *s, int64_t now_ms,
                  struct buf *line)
{
    buf_printf(line, "%s  ", session_short(s->id));
    add_when(line, s->changed_ms, now_ms);
    buf_printf(line, _("  %3u message%s  "), s->n_messages,
               s->n_messages == 1 ? " " : "s");
    add_clean(line, s->model, 12);
    buf_puts(line, "  ");
    add_clean(line, s->title, 0);
    if (s->interrupted)
        buf_puts(line, _("  (not closed)")); /* open elsewhere, or cut off */
}

struct json_t *session_json(const struct index_session *s)
{
    json_t *o = json_object();
    json_object_set_new(o, "id", json_string(s->id));
    json_object_set_new(o, "title", json_string(s->title));
    json_object_set_new(o, "model", json_string(s->model));
    json_object_set_new(o, "began_ms", json_integer(s->began_ms));
    json_object_set_new(o, "changed_ms", json_integer(s->changed_ms));
    json_object_set_new(o, "messages", json_integer(s->n_messages));
    json_object_set_new(o, "interrupted", json_boolean(s->interrupted));
    return o;
}
