/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/pool.h"
#include "text/template.h"
#include "text/vocab.h"

static bool open_file(struct loaded_model *m, const struct load_options *o,
                      struct err *err)
{
    if (o->path)
        return gguf_open(&m->gguf, o->path, err);
    return gguf_open_memory(&m->gguf, o->builtin, o->builtin_size, err);
}

/* Fewer rows of logits than tokens would let the prompt name a token that the
 * model has no embedding for. More is common: rows are padded to a round
 * number, and the sampler never looks at the padding. */
static bool check_vocabulary(const struct loaded_model *m, struct err *err)
{
    if (vocab_size(m->vocab) > m->model.cfg.n_vocab)
        return err_set(err, ERR_FORMAT,
                       "the vocabulary has %u tokens, the model only %u",
                       vocab_size(m->vocab), m->model.cfg.n_vocab);
    return true;
}

static bool open_contents(struct loaded_model *m, bool compat,
                          struct err *err)
{
    if (!gguf_check_is_model(&m->gguf, err) ||
        !model_open(&m->model, &m->gguf, err))
        return false;
    if (compat)
        model_config_compat(&m->model.cfg);
    m->vocab = vocab_open(&m->gguf, err);
    if (!m->vocab || !check_vocabulary(m, err))
        return false;
    m->family = chat_family_detect(&m->gguf, m->vocab, m->notice,
                                   sizeof m->notice);
    return true;
}

bool loaded_model_open(struct loaded_model *m, const struct load_options *o,
                       struct err *err)
{
    double began = clock_ms();
    *m = (struct loaded_model){0};
    if (!open_file(m, o, err))
        return false; /* the reader has named the file */

    if (!cpu_can(o->cpu)) {
        err_set(err, ERR_UNSUPPORTED, "this CPU or build cannot run %s",
                cpu_level_name(o->cpu));
        loaded_model_close(m);
        return false;
    }
    /* Threads last: most of what can be wrong is wrong before them. */
    bool ok = open_contents(m, o->compat, err);
    ok = ok || (gguf_intact(&m->gguf, err), false); /* whatever it said: why */
    if (!ok)
        err_context(err, "%s", o->path ? o->path : "the built-in model");
    if (ok) {
        unsigned n = o->threads ? o->threads : pool_default_threads();
        m->pool = pool_new(n, err);
        ok = m->pool != NULL;
    }
    if (!ok) {
        loaded_model_close(m);
        return false;
    }
    compute_init(&m->compute, o->cpu, m->pool, o->exact);
    log_info(LOG_MODEL, "opened %s in %.1f ms: %s, %u threads, %s",
             o->path ? o->path : "the built-in model", clock_ms() - began,
             chat_family_name(m->family), pool_size(m->pool),
             cpu_level_name(o->cpu));
    return true;
}

bool loaded_model_intact(const struct loaded_model *m, struct err *err)
{
    struct err why;
    return gguf_intact(&m->gguf, &why) ||
           err_set(err, ERR_IO, "the model's file %s: what it computes now is "
                   "worth nothing. Leave, and start mull again once the file is "
                   "whole", why.msg);
}

void loaded_model_close(struct loaded_model *m)
{
    if (m->pool)
        compute_clear(&m->compute);
    pool_free(m->pool);
    vocab_free(m->vocab);
    model_close(&m->model);
    gguf_close(&m->gguf);
    *m = (struct loaded_model){0};
}
