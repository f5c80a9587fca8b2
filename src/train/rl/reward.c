/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/reward.h"

#include <stdint.h>

#include "base/utf8.h"

static const double PER_FORM = 0.1, PER_TAG = 0.05, PER_LANGUAGE = 0.1;

static unsigned count(struct str text, const char *needle)
{
    struct str n = str_of(needle);
    unsigned hits = 0;
    for (size_t at = 0; (at = str_find(text, n, at)) < text.len; at += n.len)
        hits++;
    return hits;
}

static struct str trim(struct str s)
{
    while (s.len && (unsigned char)s.p[0] <= ' ')
        s = str_n(s.p + 1, s.len - 1);
    while (s.len && (unsigned char)s.p[s.len - 1] <= ' ')
        s.len--;
    return s;
}

/* What stands between two marks; `open` NULL: from the start, `close` NULL: to
 * the end. Empty where a mark is missing. */
static struct str between(struct str text, const char *open, const char *close)
{
    size_t from = 0, to = text.len;
    if (open) {
        from = str_find(text, str_of(open), 0);
        if (from == text.len)
            return (struct str){text.p, 0};
        from += strlen(open);
    }
    if (close) {
        to = str_find(text, str_of(close), from);
        if (to == text.len)
            return (struct str){text.p, 0};
    }
    return trim(str_n(text.p + from, to - from));
}

struct str reward_thought(enum reward_form form, struct str text)
{
    return between(text, form == REWARD_TAGS ? "<think>" : NULL, "</think>");
}

static struct str reply_of(enum reward_form form, struct str text)
{
    return form == REWARD_TAGS ? between(text, "<answer>", "</answer>")
                               : between(text, "</think>", NULL);
}

/* Digits and signs belong to every language: only letters are counted. */
static bool in_language(struct str thought, enum lang lang)
{
    size_t latin = 0, han = 0;
    for (size_t at = 0; at < thought.len;) {
        uint32_t c;
        at += utf8_decode(thought.p + at, thought.len - at, &c, NULL);
        latin += (c | 32) >= 'a' && (c | 32) <= 'z';
        han += c >= 0x4E00 && c <= 0x9FFF;
    }
    /* A Chinese character says about what four letters say. */
    return lang == LANG_ZH ? 4 * han >= latin : latin >= 4 * han;
}

/* A result inside <answer> needs no stars of its own. */
static double check(const struct problem *p, struct str reply)
{
    const struct task *task = task_find(p->task);
    if (gen_bold(reply).len)
        return task->check(p, reply);
    struct buf bold = {0};
    buf_puts(&bold, "**");
    buf_add_str(&bold, reply);
    buf_puts(&bold, "**");
    double score = task->check(p, buf_str(&bold));
    buf_clear(&bold);
    return score;
}

static void score_chat(const struct problem *p, struct str text,
                       struct reward *r)
{
    struct str thought = reward_thought(REWARD_CHAT, text);
    struct str reply = reply_of(REWARD_CHAT, text);
    r->formed = count(text, "</think>") == 1 && count(text, "<think>") == 0 &&
                thought.len && count(reply, "**") == 2;
    r->format = r->formed;
    r->accuracy = reply.len ? task_find(p->task)->check(p, reply) : 0;
    r->language = thought.len && in_language(thought, p->lang);
    r->total = r->accuracy + PER_FORM * r->format + PER_LANGUAGE * r->language;
}

/* Where a tag stands that is there once; else the text's length. */
static size_t place_of(struct str text, const char *tag)
{
    return count(text, tag) == 1 ? str_find(text, str_of(tag), 0) : text.len;
}

static bool is_blank(struct str text, size_t from, size_t to)
{
    return trim(str_n(text.p + from, to - from)).len == 0;
}

/* How many of the four tags stand where they belong: the first opens the text, each
 * of the others comes behind the one before, nothing but blanks lies between
 * thought and answer and behind the last. */
static unsigned right_tags(struct str text)
{
    static const char *const tags[] = {"<think>", "</think>", "<answer>",
                                       "</answer>"};
    size_t at[4], n = text.len;
    for (size_t i = 0; i < 4; i++)
        at[i] = place_of(text, tags[i]);
    bool first = at[0] < n && is_blank(text, 0, at[0]);
    bool second = at[1] < n && at[0] < at[1];
    bool third = at[2] < n && at[1] < at[2] &&
                 is_blank(text, at[1] + strlen(tags[1]), at[2]);
    bool fourth = at[3] < n && at[2] < at[3] &&
                  is_blank(text, at[3] + strlen(tags[3]), n);
    return (unsigned)first + second + third + fourth;
}

/* What is right counts within the form alone: paid without, the model does the
 * work it has always done, adds the tags of the answer and never opens a thought. */
static void score_tags(const struct problem *p, struct str text,
                       struct reward *r)
{
    struct str thought = reward_thought(REWARD_TAGS, text);
    struct str reply = reply_of(REWARD_TAGS, text);
    unsigned right = right_tags(text);
    r->formed = right == 4 && thought.len && reply.len;
    r->format = right / 4.0;
    r->accuracy = r->formed ? check(p, reply) : 0;
    r->language = thought.len && in_language(thought, p->lang);
    r->total = r->accuracy + PER_TAG * right;
}

struct reward reward_of(const struct problem *p, enum reward_form form,
                        struct str text, bool ended)
{
    struct reward r = {0};
    if (!ended)
        return r;
    if (form == REWARD_CHAT)
        score_chat(p, text, &r);
    else
        score_tags(p, text, &r);
    return r;
}
