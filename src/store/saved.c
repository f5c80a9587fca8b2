/* SPDX-License-Identifier: Apache-2.0 */
#include "store/saved.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "store/experts_json.h"
#include "store/stats_json.h"

void saved_clear(struct saved *s)
{
    conversation_clear(&s->c);
    buf_clear(&s->title);
    buf_clear(&s->model);
    *s = (struct saved){0};
}

/* --- values of a record --------------------------------------------------- */

static bool get_text(const json_t *o, const char *key, struct str *text)
{
    const json_t *v = json_object_get(o, key);
    *text = str_n(json_string_value(v), json_string_length(v));
    return json_is_string(v);
}

static bool get_id(const json_t *o, const char *key, uint32_t *id)
{
    const json_t *v = json_object_get(o, key);
    json_int_t n = json_integer_value(v);
    *id = n > 0 && n < UINT32_MAX ? (uint32_t)n : 0;
    return json_is_integer(v) && n >= 0 && n < UINT32_MAX;
}

/* "9c3e1f0741d00a6b": 64 bits do not fit into the numbers of every reader. */
static uint64_t get_hash(const json_t *o)
{
    const char *digits = json_string_value(json_object_get(o, "hash"));
    if (!digits || strlen(digits) != 16 ||
        strspn(digits, "0123456789abcdef") != 16)
        return 0;
    return strtoull(digits, NULL, 16);
}

static int64_t take_time(struct saved *s, const json_t *o)
{
    json_int_t at = json_integer_value(json_object_get(o, "at"));
    if (at <= 0 || at > (json_int_t)1 << 53)
        return 0;
    if (at > s->changed_ms)
        s->changed_ms = at;
    return at;
}

static void set_text(struct buf *b, struct str text)
{
    buf_reset(b);
    buf_add_str(b, text);
}

/* --- records -------------------------------------------------------------- */

static bool take_session(struct saved *s, const json_t *o)
{
    struct str model;
    int64_t at = take_time(s, o);
    if (!s->began_ms)
        s->began_ms = at;
    const json_t *m = json_object_get(o, "model");
    if (get_text(m, "name", &model))
        set_text(&s->model, model);
    if (json_is_object(m))
        s->model_hash = get_hash(m);
    s->interrupted = true; /* until it is closed */
    return true;
}

/* Before there were details, a session only said that it was so. */
static void take_experts(struct message *m, const json_t *sampling)
{
    if (json_is_true(json_object_get(sampling, "modified")))
        experts_of_json(json_object_get(sampling, "experts"), &m->experts);
}

static bool take_message(struct saved *s, const json_t *o)
{
    uint32_t id, parent;
    struct str role_said, text;
    enum role role;
    if (!get_id(o, "id", &id) || !get_id(o, "parent", &parent) ||
        !get_text(o, "role", &role_said) || !role_parse(role_said, &role) ||
        !get_text(o, "text", &text))
        return false;
    struct message *m = conversation_put(&s->c, id, parent, role);
    if (!m)
        return false;
    buf_add_str(&m->text, text);
    m->at_ms = take_time(s, o);
    m->interrupted = role == ROLE_ASSISTANT; /* until its end comes */
    if (role == ROLE_ASSISTANT)
        take_experts(m, json_object_get(o, "sampling"));
    return conversation_end_at(&s->c, id);
}

static bool take_text(struct saved *s, const json_t *o)
{
    uint32_t id;
    struct str text;
    struct message *m = NULL;
    if (get_id(o, "id", &id))
        m = conversation_find(&s->c, id);
    if (!m || m->role != ROLE_ASSISTANT)
        return false;
    if (get_text(o, "thought", &text))
        buf_add_str(&m->thought, text);
    if (get_text(o, "answer", &text))
        buf_add_str(&m->text, text);
    return true;
}

static bool take_end(struct saved *s, const json_t *o)
{
    uint32_t id;
    struct message *m = NULL;
    if (get_id(o, "id", &id))
        m = conversation_find(&s->c, id);
    if (!m)
        return false;
    take_time(s, o);
    m->interrupted = json_is_true(json_object_get(o, "interrupted"));
    const json_t *stats = json_object_get(o, "stats");
    if (json_is_object(stats)) {
        m->has_stats = true;
        stats_of_json(stats, &m->stats);
    }
    return true;
}

static bool take_path(struct saved *s, const json_t *o)
{
    uint32_t id;
    return get_id(o, "end", &id) && conversation_end_at(&s->c, id);
}

static bool take_remove(struct saved *s, const json_t *o)
{
    uint32_t id;
    return get_id(o, "id", &id) && conversation_remove(&s->c, id);
}

