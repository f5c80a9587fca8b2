/* telemetry.h - the engine's own numbers, newest only.
 *
 * One plain struct that the engine fills after each token and each prompt
 * batch; a gauge draws from it and computes nothing about models. What belongs
 * to one token travels with its event instead (event.h). */
#ifndef CHAT_TELEMETRY_H
#define CHAT_TELEMETRY_H

#include <stdint.h>

#define TELEMETRY_TURNS 32

struct telemetry {
    /* The cache of this conversation. */
    uint32_t context_used, context_max;  /* tokens */
    uint64_t kv_bytes;          /* of the rows in use, as stored */
    uint64_t kv_latent_bytes;   /* of these: MLA latent rows (0 for GQA) */
    uint64_t kv_rope_bytes;     /* of these: MLA rope keys (0 for GQA) */
    uint64_t kv_index_bytes;    /* of these: the indexer's (sparse attention) */
    uint32_t kv_bytes_per_token;
    uint32_t kv_layers;         /* that share these bytes evenly, */
    uint32_t kv_index_layers;   /* and the first ones, that share the indexer's */
    uint64_t kv_gqa_bytes;      /* what 8 groups would take for these tokens */
    uint64_t kv_mha_bytes;      /* what plain multi-head attention would take */
    uint32_t n_turns;           /* in the last prompt, the latest ones: */
    uint32_t turn_begins[TELEMETRY_TURNS]; /* where their questions begin */

    /* Memory of the process, in bytes. */
    uint64_t model_mapped;      /* weights, as mapped */
    /* The rest of these as of the end of the last turn: costly to count. */
    uint64_t resident;          /* the whole process, in RAM */
    uint64_t resident_files;    /* of it, pages of files: weights read so far,
                                   and the program */
    uint64_t scratch;           /* activations and batches: pages in use */
    uint64_t scratch_reserved;  /* address space kept for them */

    /* Rates, over the last turn. */
    double prompt_tok_s, decode_tok_s, first_token_ms;
    uint64_t bytes_per_token;   /* weights read to decode one token; and
                                   of the cache all (kv_bytes), or less where
                                   attention is sparse */
    uint32_t drafted, accepted; /* in the conversation so far */
};

#endif
