/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sanitize.h"

#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"

/* More than writing systems need on one base; stacks of hundreds were used to
 * bring terminals down. */
#define MAX_MARKS 4
#define MAX_JOINS 6 /* the longest emoji of the standard joins four */

#define ZWJ 0x200Du

enum fate {
    FATE_BASE,     /* an ordinary character */
    FATE_EMOJI,    /* a base that joiners and variation selectors may follow */
    FATE_MODIFIER, /* skin tone: a mark after an emoji, else an emoji itself */
    FATE_MARK,     /* takes no room of its own: belongs to the base before */
    FATE_SELECTOR, /* variation selector 15 or 16 */
    FATE_JOINER,
    FATE_NEWLINE,
    FATE_DROP,     /* invisible by design */
    FATE_REPLACE,
};

static enum fate fate_of_property(uint32_t cp)
{
    const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)cp);
    switch (p->category) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
        return FATE_REPLACE;
    case UTF8PROC_CATEGORY_CF:
        /* A few "format" characters are signs drawn over the digits that
         * follow (U+0600); all others are invisible. */
        return p->boundclass == UTF8PROC_BOUNDCLASS_PREPEND ? FATE_BASE
                                                            : FATE_DROP;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return p->ignorable ? FATE_DROP : FATE_MARK;
    default:
        break;
    }
    if (p->ignorable)
        return FATE_DROP; /* Hangul fillers and the like */
    if (p->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
        return FATE_EMOJI;
    /* Vowels and finals of decomposed Hangul count as marks, too. */
    return p->charwidth == 0 ? FATE_MARK : FATE_BASE;
}

static enum fate fate_of(uint32_t cp)
{
    if (cp < 0x7F)
        return cp >= 0x20 || cp == '\t' ? FATE_BASE
               : cp == '\n'             ? FATE_NEWLINE
                                        : FATE_REPLACE;
    if (cp < 0xA0)
        return FATE_REPLACE; /* DEL and C1 */
    if (cp == 0x2028 || cp == 0x2029)
        return FATE_NEWLINE;
    if (cp == ZWJ)
        return FATE_JOINER;
    if (cp == 0xFE0E || cp == 0xFE0F)
        return FATE_SELECTOR;
    if (cp >= 0x1F3FB && cp <= 0x1F3FF)
        return FATE_MODIFIER;
    /* Tags and the selectors behind them, assigned or not. */
    if (cp >= 0xE0000 && cp <= 0xE0FFF)
        return FATE_DROP;
    return fate_of_property(cp);
}

static void put(struct buf *out, uint32_t cp)
{
    char s[4];
    buf_add(out, s, utf8_encode(cp, s));
}

static void begin_base(struct sanitizer *s, bool emoji)
{
    s->marks = 0;
    s->base_is_emoji = emoji;
}

static void put_mark(struct sanitizer *s, uint32_t cp, struct buf *out)
{
    if (s->marks >= MAX_MARKS) {
        s->removed++;
        return;
    }
    s->marks++;
    put(out, cp);
}

static void put_emoji(struct sanitizer *s, uint32_t cp, bool joined,
                      struct buf *out)
{
    if (joined && s->joins < MAX_JOINS) {
        s->joins++;
        put(out, ZWJ);
    } else {
        s->removed += joined;
        s->joins = 0;
    }
    begin_base(s, true);
    put(out, cp);
}

/* A joiner is held until it is known that an emoji follows. */
static bool settle_joiner(struct sanitizer *s, enum fate next)
{
    bool joined = s->zwj_pending && next == FATE_EMOJI;
    if (s->zwj_pending && !joined)
        s->removed++;
    s->zwj_pending = false;
    return joined;
}

static void one_character(struct sanitizer *s, uint32_t cp, bool valid,
                          struct buf *out)
{
    if (cp == '\n' && s->after_cr) {
        s->after_cr = false; /* the CR has already given its line end */
        return;
    }
    s->after_cr = cp == '\r';
    enum fate fate = !valid       ? FATE_REPLACE
                     : cp == '\r' ? FATE_NEWLINE
                                  : fate_of(cp);
    if (fate == FATE_MODIFIER && !s->base_is_emoji)
        fate = FATE_EMOJI;
    bool joined = settle_joiner(s, fate);

