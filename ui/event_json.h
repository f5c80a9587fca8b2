/* event_json.h - events as JSON, one object a line.
 *
 * For programs that read what `mull run --json` writes. Keys are stable: new
 * ones may come, none changes its meaning. Every object has "event" (its kind)
 * and "turn" (1 for the first). Text is valid UTF-8 (bytes that are not become
 * U+FFFD); it is what the model wrote, so clean it before showing it.
 *
 *   prefill      done, total: tokens of the prompt that are read, and all
 *   think_begin  what follows is thought
 *   think_end    what follows is answer
 *   text         part ("thought" or "answer"), text: whole characters
 *   token        one token of the answer:
 *     id, pos        its number in the vocabulary; its place in the context
 *     part, text     as above; a token may hold half a character
 *     p, entropy     its probability and the entropy of the whole distribution
 *                    in bits, both before any sampling rule
 *     ms             since the token before it
 *     draft          "none", "accepted" or "refused"
 *     alternatives   [{id, p}], the likeliest, in order
 *     experts        [{layer, experts: [..], weights: [..]}] for every layer that
 *                    has experts: those the router chose, and their shares
 *                    (sum 1); the key is missing for models without experts
 *   notice       text: a sentence for the user
 *   done         reason ("end", "limit", "context", "cancelled") and stats:
 *     prompt_tokens, reused_tokens, think_tokens, answer_tokens, context_used,
 *     drafted_tokens, accepted_tokens, prompt_ms, first_token_ms, decode_ms,
 *     think_ms
 *   error        kind ("io", "format", "unsupported", "memory", "limit",
 *                "cancelled", "model", "usage"), message
 */
#ifndef UI_EVENT_JSON_H
#define UI_EVENT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct event;

/* One line, flushed. first_moe_layer: backend_info's, to number the layers.
 * ascii: everything else as \u escapes, for a terminal, where some characters
 * are commands. False when `out` takes no more (errno says why). */
bool event_json_write(FILE *out, const struct event *ev,
                      uint32_t first_moe_layer, bool ascii);

#endif
