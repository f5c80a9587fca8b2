/* template.h - a conversation as the tokens that a model was trained on.
 *
 * One family of chat formats is one table of pieces; the
 * model file's own template is only looked at to recognise the family, it is a
 * program and is never run. Prompts are built as token lists: scaffold by id,
 * contents with special tokens off, so no message can forge a turn. */
#ifndef TEXT_TEMPLATE_H
#define TEXT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "chat/backend.h"
#include "text/encode.h"

struct conversation;
struct err;
struct gguf;
struct vocab;
struct chat_family; /* opaque row of the table */

/* By name ("deepseek-r1", "smollm2"); NULL when there is none of that name. */
const struct chat_family *chat_family_named(const char *name);
/* The i-th family's name, NULL past the last: for --help and completion. */
const char *chat_family_list(size_t i);

/* From the file's template, tokenizer and name. Where the family had to be
 * guessed or the vocabulary lacks its tokens, `notice` (at least 192 bytes)
 * says so; else it is empty. */
const struct chat_family *chat_family_detect(const struct gguf *g,
                                             const struct vocab *v,
                                             char *notice, size_t notice_cap);

const char *chat_family_name(const struct chat_family *f);
bool chat_family_thinks(const struct chat_family *f);
/* Recommended sampling of the family, as its model cards give it. */
struct sampling chat_family_sampling(const struct chat_family *f);

/* The tokens with which this model ends a thought: for ending it early. */
void chat_end_thought(const struct chat_family *f, const struct vocab *v,
                      struct ids *out);

struct prompt {
    struct ids ids;    /* empty when no vocabulary was given */
    struct ids begins; /* for each message: how many tokens of ids are before
                          it for certain */
    struct buf text;   /* the same prompt as text, for tests and --json */
    bool inside_think; /* the prompt ended in an open think tag */
};

void prompt_clear(struct prompt *p);

/* The whole prompt up to where the model writes. v may be NULL: text only. */
bool chat_render(const struct chat_family *f, const struct vocab *v,
                 const struct conversation *c, enum think_mode think,
                 struct prompt *out, struct err *err);

#endif
