/* families.h - chat formats as rows of pieces, for this folder only.
 *
 * Pieces are text in which the special tokens stand as they are written; they
 * are ours, so they are the only text that may give control tokens. NULL is
 * the same as nothing. */
#ifndef TEXT_FAMILIES_H
#define TEXT_FAMILIES_H

#include <stdbool.h>
#include <stdint.h>

/* Where system messages go. */
enum system_place {
    SYSTEM_IN_PLACE,   /* where they stand among the messages */
    SYSTEM_JOINED,     /* all of them first, an empty line between */
    SYSTEM_LAST_FIRST, /* only the last one counts, and it goes first */
};

/* What stays of an earlier answer that still has its thought in it. */
enum history {
    HISTORY_WHOLE,            /* all: the format knows no thoughts */
    HISTORY_AFTER_LAST_CLOSE, /* what follows the last </think> */
    HISTORY_AFTER_FIRST_CLOSE,
};

struct chat_family {
    const char *name;
    const char *bos;      /* NULL: the vocabulary's own, where it asks for it */
    const char *opens;    /* behind it, before all else */
    const char *needs[4]; /* tokens that the vocabulary must have */

    enum system_place system_place;
    const char *system_default; /* where the first message is none */
    const char *before_system, *after_system;
    /* Where it does not think; NULL: the same. */
    const char *system_default_off, *before_system_off;
    bool system_chooses; /* "/think" and "/no_think" in it, which then go */
    const char *before_user, *after_user;
    const char *before_assistant, *after_assistant;
    /* Between before_assistant and an answer whose thought was dropped. */
    const char *no_thought;
    bool no_thought_off_only; /* ... and only where it does not think */
    /* Around the thought of an answer that no user message follows yet; NULL:
     * it is dropped like any other. */
    const char *before_thought, *after_thought;
    /* What its models write to end a thought; NULL: after_thought, or the tag
     * alone. */
    const char *ends_thought;

    /* Behind before_assistant, where the model goes on to write. */
    const char *begin_thinking, *begin_answering;
    bool thinks;          /* has thoughts at all */
    bool thinks_unasked;  /* also when nobody said on or off */
    bool begins_inside;   /* begin_thinking leaves the tag open */

    enum history history;
    bool trims;           /* white space around contents goes */
    bool drops_newlines;  /* at the beginning of answers */
    bool marks_after_user_only; /* before_assistant only follows a user */
    bool joins_users;     /* user messages in a row are one */
    bool opens_with_space; /* answers are written behind a space */

    float temp, top_p;
    uint32_t top_k;
};

#endif
