/* SPDX-License-Identifier: Apache-2.0 */
#include "model/arch.h"

#include <stdio.h>

#include "base/err.h"
#include "model/arch_table.h"

static const struct arch *const table[] = {
    &arch_deepseek,
    &arch_deepseek2,
    &arch_deepseek32,
    &arch_llama,
    &arch_qwen2,
    &arch_qwen3,
    &arch_qwen3moe,
};
enum { N_ARCHS = sizeof table / sizeof table[0] };

/* Known by name, so that a sentence can say what is missing. */
static const struct {
    const char *name, *what;
} unsupported[] = {
    {"deepseek4", "DeepSeek-V4, whose residual streams and compressed attention "
                  "are not supported; V3.2 (deepseek32) is the newest that is"},
    {"deepseek2-ocr", "DeepSeek-OCR, which reads pictures; only text models are "
                      "supported"},
    {"deepseekocr", "DeepSeek-OCR, which reads pictures; only text models are "
                    "supported"},
    {"glm-dsa", "GLM-5, whose layers share their choice of tokens; that is not "
                "supported"},
    {"clip", "the vision part of a model (mmproj); only text models are "
             "supported, and this part alone is none"},
    {"qwen2vl", "Qwen2-VL, which reads pictures; only text models are supported"},
    {"qwen3vl", "Qwen3-VL, which reads pictures; only text models are supported"},
    {"qwen3vlmoe", "Qwen3-VL, which reads pictures; only text models are "
                   "supported"},
    {"qwen2moe", "Qwen1.5-MoE or Qwen2-MoE, whose shared experts have a gate of "
                 "their own; that is not supported"},
};

static bool refuse_by_name(struct str name, struct err *err)
{
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        if (str_is(name, unsupported[i].name))
            return err_set(err, ERR_UNSUPPORTED,
                           "the model's architecture is \"%s\": %s",
                           unsupported[i].name, unsupported[i].what);
    return true;
}

const struct arch *arch_find(struct str name, struct err *err)
{
    for (size_t i = 0; i < N_ARCHS; i++)
        if (str_is(name, table[i]->name))
            return table[i];

    if (!refuse_by_name(name, err))
        return NULL;
    char known[160];
    size_t len = 0;
    for (size_t i = 0; i < N_ARCHS && len < sizeof known; i++)
        len += (size_t)snprintf(known + len, sizeof known - len, "%s%s",
                                i == 0 ? "" : i + 1 < N_ARCHS ? ", " : " and ",
                                table[i]->name);
    int shown = name.len < 40 ? (int)name.len : 40;
    err_set(err, ERR_UNSUPPORTED,
            "the model's architecture is \"%.*s\"; known are %s", shown,
            name.p, known);
    return NULL;
}
