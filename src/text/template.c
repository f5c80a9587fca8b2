/* SPDX-License-Identifier: Apache-2.0 */
#include "text/template.h"

#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "chat/conversation.h"
#include "text/families.h"
#include "text/pre_patterns.h"
#include "text/vocab_tables.h"

#define CLOSE "</think>"

void prompt_clear(struct prompt *p)
{
    ids_clear(&p->ids);
    ids_clear(&p->begins);
    buf_clear(&p->text);
    p->inside_think = false;
}

/* --- building: special tokens by id, the text between two of them as one --- */

struct builder {
    const struct chat_family *family;
    const struct vocab *vocab; /* NULL: text only */
    struct prompt *out;
    struct buf pending;        /* text since the last special token */
    bool thinking;
};

static void flush(struct builder *b)
{
    encode(b->vocab, buf_str(&b->pending), ENCODE_CONTENT, &b->out->ids);
    buf_reset(&b->pending);
}

/* What somebody else wrote: it gives no special token, whatever it says. Words
 * of ours before it ("User: ") are tokenised together with it, as they were in
 * training. */
static void add_content(struct builder *b, struct str text)
{
    buf_add_str(&b->out->text, text);
    if (b->vocab)
        buf_add_str(&b->pending, text);
}

static void add_token(struct builder *b, int32_t id)
{
    flush(b);
    ids_add(&b->out->ids, id);
}

/* What we wrote: its special tokens are tokens. */
static void add_piece(struct builder *b, const char *piece)
{
    if (!piece)
        return;
    struct str text = str_of(piece);
    buf_add_str(&b->out->text, text);
    if (!b->vocab)
        return;
    const struct special_set *all = &b->vocab->special[ENCODE_SPECIAL];
    for (size_t at = 0; at < text.len;) {
        int32_t id;
        size_t hit = special_find(all, text, at, &id);
        buf_add(&b->pending, text.p + at, hit - at);
        if (id == TOKEN_NONE)
            break;
        add_token(b, id);
        at = hit + vocab_bytes(b->vocab, id).len;
    }
}

/* The family's, or the model's own where it has another or the family has no
 * opinion. */
static void add_bos(struct builder *b)
{
    const struct chat_family *f = b->family;
    const struct vocab *v = b->vocab;
    if (!v || (f->bos && (!*f->bos || vocab_special(v, f->bos) >= 0))) {
        add_piece(b, f->bos);
        return;
    }
    if (vocab_bos(v) == TOKEN_NONE || !(f->bos || vocab_add_bos(v)))
        return;
    buf_add_str(&b->out->text, vocab_bytes(v, vocab_bos(v)));
    add_token(b, vocab_bos(v));
}

/* --- thinking or not ------------------------------------------------------ */

/* Where a word of the template stands in a message; not inside a tag. */
static size_t find_word(struct str s, const char *word, size_t from)
{
    size_t at = str_find(s, str_of(word), from);
    while (at < s.len && at > 0 && s.p[at - 1] == '<')
        at = str_find(s, str_of(word), at + 1);
    return at;
}

static bool chosen_by_system(const struct conversation *c, bool thinking)
{
    for (size_t i = 0; i < c->n; i++) {
        struct str text = buf_str(&c->messages[i]->text);
        if (c->messages[i]->role != ROLE_SYSTEM)
            continue;
        if (find_word(text, "/no_think", 0) < text.len)
            return false;
        if (find_word(text, "/think", 0) < text.len)
            return true;
    }
    return thinking;
}

static void add_without(struct str text, const char *word, struct buf *out)
{
    size_t at = 0, hit;
    while ((hit = find_word(text, word, at)) < text.len) {
        buf_add(out, text.p + at, hit - at);
        at = hit + strlen(word);
    }
    buf_add(out, text.p + at, text.len - at);
}

static void drop_words(struct buf *text)
{
    struct buf other = {0};
    add_without(buf_str(text), "/no_think", &other);
    buf_reset(text);
    add_without(buf_str(&other), "/think", text);
    text->len -= pre_trailing_blanks(buf_str(text));
    buf_clear(&other);
}

