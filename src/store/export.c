/* SPDX-License-Identifier: Apache-2.0 */
#include "store/export.h"

#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/sanitize.h"
#include "chat/conversation.h"

static const char *const names[] = {
    [EXPORT_MD] = "md", [EXPORT_JSON] = "json", [EXPORT_HTML] = "html"};

bool export_form_parse(struct str name, enum export_form *form)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i])) {
            *form = (enum export_form)i;
            return true;
        }
    return false;
}

const char *export_form_name(enum export_form form)
{
    return names[form];
}

/* --- JSON ----------------------------------------------------------------- */

/* always: null stands where there is no thought. */
static void write_json(const struct conversation *c, const char *thought_key,
                       bool always, struct buf *out)
{
    json_t *all = json_object(), *list = json_array();
    for (size_t i = 0; i < c->n; i++) {
        const struct message *m = c->messages[i];
        json_t *o = json_object();
        json_put_name(o, "role", role_name(m->role));
        if (m->thought.len)
            json_put_text(o, thought_key, buf_str(&m->thought));
        else if (always)
            json_object_set_new(o, thought_key, json_null());
        json_put_text(o, "content", buf_str(&m->text));
        json_array_append_new(list, o);
    }
    json_object_set_new(all, "messages", list);
    if (!json_print(all, JSON_INDENT(1), out))
        abort(); /* no memory: as when any small allocation fails */
    buf_putc(out, '\n');
}

void export_plain_json(const struct conversation *c, struct buf *out)
{
    write_json(c, "reasoning", true, out);
}

/* --- what a thought was --------------------------------------------------- */

static void add_thought_title(struct buf *out, const struct message *m)
{
    buf_puts(out, "thought");
    if (m->has_stats && m->stats.think_tokens)
        buf_printf(out, " %.1f s \xC2\xB7 %u tokens", m->stats.think_ms / 1000,
                   (unsigned)m->stats.think_tokens);
    if (m->interrupted && m->thought_open)
        buf_puts(out, " \xC2\xB7 interrupted");
}

static const char *speaker(const struct message *m)
{
    return m->role == ROLE_USER ? "You" : "System";
}

/* --- Markdown ------------------------------------------------------------- */

/* The fold must end where we end it. */
static void add_inside_details(struct buf *out, struct str s)
{
    static const char end[] = "</details";
    for (size_t i = 0; i < s.len; i++) {
        bool closes = s.len - i >= sizeof end - 1 &&
                      strncasecmp(s.p + i, end, sizeof end - 1) == 0;
        if (closes)
            buf_puts(out, "&lt;");
        else
            buf_putc(out, s.p[i]);
    }
}

static void write_md(const struct conversation *c, const char *title,
                     struct buf *out)
{
    struct buf clean = {0};
    if (*title) {
        sanitize_text(str_of(title), true, &clean);
        buf_printf(out, "# %s\n", clean.p);
    }
    for (size_t i = 0; i < c->n; i++) {
        const struct message *m = c->messages[i];
        if (m->role != ROLE_ASSISTANT)
            buf_printf(out, "\n**%s**\n", speaker(m));
        if (m->thought.len) {
            buf_reset(&clean);
            sanitize_text(buf_str(&m->thought), false, &clean);
            buf_puts(out, "\n<details><summary>");
            add_thought_title(out, m);
            buf_puts(out, "</summary>\n\n");
            add_inside_details(out, str_trim(buf_str(&clean), " \n"));
            buf_puts(out, "\n\n</details>\n");
        }
        buf_reset(&clean);
        sanitize_text(buf_str(&m->text), false, &clean);
        if (str_trim(buf_str(&clean), " \n").len) {
            buf_putc(out, '\n');
            buf_add_str(out, str_trim(buf_str(&clean), " \n"));
            buf_putc(out, '\n');
        }
        if (m->experts.len) {
            buf_puts(out, "\n*");
            buf_printf(out, _("modified: %s"), m->experts.p);
            buf_puts(out, "*\n");
        }
        if (m->interrupted)
            buf_puts(out, "\n*interrupted*\n");
    }
    buf_clear(&clean);
}

/* --- HTML ----------------------------------------------------------------- */

static const char html_head[] =
    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

