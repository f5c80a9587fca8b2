/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reply.h"

#include <string.h>

#include "base/clock.h"
#include "chat/event_queue.h"
#include "chat/tags.h"
#include "text/vocab.h"

/* The most text that one token may give: every byte of it, and of the tail
 * before it, may turn into U+FFFD. */
static size_t room_for_any_token(const struct vocab *v)
{
    size_t longest = 0;
    for (uint32_t id = 0; id < vocab_size(v); id++) {
        size_t len = vocab_bytes(v, (int32_t)id).len;
        if (len > longest)
            longest = len;
    }
    return 3 * (longest + 4);
}

void reply_init(struct reply *r, const struct vocab *v, struct event_queue *q)
{
    *r = (struct reply){.vocab = v, .events = q};
    r->think_open = vocab_special(v, "<think>");
    r->think_close = vocab_special(v, "</think>");
    if (r->think_open == TOKEN_NONE || r->think_close == TOKEN_NONE)
        r->think_open = r->think_close = TOKEN_NONE;
    r->tags = tags_new();
    buf_reserve(&r->text, room_for_any_token(v));
}

void reply_clear(struct reply *r)
{
    tags_free(r->tags);
    buf_clear(&r->text);
    *r = (struct reply){0};
}

static void tell(struct reply *r, enum event_kind kind)
{
    struct event ev = {.kind = kind, .turn = r->turn};
    r->connected = r->connected && event_queue_push(r->events, &ev);
}

/* Brings what was told in line with the part that comes next. */
static void change_part(struct reply *r, enum text_part part)
{
    if (part == PART_THOUGHT && !r->thinking) {
        r->thinking = true;
        r->think_began_ms = clock_ms();
        /* Until now these could not be told from the beginning of a tag. */
        if (!r->answered) {
            r->think_tokens += r->answer_tokens;
            r->answer_tokens = 0;
        }
        tell(r, EVENT_THINK_BEGIN);
    } else if (part == PART_ANSWER && r->thinking) {
        r->thinking = false;
        r->think_ms += clock_ms() - r->think_began_ms;
        tell(r, EVENT_THINK_END);
    }
}

static void on_text(void *arg, enum text_part part, struct str text)
{
    struct reply *r = arg;
    change_part(r, part);
    if (part == PART_ANSWER)
        r->answered = true;
    r->connected = r->connected &&
                   event_queue_push_text(r->events, r->turn, part, text);
}

/* Text goes through the tag splitter whether or not there are tag tokens: a
 * model may spell a tag out. */
static void feed_text(struct reply *r)
{
    tags_feed(r->tags, buf_str(&r->text), on_text, r);
    buf_reset(&r->text);
    change_part(r, tags_part(r->tags));
}

static void flush_half_character(struct reply *r)
{
    detok_end(&r->detok, &r->text);
    feed_text(r);
}

void reply_begin(struct reply *r, uint32_t turn, bool inside_think)
{
    r->turn = turn;
    r->detok = (struct detok){0};
    r->thinking = r->answered = false;
    r->connected = true;
    r->think_tokens = r->answer_tokens = 0;
    r->think_ms = 0;
    tags_begin(r->tags, inside_think);
    change_part(r, tags_part(r->tags));
}

/* A tag token changes the part where a tag may stand; elsewhere (a second
 * <think>, a </think> in the answer) it says nothing. */
static bool take_tag(struct reply *r, int32_t id)
{
    bool opens = r->think_open != TOKEN_NONE && id == r->think_open;
    bool closes = r->think_close != TOKEN_NONE && id == r->think_close;
    if (!opens && !closes)
        return false;
    flush_half_character(r);
    enum text_part part = opens ? PART_THOUGHT : PART_ANSWER;
    if (opens ? !r->answered && !r->thinking : r->thinking) {
        tags_set_part(r->tags, part, on_text, r);
        change_part(r, part);
    }
    return true;
}

static uint8_t copy_bytes(const struct vocab *v, int32_t id, char *to,
                          size_t most)
{
    struct str bytes = vocab_bytes(v, id);
    size_t n = bytes.len < most ? bytes.len : most;
    if (n)
        memcpy(to, bytes.p, n);
    return (uint8_t)n;
}

static void tell_token(struct reply *r, struct token_info *info)
{
    bool thought = r->thinking ||
                   (info->id == r->think_open && !r->answered);
    info->part = thought ? PART_THOUGHT : PART_ANSWER;
    if (thought)
        r->think_tokens++;
    else
        r->answer_tokens++;

    info->text_len = copy_bytes(r->vocab, info->id, info->text, TOKEN_BYTES);
    for (uint8_t i = 0; i < info->n_alts; i++) {
        struct token_alt *a = &info->alts[i];
        a->text_len = copy_bytes(r->vocab, a->id, a->text, TOKEN_ALT_BYTES);
    }

    struct event ev = {.kind = EVENT_TOKEN, .turn = r->turn};
    ev.token = *info;
    r->connected = r->connected && event_queue_push(r->events, &ev);
}

bool reply_token(struct reply *r, struct token_info *info)
{
    tell_token(r, info);
    if (!take_tag(r, info->id)) {
        detok_token(&r->detok, r->vocab, info->id, false, &r->text);
        feed_text(r);
    }
    return r->connected;
}

void reply_end(struct reply *r)
{
    flush_half_character(r);
    tags_end(r->tags, on_text, r);
    if (r->thinking)
        r->think_ms += clock_ms() - r->think_began_ms;
}