static bool take_title(struct saved *s, const json_t *o)
{
    struct str text;
    if (!get_text(o, "text", &text))
        return false;
    set_text(&s->title, text);
    return true;
}

static bool take_unseen(struct saved *s, const json_t *o)
{
    return get_id(o, "messages", &s->unseen);
}

static bool take_close(struct saved *s, const json_t *o)
{
    (void)o;
    s->interrupted = false;
    return true;
}

static const struct {
    const char *name;
    bool (*take)(struct saved *s, const json_t *o);
} kinds[] = {
    {"session", take_session}, /* begins, or goes on with this model */
    {"message", take_message}, /* behind parent; the path ends with it */
    {"text", take_text},       /* more thought or answer */
    {"end", take_end},         /* of an answer */
    {"path", take_path},       /* another branch is talked on */
    {"remove", take_remove},   /* a message and all below it */
    {"title", take_title},
    {"unseen", take_unseen},   /* how much of the path the model is not told */
    {"close", take_close},
};

/* Kinds that we do not know come from a later version: they are no damage. */
static bool take_record(void *arg, struct str json)
{
    struct saved *s = arg;
    json_t *o = json_loadb(json.p, json.len, JSON_ALLOW_NUL, NULL);
    struct str name;
    bool ok = json_is_object(o) && get_text(o, "record", &name);
    for (size_t i = 0; ok && i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(name, kinds[i].name)) {
            ok = kinds[i].take(s, o);
            break;
        }
    json_decref(o);
    return ok;
}

/* --- the whole ------------------------------------------------------------ */

/* What was cut short says so, and an answer of which nothing came is none. */
static void settle(struct saved *s)
{
    for (size_t i = s->c.n_all; i-- > 0;) {
        struct message *m = s->c.all[i];
        m->thought_open = m->thought.len && m->text.len == 0;
        if (m->role == ROLE_ASSISTANT && m->interrupted && !m->first &&
            m->thought.len + m->text.len == 0)
            conversation_remove(&s->c, m->id);
    }
}

bool saved_read(struct saved *s, const char *path, struct err *err)
{
    bool ok = journal_read(path, take_record, s, &s->found, err);
    settle(s);
    return ok;
}

bool saved_read_bytes(struct saved *s, struct str bytes, struct err *err)
{
    bool ok = journal_read_bytes(bytes, take_record, s, &s->found, err);
    settle(s);
    return ok;
}

struct journal *saved_open(struct saved *s, const char *path, struct err *err)
{
    struct journal *j = journal_open(path, take_record, s, &s->found, err);
    settle(s);
    return j;
}

/* Cut between words where there are any, never inside a character. */
static void cut_words(struct buf *b, size_t most)
{
    if (b->len <= most)
        return;
    size_t end = most;
    while (end > most / 2 && b->p[end] != ' ')
        end--;
    if (b->p[end] != ' ')
        end = most - utf8_open_tail(str_n(b->p, most));
    buf_erase(b, end, b->len - end);
    buf_puts(b, "\xE2\x80\xA6");
}

void saved_title(const struct saved *s, struct buf *out)
{
    enum { READ = 512, SHOWN = 72 };
    struct str text = buf_str(&s->title);
    for (size_t i = 0; text.len == 0 && i < s->c.n_all; i++)
        if (s->c.all[i]->role == ROLE_USER)
            text = buf_str(&s->c.all[i]->text);
    if (text.len > READ)
        text = str_n(text.p, READ - utf8_open_tail(str_n(text.p, READ)));
    buf_reset(out);
    sanitize_text(text, true, out);
    size_t blank = 0;
    while (blank < out->len && out->p[blank] == ' ')
        blank++;
    buf_erase(out, 0, blank);
    while (out->len && out->p[out->len - 1] == ' ')
        buf_erase(out, out->len - 1, 1);
    cut_words(out, SHOWN);
}

bool saved_damage(const struct saved *s, struct buf *sentence)
{
    const struct journal_found *f = &s->found;
    buf_reset(sentence);
    if (f->damaged)
        buf_printf(sentence, _("%u damaged record%s left out"), f->damaged,
                   f->damaged == 1 ? " was" : "s were");
    if (f->torn)
        buf_printf(sentence, _("%sthe last %llu bytes were never finished"),
                   f->damaged ? ", " : "", (unsigned long long)f->torn);
    if (f->version > JOURNAL_VERSION)
        buf_printf(sentence, _("%sa newer mull wrote this: what is new in it is "
                   "not shown"), sentence->len ? "; " : "");
    return sentence->len > 0;
}
