/* SPDX-License-Identifier: Apache-2.0 */
#include "text/special.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/vocab.h"

/* Real ones have up to 40 bytes. The bound keeps matching linear in the text
 * whatever the file holds. */
#define MAX_SPECIAL_BYTES 256

bool special_fits(struct span span)
{
    return span.len > 0 && span.len <= MAX_SPECIAL_BYTES;
}

/* Sorting needs the bytes beside the id: qsort has no context argument. */
struct entry {
    struct str text;
    int32_t id;
};

static int by_text_then_id(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    size_t n = a->text.len < b->text.len ? a->text.len : b->text.len;
    int c = memcmp(a->text.p, b->text.p, n);
    if (c)
        return c;
    if (a->text.len != b->text.len)
        return a->text.len < b->text.len ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static struct str text_at(const struct special_set *s, uint32_t i)
{
    struct span span = s->spans[s->ids[i]];
    return str_n(s->bytes + span.at, span.len);
}

void special_init(struct special_set *s, int32_t *ids, uint32_t n,
                  const struct span *spans, const char *bytes)
{
    *s = (struct special_set){
        .ids = ids, .n = n, .spans = spans, .bytes = bytes};
    struct entry *e = mem_array(n, sizeof *e);
    for (uint32_t i = 0; i < n; i++)
        e[i] = (struct entry){text_at(s, i), ids[i]};
    qsort(e, n, sizeof *e, by_text_then_id);
    s->n = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0 && str_eq(e[i].text, e[i - 1].text))
            continue; /* the lowest id has it */
        ids[s->n++] = e[i].id;
        s->first[(uint8_t)e[i].text.p[0] + 1] = s->n;
    }
    for (int c = 0; c < 256; c++) {
        if (s->first[c + 1] < s->first[c])
            s->first[c + 1] = s->first[c];
    }
    mem_free(e);
}

void special_clear(struct special_set *s)
{
    mem_free(s->ids);
    *s = (struct special_set){0};
}

/* Among tokens lo..hi, which agree on their first k bytes and are longer: the
 * first whose byte k is at least c (c may be 256). */
static uint32_t lower(const struct special_set *s, uint32_t lo, uint32_t hi,
                      size_t k, unsigned c)
{
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if ((uint8_t)text_at(s, mid).p[k] < c)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static int32_t longest_at(const struct special_set *s, struct str text)
{
    uint8_t c = (uint8_t)text.p[0];
    uint32_t lo = s->first[c], hi = s->first[c + 1];
    int32_t best = TOKEN_NONE;
    for (size_t k = 1; lo < hi; k++) {
        /* One that ends here comes first in the order. */
        if (text_at(s, lo).len == k)
            best = s->ids[lo++];
        if (k == text.len)
            break;
        c = (uint8_t)text.p[k];
        lo = lower(s, lo, hi, k, c);
        hi = lower(s, lo, hi, k, c + 1u);
    }
    return best;
}

size_t special_find(const struct special_set *s, struct str text, size_t from,
                    int32_t *id)
{
    for (size_t i = from; s->n > 0 && i < text.len; i++) {
        uint8_t c = (uint8_t)text.p[i];
        if (s->first[c] == s->first[c + 1])
            continue;
        *id = longest_at(s, str_n(text.p + i, text.len - i));
        if (*id != TOKEN_NONE)
            return i;
    }
    *id = TOKEN_NONE;
    return text.len;
}

int32_t special_named(const struct special_set *s, struct str text)
{
    if (text.len == 0)
        return TOKEN_NONE;
    int32_t id = longest_at(s, text);
    return id != TOKEN_NONE && s->spans[id].len == text.len ? id : TOKEN_NONE;
}
