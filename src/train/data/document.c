/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/document.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "text/vocab.h"
#include "train/data/tokenizer.h"
#include "train/gen/gen.h"

void document_clear(struct document *d)
{
    ids_clear(&d->ids);
    mem_free(d->weight);
    buf_clear(&d->text);
    prompt_clear(&d->prompt);
    conversation_clear(&d->conversation);
    *d = (struct document){0};
}

/* --- parts ---------------------------------------------------------------- */

static void begin(struct document *d)
{
    d->ids.n = 0;
    buf_reset(&d->text);
}

/* Tokens that have come since `from` count w. */
static void weigh(struct document *d, size_t from, float w)
{
    if (d->ids.n > d->cap) {
        d->cap = 2 * d->ids.n;
        d->weight = mem_realloc(d->weight, d->cap * sizeof *d->weight);
    }
    for (size_t i = from; i < d->ids.n; i++)
        d->weight[i] = w;
}

static void add_id(struct document *d, int32_t id, float w)
{
    ids_add(&d->ids, id);
    weigh(d, d->ids.n - 1, w);
}

static void add_ids(struct document *d, const struct ids *ids, float w)
{
    size_t from = d->ids.n;
    ids_add_all(&d->ids, ids->p, ids->n);
    weigh(d, from, w);
}

static void add_text(struct document *d, const struct tokenizer *t,
                     struct str text, float w)
{
    size_t from = d->ids.n;
    encode(t->vocab, text, ENCODE_CONTENT, &d->ids);
    weigh(d, from, w);
}

/* Tokens from `from` on spell a text whose byte 0 is theirs; those that touch a
 * slip, whose places count from byte `at` of that text, count nothing. */
static void mask_slips(struct document *d, const struct tokenizer *t,
                       size_t from, size_t at, const struct problem *p)
{
    size_t byte = 0;
    for (size_t i = from; i < d->ids.n && p->n_slips > 0; i++) {
        size_t end = byte + vocab_bytes(t->vocab, d->ids.p[i]).len;
        for (size_t s = 0; s < p->n_slips; s++) {
            if (byte < at + p->slips[s].to && end > at + p->slips[s].from)
                d->weight[i] = 0;
        }
        byte = end;
    }
}

/* d->text, in which the thought of p begins at byte `at`. */
static void add_thought(struct document *d, const struct tokenizer *t,
                        const struct problem *p, size_t at)
{
    size_t from = d->ids.n;
    add_text(d, t, buf_str(&d->text), 1);
    mask_slips(d, t, from, at, p);
    buf_reset(&d->text);
}

void document_text(struct document *d, const struct tokenizer *t,
                   struct str text)
{
    begin(d);
    add_id(d, t->bos, 1);
    add_text(d, t, text, 1);
    add_id(d, t->eos, 1);
}

/* --- chats ---------------------------------------------------------------- */

static void add_history(struct document *d, const struct problem *p,
                        bool blank_lines)
{
    conversation_add(&d->conversation, ROLE_USER, buf_str(&p->prompt));
    buf_reset(&d->text);
    if (blank_lines)
        buf_puts(&d->text, "\n\n");
    buf_add_str(&d->text, buf_str(&p->reply));
    conversation_add(&d->conversation, ROLE_ASSISTANT, buf_str(&d->text));
    buf_reset(&d->text);
}

/* A conversation of ours cannot fail to render: the family has no limits. */
static void render(struct document *d, const struct tokenizer *t, bool thinks)
{
    struct err err;
    d->prompt.ids.n = 0;
    buf_reset(&d->prompt.text);
    chat_render(t->family, t->vocab, &d->conversation,
                thinks ? THINK_ON : THINK_OFF, &d->prompt, &err);
}

static void add_tagged(struct document *d, const struct tokenizer *t,
                       const struct problem *p, bool thinks)
{
    if (thinks) {
        buf_add_str(&d->text, buf_str(&p->think));
        buf_putc(&d->text, '\n');
        add_thought(d, t, p, 0);
        add_id(d, t->think_end, 1);
        buf_puts(&d->text, "\n\n");
    }
    buf_add_str(&d->text, buf_str(&p->reply));
    add_text(d, t, buf_str(&d->text), 1);
    add_id(d, t->eos, 1);
}