/* --- contents ------------------------------------------------------------- */

static struct str trim(struct str s)
{
    s.len -= pre_trailing_blanks(s);
    size_t lead = pre_leading_blanks(s);
    return str_n(s.p + lead, s.len - lead);
}

static struct str trim_newlines(struct str s)
{
    while (s.len > 0 && s.p[0] == '\n')
        s = str_n(s.p + 1, s.len - 1);
    while (s.len > 0 && s.p[s.len - 1] == '\n')
        s.len--;
    return s;
}

/* Where the first or last </think> begins; s.len when there is none. */
static size_t find_close(struct str s, bool last)
{
    struct str close = str_of(CLOSE);
    size_t at = str_find(s, close, 0), found = at;
    while (last && at < s.len) {
        found = at;
        at = str_find(s, close, at + close.len);
    }
    return found;
}

/* A message whose thought is apart has an answer that is all answer, also where
 * it speaks of tags. */
static struct str answer_of(const struct chat_family *f,
                            const struct message *m)
{
    struct str s = buf_str(&m->text);
    if (f->history == HISTORY_WHOLE)
        return s;
    size_t at = s.len;
    if (m->thought.len == 0)
        at = find_close(s, f->history == HISTORY_AFTER_LAST_CLOSE);
    if (at < s.len)
        s = str_n(s.p + at + strlen(CLOSE), s.len - at - strlen(CLOSE));
    while (f->drops_newlines && s.len > 0 && s.p[0] == '\n')
        s = str_n(s.p + 1, s.len - 1);
    return s;
}

/* The thought of a message: apart, or still in its text. */
static struct str thought_of(const struct message *m)
{
    if (m->thought.len > 0)
        return trim_newlines(buf_str(&m->thought));
    struct str s = buf_str(&m->text), open = str_of("<think>");
    size_t close = find_close(s, false);
    if (close == s.len)
        return str_n("", 0);
    s.len = close;
    for (size_t at; (at = str_find(s, open, 0)) < s.len;)
        s = str_n(s.p + at + open.len, s.len - at - open.len);
    return trim_newlines(s);
}

/* --- messages ------------------------------------------------------------- */

struct place {
    size_t i, n, last_user; /* last_user: SIZE_MAX when there is none */
    bool after_user;        /* the message before was the user's */
};

static const char *system_opening(const struct builder *b)
{
    const struct chat_family *f = b->family;
    return !b->thinking && f->before_system_off ? f->before_system_off
                                                : f->before_system;
}

/* Ours, unlike what add_system gets. */
static void add_system_default(struct builder *b)
{
    const struct chat_family *f = b->family;
    add_piece(b, system_opening(b));
    add_piece(b, !b->thinking && f->system_default_off ? f->system_default_off
                                                       : f->system_default);
    add_piece(b, f->after_system);
}

static void add_system(struct builder *b, struct str text)
{
    const struct chat_family *f = b->family;
    add_piece(b, system_opening(b));
    add_content(b, f->trims ? trim(text) : text);
    add_piece(b, f->after_system);
}

static void add_system_first(struct builder *b, const struct conversation *c)
{
    const struct chat_family *f = b->family;
    struct buf all = {0};
    for (size_t i = 0; i < c->n; i++) {
        if (c->messages[i]->role != ROLE_SYSTEM)
            continue;
        if (f->system_place == SYSTEM_LAST_FIRST)
            buf_reset(&all);
        else if (all.len > 0)
            buf_puts(&all, "\n\n");
        buf_add_str(&all, buf_str(&c->messages[i]->text));
    }
    if (f->system_chooses)
        drop_words(&all);
    if (all.len > 0)
        add_system(b, buf_str(&all));
    else if (f->system_default)
        add_system_default(b);
    buf_clear(&all);
}

static void add_user(struct builder *b, struct str text, bool after_user)
{
    const struct chat_family *f = b->family;
    if (f->joins_users && after_user)
        add_piece(b, "\n\n");
    else
        add_piece(b, f->before_user);
    add_content(b, f->trims ? trim(text) : text);
    add_piece(b, f->after_user);
}

