/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/inspect.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cmd/inspect_cache.h"
#include "gguf/gguf.h"

static void put_text(json_t *to, const char *name, struct str s)
{
    if (s.len)
        json_put_text(to, name, s);
}

/* 0 means that the file says nothing. */
static void put_number(json_t *to, const char *name, uint64_t n)
{
    if (n)
        json_put_count(to, name, n);
}

static json_t *shapes(const struct inspect_facts *f)
{
    json_t *j = json_object();
    put_number(j, "layers", f->n_layers);
    put_number(j, "mtp_layers", f->n_mtp);
    put_number(j, "embedding_length", f->n_embd);
    put_number(j, "feed_forward_length", f->n_ff);
    put_number(j, "heads", f->n_heads);
    put_number(j, "kv_heads", f->n_kv_heads);
    put_number(j, "context_length", f->n_ctx);
    put_number(j, "vocab_size", f->n_vocab);
    put_number(j, "experts", f->n_experts);
    put_number(j, "experts_used", f->n_used);
    put_number(j, "experts_shared", f->n_shared);
    put_number(j, "expert_feed_forward_length", f->expert_ff);
    if (!f->has_config)
        return j;
    const struct model_config *c = &f->cfg;
    json_object_set_new(j, "attention",
                        json_string(c->attn == ATTN_MLA ? "mla" : "gqa"));
    put_number(j, "head_dim", c->head_dim);
    put_number(j, "value_head_dim", c->v_head_dim);
    put_number(j, "rope_dim", c->rope.dim);
    put_number(j, "q_lora_rank", c->q_lora_rank);
    put_number(j, "kv_lora_rank", c->kv_lora_rank);
    put_number(j, "expert_groups", c->moe.n_groups);
    put_number(j, "expert_groups_used", c->moe.n_groups_used);
    return j;
}

static json_t *group(const struct tensor_group *t)
{
    json_t *types = json_object();
    for (uint32_t id = 0; id < GGUF_TYPE_COUNT; id++)
        if (t->bytes_of[id])
            json_object_set_new(types, gguf_type_info(id)->name,
                                json_count(t->bytes_of[id]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "tensors",
                     json_count(t->n_tensors), "parameters",
                     json_count(t->n_params),
                     "bytes", json_count(t->bytes), "active_parameters",
                     json_count(t->active_params), "active_bytes",
                     json_count(t->active_bytes), "types", types);
}

static json_t *groups(const struct inspect_facts *f)
{
    json_t *j = json_object();
    for (int i = 0; i < GROUP_COUNT; i++)
        if (f->groups.group[i].n_tensors)
            json_object_set_new(j, tensor_group_name((enum tensor_group_id)i),
                                group(&f->groups.group[i]));
    return j;
}

static json_t *tokenizer(const struct inspect_facts *f)
{
    json_t *j = json_object();
    put_text(j, "model", f->tokenizer);
    put_text(j, "pre", f->pretokenizer);
    json_put_count(j, "tokens", f->n_tokens);
    json_put_count(j, "special", f->n_special);
    put_text(j, "bos", f->bos);
    put_text(j, "eos", f->eos);
    return j;
}

static json_t *dims(const struct gguf_tensor *t)
{
    json_t *j = json_array();
    for (uint32_t i = 0; i < t->n_dims; i++)
        json_array_append_new(j, json_count(t->dims[i]));
    return j;
}

static json_t *tensors(const struct gguf *g)
{
    json_t *j = json_array();
    for (size_t i = 0; i < g->n_tensors; i++) {
        const struct gguf_tensor *t = &g->tensors[i];
        json_array_append_new(
            j, json_pack("{s:o, s:s, s:o, s:o}", "name", json_text(t->name),
                         "type",
                         gguf_type_info(t->type)->name, "dims", dims(t),
                         "bytes", json_count(t->bytes)));
    }
    return j;
}

static json_t *all(const struct inspect_facts *f)
{
    const struct gguf *g = f->g;
    json_t *j = json_object();
    put_text(j, "architecture", f->arch);
    put_text(j, "name", f->name);
    put_text(j, "description", f->description);
    put_text(j, "license", f->license);
    json_object_set_new(j, "runs", json_boolean(f->runs));
    if (!f->runs)
        put_text(j, "why_not", str_of(f->why_not.msg));
    json_put_count(j, "gguf_version", g->version);
    json_put_count(j, "file_bytes", g->file_bytes);
    json_put_count(j, "keys", g->n_kv);
    json_put_count(j, "parameters", f->groups.total.n_params);
    json_put_count(j, "active_parameters", f->groups.total.active_params);
    json_put_count(j, "active_bytes", f->groups.total.active_bytes);
    json_object_set_new(j, "shapes", shapes(f));
    if (f->cache_values) {
        json_put_count(j, "kv_bytes_per_token_f16", f->cache_values * 2);
        json_put_count(j, "kv_bytes_per_token_f32", f->cache_values * 4);
        json_object_set_new(j, "kv_cache", inspect_cache_json(&f->cfg));
    }
    json_object_set_new(j, "tokenizer", tokenizer(f));
    if (f->family)
        json_object_set_new(j, "chat_family", json_string(f->family));
    json_object_set_new(j, "groups", groups(f));
    json_object_set_new(j, "tensors", tensors(g));
    return j;
}

bool inspect_json(const struct inspect_facts *f, struct buf *out,
                  struct err *err)
{
    /* Escaped to ASCII: no character from the file reaches a terminal. */
    if (!json_print(all(f), JSON_INDENT(2) | JSON_ENSURE_ASCII, out))
        return err_set(err, ERR_MEMORY, "no room for the JSON text");
    buf_putc(out, '\n');
    return true;
}
