/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/inspect_cache.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "model/cache_cost.h"
#include "model/config.h"
#include "ui/units.h"

struct row {
    char name[40];
    uint64_t per_token; /* 0: these rows cannot be stored like that */
};

enum { STORED_ROWS = 3, ROWS = STORED_ROWS + 2 };

/* Other kinds of attention in f16, the usual type. GQA is a row of its own only
 * where the model does not have it already. */
static size_t make_rows(const struct model_config *cfg, struct row rows[ROWS])
{
    bool mla = cfg->attn == ATTN_MLA;
    struct cache_cost f16 = cache_cost(cfg, KV_F16);
    size_t n = 0;
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++, n++) {
        struct err why;
        snprintf(rows[n].name, sizeof rows[n].name, "as stored (%s), %s",
                 mla ? "MLA" : "GQA", kv_type_name(t));
        rows[n].per_token = kv_type_check(t, cfg, &why)
            ? cache_cost(cfg, t).stored : 0;
    }
    if (mla) {
        snprintf(rows[n].name, sizeof rows[n].name,
                 "%" PRIu32 " groups (GQA), f16", f16.groups);
        rows[n++].per_token = f16.gqa;
    }
    snprintf(rows[n].name, sizeof rows[n].name, "all %" PRIu32 " heads (MHA), f16",
             cfg->n_heads);
    rows[n++].per_token = f16.mha;
    return n;
}

void inspect_cache_text(const struct model_config *cfg, struct buf *out)
{
    char per[UNITS_MAX], whole[UNITS_MAX], tokens[UNITS_MAX];
    char head[UNITS_MAX + 8];
    struct row rows[ROWS];
    size_t n = make_rows(cfg, rows);
    snprintf(head, sizeof head, "%s tokens",
             units_count(tokens, cfg->n_ctx_train));
    buf_printf(out, "\n%-24s %15s %15s %14s\n", "KV cache", "bytes a token",
               head, "less than MHA");
    for (size_t i = 0; i < n; i++) {
        if (rows[i].per_token == 0) {
            buf_printf(out, "%-24s %15s\n", rows[i].name, "not possible");
            continue;
        }
        buf_printf(out, "%-24s %15s %15s", rows[i].name,
                   units_count(per, rows[i].per_token),
                   units_bytes(whole, rows[i].per_token * cfg->n_ctx_train));
        if (i + 1 < n)
            buf_printf(out, " %12.1f %%",
                       100 * cache_saving((double)rows[i].per_token,
                                          (double)rows[n - 1].per_token));
        buf_putc(out, '\n');
    }
}

static json_t *cost_json(const struct model_config *cfg, uint64_t per_token)
{
    return json_pack("{s:o, s:o}", "bytes_per_token", json_count(per_token),
                     "bytes_whole_context",
                     json_count(per_token * cfg->n_ctx_train));
}

json_t *inspect_cache_json(const struct model_config *cfg)
{
    json_t *j = json_object();
    struct cache_cost f16 = cache_cost(cfg, KV_F16);
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++) {
        struct err why;
        if (kv_type_check(t, cfg, &why))
            json_object_set_new(j, kv_type_name(t),
                                cost_json(cfg, cache_cost(cfg, t).stored));
    }
    json_object_set_new(j, "gqa_f16", cost_json(cfg, f16.gqa));
    json_put_count(j, "gqa_groups", f16.groups);
    json_object_set_new(j, "mha_f16", cost_json(cfg, f16.mha));
    json_object_set_new(j, "saving_against_gqa",
                        json_real(cache_saving((double)f16.stored,
                                               (double)f16.gqa)));
    json_object_set_new(j, "saving_against_mha",
                        json_real(cache_saving((double)f16.stored,
                                               (double)f16.mha)));
    return j;
}