static const char html_style[] =
    "<style>\n"
    ":root { color-scheme: light dark; }\n"
    "body { max-width: 46em; margin: 2em auto; padding: 0 1em;\n"
    "  font: 1rem/1.5 system-ui, sans-serif; }\n"
    ".text { white-space: pre-wrap; overflow-wrap: break-word; margin: .6em 0; }\n"
    ".user { font-weight: bold; margin-top: 2em; }\n"
    ".user::before { content: \"\\203a  \"; color: teal; }\n"
    ".system, .note { opacity: .7; font-size: .9em; }\n"
    "details { opacity: .75; font-style: italic; margin: .8em 0;\n"
    "  border-left: 2px solid; padding-left: 1em; }\n"
    "summary { cursor: pointer; font-style: normal; }\n"
    "pre { font-style: normal; overflow-x: auto; padding: .6em;\n"
    "  background: rgba(128,128,128,.15); }\n"
    "</style>\n";

static void add_escaped(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.p[i]) {
        case '&': buf_puts(out, "&amp;"); break;
        case '<': buf_puts(out, "&lt;"); break;
        case '>': buf_puts(out, "&gt;"); break;
        case '"': buf_puts(out, "&quot;"); break;
        case '\'': buf_puts(out, "&#39;"); break;
        default: buf_putc(out, s.p[i]);
        }
    }
}

static struct str take_line(struct str *s)
{
    size_t end = str_find(*s, str_of("\n"), 0);
    struct str line = str_n(s->p, end);
    *s = end < s->len ? str_n(s->p + end + 1, s->len - end - 1)
                      : str_n(s->p + s->len, 0);
    return line;
}

/* Code between fences keeps its look; all else is text as it was written. */
static void add_html_text(struct buf *out, const char *class, struct str s)
{
    bool code = false, open = false, first = false;
    while (s.len) {
        struct str line = take_line(&s);
        if (str_starts(line, str_of("```"))) {
            if (open)
                buf_puts(out, code ? "</pre>\n" : "</div>\n");
            code = !code;
            open = first = code;
            if (code)
                buf_puts(out, "<pre>");
            continue;
        }
        if (!open)
            buf_printf(out, "<div class=\"text %s\">", class);
        else if (!first)
            buf_putc(out, '\n');
        open = true;
        first = false;
        add_escaped(out, line);
    }
    if (open)
        buf_puts(out, code ? "</pre>\n" : "</div>\n");
}

static void add_cleaned(struct buf *out, const char *class, struct str text)
{
    struct buf clean = {0};
    sanitize_text(text, false, &clean);
    add_html_text(out, class, str_trim(buf_str(&clean), " \n"));
    buf_clear(&clean);
}

static void write_html(const struct conversation *c, const char *title,
                       struct buf *out)
{
    static const char *const classes[] = {[ROLE_SYSTEM] = "system",
                                          [ROLE_USER] = "user",
                                          [ROLE_ASSISTANT] = "answer"};
    struct buf clean = {0};
    sanitize_text(str_of(*title ? title : "a chat"), true, &clean);
    buf_puts(out, html_head);
    buf_puts(out, "<title>");
    add_escaped(out, buf_str(&clean));
    buf_puts(out, "</title>\n");
    buf_puts(out, html_style);
    buf_puts(out, "</head>\n<body>\n<h1>");
    add_escaped(out, buf_str(&clean));
    buf_puts(out, "</h1>\n");
    for (size_t i = 0; i < c->n; i++) {
        const struct message *m = c->messages[i];
        if (m->thought.len) {
            buf_puts(out, "<details><summary>");
            add_thought_title(out, m);
            buf_puts(out, "</summary>\n");
            add_cleaned(out, "thought", buf_str(&m->thought));
            buf_puts(out, "</details>\n");
        }
        add_cleaned(out, classes[m->role], buf_str(&m->text));
        if (m->experts.len) {
            buf_puts(out, "<div class=\"note\">");
            buf_printf(out, _("modified: %s"), m->experts.p);
            buf_puts(out, "</div>\n");
        }
        if (m->interrupted)
            buf_puts(out, "<div class=\"note\">interrupted</div>\n");
    }
    buf_puts(out, "</body>\n</html>\n");
    buf_clear(&clean);
}

void export_conversation(const struct conversation *c, const char *title,
                         enum export_form form, struct buf *out)
{
    switch (form) {
    case EXPORT_MD:
        write_md(c, title, out);
        break;
    case EXPORT_JSON:
        write_json(c, "reasoning_content", false, out);
        break;
    case EXPORT_HTML:
        write_html(c, title, out);
        break;
    }
}
