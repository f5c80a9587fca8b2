/* tiny.h - whole models of a few hundred kilobytes, with random weights.
 *
 * For tests of the loader, the forward pass, the engine and the commands: what
 * such a model says means nothing, but it says the same every time, it has
 * every part of its big relatives, and it can be made wrong on purpose: change
 * the spec, or patch the bytes. All weights are float32.
 *
 *     struct buf file = {0};
 *     struct tiny_spec spec = tiny_deepseek2();
 *     spec.n_layers = 1;
 *     tiny_write(&spec, &file);
 *     gguf_open_memory(&g, file.p, file.len, &err);
 *
 * The vocabulary (TINY_VOCAB tokens) is byte-level BPE with the pre-tokenizer
 * "deepseek-v3": the 256 bytes, a few merges, the special tokens of DeepSeek-R1
 * and unused ones; its chat template is recognised as "deepseek-r1". */
#ifndef TESTS_TINY_TINY_H
#define TESTS_TINY_TINY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct tiny_spec {
    const char *arch;        /* "llama", "deepseek2" or "deepseek32" */
    uint64_t seed;
    uint32_t n_layers, n_embd, n_ff, n_ctx;
    uint32_t n_heads;
    bool tied;               /* no output.weight: the embedding serves */
    const char *poison;      /* this tensor begins with a NaN; NULL: none */

    /* llama */
    uint32_t n_kv_heads, head_dim;

    /* deepseek2 */
    uint32_t q_lora_rank;    /* 0: attn_q instead of q_a and q_b */
    uint32_t kv_lora_rank, qk_nope_dim, rope_dim, v_head_dim;
    uint32_t n_dense_layers; /* the first ones; n_layers: no experts at all */
    uint32_t n_experts, n_used, n_shared, expert_ff;
    uint32_t n_groups, n_groups_used;
    bool softmax;            /* router without bias, instead of sigmoid + bias */
    uint32_t index_heads, index_dim, index_top_k; /* deepseek32 */
    bool mtp;                /* a block behind the trunk */
    bool mtp_own_ends;       /* with its own embedding, head and head norm */
    bool mtp_left_out;       /* only the key is there, as converters do it */
    const int32_t *draft_tokens; /* what drafts are chosen among; NULL: no list */
    uint32_t n_draft_tokens;
};

/* Two layers, GQA: 4 heads on 2 kv heads, adjacent rope. */
struct tiny_spec tiny_llama(void);
/* Three layers, the first dense: split k_b and v_b, q_lora, 16 experts in 4
 * groups with sigmoid router and bias, one shared expert. */
struct tiny_spec tiny_deepseek2(void);
/* The same with an indexer that lets a token read 8 past ones. */
struct tiny_spec tiny_deepseek32(void);

/* Appends a complete GGUF file. */
void tiny_write(const struct tiny_spec *spec, struct buf *out);
/* Only what stands before the weights; returns how many bytes of these follow in
 * a whole file. For models that are not tiny at all: a hole will do. */
uint64_t tiny_write_header(const struct tiny_spec *spec, struct buf *out);
/* The same model in two files: the first has the keys and the first third of
 * the tensors. Their names must end in -00001-of-00002.gguf and so on. */
void tiny_write_parts(const struct tiny_spec *spec, struct buf out[2]);
/* The same as a file below $TMPDIR; the path is owned by the caller, who
 * unlinks the file and frees the path. */
char *tiny_write_file(const struct tiny_spec *spec);

/* The vocabulary's layout. */
enum {
    TINY_MERGES = 12, /* tokens 256..267: th the in er an on re ... */
    TINY_BOS = 256 + TINY_MERGES,
    TINY_EOS,
    TINY_PAD,
    TINY_USER,
    TINY_ASSISTANT,
    TINY_THINK,
    TINY_END_THINK,
    TINY_UNUSED,      /* from here to the end */
    TINY_VOCAB = 288,
};

#endif
