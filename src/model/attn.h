/* attn.h - attention: queries meet the rows of the cache.
 *
 * Within model/ only. Rows are taken in segments: the scores of a segment's
 * rows, e^(score - the largest), and the sum of the rows with these weights.
 * Segments are put together as FlashAttention (2205.14135) does it, so that no
 * score outlives its segment and rows are fetched from memory once for all the
 * queries (columns) that share the walk.
 *
 *            rows of the cache, in segments
 *           |----|----|----|----|----|---|      a unit: segments that one thread
 *   column  [ unit 0  ][ unit 1 ][unit 2 ]      walks; the units of a column are
 *   column  [ unit 0  ][ unit 1 ][unit 2 ]      merged in their order
 *
 * Many tokens are dealt to the threads in blocks of tokens and heads, or head by
 * head where their operands are rounded (attn_rounded.c). For a few
 * (decoding, drafts) the rows are dealt instead, by units whose borders depend on
 * the token's position alone. What comes out for a token depends neither on the
 * number of threads nor on the few tokens beside it. */
#ifndef MODEL_ATTN_H
#define MODEL_ATTN_H

#include <stdatomic.h>

#include "model/layer.h"

enum {
    ATTN_SEGMENT = 256, /* rows: 288 KiB of V3's in f16, for the second cache */
    ATTN_TOKENS = 8,    /* of a batch that share a walk, */
    ATTN_COLUMNS = 32,  /* and tokens times heads that do */
    ATTN_UNITS = 32,    /* of one column at most */
};

/* --- the walk (attn_walk.c) ----------------------------------------------- */

/* The rows of one cache head in one layer. */
struct attn_rows {
    enum kv_type type;
    const char *keys, *values;      /* MLA: the same */
    size_t key_bytes, value_bytes;  /* from one row to the next */
    uint32_t key_dim, value_dim;
    const uint32_t *chosen;         /* row i is this one, ascending; NULL: i */
};

/* Queries, and what they find: per column the sum of value rows weighted with
 * e^(score - max), and the sum of these weights. */
struct attn_columns {
    uint32_t n;
    const float *q;         /* [n], ldq apart, scaled: products are scores */
    size_t ldq;
    const uint32_t *seen;   /* [n] the first so many rows are looked at */
    float *out;             /* [n], ldo apart */
    size_t ldo;
    float *max, *sum;       /* [n] */
};

/* What a thread walks with. */
struct attn_room {
    float *q;               /* [ATTN_COLUMNS][key_dim] */
    float *out;             /* [ATTN_COLUMNS][value_dim] */
    float *max, *sum;       /* [ATTN_COLUMNS] */
    uint32_t *seen;         /* [ATTN_COLUMNS] */
    float *scores;          /* [ATTN_COLUMNS][ATTN_SEGMENT] */
    float *part_out;        /* of a segment: as out, max and sum */
    float *part_max, *part_sum;
    float *keys;            /* [ATTN_SEGMENT][key_dim] rows that do not lie in
                               the cache as they are multiplied */
    float *values;          /* [ATTN_SEGMENT][value_dim]; MLA: NULL */
    struct act act;         /* MLA: inputs of the per-head matrices */
    /* MLA, expanded (attn_expand.c): */
    float *k_b, *v_b;       /* a head's matrices, decoded */
    float *head_keys, *head_values; /* [ATTN_SEGMENT] its keys and values */
    uint32_t *token_seen;           /* [max_batch] */
    /* A head of many tokens: */
    float *token_max, *token_sum;   /* [max_batch] */
    float *token_scores;            /* [max_batch][ATTN_SEGMENT] */
    struct gemm_bf16_room *gemm;
};

/* Rows [from, to), which overwrite what is in `c`. Columns whose `seen` is no
 * more than `from` find nothing: a sum of 0. */
void attn_walk(const struct kernels *k, const struct attn_rows *rows,
               const struct attn_columns *c, uint32_t from, uint32_t to,
               struct attn_room *room);
/* Rows [from, to), at most a segment, added to what is in `c`. */
void attn_walk_on(const struct kernels *k, const struct attn_rows *rows,
                  const struct attn_columns *c, uint32_t from, uint32_t to,
                  struct attn_room *room);
/* Rows [from, from + n) of either base as floats, one behind the other: done once
 * for all columns where rows were chosen here and there, have blocks or are rounded. */
void attn_unpack(const struct kernels *k, const struct attn_rows *rows,
                 const char *base, size_t row_bytes, uint32_t dim, uint32_t from,
                 uint32_t n, float *to);
