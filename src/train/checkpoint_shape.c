/* SPDX-License-Identifier: Apache-2.0 */
#include "train/checkpoint_shape.h"

#include <math.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "train/nn/shape.h"

#define AT(field) {#field, offsetof(struct shape, field)}

static const struct {
    const char *name;
    size_t at;
} counts[] = {
    AT(n_embd), AT(n_layers), AT(n_dense_layers), AT(n_vocab), AT(n_heads),
    AT(nope_dim), AT(rope_dim), AT(v_dim), AT(q_lora_rank), AT(kv_lora_rank),
    AT(n_ff), AT(n_experts), AT(n_used), AT(n_groups), AT(n_groups_used),
    AT(expert_ff), AT(n_shared), AT(n_mtp), AT(yarn_original_ctx),
}, reals[] = {
    AT(routed_scale), AT(norm_eps), AT(rope_base), AT(yarn_factor),
};
enum {
    N_COUNTS = sizeof counts / sizeof *counts,
    N_REALS = sizeof reals / sizeof *reals,
};

void checkpoint_put_shape(struct buf *h, const struct shape *s)
{
    const char *p = (const char *)s;
    buf_puts(h, "\"shape\":{");
    for (int i = 0; i < N_COUNTS; i++)
        buf_printf(h, "\"%s\":%u,", counts[i].name,
                   *(const uint32_t *)(const void *)(p + counts[i].at));
    for (int i = 0; i < N_REALS; i++)
        buf_printf(h, "%s\"%s\":%.9g", i ? "," : "", reals[i].name,
                   (double)*(const float *)(const void *)(p + reals[i].at));
    buf_puts(h, "},");
}

bool checkpoint_get_shape(struct shape *s, const json_t *j, struct err *err)
{
    char *p = (char *)s;
    *s = (struct shape){0};
    for (int i = 0; i < N_COUNTS; i++) {
        const json_t *v = json_object_get(j, counts[i].name);
        if (!json_is_integer(v) || json_integer_value(v) < 0 ||
            json_integer_value(v) > UINT32_MAX)
            return err_set(err, ERR_FORMAT, "its shape has no proper \"%s\"",
                           counts[i].name);
        *(uint32_t *)(void *)(p + counts[i].at) =
            (uint32_t)json_integer_value(v);
    }
    for (int i = 0; i < N_REALS; i++) {
        const json_t *v = json_object_get(j, reals[i].name);
        double x = json_number_value(v);
        if (!json_is_number(v) || !isfinite(x) || fabs(x) > 1e30)
            return err_set(err, ERR_FORMAT, "its shape has no proper \"%s\"",
                           reals[i].name);
        *(float *)(void *)(p + reals[i].at) = (float)x;
    }
    return shape_check(s, err);
}
