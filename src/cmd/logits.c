/* SPDX-License-Identifier: Apache-2.0 */
/* mull logits: what a model says at every position of a given list of tokens,
 * for comparing it with other programs. Input and output have the same form,
 * little-endian: u32 n_tokens, u32 n_vocab, i32 tokens[n_tokens],
 * f32 logits[n_tokens][n_vocab]; of the input only the tokens are read. With
 * --mtp row i is what the multi-token-prediction head says of token i + 2,
 * knowing token i + 1; so there is one row less than tokens. */
#include "cmd/cmd.h"

#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/file_out.h"
#include "base/mem.h"
#include "base/pool.h"
#include "gguf/gguf.h"
#include "model/forward.h"
#include "model/kv_cache.h"
#include "model/model.h"
#include "model/mtp.h"
#include "options.h"
#include "ui/interrupt.h"

enum { BATCH = 128, MAX_TOKENS = 1 << 24 };

struct token_list {
    uint32_t n;
    int32_t *ids; /* owned */
};

static uint32_t u32_at(const struct file_map *f, size_t at)
{
    const uint8_t *p = f->data + at;
    return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool parse_tokens(const struct file_map *f, struct token_list *t,
                         struct err *err)
{
    if (f->size < 8)
        return err_set(err, ERR_FORMAT, "too short to be a file of logits");
    uint32_t n = u32_at(f, 0), n_vocab = u32_at(f, 4);
    uint64_t head = 8 + 4 * (uint64_t)n, logits;
    /* The logits may be left out, but not be there in part. */
    if (n == 0 || n > MAX_TOKENS ||
        __builtin_mul_overflow(4 * (uint64_t)n, n_vocab, &logits) ||
        (f->size != head && f->size - head != logits) || f->size < head)
        return err_set(err, ERR_FORMAT,
                       "not a file of logits: %u tokens of %u do not make "
                       "%zu bytes", n, n_vocab, f->size);
    t->n = n;
    t->ids = mem_array(n, sizeof *t->ids);
    for (uint32_t i = 0; i < n; i++)
        t->ids[i] = (int32_t)u32_at(f, 8 + 4 * (size_t)i);
    return true;
}

static bool read_tokens(const char *path, struct token_list *t, struct err *err)
{
    struct file_map f;
    if (!file_map_open(&f, path, err))
        return err_context(err, "%s", path);
    file_map_survive(&f);
    bool ok = parse_tokens(&f, t, err);
    ok = file_map_intact(&f, err) && ok;
    file_map_close(&f);
    return ok || err_context(err, "%s", path);
}

/* --- writing -------------------------------------------------------------- */

static bool put(struct file_out *out, const void *data, size_t n,
                struct err *err)
{
    if (interrupt_seen())
        return err_set(err, ERR_CANCELLED, "stopped");
    return file_out_write(out, data, 4 * n, err);
}

/* Floats and integers of this machine are those of the file: mull runs on
 * little-endian machines only, as GGUF demands. */
static bool put_head(struct file_out *out, uint32_t n_rows, const struct token_list *t,
                     uint32_t n_vocab, struct err *err)
{
    uint32_t head[2] = {n_rows, n_vocab};
    return put(out, head, 2, err) && put(out, t->ids, n_rows, err);
}

static bool run_all(struct forward *f, struct kv_cache *kv,
                    const struct token_list *t, uint32_t n_vocab, struct file_out *out,
                    struct err *err)
{
    for (uint32_t i = 0; i < t->n; i += BATCH) {
        uint32_t n = t->n - i < BATCH ? t->n - i : BATCH;
        if (!forward_run(f, kv, t->ids + i, n, LOGITS_ALL, NULL, err) ||
            !put(out, forward_logits(f, 0), (size_t)n * n_vocab, err))
            return false;
    }
    return true;
}

static bool run_all_mtp(struct forward *f, struct kv_cache *kv,
                        const struct token_list *t, uint32_t n_vocab, struct file_out *out,
                        struct err *err)
{
    forward_keep_hidden(f, true);
    for (uint32_t i = 0; i + 1 < t->n; i += BATCH) {
        uint32_t n = t->n - 1 - i < BATCH ? t->n - 1 - i : BATCH;
        if (!forward_run(f, kv, t->ids + i, n, LOGITS_NONE, NULL, err) ||
            !mtp_run(f, kv, i, forward_hidden(f, 0), t->ids + i + 1, n,
                     LOGITS_ALL, err) ||
            !put(out, forward_logits(f, 0), (size_t)n * n_vocab, err))
            return false;
    }
    return true;
}

static bool check_mtp(const struct model *m, const struct token_list *t,
                      struct err *err)
{
    if (m->cfg.n_mtp == 0)
        return err_set(err, ERR_UNSUPPORTED,
                       "this model has no multi-token-prediction block");
    if (t->n < 2)
        return err_set(err, ERR_USAGE, "--mtp needs at least two tokens");
    return true;
}

static bool compute(const struct model *m, struct compute *c,
                    const struct token_list *t, const struct options *o,
                    struct file_out *out, struct err *err)
{
    enum kv_type type = kv_type_choose(o->engine.cache_type, c->exact);
    bool mtp = o->mtp;
    struct kv_cache *kv = kv_cache_new(&m->cfg, type, t->n, err);
    struct forward *f = kv ? forward_new(m, c, BATCH, t->n, err) : NULL;
    bool ok = f && put_head(out, t->n - mtp, t, m->cfg.n_vocab, err) &&
              (mtp ? run_all_mtp : run_all)(f, kv, t, m->cfg.n_vocab, out, err);
    forward_free(f);
    kv_cache_free(kv);
    return ok;
}

static uint64_t output_bytes(const struct model *m, const struct token_list *t,
                             bool mtp)
{
    uint64_t n = t->n - mtp;
    return 8 + 4 * n + 4 * n * m->cfg.n_vocab;
}

/* Of a file that was cut meanwhile the logits are worth nothing. */
static bool write_rows(const struct model *m, const struct gguf *g,
                       struct compute *c, const struct token_list *t,
                       const struct options *o, struct err *err)
{
    struct file_out out;
    struct interrupt interrupt;
    interrupt_begin(&interrupt); /* before there is a file to be left behind */
    if (!file_out_open(&out, o->output, output_bytes(m, t, o->mtp), err)) {
        interrupt_end(&interrupt);
        return file_context(err, o->output);
    }
    bool ok = compute(m, c, t, o, &out, err);
    interrupt_end(&interrupt);
    bool computed = gguf_intact(g, err);
    ok = computed && ok && file_out_commit(&out, err);
    if (computed && !ok)
        file_context(err, o->output);
    file_out_abandon(&out);
    return ok;
}

static bool write_file(const struct model *m, const struct gguf *g,
                       struct compute *c, const struct token_list *t,
                       const struct options *o, struct err *err)
{
    enum kv_type type = kv_type_choose(o->engine.cache_type, c->exact);
    return (!o->mtp || check_mtp(m, t, err)) &&
           kv_type_check(type, &m->cfg, err) && write_rows(m, g, c, t, o, err);
}

/* --- the command ---------------------------------------------------------- */

static bool open_gguf(struct gguf *g, const struct load_options *o,
                      struct err *err)
{
    if (o->path)
        return gguf_open(g, o->path, err);
    return gguf_open_memory(g, o->builtin, o->builtin_size, err);
}

/* Only file, weights and threads: models without a vocabulary are fine here. */
static bool run_model(const struct gguf *g, const struct options *o,
                      const struct token_list *t, struct err *err)
{
    struct model m;
    if (!gguf_check_is_model(g, err) || !model_open(&m, g, err))
        return err_context(err, "%s", o->load.path ? o->load.path
                                                   : "the built-in model");
    if (o->load.compat)
        model_config_compat(&m.cfg);
    unsigned n = o->load.threads ? o->load.threads : pool_default_threads();
    struct pool *pool = pool_new(n, err);
    bool ok = false;
    if (pool) {
        struct compute c;
        compute_init(&c, o->load.cpu, pool, o->load.exact);
        ok = write_file(&m, g, &c, t, o, err);
        compute_clear(&c);
    }
    pool_free(pool);
    model_close(&m);
    return ok;
}

bool cmd_logits(struct options *o, struct err *err)
{
    struct token_list t = {0};
    struct gguf g;
    if (!options_want_args(o, 0, 0, "", err))
        return false;
    if (!o->tokens_from || !o->output)
        return err_set(err, ERR_USAGE, "logits needs --tokens-from and -o");
    if (!read_tokens(o->tokens_from, &t, err))
        return false;
    bool ok = open_gguf(&g, &o->load, err);
    if (ok) {
        ok = run_model(&g, o, &t, err);
        gguf_close(&g);
    }
    mem_free(t.ids);
    return ok;
}
