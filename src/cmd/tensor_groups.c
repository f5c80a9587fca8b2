/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/tensor_groups.h"

#include <stdio.h>

#include "base/err.h"
#include "gguf/gguf.h"

const char *tensor_group_name(enum tensor_group_id id)
{
    static const char *const names[GROUP_COUNT] = {
        [GROUP_EMBEDDING] = "embedding, head",
        [GROUP_ATTENTION] = "attention",
        [GROUP_EXPERTS] = "experts",
        [GROUP_SHARED] = "shared experts",
        [GROUP_DENSE] = "dense ffn",
        [GROUP_ROUTER] = "router",
        [GROUP_NORMS] = "norms",
        [GROUP_MTP] = "prediction (MTP)",
        [GROUP_OTHER] = "other",
    };
    return names[id];
}

static bool starts(struct str s, const char *with)
{
    return str_starts(s, str_of(with));
}

static bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part), 0) < s.len;
}

static bool is_digit(struct str s, size_t i)
{
    return i < s.len && s.p[i] >= '0' && s.p[i] <= '9';
}

/* "blk.12.attn_q.weight": cuts the front off and answers 12. */
static bool cut_block(struct str *s, uint32_t *block)
{
    size_t i = 4;
    uint32_t n = 0;
    if (!starts(*s, "blk.") || !is_digit(*s, i))
        return false;
    for (; is_digit(*s, i); i++)
        n = n < 100000 ? n * 10 + (uint32_t)(s->p[i] - '0') : n;
    if (i >= s->len || s->p[i] != '.')
        return false;
    *block = n;
    *s = str_n(s->p + i + 1, s->len - i - 1);
    return true;
}

/* Before there were stacks of experts each had a tensor: ffn_up.7.weight. */
static bool is_single_expert(struct str s)
{
    const char *const heads[] = {"ffn_gate.", "ffn_up.", "ffn_down."};
    for (size_t i = 0; i < 3; i++)
        if (starts(s, heads[i]) && is_digit(s, str_of(heads[i]).len))
            return true;
    return false;
}

static enum tensor_group_id group_in_block(struct str s)
{
    if (has(s, "_norm."))
        return GROUP_NORMS;
    if (starts(s, "attn_") || starts(s, "indexer."))
        return GROUP_ATTENTION;
    if (has(s, "_exps.") || is_single_expert(s))
        return GROUP_EXPERTS;
    if (has(s, "_shexp."))
        return GROUP_SHARED;
    if (starts(s, "ffn_gate_inp.") || starts(s, "exp_probs_b"))
        return GROUP_ROUTER;
    return starts(s, "ffn_") ? GROUP_DENSE : GROUP_OTHER;
}

enum tensor_group_id tensor_group_of(struct str tensor, uint32_t n_trunk)
{
    uint32_t block;
    if (cut_block(&tensor, &block))
        return block >= n_trunk ? GROUP_MTP : group_in_block(tensor);
    if (starts(tensor, "token_embd.") || starts(tensor, "output."))
        return GROUP_EMBEDDING;
    return has(tensor, "_norm.") ? GROUP_NORMS : GROUP_OTHER;
}

uint32_t arch_number(const struct gguf *g, const char *name)
{
    struct err err;
    struct str arch = {"", 0};
    uint32_t v = 0;
    char key[128];
    gguf_get_str(g, "general.architecture", &arch, &err);
    snprintf(key, sizeof key, "%.*s.%s", arch.len < 64 ? (int)arch.len : 64,
             arch.p, name);
    gguf_get_u32(g, key, 0, UINT32_MAX, &v, &err);
    return v;
}

/* num of den equal parts, without overflow. */
static uint64_t part(uint64_t n, uint64_t num, uint64_t den)
{
    return n / den * num + n % den * num / den;
}

struct counter {
    const struct gguf *g;
    uint32_t n_trunk, n_experts, n_used;
    bool has_head;
};

static void count(const struct counter *c, const struct gguf_tensor *t,
                  struct tensor_group *to, enum tensor_group_id id)
{
    uint64_t num = 1, den = 1;
    if (id == GROUP_EXPERTS && c->n_experts) {
        num = c->n_used;
        den = c->n_experts;
    } else if (id == GROUP_MTP) {
        num = 0;
    } else if (c->has_head && starts(t->name, "token_embd.")) {
        den = t->dims[1];
    }
    to->n_tensors++;
    to->n_params += t->n_elements;
    to->bytes += t->bytes;
    to->bytes_of[t->type] += t->bytes;
    to->active_params += part(t->n_elements, num, den);
    to->active_bytes += part(t->bytes, num, den);
}

struct tensor_groups tensor_groups_count(const struct gguf *g)
{
    struct tensor_groups groups = {0};
    uint32_t blocks = arch_number(g, "block_count");
    uint32_t n_mtp = arch_number(g, "nextn_predict_layers");
    struct counter c = {
        .g = g,
        .n_trunk = n_mtp && n_mtp < blocks ? blocks - n_mtp : UINT32_MAX,
        .n_experts = arch_number(g, "expert_count"),
        .n_used = arch_number(g, "expert_used_count"),
        .has_head = gguf_find_tensor(g, "output.weight") != NULL,
    };
    if (c.n_used > c.n_experts)
        c.n_used = c.n_experts;
    for (size_t i = 0; i < g->n_tensors; i++) {
        enum tensor_group_id id =
            tensor_group_of(g->tensors[i].name, c.n_trunk);
        count(&c, &g->tensors[i], &groups.group[id], id);
        count(&c, &g->tensors[i], &groups.total, id);
    }
    return groups;
}
