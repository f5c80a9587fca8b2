/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf.h"
#include "text/vocab_tables.h"

#define SCORES "tokenizer.ggml.scores"

/* A score that cannot be compared would leave the order to chance. */
static bool read_scores(struct vocab *v, const struct gguf *g, struct err *err)
{
    const struct gguf_kv *kv = gguf_find_array(g, SCORES, GGUF_VALUE_F32);
    if (!kv)
        return err_set(err, ERR_FORMAT,
                       gguf_find(g, SCORES)
                           ? SCORES " is not a list of numbers"
                           : SCORES " is missing: without it nobody knows "
                                    "which tokens a text becomes");
    if (kv->n < v->n)
        return err_set(err, ERR_FORMAT,
                       SCORES " has %llu entries for %u tokens",
                       (unsigned long long)kv->n, v->n);
    v->spm.scores = mem_array(v->n, sizeof *v->spm.scores);
    for (uint32_t i = 0; i < v->n; i++) {
        v->spm.scores[i] = gguf_array_f32(kv, i);
        if (!isfinite(v->spm.scores[i]))
            return err_set(err, ERR_FORMAT,
                           SCORES " of token %u is not a number", i);
    }
    return true;
}

/* The lowest id of each byte, as for texts. */
static void find_bytes(struct vocab *v)
{
    for (int c = 0; c < 256; c++)
        v->spm.id_of_byte[c] = TOKEN_NONE;
    for (uint32_t i = v->n; i-- > 0;) {
        if (v->kinds[i] == TOKEN_BYTE && v->spans[i].len == 1)
            v->spm.id_of_byte[(uint8_t)v->bytes[v->spans[i].at]] = (int32_t)i;
    }
}

static size_t longest_text(const struct vocab *v)
{
    size_t longest = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        bool plain = v->kinds[i] == TOKEN_NORMAL || v->kinds[i] == TOKEN_UNUSED;
        if (plain && v->spans[i].len > longest)
            longest = v->spans[i].len;
    }
    return longest;
}

bool vocab_read_spm(struct vocab *v, const struct gguf *g, struct err *err)
{
    v->spm.adds_space = true;
    if (!gguf_get_bool(g, "tokenizer.ggml.add_space_prefix",
                       &v->spm.adds_space, err) ||
        !read_scores(v, g, err))
        return false;
    find_bytes(v);
    v->spm.longest = longest_text(v);
    return true;
}
