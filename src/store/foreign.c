/* SPDX-License-Identifier: Apache-2.0 */
#include "store/foreign.h"

#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "chat/tags.h"
#include "store/foreign_parts.h"
#include "store/saved.h"

/* --- messages ------------------------------------------------------------- */

bool foreign_role(struct str name, enum role *role)
{
    static const struct {
        const char *name;
        enum role role;
    } names[] = {
        {"user", ROLE_USER},           {"human", ROLE_USER},
        {"prompter", ROLE_USER},       {"assistant", ROLE_ASSISTANT},
        {"gpt", ROLE_ASSISTANT},       {"model", ROLE_ASSISTANT},
        {"bot", ROLE_ASSISTANT},       {"chatgpt", ROLE_ASSISTANT},
        {"ai", ROLE_ASSISTANT},        {"system", ROLE_SYSTEM},
        {"developer", ROLE_SYSTEM},    {"tool", ROLE_SYSTEM},
        {"function", ROLE_SYSTEM},     {"observation", ROLE_SYSTEM},
        {"ipython", ROLE_SYSTEM},      {"environment", ROLE_SYSTEM},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i].name)) {
            *role = names[i].role;
            return true;
        }
    return false;
}

struct splitter {
    struct message *m;
    enum text_part part;
    bool began[2];
};

/* Several thoughts of one answer are parted by a blank line, and so is what
 * stands around them. */
static void take_part(void *arg, enum text_part part, struct str text)
{
    struct splitter *s = arg;
    struct buf *to = part == PART_THOUGHT ? &s->m->thought : &s->m->text;
    if (part != s->part && s->began[part]) {
        while (text.len && strchr("\r\n ", *text.p) && *text.p)
            text = str_n(text.p + 1, text.len - 1);
        if (text.len == 0)
            return;
        while (to->len && (to->p[to->len - 1] == '\n' ||
                           to->p[to->len - 1] == '\r'))
            buf_erase(to, to->len - 1, 1);
        buf_puts(to, "\n\n");
    }
    s->part = part;
    s->began[part] = true;
    buf_add_str(to, text);
}

static void split_thought(struct foreign *f, struct message *m, struct str whole)
{
    struct splitter s = {.m = m, .part = PART_ANSWER};
    if (!f->tags)
        f->tags = tags_new();
    tags_begin(f->tags, tags_begins_inside(f->tags, whole));
    tags_allow_several(f->tags);
    tags_feed(f->tags, whole, take_part, &s);
    tags_end(f->tags, take_part, &s);
}

void foreign_message(struct foreign *f, enum role role, struct str thought,
                     struct str text)
{
    foreign_end_stream(f);
    struct message *m = conversation_add(f->c, role, str_n("", 0));
    if (role == ROLE_ASSISTANT && f->reasoning.len) {
        buf_add_str(&m->thought, buf_str(&f->reasoning));
        buf_reset(&f->reasoning);
    }
    buf_add_str(&m->thought, thought);
    if (role == ROLE_ASSISTANT && m->thought.len == 0)
        split_thought(f, m, text);
    else
        buf_add_str(&m->text, text);
    m->thought_open = m->thought.len && m->text.len == 0;
}

void foreign_end_stream(struct foreign *f)
{
    struct message *m = f->stream;
    f->stream = NULL;
    if (!m || m->thought.len)
        return;
    struct buf whole = m->text;
    m->text = (struct buf){0};
    split_thought(f, m, buf_str(&whole));
    m->thought_open = m->thought.len && m->text.len == 0;
    buf_clear(&whole);
}

/* --- JSON ----------------------------------------------------------------- */

/* Commas and brackets outside of strings count the values before any is made:
 * a value takes a hundred times the byte or two that it can be written with. */
static bool too_many_values(struct str s)
{
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < s.len && n <= FOREIGN_MAX_VALUES; i++) {
        char c = s.p[i];
        if (c == '"')
            inside = !inside;
        else if (c == '\\')
            i++;
        else if (!inside)
            n += c == ',' || c == '[' || c == '{';
    }
    return n > FOREIGN_MAX_VALUES;
}

json_t *foreign_parse(struct str s, struct err *err)
{
    json_error_t why;
    if (too_many_values(s)) {
        err_set(err, ERR_LIMIT, "more than %d values in one JSON text",
                FOREIGN_MAX_VALUES);
        return NULL;
    }
    /* jansson goes at most 2048 levels deep. */
    json_t *v = json_loadb(s.p, s.len, JSON_ALLOW_NUL | JSON_DECODE_ANY, &why);
    if (!v)
        err_set(err, ERR_FORMAT, _("line %d: not JSON: %s"), why.line, why.text);
    return v;
}

/* The line without its end; s then begins with the next. */
static struct str take_line(struct str *s)
{
    size_t end = str_find(*s, str_of("\n"), 0);
    struct str line = str_n(s->p, end);
    *s = end < s->len ? str_n(s->p + end + 1, s->len - end - 1)
                      : str_n(s->p + s->len, 0);
    return line;
}

static void take_value(struct foreign *f, const json_t *v)
{
    if (!foreign_piece(f, v) && !foreign_value(f, v))
        f->skipped++;
}

/* A last line that is cut off is left out: whoever wrote it was killed. */
static bool read_lines(struct foreign *f, struct str s, struct err *err)
{
    unsigned long n = 0;
    while (s.len > 0) {
        struct str line = str_trim(take_line(&s), STR_BLANKS);
        n++;
        if (line.len == 0)
            continue;
        json_t *v = foreign_parse(line, err);
        if (!v && s.len == 0 && err->kind == ERR_FORMAT && n > 1) {
            f->skipped++;
            break;
        }
        if (!v) {
            err_set(err, err->kind, _("line %lu: not JSON"), n);
            return false;
        }
        take_value(f, v);
        json_decref(v);
    }
    return true;
}

