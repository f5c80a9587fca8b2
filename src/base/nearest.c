/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

#include <limits.h>

/* Names are short; a longer word is no slip of the finger. */
#define MAX_LEN 32

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: the rows are the last three of the table, because
 * a swap looks two rows back. */
static unsigned edit_distance(struct str a, struct str b)
{
    unsigned rows[3][MAX_LEN + 1];

    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3];
        const unsigned *two_before = rows[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.p[i - 1] == b.p[j - 1];
            now[j] = before[j - 1] + !same;
            now[j] = least(now[j], before[j] + 1);
            now[j] = least(now[j], now[j - 1] + 1);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1])
                now[j] = least(now[j], two_before[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

struct nearest nearest_to(struct str word)
{
    return (struct nearest){.word = word, .distance = UINT_MAX};
}

void nearest_offer(struct nearest *n, const char *name)
{
    struct str s = str_of(name);

    if (n->word.len > MAX_LEN || s.len > MAX_LEN)
        return;
    unsigned d = edit_distance(n->word, s);
    if (d < n->distance) {
        n->distance = d;
        n->best = name;
    }
}

const char *nearest_name(const struct nearest *n)
{
    /* One slip, and one more for every three letters. */
    size_t allowed = n->word.len < 3 ? 1 : 1 + n->word.len / 3;

    return n->best && n->distance <= allowed && n->distance < n->word.len
               ? n->best
               : NULL;
}
