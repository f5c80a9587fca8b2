/* expert_tally.h - how often each expert was chosen in a turn, thought and
 * answer apart, and with what weight. Exact counts, unlike the fading ones of
 * expert_heat.h. A turn's first token begins it anew. */
#ifndef UI_EXPERT_TALLY_H
#define UI_EXPERT_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "chat/event.h"

struct backend_info;
struct token_log;

struct expert_tally {
    uint32_t n_layers, n_experts, n_used;
    uint32_t turn;
    uint32_t tokens[2];   /* [enum text_part] told of experts */
    uint32_t *hits[2];    /* owned; [enum text_part][n_layers][n_experts] */
    float *weights;       /* owned; [n_layers][n_experts] sums of shares */
};

void expert_tally_init(struct expert_tally *t, const struct backend_info *info);
void expert_tally_clear(struct expert_tally *t);
/* False when the token told of no experts. */
bool expert_tally_event(struct expert_tally *t, const struct event *ev);

uint32_t expert_tally_tokens(const struct expert_tally *t); /* of both parts */
uint32_t expert_tally_hits(const struct expert_tally *t, uint32_t layer,
                           uint32_t expert);
/* Against an even share: 1 is as often as any. */
float expert_tally_rate(const struct expert_tally *t, uint32_t layer,
                        uint32_t expert);
/* The mean share of a token's layer that it got when it was chosen. */
float expert_tally_weight(const struct expert_tally *t, uint32_t layer,
                          uint32_t expert);
/* Thought against answer: log2 of the quotient of both rates, from -3 (answer)
 * to 3 (thought); 0 while one of the parts has no tokens. Rates of few tokens
 * are drawn towards even. */
float expert_tally_leaning(const struct expert_tally *t, uint32_t layer,
                           uint32_t expert);

/* Of the latest tokens of a log, those that chose one expert: how many of them
 * chose each other. */
#define COMPANY_TOKENS 4096
struct expert_company {
    uint32_t n_layers, n_experts;
    uint32_t layer, expert;   /* the one */
    uint32_t tokens;          /* that chose it, */
    uint32_t looked;          /* of so many whose experts are known */
    uint32_t *with;           /* owned; [n_layers][n_experts] */
};

void expert_company_of(struct expert_company *c, const struct expert_tally *t,
                       const struct token_log *log, uint32_t layer,
                       uint32_t expert);
void expert_company_clear(struct expert_company *c);

#endif
