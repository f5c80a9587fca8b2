/* SPDX-License-Identifier: Apache-2.0 */
/* mull plan: what a model would take here, before it is loaded. */
#include "cmd/plan.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/pool.h"
#include "cmd/cmd.h"
#include "engine/context.h"
#include "gguf/gguf.h"
#include "kernels/bandwidth.h"
#include "options.h"

enum { READ_BYTES = 256 << 20 /* far above the last cache */ };

static bool open_file(struct gguf *g, const char *path,
                      const struct options *o, struct err *err)
{
    if (path)
        return gguf_open(g, path, err);
    return gguf_open_memory(g, o->load.builtin, o->load.builtin_size, err);
}

/* Nothing stands or falls with it: without room to measure in there is no
 * estimate. */
static double measure_memory(unsigned threads)
{
    struct err ignored;
    struct pool *pool = pool_new(threads, &ignored);
    if (!pool)
        return 0;
    double gbs = bandwidth_measure(pool, READ_BYTES, &ignored);
    pool_free(pool);
    return gbs;
}

/* The last cache is shared, with other programs and other machines on the same
 * host: a quarter of it counts as ours. */
static bool stays_in_cache(uint64_t weights)
{
    long last = 0;
#ifdef _SC_LEVEL3_CACHE_SIZE
    last = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
    return weights < (last > 0 ? (uint64_t)last / 4 : 16u << 20);
}

static bool make_report(struct plan_report *r, const struct gguf *g,
                        const struct options *o, struct err *err)
{
    struct err ignored;
    gguf_get_str(g, "general.name", &r->name, &ignored);
    if (!plan_make(&r->plan, g, &o->load, &o->engine, context_memory_free(),
                   err))
        return false;
    plan_sizes(r, o->engine.context);
    r->cached = stays_in_cache(r->plan.weights);
    r->read_gbs = measure_memory(r->plan.threads);
    return true;
}

static bool show(const struct plan_report *r, bool json, struct err *err)
{
    struct buf out = {0};
    bool ok = true;
    if (json)
        ok = plan_json(r, &out, err);
    else
        plan_text(r, &out);
    if (ok)
        fwrite(out.p, 1, out.len, stdout); /* main sees whether it arrived */
    buf_clear(&out);
    return ok;
}

bool cmd_plan(struct options *o, struct err *err)
{
    if (!options_want_args(o, 0, 1, _("a GGUF file"), err))
        return false;
    struct plan_report r = {.file = o->n_args ? o->args[0] : o->load.path};
    struct gguf g;
    if (!open_file(&g, r.file, o, err))
        return false;
    bool ok = make_report(&r, &g, o, err);
    ok = gguf_intact(&g, err) && ok;
    if (!ok)
        err_context(err, "%s", r.file ? r.file : _("the built-in model"));
    ok = ok && show(&r, o->json, err);
    gguf_close(&g);
    if (ok && r.plan.context == 0) { /* what a start would say */
        *err = r.plan.why_not;
        return false;
    }
    return ok;
}
