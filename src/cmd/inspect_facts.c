/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/inspect.h"

#include "gguf/gguf.h"
#include "model/model.h"
#include "text/template.h"
#include "text/vocab.h"

/* Facts are for showing: one of the wrong type counts as not given. */
static struct str text_of(const struct gguf *g, const char *key)
{
    struct err ignored;
    struct str s = {"", 0};
    gguf_get_str(g, key, &s, &ignored);
    return s;
}

static void read_shapes(struct inspect_facts *f)
{
    const struct gguf *g = f->g;
    uint32_t blocks = arch_number(g, "block_count");
    f->n_mtp = arch_number(g, "nextn_predict_layers");
    f->n_mtp = f->n_mtp < blocks ? f->n_mtp : 0;
    f->n_layers = blocks - f->n_mtp;
    f->n_embd = arch_number(g, "embedding_length");
    f->n_ff = arch_number(g, "feed_forward_length");
    f->n_heads = arch_number(g, "attention.head_count");
    f->n_kv_heads = arch_number(g, "attention.head_count_kv");
    f->n_ctx = arch_number(g, "context_length");
    f->n_vocab = arch_number(g, "vocab_size");
    f->n_experts = arch_number(g, "expert_count");
    f->n_used = arch_number(g, "expert_used_count");
    f->n_shared = arch_number(g, "expert_shared_count");
    f->expert_ff = arch_number(g, "expert_feed_forward_length");
}

/* Whether it would run is found out by checking what a run checks first. */
static void read_model(struct inspect_facts *f)
{
    struct model m = {0};
    f->has_config = model_config_read(&f->cfg, f->g, &f->why_not);
    if (f->g->n_tensors == 0)
        err_set(&f->why_not, ERR_UNSUPPORTED, "there are no weights in it");
    if (f->has_config)
        f->cache_values = model_config_token_values(&f->cfg);
    if (f->g->n_tensors == 0 || !gguf_check_is_model(f->g, &f->why_not) ||
        !f->has_config)
        return;
    f->runs = model_measure(&m, f->g, &f->why_not);
    if (!f->runs)
        return;
    f->cfg = m.cfg; /* it knows whether the prediction block is there */
    f->cache_values = model_config_token_values(&f->cfg);
    model_close(&m);
}

static struct str token_at(const struct gguf *g, const char *id_key)
{
    struct err ignored;
    struct gguf_strings it;
    struct str s = {"", 0};
    uint32_t id = UINT32_MAX;
    if (!gguf_get_u32(g, id_key, 0, UINT32_MAX - 1, &id, &ignored) ||
        !gguf_strings(g, "tokenizer.ggml.tokens", &it, &ignored) ||
        id >= it.left)
        return s;
    for (uint32_t i = 0; i <= id; i++)
        if (!gguf_strings_next(&it, &s))
            return (struct str){"", 0};
    return s;
}

static uint64_t count_special(const struct gguf *g)
{
    const struct gguf_kv *types =
        gguf_find_array(g, "tokenizer.ggml.token_type", GGUF_VALUE_I32);
    uint64_t n = 0;
    for (uint64_t i = 0; types && i < types->n; i++) {
        int64_t type = gguf_array_int(types, i);
        n += type == TOKEN_CONTROL || type == TOKEN_USER_DEFINED;
    }
    return n;
}

static void read_tokenizer(struct inspect_facts *f)
{
    const struct gguf *g = f->g;
    struct err why;
    const struct gguf_kv *tokens =
        gguf_find_array(g, "tokenizer.ggml.tokens", GGUF_VALUE_STRING);
    f->tokenizer = text_of(g, "tokenizer.ggml.model");
    f->pretokenizer = text_of(g, "tokenizer.ggml.pre");
    f->n_tokens = tokens ? tokens->n : 0;
    f->n_special = count_special(g);
    f->bos = token_at(g, "tokenizer.ggml.bos_token_id");
    f->eos = token_at(g, "tokenizer.ggml.eos_token_id");
    struct vocab *v = vocab_open(g, &why);
    if (v) {
        const struct chat_family *family = chat_family_detect(
            g, v, f->family_notice, sizeof f->family_notice);
        f->family = family ? chat_family_name(family) : NULL;
        vocab_free(v);
    } else if (f->runs) {
        f->runs = false;
        f->why_not = why;
    }
}

void inspect_facts_read(struct inspect_facts *f, const struct gguf *g)
{
    *f = (struct inspect_facts){.g = g};
    f->arch = text_of(g, "general.architecture");
    f->name = text_of(g, "general.name");
    f->description = text_of(g, "general.description");
    f->license = text_of(g, "general.license");
    f->groups = tensor_groups_count(g);
    read_shapes(f);
    read_model(f);
    read_tokenizer(f);
}
