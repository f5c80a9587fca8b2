/* str.h - a slice of somebody else's bytes. Not terminated, may hold NUL. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *p; /* borrowed */
    size_t len;
};

static inline struct str str_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

static inline struct str str_n(const char *p, size_t len)
{
    return (struct str){p, len};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool str_is(struct str a, const char *s)
{
    return str_eq(a, str_of(s));
}

static inline bool str_starts(struct str a, struct str prefix)
{
    return a.len >= prefix.len &&
           (prefix.len == 0 || memcmp(a.p, prefix.p, prefix.len) == 0);
}

static inline bool str_ends(struct str a, struct str suffix)
{
    return a.len >= suffix.len &&
           str_eq(str_n(a.p + (a.len - suffix.len), suffix.len), suffix);
}

/* The position of `needle` at or after `from`, or a.len when it is not there. */
static inline size_t str_find(struct str a, struct str needle, size_t from)
{
    if (needle.len == 0)
        return from <= a.len ? from : a.len;
    for (size_t i = from; a.len >= needle.len && i <= a.len - needle.len; i++) {
        const char *hit = memchr(a.p + i, needle.p[0], a.len - needle.len - i + 1);
        if (!hit)
            break;
        i = (size_t)(hit - a.p);
        if (memcmp(hit, needle.p, needle.len) == 0)
            return i;
    }
    return a.len;
}

#define STR_BLANKS " \t\r\n"

/* Without any of these characters at either end. */
static inline struct str str_trim(struct str s, const char *of)
{
    while (s.len > 0 && s.p[0] && strchr(of, s.p[0]))
        s = str_n(s.p + 1, s.len - 1);
    while (s.len > 0 && s.p[s.len - 1] && strchr(of, s.p[s.len - 1]))
        s.len--;
    return s;
}

/* The first word of *s, which then begins behind it and its blanks. */
static inline struct str str_take_word(struct str *s)
{
    size_t end = str_find(*s, str_of(" "), 0), next = end;
    struct str word = str_n(s->p, end);
    while (next < s->len && s->p[next] == ' ')
        next++;
    *s = str_n(s->p + next, s->len - next);
    return word;
}

#endif