static void add_untagged(struct document *d, const struct tokenizer *t,
                         const struct problem *p)
{
    /* The prompt rendered without its thinking part: up to the last scaffold. */
    while (d->ids.n > 0 && d->ids.p[d->ids.n - 1] != t->assistant)
        d->ids.n--;
    if (p->think.len > 0) {
        buf_add_str(&d->text, buf_str(&p->think));
        buf_puts(&d->text, "\n\n");
    }
    buf_add_str(&d->text, buf_str(&p->reply));
    add_thought(d, t, p, 0);
    add_id(d, t->eos, 1);
}

void document_chat(struct document *d, const struct tokenizer *t,
                   const struct problem *turns, size_t n,
                   const struct chat_form *form)
{
    const struct problem *last = &turns[n - 1];
    begin(d);
    conversation_truncate(&d->conversation, 0);
    if (form->system.len > 0)
        conversation_add(&d->conversation, ROLE_SYSTEM, form->system);
    for (size_t i = 0; i + 1 < n; i++)
        add_history(d, &turns[i], form->blank_lines);
    conversation_add(&d->conversation, ROLE_USER, buf_str(&last->prompt));
    render(d, t, form->style != CHAT_ANSWERS);
    add_ids(d, &d->prompt.ids, form->prompt_counts ? 1 : 0);
    if (form->style == CHAT_UNTAGGED)
        add_untagged(d, t, last);
    else
        add_tagged(d, t, last, form->style == CHAT_THINKS);
}

/* The token's word, without the blank in front. */
static struct str word_of(const struct tokenizer *t, int32_t id)
{
    struct str s = vocab_bytes(t->vocab, id);
    return s.len > 0 && s.p[0] == ' ' ? str_n(s.p + 1, s.len - 1) : s;
}

static bool may_hide(struct str word, const struct problem *p)
{
    struct str think = buf_str(&p->think), reply = buf_str(&p->reply);
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.p[i] < 0x80 && !((word.p[i] | 32) >= 'a' && (word.p[i] | 32) <= 'z'))
            return false;
    return word.len > 0 && str_find(think, word, 0) == think.len &&
           str_find(reply, word, 0) == reply.len;
}

void document_hide(struct document *d, const struct tokenizer *t,
                   const struct problem *last, double part, struct rng *r)
{
    size_t i = d->ids.n;
    while (i > 0 && d->ids.p[i - 1] != t->assistant)
        i--;
    for (; i > 0 && d->ids.p[i - 1] != t->user; i--) {
        int32_t *id = &d->ids.p[i - 1];
        if (*id >= TOKENIZER_RESERVED && rng_unit(r) < part && may_hide(word_of(t, *id), last))
            *id = TOKENIZER_HIDDEN;
    }
}

void document_prompt(struct document *d, const struct tokenizer *t,
                     struct str system, struct str prompt)
{
    begin(d);
    conversation_truncate(&d->conversation, 0);
    if (system.len > 0)
        conversation_add(&d->conversation, ROLE_SYSTEM, system);
    conversation_add(&d->conversation, ROLE_USER, prompt);
    render(d, t, true);
    add_ids(d, &d->prompt.ids, 0);
}

/* --- worked text ---------------------------------------------------------- */

void document_worked(struct document *d, const struct tokenizer *t,
                     const struct problem *p, unsigned form)
{
    static const char *const before[2][5] = {
        {"", "Question: ", "Exercise: ", "Q: ", ""},
        {"", "问题：", "题目：", "问：", ""},
    };
    static const char *const between[2][5] = {
        {"\n", "\nWorking:\n", "\n\n", "\nA: ", "\n"},
        {"\n", "\n解：\n", "\n\n", "\n答：", "\n"},
    };
    form %= 5;
    begin(d);
    add_id(d, t->bos, 1);
    buf_puts(&d->text, before[p->lang][form]);
    buf_add_str(&d->text, buf_str(&p->prompt));
    buf_puts(&d->text, between[p->lang][form]);
    size_t at = d->text.len;
    if (p->think.len > 0) {
        buf_add_str(&d->text, buf_str(&p->think));
        buf_putc(&d->text, '\n');
    }
    if (form != 4 || p->think.len == 0) /* the last form ends with its work */
        buf_add_str(&d->text, buf_str(&p->reply));
    add_thought(d, t, p, at);
    add_id(d, t->eos, 1);
}