/* out = e^(max - M) out + e^(other_max - M) other, M being the larger one. */
void attn_merge(const struct kernels *k, uint32_t n, float *out, float *max,
                float *sum, const float *other, float other_max,
                float other_sum);
/* out /= sum: the weights then add up to one. */
void attn_divide(uint32_t n, float *out, float sum);

/* --- attention of a layer ------------------------------------------------- */

struct attn {
    uint32_t max_batch, max_context;
    uint32_t key_dim, value_dim; /* of a column */
    uint32_t max_units;
    float *q;          /* [max_batch][n_heads * head_dim] rotated, scaled */
    float *k, *v;      /* GQA: new rows; MLA: k holds [latent | rope key] */
    float *q_a;        /* MLA: [max_batch][q_lora_rank] */
    float *heads;      /* [max_batch][n_heads * v_head_dim] */
    struct attn_room *room;      /* per thread */
    struct indexer index;        /* where the model has one */
    /* Of a few tokens: [FEW_TOKENS][n_heads]... */
    float *few_q;                /* MLA: [key_dim] absorbed */
    float *unit_out;             /* [max_units][value_dim] */
    float *unit_max, *unit_sum;  /* [max_units] */
};

void attn_layout(struct attn *a, const struct model_config *cfg,
                 unsigned n_threads, uint32_t max_batch, uint32_t max_context,
                 struct arena *mem);
void attn_gqa(struct attn *a, struct batch *b, const struct layer_weights *lw,
              uint32_t layer);
void attn_mla(struct attn *a, struct batch *b, const struct layer_weights *lw,
              uint32_t layer);

struct attn_rows attn_rows_of(const struct batch *b, uint32_t layer,
                              uint32_t cache_head);

/* Items that threads take one after the other. */
struct attn_queue {
    atomic_uint next;
    uint32_t n;
};
/* How many heads an item may take, at most `most`: as many as share rows, but
 * enough items for all threads. work: of all items, in multiply-adds. */
uint32_t attn_heads_per_item(const struct compute *c, uint64_t work,
                             uint32_t n_items, uint32_t heads, uint32_t most);
/* The next item, the last ones first: they see most rows. */
bool attn_next(struct attn_queue *queue, uint32_t *item);

/* --- a few tokens (attn_few.c) -------------------------------------------- */

struct attn_few {
    struct attn *a;
    struct batch *b;
    uint32_t layer;
    const float *q;         /* [n tokens][n_heads][key_dim] */
    const uint32_t *chosen; /* [n tokens][n_chosen] rows to look at; or NULL:
                               all up to the token's own */
    uint32_t n_chosen;
    uint32_t first, n;      /* tokens of the batch */
};
/* Walks; then, on any thread, what head `head` of token `t` (counted from
 * `first`) found: [value_dim], divided. */
void attn_few_walk(const struct attn_few *f);
void attn_few_result(const struct attn_few *f, uint32_t t, uint32_t head,
                     float *out);

/* --- many tokens, rounded (attn_rounded.c) -------------------------------- */

/* One head's keys and values of rows [from, from + n), at most ATTN_SEGMENT, and
 * its queries of all tokens of a batch that begins at position pos. */
struct attn_segment {
    uint32_t pos, n_tokens;
    uint32_t from, n;
    uint32_t key_dim, value_dim;
    const float *keys, *values;     /* one row behind the other */
    const float *q;                 /* [n_tokens], ldq apart, scaled */
    size_t ldq;
    float *out;                     /* [n_tokens], ldo apart */
    size_t ldo;
};

/* Whether a batch is computed so: on CPUs that multiply bfloat16, where its other
 * products are of one plane of integers (forward_one_plane_from), which rounds
 * more; and where it looks back farther than a segment. */
bool attn_rounded(const struct batch *b);
/* Adds a segment to what those before it have left in `out`, token_max and
 * token_sum; from == 0 begins anew. Segments come in order. */
void attn_rounded_meet(const struct kernels *k, const struct attn_segment *s,
                       struct attn_room *room);

/* --- MLA, expanded (attn_expand.c) ---------------------------------------- */

/* Tokens [0, n) of the batch, which read all rows. */
void attn_expand(struct attn *a, struct batch *b,
                 const struct layer_weights *lw, uint32_t layer, uint32_t n);
/* Whether that is less work than the absorbed form for n tokens of the batch. */
bool attn_expand_pays(const struct batch *b, uint32_t n);

#endif
