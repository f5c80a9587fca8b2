/* draft_tokens.h - the tokens that a model says most.
 *
 * A draft need not be any of 4,096 tokens: a quarter of them, the ones said most, is
 * nearly all that is said, and a head of so few rows costs a quarter (FR-Spec,
 * 2502.14856, which ranks a corpus; here it is the answers that were taught). They
 * stand in the exported file as mull.draft_tokens, in ascending order. */
#ifndef TRAIN_DRAFT_TOKENS_H
#define TRAIN_DRAFT_TOKENS_H

#include <stddef.h>
#include <stdint.h>

struct data_plan;
struct dataset;

/* The n tokens, n <= n_vocab, that the answers of the plan's chats hold most often,
 * ascending into out. Returns what part of these answers they are. */
double draft_tokens_choose(const struct dataset *d, const struct data_plan *plan,
                           unsigned stage, uint32_t n_vocab, uint32_t n, int32_t *out);

#endif
