/* document.h - one training document: tokens, and how much each counts.
 *
 * Chats are laid out by the code that lays them out for the engine
 * (text/template.h), so the model is asked in the words it was taught in:
 *
 *   BOS {system} User {prompt} Assistant <think> \n {think} \n </think> \n\n
 *   {reply} EOS
 *
 * Of several turns only the last keeps its thought. What the model is to write
 * counts 1, what it was given 0, planted slips 0. */
#ifndef TRAIN_DATA_DOCUMENT_H
#define TRAIN_DATA_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "chat/conversation.h"
#include "text/encode.h"
#include "text/template.h"

struct problem;
struct rng;
struct tokenizer;

/* Reuse one for many documents: it keeps its room. Zero is empty. */
struct document {
    struct ids ids;
    float *weight;      /* owned; [ids.n] */
    size_t cap;         /* of weight */
    /* Scratch, owned. */
    struct buf text;
    struct prompt prompt;
    struct conversation conversation;
};

void document_clear(struct document *d);

/* BOS, text, EOS; all of it counts. */
void document_text(struct document *d, const struct tokenizer *t,
                   struct str text);

enum chat_style {
    CHAT_THINKS,     /* as above */
    CHAT_ANSWERS,    /* the thought is switched off: an empty pair of tags */
    CHAT_UNTAGGED,   /* thought and reply as one text, no tags: for a base that
                        has never seen them */
};

struct chat_form {
    enum chat_style style;
    struct str system;      /* empty: none */
    bool blank_lines;       /* earlier replies keep the two newlines that stood
                               between thought and reply */
    bool prompt_counts;     /* pretraining: all but slips counts */
};

/* A chat of n turns, n > 0, answered by the problems' own words. */
void document_chat(struct document *d, const struct tokenizer *t,
                   const struct problem *turns, size_t n,
                   const struct chat_form *form);

/* Of the last prompt of a chat, `part` of the words become TOKENIZER_HIDDEN: what is
 * asked has to be understood from the others (word dropout: Iyyer et al. 2015, section
 * 3.1). Digits stay, and what the problem's thought or reply says again. */
void document_hide(struct document *d, const struct tokenizer *t,
                   const struct problem *last, double part, struct rng *r);

/* The prompt alone, up to where the model writes. */
void document_prompt(struct document *d, const struct tokenizer *t,
                     struct str system, struct str prompt);

/* The same problem as plain worked text without tags, in one of several forms
 * (`form` is any number). Slips count 0. */
void document_worked(struct document *d, const struct tokenizer *t,
                     const struct problem *p, unsigned form);

#endif