/* Only what answers the last user message may keep its thought. */
static bool keeps_thought(const struct builder *b, const struct place *at,
                          struct str thought)
{
    const struct chat_family *f = b->family;
    if (!f->before_thought || at->last_user == SIZE_MAX ||
        at->i <= at->last_user)
        return false;
    if (f->no_thought) /* DeepSeek: an empty pair when it did not think */
        return b->thinking;
    return at->i + 1 == at->n || thought.len > 0;
}

static void add_assistant(struct builder *b, const struct message *m,
                          const struct place *at)
{
    const struct chat_family *f = b->family;
    struct str text = answer_of(f, m);
    struct str thought = thought_of(m);
    if (!f->marks_after_user_only || at->after_user) {
        add_piece(b, f->before_assistant);
        if (keeps_thought(b, at, thought)) {
            add_piece(b, f->before_thought);
            add_content(b, thought);
            add_piece(b, f->after_thought);
        } else if (!(f->no_thought_off_only && b->thinking)) {
            add_piece(b, f->no_thought);
        }
    }
    /* A model that begins its answers with a space left it in the text. */
    if (f->opens_with_space && (text.len == 0 || text.p[0] != ' '))
        add_piece(b, " ");
    add_content(b, f->trims ? trim(text) : text);
    add_piece(b, f->after_assistant);
}

static void add_message(struct builder *b, const struct message *m,
                        const struct place *at)
{
    switch (m->role) {
    case ROLE_SYSTEM:
        if (b->family->system_place == SYSTEM_IN_PLACE)
            add_system(b, buf_str(&m->text));
        break;
    case ROLE_USER:
        add_user(b, buf_str(&m->text), at->after_user);
        break;
    case ROLE_ASSISTANT:
        add_assistant(b, m, at);
        break;
    }
}

static void add_messages(struct builder *b, const struct conversation *c,
                         struct place *at)
{
    const struct chat_family *f = b->family;
    if (f->system_place != SYSTEM_IN_PLACE)
        add_system_first(b, c);
    else if (f->system_default && c->messages[0]->role != ROLE_SYSTEM)
        add_system_default(b);
    at->n = c->n;
    at->last_user = SIZE_MAX;
    for (size_t i = 0; i < c->n; i++) {
        if (c->messages[i]->role == ROLE_USER)
            at->last_user = i;
    }
    for (at->i = 0; at->i < c->n; at->i++) {
        const struct message *m = c->messages[at->i];
        /* Text that still waits may become one token with what follows. */
        ids_add(&b->out->begins, (int32_t)b->out->ids.n);
        add_message(b, m, at);
        if (m->role != ROLE_SYSTEM || f->system_place == SYSTEM_IN_PLACE)
            at->after_user = m->role == ROLE_USER;
    }
}

bool chat_render(const struct chat_family *f, const struct vocab *v,
                 const struct conversation *c, enum think_mode think,
                 struct prompt *out, struct err *err)
{
    if (c->n == 0)
        return err_set(err, ERR_USAGE, "there is no message to answer");
    prompt_clear(out);
    struct builder b = {.family = f, .vocab = v, .out = out,
                        .thinking = think == THINK_DEFAULT ? f->thinks_unasked
                                                           : think == THINK_ON};
    struct place at = {0};
    if (f->system_chooses)
        b.thinking = chosen_by_system(c, b.thinking);
    add_bos(&b);
    add_piece(&b, f->opens);
    add_messages(&b, c, &at);
    if (!f->marks_after_user_only || at.after_user) {
        add_piece(&b, f->before_assistant);
        add_piece(&b, b.thinking ? f->begin_thinking : f->begin_answering);
        out->inside_think = b.thinking && f->begins_inside;
    }
    if (v)
        flush(&b);
    buf_clear(&b.pending);
    return true;
}

void chat_end_thought(const struct chat_family *f, const struct vocab *v,
                      struct ids *out)
{
    const char *piece = f->ends_thought    ? f->ends_thought
                        : f->after_thought ? f->after_thought
                                           : CLOSE;
    encode(v, str_of(piece), ENCODE_SPECIAL, out);
}
