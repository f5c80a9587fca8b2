/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/block.h"

/* A step is a line with something on it. */
static void count_steps(struct block *b, size_t from)
{
    for (size_t i = from; i < b->shown.len; i++) {
        char c = b->shown.p[i];
        if (c == '\n')
            b->in_step = false;
        else if (c != ' ' && c != '\t' && !b->in_step) {
            b->in_step = true;
            b->steps++;
        }
    }
}

/* What the cleaning gave since `from`. Blank lines before the first word are
 * the model's way to set its answer off; we have our own. */
static void settle(struct block *b, size_t from)
{
    if (from == 0) {
        size_t blank = 0;
        while (blank < b->shown.len && b->shown.p[blank] == '\n')
            blank++;
        if (blank)
            buf_erase(&b->shown, 0, blank);
    }
    count_steps(b, from);
}

void block_add(struct block *b, struct str text)
{
    size_t from = b->shown.len;
    buf_add_str(&b->raw, text);
    sanitize_feed(&b->clean, text, &b->shown);
    settle(b, from);
}

void block_end(struct block *b)
{
    size_t from = b->shown.len;
    sanitize_end(&b->clean, &b->shown);
    settle(b, from);
    b->open = false;
}

void block_clear(struct block *b)
{
    buf_clear(&b->raw);
    buf_clear(&b->shown);
    steps_clear(&b->index);
}

struct str block_text(const struct block *b)
{
    struct str s = buf_str(&b->shown);
    while (s.len && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == ' ' ||
                     s.p[s.len - 1] == '\t'))
        s.len--;
    return s;
}

bool block_is_empty(const struct block *b)
{
    if (b->kind == BLOCK_THOUGHT)
        return !b->open && !b->interrupted && b->steps == 0;
    return b->steps == 0;
}

void block_fold_next(struct block *b)
{
    if (!b->folded) {       /* all, or its end: to one line */
        b->folded = !b->tail;
        b->tail = false;
    } else {                /* one line: to the last ones, or to all */
        b->folded = false;
        b->tail = b->open;
    }
    b->touched = true;
}

void block_fold(struct block *b, bool folded)
{
    b->folded = folded;
    b->tail = false;
    b->touched = true;
}
