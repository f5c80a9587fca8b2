/* gguf_type.h - tensor types as a file numbers them: names and block sizes.
 *
 * Only what is needed to check and show a tensor; how to compute with one is
 * the business of kernels/. Ids and sizes: spec of GGML types. */
#ifndef GGUF_GGUF_TYPE_H
#define GGUF_GGUF_TYPE_H

#include <stdbool.h>
#include <stdint.h>

enum gguf_type {
    GGUF_F32 = 0,
    GGUF_F16 = 1,
    GGUF_Q4_0 = 2,
    GGUF_Q4_1 = 3,
    GGUF_Q5_0 = 6,
    GGUF_Q5_1 = 7,
    GGUF_Q8_0 = 8,
    GGUF_Q8_1 = 9,
    GGUF_Q2_K = 10,
    GGUF_Q3_K = 11,
    GGUF_Q4_K = 12,
    GGUF_Q5_K = 13,
    GGUF_Q6_K = 14,
    GGUF_Q8_K = 15,
    GGUF_IQ2_XXS = 16,
    GGUF_IQ2_XS = 17,
    GGUF_IQ3_XXS = 18,
    GGUF_IQ1_S = 19,
    GGUF_IQ4_NL = 20,
    GGUF_IQ3_S = 21,
    GGUF_IQ2_S = 22,
    GGUF_IQ4_XS = 23,
    GGUF_I8 = 24,
    GGUF_I16 = 25,
    GGUF_I32 = 26,
    GGUF_I64 = 27,
    GGUF_F64 = 28,
    GGUF_IQ1_M = 29,
    GGUF_BF16 = 30,
    GGUF_TQ1_0 = 34,
    GGUF_TQ2_0 = 35,
    GGUF_MXFP4 = 39,
    GGUF_NVFP4 = 40,
    GGUF_Q1_0 = 41,
    GGUF_Q2_0 = 42,
    GGUF_TYPE_COUNT = 43,
};

struct gguf_type_info {
    const char *name;     /* "Q4_K"; NULL for an id that is not in use */
    uint32_t block_len;   /* weights per block */
    uint32_t block_bytes;
};

/* NULL for ids that are unknown or were withdrawn. */
const struct gguf_type_info *gguf_type_info(uint32_t id);

/* By name, without regard to case: "q4_k". */
bool gguf_type_parse(const char *name, enum gguf_type *type);

#endif
