/* SPDX-License-Identifier: Apache-2.0 */
/* What a model was given and wrote, as text: with the marks of its chat family,
 * or an answer alone. */
#include "store/foreign_parts.h"

#include <string.h>

enum mark_kind {
    MARK_ROLE,   /* the role is known by the mark */
    MARK_NAMED,  /* the name of the role follows, up to `upto` */
    MARK_END,    /* of a message, or nothing at all */
};

/* No mark is the beginning of another one. What stands bare behind the mark of
 * the beginning is the system's. */
static const struct mark {
    const char *text;
    enum mark_kind kind;
    enum role role;
    const char *upto;
} marks[] = {
    {"<|im_start|>", MARK_NAMED, ROLE_USER, "\n"},
    {"<|start_header_id|>", MARK_NAMED, ROLE_USER, "<|end_header_id|>"},
    {"<|start|>", MARK_NAMED, ROLE_USER, "<|message|>"},
    {"<start_of_turn>", MARK_NAMED, ROLE_USER, "\n"},
    {"<|im_user|>", MARK_NAMED, ROLE_USER, "<|im_middle|>"},
    {"<|im_assistant|>", MARK_NAMED, ROLE_ASSISTANT, "<|im_middle|>"},
    {"<|im_system|>", MARK_NAMED, ROLE_SYSTEM, "<|im_middle|>"},
    {"<\xEF\xBD\x9CUser\xEF\xBD\x9C>", MARK_ROLE, ROLE_USER, NULL},
    {"<\xEF\xBD\x9C" "Assistant\xEF\xBD\x9C>", MARK_ROLE, ROLE_ASSISTANT, NULL},
    {"<|user|>", MARK_ROLE, ROLE_USER, NULL},
    {"<|assistant|>", MARK_ROLE, ROLE_ASSISTANT, NULL},
    {"<|system|>", MARK_ROLE, ROLE_SYSTEM, NULL},
    {"[INST]", MARK_ROLE, ROLE_USER, NULL},
    {"[/INST]", MARK_ROLE, ROLE_ASSISTANT, NULL},
    {"<\xEF\xBD\x9C" "begin\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>",
     MARK_ROLE, ROLE_SYSTEM, NULL},
    {"<\xEF\xBD\x9C" "end\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>",
     MARK_END, ROLE_SYSTEM, NULL},
    {"<|begin_of_text|>", MARK_ROLE, ROLE_SYSTEM, NULL},
    {"<|end_of_text|>", MARK_END, ROLE_SYSTEM, NULL},
    {"<|endoftext|>", MARK_END, ROLE_SYSTEM, NULL},
    {"<|eot_id|>", MARK_END, ROLE_SYSTEM, NULL},
    {"<|im_end|>", MARK_END, ROLE_SYSTEM, NULL},
    {"<|return|>", MARK_END, ROLE_SYSTEM, NULL},
    {"<|end|>", MARK_END, ROLE_SYSTEM, NULL},
    {"<end_of_turn>", MARK_END, ROLE_SYSTEM, NULL},
    {"<bos>", MARK_ROLE, ROLE_SYSTEM, NULL},
    {"<eos>", MARK_END, ROLE_SYSTEM, NULL},
    {"<s>", MARK_ROLE, ROLE_SYSTEM, NULL},
    {"</s>", MARK_END, ROLE_SYSTEM, NULL},
};

static const struct mark *mark_at(struct str s, size_t at)
{
    struct str rest = str_n(s.p + at, s.len - at);
    if (rest.p[0] != '<' && rest.p[0] != '[')
        return NULL;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(rest, str_of(marks[i].text)))
            return &marks[i];
    return NULL;
}

/* Where the text is: who speaks, and whether aloud. */
struct speaker {
    bool known;
    enum role role;
    bool aside;      /* a channel that is no answer: thought */
};

/* "assistant<|channel|>analysis", "user", "assistant\n" */
static struct speaker speaker_of(const struct mark *m, struct str name)
{
    struct speaker s = {.known = true, .role = m->role};
    static const char channel[] = "<|channel|>";
    size_t at = str_find(name, str_of(channel), 0);
    struct str role = str_trim(str_n(name.p, at), STR_BLANKS);
    if (m->kind == MARK_NAMED && !foreign_role(role, &s.role) &&
        strcmp(m->upto, "<|im_middle|>") != 0)
        s.role = ROLE_SYSTEM;
    if (at < name.len) {
        size_t from = at + sizeof channel - 1;
        struct str said = str_trim(str_n(name.p + from, name.len - from), STR_BLANKS);
        s.aside = !str_starts(said, str_of("final"));
    }
    return s;
}

static void say(struct foreign *f, const struct speaker *s, struct str text)
{
    text = str_trim(text, STR_BLANKS);
    if (!s->known || text.len == 0)
        return;
    if (s->role == ROLE_ASSISTANT && s->aside) {
        if (f->reasoning.len)
            buf_puts(&f->reasoning, "\n\n");
        buf_add_str(&f->reasoning, text);
        return;
    }
    /* Thoughts that no answer followed belong to nobody else. */
    if (s->role != ROLE_ASSISTANT && f->reasoning.len)
        foreign_message(f, ROLE_ASSISTANT, str_n("", 0), str_n("", 0));
    foreign_message(f, s->role, str_n("", 0), text);
}

static size_t after_mark(const struct mark *m, struct str s, size_t at,
                         struct speaker *who)
{
    size_t from = at + strlen(m->text), end = from;
    if (m->kind == MARK_END) {
        who->known = false;
        return from;
    }
    /* The name of a role is short: what is longer is none. */
    if (m->kind == MARK_NAMED) {
        struct str near = str_n(s.p, s.len < from + 96 ? s.len : from + 96);
        end = str_find(near, str_of(m->upto), from);
        if (end == near.len)
            end = from;
    }
    *who = speaker_of(m, str_n(s.p + from, end - from));
    return end == from ? end : end + (m->upto ? strlen(m->upto) : 0);
}

/* A prompt begins with a mark; text that only has one somewhere is an answer
 * that speaks of them. */
static bool begins_with_mark(struct str s)
{
    return s.len && mark_at(s, 0);
}

static void read_prompt(struct foreign *f, struct str s)
{
    struct speaker who = {0};
    size_t from = 0, at = 0;
    while (at < s.len) {
        const struct mark *m = mark_at(s, at);
        if (!m) {
            at++;
            continue;
        }
        say(f, &who, str_n(s.p + from, at - from));
        from = at = after_mark(m, s, at, &who);
    }
    say(f, &who, str_n(s.p + from, s.len - from));
}

/* An answer alone may still carry the mark of its end. */
static struct str without_end(struct str s)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct str mark = str_of(marks[i].text);
        /* <|end|> and <|return|> are also tags: those are their reader's. */
        if (marks[i].kind == MARK_END && str_ends(s, mark) &&
            str_find(s, str_of("<|channel|>"), 0) == s.len)
            return str_trim(str_n(s.p, s.len - mark.len), STR_BLANKS);
    }
    return s;
}

void foreign_text(struct foreign *f, struct str text)
{
    struct buf lines = {0};
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] != '\r' || i + 1 == text.len || text.p[i + 1] != '\n')
            buf_putc(&lines, text.p[i]);
    struct str s = str_trim(buf_str(&lines), STR_BLANKS);
    size_t before = f->c->n;
    if (begins_with_mark(s))
        read_prompt(f, s);
    if (f->c->n == before && f->reasoning.len == 0)
        foreign_message(f, ROLE_ASSISTANT, str_n("", 0), without_end(s));
    buf_clear(&lines);
}