    switch (fate) {
    case FATE_BASE:
        begin_base(s, false);
        put(out, cp);
        break;
    case FATE_EMOJI:
        put_emoji(s, cp, joined, out);
        break;
    case FATE_MODIFIER:
    case FATE_MARK:
        put_mark(s, cp, out);
        break;
    case FATE_SELECTOR:
        if (s->base_is_emoji && s->marks == 0)
            put_mark(s, cp, out);
        else
            s->removed++;
        break;
    case FATE_JOINER:
        if (s->base_is_emoji)
            s->zwj_pending = true;
        else
            s->removed++;
        break;
    case FATE_NEWLINE:
        begin_base(s, false);
        buf_putc(out, '\n');
        break;
    case FATE_DROP:
        s->removed++;
        break;
    case FATE_REPLACE:
        s->removed++;
        begin_base(s, false);
        put(out, UTF8_REPLACEMENT);
        break;
    }
}

/* Complete the held beginning of a character with bytes of `in`; returns how
 * many of them that took. */
static size_t finish_held(struct sanitizer *s, struct str in, struct buf *out)
{
    char whole[4];
    size_t held = s->held_len;
    size_t take = sizeof whole - held < in.len ? sizeof whole - held : in.len;
    memcpy(whole, s->held, held);
    memcpy(whole + held, in.p, take);
    if (utf8_open_tail(str_n(whole, held + take)) == held + take) {
        memcpy(s->held, whole, held + take);
        s->held_len = (uint8_t)(held + take);
        return take;
    }
    uint32_t cp;
    bool valid;
    size_t used = utf8_decode(whole, held + take, &cp, &valid);
    s->held_len = 0;
    one_character(s, cp, valid, out);
    return used - held; /* what is held always fits, so used >= held */
}

/* Where the plain ASCII ends that begins at `i`. */
static size_t ascii_end(struct str in, size_t i, size_t end)
{
    while (i < end && ((in.p[i] >= 0x20 && in.p[i] < 0x7F) || in.p[i] == '\n'))
        i++;
    return i;
}

void sanitize_feed(struct sanitizer *s, struct str in, struct buf *out)
{
    if (in.len == 0)
        return;
    size_t i = s->held_len ? finish_held(s, in, out) : 0;
    size_t tail = utf8_open_tail(str_n(in.p + i, in.len - i));
    while (i < in.len - tail) {
        uint32_t cp;
        bool valid;
        i += utf8_decode(in.p + i, in.len - i, &cp, &valid);
        one_character(s, cp, valid, out);
        if (cp >= 0x20 && cp < 0x7F) {
            /* Most text is plain, and behind a plain character nothing is
             * pending: the rest of it goes over at once. */
            size_t end = ascii_end(in, i, in.len - tail);
            buf_add(out, in.p + i, end - i);
            i = end;
        }
    }
    if (tail) {
        memcpy(s->held, in.p + i, tail);
        s->held_len = (uint8_t)tail;
    }
}

void sanitize_end(struct sanitizer *s, struct buf *out)
{
    if (s->held_len) {
        s->held_len = 0;
        one_character(s, UTF8_REPLACEMENT, false, out);
    }
    settle_joiner(s, FATE_DROP);
    uint32_t removed = s->removed;
    *s = (struct sanitizer){.removed = removed};
}

void sanitize_text(struct str in, bool one_line, struct buf *out)
{
    struct sanitizer s = {0};
    size_t from = out->len;
    sanitize_feed(&s, in, out);
    sanitize_end(&s, out);
    if (!one_line)
        return;
    for (size_t i = from; i < out->len; i++) {
        if (out->p[i] == '\n' || out->p[i] == '\t')
            out->p[i] = ' ';
    }
}
