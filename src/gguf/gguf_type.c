/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/gguf_type.h"

#include <stddef.h>
#include <strings.h>

/* Ids without a row (4, 5, 31-33, 36-38) were withdrawn: no file may use them. */
static const struct gguf_type_info types[GGUF_TYPE_COUNT] = {
    [GGUF_F32] = {"F32", 1, 4},
    [GGUF_F16] = {"F16", 1, 2},
    [GGUF_Q4_0] = {"Q4_0", 32, 18},
    [GGUF_Q4_1] = {"Q4_1", 32, 20},
    [GGUF_Q5_0] = {"Q5_0", 32, 22},
    [GGUF_Q5_1] = {"Q5_1", 32, 24},
    [GGUF_Q8_0] = {"Q8_0", 32, 34},
    [GGUF_Q8_1] = {"Q8_1", 32, 36},
    [GGUF_Q2_K] = {"Q2_K", 256, 84},
    [GGUF_Q3_K] = {"Q3_K", 256, 110},
    [GGUF_Q4_K] = {"Q4_K", 256, 144},
    [GGUF_Q5_K] = {"Q5_K", 256, 176},
    [GGUF_Q6_K] = {"Q6_K", 256, 210},
    [GGUF_Q8_K] = {"Q8_K", 256, 292},
    [GGUF_IQ2_XXS] = {"IQ2_XXS", 256, 66},
    [GGUF_IQ2_XS] = {"IQ2_XS", 256, 74},
    [GGUF_IQ3_XXS] = {"IQ3_XXS", 256, 98},
    [GGUF_IQ1_S] = {"IQ1_S", 256, 50},
    [GGUF_IQ4_NL] = {"IQ4_NL", 32, 18},
    [GGUF_IQ3_S] = {"IQ3_S", 256, 110},
    [GGUF_IQ2_S] = {"IQ2_S", 256, 82},
    [GGUF_IQ4_XS] = {"IQ4_XS", 256, 136},
    [GGUF_I8] = {"I8", 1, 1},
    [GGUF_I16] = {"I16", 1, 2},
    [GGUF_I32] = {"I32", 1, 4},
    [GGUF_I64] = {"I64", 1, 8},
    [GGUF_F64] = {"F64", 1, 8},
    [GGUF_IQ1_M] = {"IQ1_M", 256, 56},
    [GGUF_BF16] = {"BF16", 1, 2},
    [GGUF_TQ1_0] = {"TQ1_0", 256, 54},
    [GGUF_TQ2_0] = {"TQ2_0", 256, 66},
    [GGUF_MXFP4] = {"MXFP4", 32, 17},
    [GGUF_NVFP4] = {"NVFP4", 64, 36},
    [GGUF_Q1_0] = {"Q1_0", 128, 18},
    [GGUF_Q2_0] = {"Q2_0", 64, 18},
};

const struct gguf_type_info *gguf_type_info(uint32_t id)
{
    if (id >= GGUF_TYPE_COUNT || !types[id].name)
        return NULL;
    return &types[id];
}

bool gguf_type_parse(const char *name, enum gguf_type *type)
{
    for (uint32_t id = 0; id < GGUF_TYPE_COUNT; id++) {
        if (types[id].name && strcasecmp(types[id].name, name) == 0) {
            *type = (enum gguf_type)id;
            return true;
        }
    }
    return false;
}
