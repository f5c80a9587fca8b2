/* event.h - what a backend tells the front end, in order, while a turn runs.
 *
 *   PREFILL*  (THINK_BEGIN TEXT* THINK_END)?  TEXT*  (DONE | ERROR)
 *
 * with one TOKEN before or among the TEXT it gave, and NOTICE anywhere. Exactly
 * one DONE or ERROR ends a turn. Events are plain values: text stands inside,
 * and the only pointer (a token's experts) is good until the next event is
 * taken. Screen, plain mode, --json and tests are all driven by these alone. */
#ifndef CHAT_EVENT_H
#define CHAT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum event_kind {
    EVENT_PREFILL,     /* reading the prompt: done of total tokens */
    EVENT_THINK_BEGIN, /* what follows is thought */
    EVENT_THINK_END,   /* what follows is answer */
    EVENT_TEXT,        /* whole characters of thought or answer, raw */
    EVENT_TOKEN,       /* one token was taken into the conversation */
    EVENT_NOTICE,      /* a sentence for the user; the turn goes on */
    EVENT_DONE,        /* the turn is over */
    EVENT_ERROR,       /* the turn failed; what was written so far stays */
};

enum text_part { PART_THOUGHT, PART_ANSWER };

enum done_reason {
    DONE_END,       /* the model ended its answer */
    DONE_LIMIT,     /* max_tokens reached */
    DONE_CONTEXT,   /* the context is full */
    DONE_CANCELLED, /* the user said stop */
};

enum draft_state { DRAFT_NONE, DRAFT_ACCEPTED, DRAFT_REFUSED };

#define EVENT_TEXT_MAX 192 /* longer text comes as several events */
#define TOKEN_ALTS 8       /* how many other candidates are told */
#define TOKEN_BYTES 32     /* of the token's text; longer ones are cut */
#define TOKEN_ALT_BYTES 16 /* the same of an alternative's */

struct token_alt {
    int32_t id;
    float p;
    uint8_t text_len;
    char text[TOKEN_ALT_BYTES]; /* raw, as that of the token itself */
};

/* One expert that one layer chose for one token. */
struct expert_pick {
    uint16_t expert;
    uint16_t weight; /* share of the layer's weights: 65535 is all of it */
};

struct token_info {
    int32_t id;
    uint32_t pos;              /* place in the context, 0-based */
    enum text_part part;
    enum draft_state draft;
    bool given;                /* not the model's choice: it stands where the
                                  user wanted it (turn_options.prefix, enough) */
    bool measured;             /* false: p, entropy, alts, picks are not there */
    float p;                   /* the token's probability before sampling */
    float entropy;             /* of that distribution, in bits */
    float ms;                  /* since the token before */
    uint8_t n_alts;            /* in use; most likely first, own one included */
    struct token_alt alts[TOKEN_ALTS];
    uint8_t text_len;
    char text[TOKEN_BYTES];    /* the token's own bytes, raw, maybe half a
                                  character */
    uint16_t n_moe_layers;     /* 0: a model without experts */
    uint16_t n_used;           /* picks per layer */
    const struct expert_pick *picks; /* [n_moe_layers][n_used], best first;
                                        valid until the next event is taken */
};

struct turn_stats {
    uint32_t prompt_tokens;    /* in the whole prompt */
    uint32_t reused_tokens;    /* of these, found in the cache */
    uint32_t think_tokens;
    uint32_t answer_tokens;
    uint32_t context_used;     /* tokens in the cache now */
    uint32_t drafted, accepted;
    double prompt_ms, first_token_ms, decode_ms, think_ms;
};

struct event {
    enum event_kind kind;
    uint32_t turn; /* the number that backend_start gave */
    union {
        struct { uint32_t done, total; } prefill;
        struct { enum text_part part; uint16_t len; char s[EVENT_TEXT_MAX]; } text;
        struct token_info token;
        struct { char s[EVENT_TEXT_MAX]; } notice; /* terminated */
        struct { enum done_reason reason; struct turn_stats stats; } done;
        struct err error;
    };
};

#endif
