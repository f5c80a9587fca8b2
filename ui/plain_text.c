/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/plain_text.h"

#include <langinfo.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/canvas.h"
#include "ui/units.h"
#include "ui/wrap.h"

#define SGR_THOUGHT "\033[2;3m"
#define SGR_OFF "\033[0m"

struct plain_text plain_text_init(FILE *out, enum think_display think,
                                  bool color, bool marks)
{
    return (struct plain_text){.out = out, .think = think, .color = color,
                               .marks = marks, .at_line_start = true};
}

void plain_text_clear(struct plain_text *p)
{
    buf_clear(&p->line);
}

static bool part_is_shown(const struct plain_text *p)
{
    return p->part == PART_THOUGHT ? p->think != HIDE_THOUGHTS
                                   : p->think != ONLY_THOUGHTS;
}

/* The canvas knows what is near; a line of two cells is enough to ask it. */
static void put_ascii(FILE *out, struct str s)
{
    struct canvas c;
    canvas_init(&c, 2, 1);
    c.ascii = true;
    for (int columns; s.len;) {
        size_t n = grapheme_next(s, &columns);
        if (n == 1) {
            fputc(*s.p, out);
        } else if (columns) {
            canvas_text(&c, 0, 0, 2, str_n(s.p, n), (struct style){0});
            fputs(canvas_at(&c, 0, 0)->s, out);
        }
        s = str_n(s.p + n, s.len - n);
    }
    canvas_clear(&c);
}

static void put(struct plain_text *p, const char *s, size_t len)
{
    if (p->ascii)
        put_ascii(p->out, str_n(s, len));
    else
        fwrite(s, 1, len, p->out);
    if (len)
        p->at_line_start = s[len - 1] == '\n';
}

static void end_line(struct plain_text *p)
{
    if (!p->at_line_start)
        put(p, "\n", 1);
}

/* Line feeds at the end of a part wait until something follows, so that the
 * answer does not depend on how many the model wrote around its thought. */
static void put_held(struct plain_text *p)
{
    for (; p->held_newlines; p->held_newlines--)
        put(p, "\n", 1);
}

static void put_part(struct plain_text *p, struct str s)
{
    bool strip = p->marks || p->part == PART_THOUGHT || p->after_thought;
    bool hold = p->marks || p->part == PART_THOUGHT;
    while (strip && !p->began && s.len && *s.p == '\n')
        s = str_n(s.p + 1, s.len - 1);
    if (s.len == 0)
        return;
    size_t end = s.len;
    while (hold && end && s.p[end - 1] == '\n')
        end--;
    if (!p->began && p->part == PART_THOUGHT) {
        if (p->marks)
            put(p, _("[thinking]\n"), strlen(_("[thinking]\n")));
        if (p->color)
            fputs(SGR_THOUGHT, p->out);
    }
    p->began = true;
    if (end)
        put_held(p);
    put(p, s.p, end);
    p->held_newlines += (unsigned)(s.len - end);
}

static void close_thought(struct plain_text *p)
{
    bool shown = p->began && part_is_shown(p);
    if (shown && p->color)
        fputs(SGR_OFF, p->out);
    if (shown)
        end_line(p);
    if (p->marks && p->think_tokens) {
        char time[UNITS_MAX];
        fprintf(p->out, _("[thought, %u tokens, %s]\n"), (unsigned)p->think_tokens,
                units_time(time, p->think_ms));
        shown = true;
    }
    if (shown && p->think != ONLY_THOUGHTS)
        fputc('\n', p->out);
    p->after_thought = true;
    p->think_tokens = 0;
    p->think_ms = 0;
}

/* What is still inside the sanitizer belongs to the part that ends. */
static void end_part(struct plain_text *p)
{
    if (!p->in_part)
        return;
    buf_reset(&p->line);
    sanitize_end(&p->clean, &p->line);
    if (part_is_shown(p))
        put_part(p, buf_str(&p->line));
    p->held_newlines = 0;
    if (p->part == PART_THOUGHT)
        close_thought(p);
    else if (p->began && part_is_shown(p))
        end_line(p);
    p->in_part = p->began = false;
}

static void begin_part(struct plain_text *p, enum text_part part)
{
    if (p->in_part && p->part == part)
        return;
    end_part(p);
    p->clean = (struct sanitizer){0};
    p->part = part;
    p->in_part = true;
}

static void take_text(struct plain_text *p, const struct event *ev)
{
    begin_part(p, ev->text.part);
    buf_reset(&p->line);
    sanitize_feed(&p->clean, str_n(ev->text.s, ev->text.len), &p->line);
    if (part_is_shown(p))
        put_part(p, buf_str(&p->line));
}

bool plain_text_event(struct plain_text *p, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_THINK_BEGIN:
        begin_part(p, PART_THOUGHT);
        break;
    case EVENT_THINK_END:
        begin_part(p, PART_ANSWER);
        break;
    case EVENT_TEXT:
        take_text(p, ev);
        break;
    case EVENT_TOKEN:
        if (ev->token.part == PART_THOUGHT) {
            p->think_tokens++;
            p->think_ms += ev->token.ms;
        }
        return true;
    case EVENT_DONE:
    case EVENT_ERROR:
        end_part(p);
        break;
    case EVENT_PREFILL:
    case EVENT_NOTICE:
        return true;
    }
    return fflush(p->out) == 0 && !ferror(p->out);
}

bool plain_text_said(struct plain_text *p, const char *mark, struct str text)
{
    struct buf b = {0};
    sanitize_text(text, false, &b);
    while (b.len && b.p[b.len - 1] == '\n')
        buf_erase(&b, b.len - 1, 1);
    put(p, mark, strlen(mark));
    for (struct str left = buf_str(&b);;) {
        size_t end = str_find(left, str_of("\n"), 0);
        put(p, left.p, end);
        put(p, "\n", 1);
        if (end == left.len)
            break;
        put(p, "  ", 2);
        left = str_n(left.p + end + 1, left.len - end - 1);
    }
    *p = (struct plain_text){.out = p->out, .think = p->think, .color = p->color,
                             .marks = p->marks, .ascii = p->ascii,
                             .line = p->line, .at_line_start = true};
    buf_clear(&b);
    return fflush(p->out) == 0 && !ferror(p->out);
}

bool plain_text_color(enum color_mode mode, FILE *f)
{
    if (mode != COLOR_AUTO)
        return mode == COLOR_ALWAYS;
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no && *no)
        return false;
    return isatty(fileno(f)) && term && *term && strcmp(term, "dumb") != 0;
}

bool plain_text_ascii(bool asked, FILE *f)
{
    return asked || (isatty(fileno(f)) &&
                     strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
}

void plain_text_lines(const struct plain_text *p, FILE *out, struct str lines)
{
    if (p->ascii)
        put_ascii(out, lines);
    else if (lines.len)
        fwrite(lines.p, 1, lines.len, out);
}

void plain_text_line(FILE *out, const char *prefix, const char *text)
{
    struct buf b = {0};
    sanitize_text(str_of(text), true, &b);
    fprintf(out, "%s%s\n", prefix, b.p ? b.p : "");
    buf_clear(&b);
}
