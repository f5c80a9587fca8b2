/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/quantize_plan.h"

#include <fnmatch.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf.h"
#include "options.h"

static const struct quantize_type types[] = {
    {GGUF_Q8_0, encode_q8_0, 7},    {GGUF_Q6_K, encode_q6_k, 18},
    {GGUF_Q5_K, encode_q5_k, 16},   {GGUF_Q4_K, encode_q4_k, 14},
    {GGUF_Q4_0, encode_q4_0, 2},    {GGUF_IQ4_NL, encode_iq4_nl, 25},
    {GGUF_F16, encode_f16, 1},      {GGUF_BF16, encode_bf16, 32},
    {GGUF_Q5_0, encode_q5_0, 8},    {GGUF_Q5_1, encode_q5_1, 9},
};

const struct quantize_type *quantize_type_of(enum gguf_type type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return &types[i];
    return NULL;
}

static bool parse_type(const char *name, enum gguf_type *type, struct err *err)
{
    if (gguf_type_parse(name, type) && quantize_type_of(*type))
        return true;
    return err_set(err, ERR_USAGE,
                   "\"%.40s\" is not one of Q8_0, Q6_K, Q5_K, Q4_K, Q5_1, "
                   "Q5_0, Q4_0, IQ4_NL, F16, BF16", name);
}

/* --- names ---------------------------------------------------------------- */

static bool holds_numbers(enum gguf_type t)
{
    return t != GGUF_I8 && t != GGUF_I16 && t != GGUF_I32 && t != GGUF_I64 &&
           t != GGUF_F64;
}

static bool is_quantizable(const struct gguf_tensor *t)
{
    static const char *const kept[] = {"_norm.weight", "ffn_gate_inp.weight",
                                       "ffn_gate_tid2eid.weight"};
    static const char *const tables[] = {"rope_f", "position_embd"};
    if (t->n_dims < 2 || !holds_numbers(t->type) ||
        !str_ends(t->name, str_of("weight")))
        return false;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (str_ends(t->name, str_of(kept[i])))
            return false;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (str_find(t->name, str_of(tables[i]), 0) < t->name.len)
            return false;
    return true;
}

static bool is_head(const struct gguf *g, const struct gguf_tensor *t)
{
    return str_is(t->name, "output.weight") ||
           (str_is(t->name, "token_embd.weight") &&
            !gguf_find_tensor(g, "output.weight"));
}

/* --- rules ---------------------------------------------------------------- */

struct rule {
    char *pattern; /* owned */
    enum gguf_type type;
    bool fits; /* some tensor */
};

static bool rule_parse(struct rule *r, const char *text, struct err *err)
{
    const char *equals = strrchr(text, '=');
    if (!equals || equals == text)
        return err_set(err, ERR_USAGE,
                       "--tensor-type: \"%.80s\" is not PATTERN=TYPE", text);
    if (!parse_type(equals + 1, &r->type, err))
        return err_context(err, "--tensor-type");
    r->pattern = mem_strndup(text, (size_t)(equals - text));
    return true;
}

static bool rule_fits(struct rule *r, struct str tensor)
{
    char name[72] = {0}; /* tensor names have 63 bytes at most */
    memcpy(name, tensor.p, tensor.len < 71 ? tensor.len : 71);
    bool fits = fnmatch(r->pattern, name, 0) == 0;
    r->fits = r->fits || fits;
    return fits;
}

static bool all_used(const struct rule *r, int n, struct err *err)
{
    for (int i = 0; i < n; i++)
        if (!r[i].fits)
            return err_set(err, ERR_USAGE,
                           "--tensor-type: \"%.80s\" fits no tensor that may "
                           "be quantized",
                           r[i].pattern);
    return true;
}

/* --- types ---------------------------------------------------------------- */

static bool wants_better_head(enum gguf_type t)
{
    return t != GGUF_Q8_0 && t != GGUF_F16 && t != GGUF_BF16;
}

static enum gguf_type next_larger(enum gguf_type t)
{
    return t == GGUF_Q4_K   ? GGUF_Q5_0
           : t == GGUF_Q5_K ? GGUF_Q5_1
           : t == GGUF_Q6_K ? GGUF_Q8_0
                            : GGUF_F16;
}

static enum gguf_type that_fits(const struct gguf_tensor *t,
                                enum gguf_type type)
{
    while (t->dims[0] % gguf_type_info(type)->block_len != 0)
        type = next_larger(type);
    return type;
}

static void choose(struct quantize_plan *p, const struct gguf *g, size_t i,
                   struct rule *rules, int n_rules)
{
    const struct gguf_tensor *t = &g->tensors[i];
    enum gguf_type want = p->type;
    p->to[i] = t->type;
    if (!is_quantizable(t))
        return;
    if (wants_better_head(want) && is_head(g, t))
        want = GGUF_Q6_K;
    for (int r = 0; r < n_rules; r++)
        if (rule_fits(&rules[r], t->name))
            want = rules[r].type;
    p->to[i] = that_fits(t, want);
    p->n_fallbacks += p->to[i] != want;
}

bool quantize_plan_make(struct quantize_plan *p, const struct gguf *g,
                        const char *name, const struct text_list *rules,
                        struct err *err)
{
    struct rule r[sizeof rules->text / sizeof *rules->text] = {{0}};
    *p = (struct quantize_plan){0};
    bool ok = parse_type(name, &p->type, err);
    for (int i = 0; ok && i < rules->n; i++)
        ok = rule_parse(&r[i], rules->text[i], err);
    if (ok) {
        p->to = mem_array(g->n_tensors + 1, sizeof *p->to);
        for (size_t i = 0; i < g->n_tensors; i++)
            choose(p, g, i, r, rules->n);
        ok = all_used(r, rules->n, err);
    }
    for (int i = 0; i < rules->n; i++)
        mem_free(r[i].pattern);
    if (!ok)
        quantize_plan_clear(p);
    return ok;
}

void quantize_plan_clear(struct quantize_plan *p)
{
    mem_free(p->to);
    p->to = NULL;
}