/* One JSON text, or one a line: if the first line is whole, it is lines. */
static bool read_json(struct foreign *f, struct str s, struct err *err)
{
    struct str rest = s, first = str_trim(take_line(&rest), STR_BLANKS);
    struct err ignored;
    json_t *v = str_trim(rest, STR_BLANKS).len ? foreign_parse(first, &ignored)
                                               : NULL;
    bool lines = v != NULL;
    json_decref(v);
    if (lines)
        return read_lines(f, s, err);
    v = foreign_parse(s, err);
    if (!v)
        return false;
    take_value(f, v);
    json_decref(v);
    return true;
}

/* --- server-sent events --------------------------------------------------- */

/* The lines of one event, put together. */
static void end_event(struct foreign *f, struct buf *data)
{
    struct err ignored;
    struct str s = str_trim(buf_str(data), STR_BLANKS);
    json_t *v = NULL;
    if (s.len && !str_is(s, "[DONE]")) {
        v = foreign_parse(s, &ignored);
        if (v)
            take_value(f, v);
        else
            f->skipped++;
    }
    json_decref(v);
    buf_reset(data);
}

/* Some dumps have no blank lines between the events. Within one, no brace opens
 * right after another has closed. */
static bool begins_anew(const struct buf *data, struct str line)
{
    struct str before = str_trim(buf_str(data), STR_BLANKS);
    return before.len && before.p[before.len - 1] == '}' && line.len &&
           (*line.p == '{' || str_is(line, "[DONE]"));
}

static void read_events(struct foreign *f, struct str s)
{
    struct buf data = {0};
    while (s.len > 0) {
        struct str line = take_line(&s);
        if (line.len && line.p[line.len - 1] == '\r')
            line.len--;
        if (line.len == 0) {
            end_event(f, &data);
        } else if (str_starts(line, str_of("data:"))) {
            line = str_n(line.p + 5, line.len - 5);
            if (begins_anew(&data, str_trim(line, STR_BLANKS)))
                end_event(f, &data);
            buf_add_str(&data, line);
            buf_putc(&data, '\n');
        }
    }
    end_event(f, &data);
    buf_clear(&data);
}

/* --- which form ----------------------------------------------------------- */

static char after_blanks(struct str s, size_t at)
{
    while (at < s.len && (s.p[at] == ' ' || s.p[at] == '\t' ||
                          s.p[at] == '\r' || s.p[at] == '\n'))
        at++;
    return at < s.len ? s.p[at] : '\0';
}

/* A text may begin with a bracket too ([THINK]): then no JSON follows it. */
static bool looks_like_json(struct str s)
{
    char next = after_blanks(s, 1);
    if (s.len && s.p[0] == '{')
        return next == '"' || next == '}' || next == '\0';
    return s.len && s.p[0] == '[' && next && strchr("{[\"]-0123456789", next);
}

static bool looks_like_events(struct str s)
{
    static const char *const begins[] = {"data:", "event:", "id:", ": ", ":\n",
                                         "retry:"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (str_starts(s, str_of(begins[i])))
            return str_find(s, str_of("data:"), 0) < s.len;
    return false;
}

static bool read_session(struct foreign *f, struct str s, struct buf *note,
                         struct err *err)
{
    struct saved saved = {0};
    bool ok = saved_read_bytes(&saved, s, err);
    if (ok) {
        saved_damage(&saved, note);
        conversation_clear(f->c);
        *f->c = saved.c;
        saved.c = (struct conversation){0};
    }
    saved_clear(&saved);
    return ok;
}

static bool read_any(struct foreign *f, struct str s, struct buf *note,
                     struct err *err)
{
    if (str_starts(s, str_of("\xEF\xBB\xBF")))
        s = str_n(s.p + 3, s.len - 3);
    if (str_starts(s, str_of("mull-session ")))
        return read_session(f, s, note, err);
    s = str_trim(s, STR_BLANKS);
    if (s.len == 0)
        return err_set(err, ERR_FORMAT, _("is empty"));
    if (memchr(s.p, '\0', s.len < 4096 ? s.len : 4096))
        return err_set(err, ERR_FORMAT, _("is no text"));
    if (looks_like_json(s))
        return read_json(f, s, err);
    if (looks_like_events(s))
        read_events(f, s);
    else
        foreign_text(f, s);
    return true;
}

bool foreign_read(struct conversation *c, struct str bytes, struct buf *note,
                  struct err *err)
{
    struct foreign f = {.c = c};
    size_t before = c->n;
    if (bytes.len > FOREIGN_MAX_BYTES)
        return err_set(err, ERR_LIMIT, _("is longer than %zu MB"),
                       FOREIGN_MAX_BYTES >> 20);
    bool ok = read_any(&f, bytes, note, err);
    foreign_end_stream(&f);
    if (ok && f.reasoning.len)
        foreign_message(&f, ROLE_ASSISTANT, str_n("", 0), str_n("", 0));
    if (ok && c->n == before)
        ok = err_set(err, ERR_FORMAT, _("there is no conversation in it"));
    if (ok && f.skipped)
        buf_printf(note, _("%u piece%s that made no sense %s left out"), f.skipped,
                   f.skipped == 1 ? "" : "s", f.skipped == 1 ? "was" : "were");
    tags_free(f.tags);
    buf_clear(&f.reasoning);
    return ok;
}
