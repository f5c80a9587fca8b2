/* token_log.h - what was measured of every token, kept small.
 *
 * Tokens are numbered from 0 in the order in which they were told. Of each, 20
 * bytes are kept: what it is, how likely it was, where its text begins. What
 * takes more (the alternatives, the experts of every layer) is kept of the
 * latest tokens, as far as TOKEN_LOG_DETAIL_BYTES reach; of older ones it is
 * forgotten, oldest first, and so at last are the 20 bytes. Memory is bounded
 * whatever is told. */
#ifndef UI_TOKEN_LOG_H
#define UI_TOKEN_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "chat/event.h"

struct token_log;

#define TOKEN_LOG_DETAIL_BYTES (14u << 20)
#define TOKEN_LOG_MAX (5u << 17)    /* tokens that are remembered at all */
#define TOKEN_NONE UINT32_MAX

struct token_record {
    int32_t id;
    uint32_t pos, turn;
    uint32_t at;            /* where its text begins in its block, as shown */
    enum text_part part;
    enum draft_state draft;
    bool given;             /* not the model's choice */
    bool measured;          /* else the rest is not there */
    float p, entropy, ms;
    uint8_t n_alts;         /* 0: forgotten */
    struct {
        int32_t id;
        float p;
    } alts[TOKEN_ALTS];
    uint16_t n_layers, n_used;  /* 0: forgotten, or a model without experts */
    const struct expert_pick *picks; /* [n_layers][n_used]; good until the next
                                        token is added */
};

struct token_log *token_log_new(void);
void token_log_free(struct token_log *l); /* NULL is fine */
void token_log_clear(struct token_log *l);

/* Returns its number. */
uint32_t token_log_add(struct token_log *l, const struct token_info *token,
                       uint32_t turn, uint32_t at);
/* The same for a token that was not measured now but was before, as number
 * `from` of this log: a branch begins with tokens of the answer it leaves. Its
 * own id may be one of that token's alternatives. */
uint32_t token_log_add_again(struct token_log *l,
                             const struct token_info *token, uint32_t turn,
                             uint32_t at, uint32_t from);

uint32_t token_log_count(const struct token_log *l);
/* False: there is no such token any more. */
bool token_log_get(const struct token_log *l, uint32_t i,
                   struct token_record *out);
/* The first token of a turn that is known, and the one behind its last. */
void token_log_turn(const struct token_log *l, uint32_t turn, uint32_t *from,
                    uint32_t *to);
/* Only where its text begins, and its id: cheap. */
uint32_t token_log_at(const struct token_log *l, uint32_t i);
/* The bytes of a token that was told, or of an alternative: raw. */
struct str token_log_text(const struct token_log *l, int32_t id);
/* The share of an expert of MoE layer j of what this token chose; 0: it did
 * not choose it, or that is forgotten. */
float token_log_share(const struct token_log *l, uint32_t i, uint32_t layer,
                      uint32_t expert);

size_t token_log_bytes(const struct token_log *l); /* in use */

#endif
