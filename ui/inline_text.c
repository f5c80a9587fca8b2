/* SPDX-License-Identifier: Apache-2.0 */
/* From plain mode's text to the scrollback, and what becomes of thoughts. */
#include "ui/inline_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/ui.h"
#include "ui/wrap.h"

enum { TAIL_MAX = 8192 /* of a thought, to show its end */ };

/* --- text on its way to the scrollback ------------------------------------ */

/* At words, as wide as the live lines: what was seen while it was written does not
 * jump when it is done. Lines with colours in them go out as they are. */
static void say_line(struct inline_chat *c, struct str line)
{
    size_t from = 0, len;
    int width = live_width(c->width);
    if (memchr(line.p, '\033', line.len) || text_columns(line) <= width) {
        live_say(&c->live, str_n(line.p, line.len + 1)); /* with its line feed */
        return;
    }
    while (from < line.len) {
        size_t at = from;
        from = wrap_next(line, at, width, &len);
        struct buf row = {0};
        buf_add(&row, line.p + at, len);
        buf_putc(&row, '\n');
        live_say(&c->live, buf_str(&row));
        buf_clear(&row);
    }
}

/* What plain mode has written since: whole lines go up, the rest stays. */
void inline_take_said(struct inline_chat *c)
{
    fflush(c->p.out);
    if (c->said_len == 0)
        return;
    buf_add(&c->open, c->said, c->said_len);
    rewind(c->p.out);
    fflush(c->p.out);
    c->said_len = 0;
    size_t from = 0, end;
    while ((end = str_find(buf_str(&c->open), str_of("\n"), from)) < c->open.len) {
        say_line(c, str_n(c->open.p + from, end - from));
        from = end + 1;
    }
    buf_erase(&c->open, 0, from);
    c->dirty = true;
}

/* --- thoughts ------------------------------------------------------------- */

void inline_follow_thought(struct inline_chat *c, const struct event *ev)
{
    struct inline_thought *t = &c->thought;
    bool text = ev->kind == EVENT_TEXT && ev->text.part == PART_THOUGHT;
    if (ev->kind == EVENT_THINK_BEGIN || (text && !t->runs)) {
        t->runs = c->p.text.think == HIDE_THOUGHTS;
        t->tokens = 0;
        t->ms = 0;
        t->clean = (struct sanitizer){0};
        buf_reset(&t->tail);
    }
    if (text && t->runs) {
        sanitize_feed(&t->clean, str_n(ev->text.s, ev->text.len), &t->tail);
        if (t->tail.len > TAIL_MAX)
            buf_erase(&t->tail, 0, t->tail.len - TAIL_MAX / 2);
    } else if (ev->kind == EVENT_TOKEN && ev->token.part == PART_THOUGHT) {
        t->tokens++;
        t->ms += ev->token.ms;
    } else if (ev->kind == EVENT_THINK_END || ev->kind == EVENT_DONE ||
               ev->kind == EVENT_ERROR ||
               (ev->kind == EVENT_TEXT && ev->text.part == PART_ANSWER)) {
        t->runs = false;
    }
}

static void print_thought(struct inline_chat *c, const struct message *m)
{
    struct plain_text *t = &c->p.text;
    struct buf clean = {0};
    sanitize_text(buf_str(&m->thought), false, &clean);
    struct str s = buf_str(&clean);
    while (s.len && s.p[s.len - 1] == '\n')
        s.len--;
    while (s.len && *s.p == '\n')
        s = str_n(s.p + 1, s.len - 1);
    for (size_t from = 0; from < s.len;) {
        size_t end = str_find(s, str_of("\n"), from);
        fprintf(t->out, "%s%s", t->color ? "\033[2;3m" : "", t->ascii ? "| " : "\xE2\x96\x8F ");
        plain_text_lines(t, t->out, str_n(s.p + from, end - from));
        fprintf(t->out, "%s\n", t->color ? "\033[0m" : "");
        from = end + 1;
    }
    fputc('\n', t->out);
    buf_clear(&clean);
}

void inline_thoughts(struct inline_chat *c, struct str arg)
{
    struct plain *p = &c->p;
    uint32_t skip = 0, found = 0;
    bool all = str_is(arg, "all");
    if (str_is(arg, "full") || str_is(arg, "folded") || str_is(arg, "hidden")) {
        p->text.think = str_is(arg, "full") ? SHOW_THOUGHTS : HIDE_THOUGHTS;
        return;
    }
    if (arg.len && !all) {
        if (arg.len > 4 || arg.p[0] < '1' || arg.p[0] > '9') {
            fprintf(p->notes, "%s\n", _("/thoughts takes a number, all, full or folded"));
            return;
        }
        char digits[8] = "";
        memcpy(digits, arg.p, arg.len);
        skip = (uint32_t)strtoul(digits, NULL, 10) - 1;
    }
    for (size_t i = p->talk.c.n; i-- > 0 && !(found && !all);) {
        const struct message *m = p->talk.c.messages[all ? p->talk.c.n - 1 - i : i];
        if (m->thought.len == 0 || (!all && skip-- > 0))
            continue;
        print_thought(c, m);
        found++;
    }
    if (!found)
        fprintf(p->notes, "%s\n", _("there is no such thought"));
}
