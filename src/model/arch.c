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

const struct arch *arch_find(struct str name, struct err *err)
{
    for (size_t i = 0; i < N_ARCHS; i++)
        if (str_is(name, table[i]->name))
            return table[i];

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
