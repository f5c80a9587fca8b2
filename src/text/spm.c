/* SPDX-License-Identifier: Apache-2.0 */
#include "text/spm.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "text/encode.h"
#include "text/text_table.h"
#include "text/vocab.h"

/* Keeps positions in 32 bits and memory in bounds: a text this long is cut,
 * whatever it says. */
#define MAX_TEXT ((size_t)1 << 24)

#define NOWHERE UINT32_MAX

#define SPACE "\xE2\x96\x81" /* U+2581 */

void spm_clear(struct spm *s)
{
    mem_free(s->scores);
    *s = (struct spm){0};
}

void spm_unescape(struct str text, struct buf *out)
{
    struct str mark = str_of(SPACE);
    for (size_t at = 0; at < text.len;) {
        size_t hit = str_find(text, mark, at);
        buf_add(out, text.p + at, hit - at);
        if (hit == text.len)
            return;
        buf_putc(out, ' ');
        at = hit + mark.len;
    }
}

/* A stretch of the text: one character, or what was joined from several. */
struct spm_link {
    uint32_t at, len; /* bytes; len 0: joined to the left */
    uint32_t prev, next;
    int32_t id;
};

/* --- one text ------------------------------------------------------------- */

struct task {
    const struct spm *spm;
    const struct text_table *tokens;
    struct str text;
    struct spm_work *work;
};

static void consider(struct task *t, uint32_t at)
{
    if (at == NOWHERE || t->work->links[at].next == NOWHERE)
        return;
    const struct spm_link *left = &t->work->links[at];
    const struct spm_link *right = &t->work->links[left->next];
    struct merge_pair m = {.at = at, .left = left->len, .right = right->len};
    uint32_t len = left->len + right->len;
    if (len > t->spm->longest)
        return;
    m.joined = text_table_find(t->tokens, str_n(t->text.p + left->at, len));
    if (m.joined == TOKEN_NONE)
        return;
    m.order = merge_order_of_score(t->spm->scores[m.joined]);
    merge_queue_push(&t->work->queue, m);
}

static void lay_out(struct task *t)
{
    struct spm_work *w = t->work;
    if (t->text.len > w->max_links) {
        w->max_links = t->text.len;
        w->links = mem_realloc(w->links, w->max_links * sizeof *w->links);
    }
    uint32_t n = 0, len;
    for (uint32_t at = 0; at < t->text.len; at += len) {
        uint32_t cp;
        len = (uint32_t)utf8_decode(t->text.p + at, t->text.len - at, &cp, NULL);
        w->links[n] = (struct spm_link){
            .at = at,
            .len = len,
            .prev = n ? n - 1 : NOWHERE,
            .next = n + 1,
            .id = text_table_find(t->tokens, str_n(t->text.p + at, len)),
        };
        n++;
    }
    w->links[n - 1].next = NOWHERE;
    w->queue.n = 0;
    for (uint32_t i = 0; i < n; i++)
        consider(t, i);
}

static void join(struct task *t, const struct merge_pair *m)
{
    struct spm_link *links = t->work->links, *left = &links[m->at];
    if (left->len == 0 || left->next == NOWHERE ||
        left->len + links[left->next].len != m->left + m->right)
        return; /* one of them was joined to another since */
    struct spm_link *right = &links[left->next];
    left->len += right->len;
    left->id = m->joined;
    left->next = right->next;
    right->len = 0;
    if (left->next != NOWHERE)
        links[left->next].prev = m->at;
    consider(t, left->prev);
    consider(t, m->at);
}

static void add_bytes(const struct task *t, const struct spm_link *link,
                      struct ids *out)
{
    for (uint32_t i = 0; i < link->len; i++) {
        uint8_t byte = (uint8_t)t->text.p[link->at + i];
        if (t->spm->id_of_byte[byte] != TOKEN_NONE)
            ids_add(out, t->spm->id_of_byte[byte]);
    }
}

static void encode_text(struct task *t, struct ids *out)
{
    lay_out(t);
    while (t->work->queue.n > 0) {
        struct merge_pair m = merge_queue_pop(&t->work->queue);
        join(t, &m);
    }
    for (uint32_t i = 0; i != NOWHERE; i = t->work->links[i].next) {
        if (t->work->links[i].id != TOKEN_NONE)
            ids_add(out, t->work->links[i].id);
        else
            add_bytes(t, &t->work->links[i], out);
    }
}

void spm_encode(const struct spm *s, const struct text_table *tokens,
                struct str text, struct spm_work *w, struct ids *out)
{
    if (text.len == 0)
        return;
    buf_reset(&w->text);
    if (s->adds_space)
        buf_putc(&w->text, ' ');
    spm_unescape(text, &w->text);
    struct str rest = buf_str(&w->text);
    while (rest.len > 0) {
        size_t len = rest.len < MAX_TEXT ? rest.len : MAX_TEXT;
        len -= len < rest.len ? utf8_open_tail(str_n(rest.p, len)) : 0;
        struct task t = {s, tokens, str_n(rest.p, len), w};
        encode_text(&t, out);
        rest = str_n(rest.p + len, rest.len - len);
    }
}

void spm_work_clear(struct spm_work *w)
{
    buf_clear(&w->text);
    mem_free(w->links);
    merge_queue_clear(&w->queue);
    *w = (struct spm_work){0};
}
