/* speculate.h - guessing tokens ahead, and computing them together.
 *
 * The weights are read once for a batch, so tokens that were guessed cost less
 * to verify than to compute. Guesses come from the model's MTP block or, where
 * there is none, from the text itself: what followed the last few tokens when
 * they stood there before.
 *
 * A guess is kept when it is what the sampler picks from the logits that
 * verification gave, with the random numbers of that position. So a seed gives
 * the same text with and without drafts, at any temperature, which is more than
 * rejection sampling (2211.17192) does: that keeps the distribution but lets the
 * text depend on which tokens were guessed, here on the clock. For a guess from
 * the text the two are the same: it is kept with just its probability p. The MTP
 * block's guess is drawn from its own distribution q with the same random
 * numbers; with t = the sum of max(0, p - q) it is kept with (1 - t) / (1 + t) at
 * least (2408.07978), where rejection would keep 1 - t.
 *
 * In automatic mode a small model of cost decides how many to guess: what a
 * batch of each size took lately, what a guess took, and how often the first,
 * second, ... guess was kept. Where that promises nothing it stops, and asks
 * again ever more rarely. */
#ifndef ENGINE_SPECULATE_H
#define ENGINE_SPECULATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "chat/event.h"
#include "engine/session.h"

struct sampler;
struct vocab;

enum { DRAFT_AUTO = 0, DRAFT_OFF = -1 }; /* or 1 .. SESSION_DRAFTS: always */

/* What drafting is worth, in milliseconds and shares; averages of late. Its own
 * struct so that tests can play with it. */
struct draft_costs {
    double batch_ms[SESSION_DRAFTS + 2]; /* of 1 + drafts tokens; 0: unknown */
    uint32_t age[SESSION_DRAFTS + 2];    /* batches since then */
    double draft_ms;                     /* of one guess */
    double kept[SESSION_DRAFTS];         /* of guesses that were reached */
    uint32_t n_judged[SESSION_DRAFTS];   /* and how many were */
    uint32_t n_plain;                    /* batches without guesses */
    uint32_t depth;                      /* how many to guess, 0: none */
    uint32_t idle, patience;             /* batches without drafts, and how many
                                            before asking again */
    uint32_t asked;                      /* of the batches of a question */
};

void draft_costs_init(struct draft_costs *c);
/* After a batch of 1 + n tokens, of whose drafts `kept` were right. */
void draft_costs_note(struct draft_costs *c, uint32_t n, uint32_t kept,
                      double draft_ms, double batch_ms);
/* How many to guess for the next batch. */
uint32_t draft_costs_depth(struct draft_costs *c);
/* Whether it will be long until guesses are asked for again. */
bool draft_costs_rest(const struct draft_costs *c);

struct speculate {
    int mode;
    struct session *session; /* borrowed, as are these */
    struct sampler *sampler;
    const struct vocab *vocab;
    struct draft_costs costs;
    uint32_t drafted, accepted; /* in the whole session */
    /* The batch that is being used up. */
    uint32_t n, kept;
    double draft_ms, batch_ms;
};

void speculate_init(struct speculate *sp, int mode, struct session *s,
                    struct sampler *sampler, const struct vocab *v);

/* Whether the token that the sampler picked next was guessed. To be asked once
 * per token, before speculate_append. */
enum draft_state speculate_judge(struct speculate *sp, int32_t id);

/* session_append, with drafts behind it; or nothing at all, when the token was
 * guessed and is computed already. Does not allocate. */
bool speculate_append(struct speculate *sp, int32_t id,
                      const atomic_bool *cancel, struct err *err);

/* Behind ids[0..len) comes next. What followed when the same few tokens, two at
 * least, stood there before: the longest occurrence, the latest of several. Up
 * to n tokens into out; returns how many. */
uint32_t speculate_lookup(const int32_t *ids, uint32_t len, int32_t next,
                          uint32_t n, int32_t *out);

#endif
