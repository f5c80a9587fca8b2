/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/steps.h"

#include "base/mem.h"

#define WORDS_MIN TURNS_LOOK /* then an open sentence can be judged */

void steps_clear(struct steps *s)
{
    mem_free(s->list);
    *s = (struct steps){0};
}

static void add(struct steps *s, struct step step)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 8;
        s->list = mem_realloc(s->list, s->cap * sizeof *s->list);
    }
    s->list[s->n++] = step;
    s->corrections += step.kind == TURN_CORRECTION;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Bytes of the character at `at` if it ends a sentence, else 0. */
static size_t sentence_end(struct str s, size_t at)
{
    static const char *const wide[] = {"。", "！", "？", "；", "…"};
    char c = s.p[at];
    if (c == '.' || c == '!' || c == '?' || c == ';')
        return at + 1 < s.len && is_blank(s.p[at + 1]) ? 1 : 0;
    if ((unsigned char)c < 0x80)
        return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (str_starts(str_n(s.p + at, s.len - at), str_of(wide[i])))
            return strlen(wide[i]);
    return 0;
}

/* Past what stands before the first word: blanks, and at the beginning of a
 * line the marks of lists and quotes. */
static size_t first_word(struct str s, size_t at, bool marks)
{
    while (at < s.len &&
           (is_blank(s.p[at]) ||
            (marks && s.p[at] && strchr("-*>#(\"", s.p[at]))))
        at++;
    return at;
}

/* Whether what stands at `at` is all there will be of these words. */
static bool is_whole(struct str s, size_t at, bool open)
{
    size_t n = s.len - at < WORDS_MIN ? s.len - at : WORDS_MIN;
    return !open || n == WORDS_MIN || memchr(s.p + at, '\n', n);
}

static void judge(struct steps *s, const struct turns *turns, struct str text,
                  size_t at, bool first)
{
    size_t words = 0;
    enum turn_kind kind =
        turns ? turns_match(turns, text, at, &words) : TURN_NONE;
    if (kind != TURN_NONE || first)
        add(s, (struct step){(uint32_t)at, (uint16_t)words, (uint8_t)kind});
}

/* Up to the next line feed, or behind the next end of a sentence. */
static void to_next_sentence(struct steps *s, struct str text, bool open)
{
    /* Of a character under way it cannot be told whether it ends one. */
    size_t end = !open ? text.len : text.len < 4 ? 0 : text.len - 4;
    while (s->looked < end && text.p[s->looked] != '\n') {
        size_t n = sentence_end(text, s->looked);
        s->looked += n ? n : 1;
        if (n) {
            s->at_sentence = true;
            return;
        }
    }
}

void steps_update(struct steps *s, const struct turns *turns, struct str text,
                  bool open)
{
    if (text.len < s->looked)
        steps_clear(s); /* another text */
    while (s->looked < text.len) {
        if (text.p[s->looked] == '\n') {
            s->looked++;
            s->in_line = s->at_sentence = false;
        } else if (s->in_line && !s->at_sentence) {
            size_t before = s->looked;
            to_next_sentence(s, text, open);
            if (s->looked == before)
                return;
        } else {
            size_t at = first_word(text, s->looked, !s->in_line);
            if (at == text.len || !is_whole(text, at, open))
                return;
            if (text.p[at] != '\n')
                judge(s, turns, text, at, !s->in_line);
            s->in_line = text.p[at] != '\n';
            s->at_sentence = false;
            s->looked = at;
        }
    }
}

uint32_t steps_find(const struct steps *s, size_t at)
{
    uint32_t low = 0, high = s->n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (s->list[mid].at <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? low - 1 : s->n;
}
