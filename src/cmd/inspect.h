/* inspect.h - the parts of `mull inspect`: gather facts, then show them.
 *
 * Facts are gathered from any valid GGUF file. What cannot be known, because
 * the architecture or the tokenizer is strange to us, stays 0 or empty, and
 * `why_not` says what stands in the way of running the model. */
#ifndef CMD_INSPECT_H
#define CMD_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "cmd/tensor_groups.h"
#include "model/config.h"

struct buf;
struct gguf;

struct inspect_facts {
    const struct gguf *g;        /* borrowed, as are all strings */
    struct str arch, name, description, license;

    bool runs;
    struct err why_not;          /* when it does not run */
    bool has_config;             /* cfg is filled: the architecture is known */
    struct model_config cfg;

    /* As the file says, for any architecture; 0: it says nothing. */
    uint32_t n_layers, n_mtp, n_embd, n_ff, n_heads, n_kv_heads, n_ctx, n_vocab;
    uint32_t n_experts, n_used, n_shared, expert_ff;

    struct tensor_groups groups;
    uint64_t cache_values;       /* per token, all layers; 0: not known */

    struct str tokenizer, pretokenizer, bos, eos;
    uint64_t n_tokens, n_special;
    const char *family;          /* NULL: no vocabulary to tell it by */
    char family_notice[192];
};

void inspect_facts_read(struct inspect_facts *f, const struct gguf *g);

/* Both safe for a terminal whatever the file holds. */
void inspect_text(const struct inspect_facts *f, struct buf *out);
bool inspect_json(const struct inspect_facts *f, struct buf *out,
                  struct err *err);

/* --tensor NAME: as text or JSON, or (raw) its float32 values to `fd`. */
bool inspect_tensor(const struct gguf *g, const char *name, bool json,
                    struct buf *out, struct err *err);
bool inspect_tensor_raw(const struct gguf *g, const char *name, int fd,
                        struct err *err);

#endif
