/* SPDX-License-Identifier: Apache-2.0 */
/* mull bench: how fast this machine reads memory, and how near to that limit
 * the model decodes. Prompts are bound by arithmetic, so they have no share. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "chat/experts.h"
#include "cmd/bench_depth.h"
#include "cmd/bench_draft.h"
#include "engine/experts.h"
#include "engine/load.h"
#include "engine/sampler.h"
#include "engine/speculate.h"
#include "kernels/bandwidth.h"
#include "kernels/blas.h"
#include "model/arch.h"
#include "model/forward.h"
#include "model/kv_cache.h"
#include "options.h"

enum {
    PROMPT_TOKENS = 256,    /* unless --prompt says otherwise */
    PROMPT_BATCH = 256,     /* as the engine reads a long one */
    DECODE_TOKENS = 128,
    ROUNDS = 5,             /* unless --rounds; 3 where one takes longer than */
    LONG_MS = 4000,
    READ_BYTES = 256 << 20, /* far above the last cache */
};

struct figures {
    double ready_ms;       /* from the command's start to a model that waits */
    double read_one_gbs;   /* GB/s of one thread, and of all */
    double read_all_gbs;
    uint32_t n_prompt, n_decode;
    double prompt_tps, decode_tps;
    uint64_t token_bytes;  /* read to decode one token: weights and cache */
    double decode_gbs, decode_share;
    double telemetry_us, telemetry_share; /* of a token; of decoding it */
    struct draft_figures draft;
    struct depth_figures depth;
};

struct bench {
    struct loaded_model m;
    enum kv_type kv_type;
    struct kv_cache *kv;
    struct forward *f;
    int32_t *ids;          /* owned; n_prompt + n_decode */
    struct figures r;
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, compare);
    return x[n / 2];
}

/* --- measuring ------------------------------------------------------------ */

static bool open_all(struct bench *b, const struct options *o, struct err *err)
{
    double began = clock_ms();
    if (!loaded_model_open(&b->m, &o->load, err))
        return false;
    const struct model_config *cfg = &b->m.model.cfg;
    uint32_t prompt = o->prompt ? o->prompt : PROMPT_TOKENS;
    uint32_t most = cfg->n_ctx_train;
    b->r.n_decode = most < 3 * DECODE_TOKENS ? most / 3 : DECODE_TOKENS;
    b->r.n_prompt = prompt < most - b->r.n_decode ? prompt
                                                  : most - b->r.n_decode;
    uint32_t ctx = b->r.n_prompt + b->r.n_decode;
    uint32_t batch = b->r.n_prompt < PROMPT_BATCH ? b->r.n_prompt : PROMPT_BATCH;
    b->ids = mem_array(ctx, sizeof *b->ids);
    struct model_config trunk = *cfg; /* decoding does not read MTP rows */
    trunk.n_mtp = 0;
    b->kv_type = kv_type_choose(o->engine.cache_type, o->load.exact);
    b->kv = kv_cache_new(&trunk, b->kv_type, ctx, err);
    b->f = b->kv ? forward_new(&b->m.model, &b->m.compute, batch, ctx, err)
                 : NULL;
    b->r.ready_ms = clock_ms() - began;
    return b->f && experts_apply(&o->ui.turn.experts, &b->m.model, b->f, err);
}

static void close_all(struct bench *b)
{
    forward_free(b->f);
    kv_cache_free(b->kv);
    mem_free(b->ids);
    loaded_model_close(&b->m);
}

static bool measure_memory(struct bench *b, struct err *err)
{
    struct pool *one = pool_new(1, err);
    if (!one)
        return false;
    b->r.read_one_gbs = bandwidth_measure(one, READ_BYTES, err);
    pool_free(one);
    if (b->r.read_one_gbs == 0)
        return false;
    b->r.read_all_gbs = b->r.read_one_gbs;
    if (pool_size(b->m.pool) > 1)
        b->r.read_all_gbs = bandwidth_measure(b->m.pool, READ_BYTES, err);
    return b->r.read_all_gbs != 0;
}

/* Random tokens, so that a mixture's experts all have their turn. */
static void choose_tokens(struct bench *b)
{
    struct rng rng = rng_init(1);
    for (uint32_t i = 0; i < b->r.n_prompt + b->r.n_decode; i++)
        b->ids[i] = (int32_t)rng_below(&rng, b->m.model.cfg.n_vocab);
}

static bool run_prompt(struct bench *b, uint32_t tokens, double *tps,
                       struct err *err)
{
    double began = clock_ms();
    kv_cache_truncate(b->kv, 0);
    for (uint32_t i = 0, n; i < tokens; i += n) {
        uint32_t left = tokens - i;
        n = left < PROMPT_BATCH ? left : PROMPT_BATCH;
        if (!forward_run(b->f, b->kv, b->ids + i, n,
                         n == left ? LOGITS_LAST : LOGITS_NONE, NULL, err))
            return false;
    }
    *tps = tokens * 1e3 / (clock_ms() - began);
    return true;
}

static bool run_decode(struct bench *b, double *tps, struct err *err)
{
    const int32_t *ids = b->ids + b->r.n_prompt;
    double began = clock_ms();
    for (uint32_t i = 0; i < b->r.n_decode; i++)
        if (!forward_run(b->f, b->kv, ids + i, 1, LOGITS_LAST, NULL, err))
            return false;
    *tps = b->r.n_decode * 1e3 / (clock_ms() - began);
    return true;
}

/* What a turn does beside decoding, to tell of a token how likely it was. */
static bool measure_telemetry(struct bench *b, struct err *err)
{
    struct sampler *s = sampler_new(&b->m.compute.kernels,
                                    b->m.model.cfg.n_vocab, err);
    struct token_info info = {0};
    double us[ROUNDS];
    if (!s)
        return false;
    for (int i = 0; i < ROUNDS; i++) {
        double began = clock_ms();
        for (uint32_t k = 0; k < b->r.n_decode; k++)
            sampler_observe(s, forward_logits(b->f, 0), b->ids[k], &info);
        us[i] = (clock_ms() - began) * 1e3 / b->r.n_decode;
    }
    sampler_free(s);
    b->r.telemetry_us = median(us, ROUNDS);
    b->r.telemetry_share = b->r.telemetry_us * b->r.decode_tps / 1e6;
    return true;
}

static bool measure_model(struct bench *b, const struct options *o,
                          struct err *err)
{
    double prompt[ROUNDS], decode[ROUNDS], ignored, began = clock_ms();
    uint32_t n = b->r.n_prompt;
    /* The first run reads the file from disk and loads OpenBLAS. */
    if (!run_prompt(b, n < PROMPT_BATCH ? n : PROMPT_BATCH, &ignored, err) ||
        !run_decode(b, &ignored, err))
        return false;
    uint32_t rounds = o->rounds;
    if (rounds == 0)
        rounds = clock_ms() - began > LONG_MS ? 3 : ROUNDS;
    for (uint32_t i = 0; i < rounds; i++)
        if (!run_prompt(b, n, &prompt[i], err) ||
            !run_decode(b, &decode[i], err))
            return false;
    b->r.prompt_tps = median(prompt, rounds);
    b->r.decode_tps = median(decode, rounds);
    uint64_t rows = b->r.n_prompt + b->r.n_decode / 2; /* on average */
    b->r.token_bytes = experts_active_bytes(&o->ui.turn.experts, &b->m.model) +
                       rows * kv_cache_usage(b->kv).bytes_per_token;
    b->r.decode_gbs = (double)b->r.token_bytes * b->r.decode_tps / 1e9;
    b->r.decode_share = b->r.decode_gbs / b->r.read_all_gbs;
    return measure_telemetry(b, err);
}

/* With the MTP block, or from the text itself. */
static bool measure_drafts(struct bench *b, const struct options *o,
                           struct err *err)
{
    if (o->engine.draft == DRAFT_OFF)
        return true;
    return bench_draft(&b->m, b->kv_type, o->engine.draft, b->r.decode_tps,
                       &b->r.draft, err);
}

/* Far into a conversation, where the user names how far (-c). */
static bool measure_depth(struct bench *b, const struct options *o,
                          struct err *err)
{
    return o->engine.context == 0 ||
           bench_depth(&b->m, b->kv_type, o->engine.context, &b->r.depth, err);
}

/* --- saying it ------------------------------------------------------------ */

/* Of the time of a token deep in a context, what it takes longer. */
static double deep_share(const struct figures *r)
{
    return r->depth.tokens ? 1 - r->depth.decode_tps / r->decode_tps : 0;
}

static const char *model_name(const struct options *o)
{
    return o->load.path ? o->load.path : "builtin";
}

static bool print_json(const struct bench *b, const struct options *o,
                       struct err *err)
{
    const struct figures *r = &b->r;
    const struct weights *w = &b->m.model.w;
    json_t *out = json_pack(
        "{s:s%, s:s, s:I, s:I, s:I, s:s, s:s, s:i, s:b,"
        " s:f, s:f, s:f, s:i, s:f, s:i, s:f, s:I, s:f, s:f, s:f, s:f, s:b,"
        " s:b, s:f, s:f, s:f, s:i, s:i, s:f, s:f, s:f, s:i, s:f, s:f}",
        "model", model_name(o), strlen(model_name(o)),
        "architecture", b->m.model.cfg.arch->name,
        "parameters", (json_int_t)w->n_params,
        "active_parameters", (json_int_t)w->n_active_params,
        "weight_bytes", (json_int_t)w->bytes,
        "cpu", cpu_name(), "level", cpu_level_name(o->load.cpu),
        "threads", (int)pool_size(b->m.pool), "exact", (int)o->load.exact,
        "ready_ms", r->ready_ms,
        "read_gb_per_s_one_thread", r->read_one_gbs,
        "read_gb_per_s", r->read_all_gbs,
        "prompt_tokens", (int)r->n_prompt,
        "prompt_tokens_per_s", r->prompt_tps,
        "decode_tokens", (int)r->n_decode,
        "decode_tokens_per_s", r->decode_tps,
        "decode_bytes_per_token", (json_int_t)r->token_bytes,
        "decode_gb_per_s", r->decode_gbs,
        "decode_share_of_read", r->decode_share,
        "telemetry_us_per_token", r->telemetry_us,
        "telemetry_share_of_decode", r->telemetry_share,
        "modified", (int)experts_modified(&o->ui.turn.experts),
        "compat", (int)b->m.model.cfg.compat,
        "answer_tokens_per_s", r->draft.plain_tps,
        "draft_tokens_per_s", r->draft.draft_tps,
        "draft_ratio", r->draft.ratio,
        "drafted_tokens", (int)r->draft.drafted,
        "accepted_tokens", (int)r->draft.accepted,
        "one_token_ms", r->draft.one_ms,
        "two_tokens_ms", r->draft.two_ms,
        "guess_ms", r->draft.guess_ms,
        "deep_tokens", (int)r->depth.tokens,
        "deep_tokens_per_s", r->depth.decode_tps,
        "deep_context_share", deep_share(r));
    char *text = out ? json_dumps(out, JSON_COMPACT | JSON_REAL_PRECISION(6))
                     : NULL;
    json_decref(out);
    if (!text)
        return err_set(err, ERR_FORMAT, "the figures cannot be written as JSON "
                       "(a file name that is not UTF-8?)");
    puts(text);
    free(text);
    return true;
}

static void print_modified(const struct bench *b,
                           const struct expert_changes *x)
{
    const struct moe_config *moe = &b->m.model.cfg.moe;
    struct expert_shape shape = {.n_experts = moe->n_experts};
    char text[EXPERTS_TEXT_MAX];
    if (experts_modified(x))
        printf("experts     %s\n", experts_text(x, &shape, text));
    if (b->m.model.cfg.compat)
        puts("compat      computed like the usual engine");
}

static void print_table(const struct bench *b, const struct options *o)
{
    const struct figures *r = &b->r;
    printf("machine     %s, %u threads, %s kernels\n", cpu_name(),
           pool_size(b->m.pool), cpu_level_name(o->load.cpu));
    printf("reading     %.1f GB/s with 1 thread", r->read_one_gbs);
    if (pool_size(b->m.pool) > 1)
        printf(", %.1f GB/s with %u", r->read_all_gbs, pool_size(b->m.pool));
    putchar('\n');
    printf("start       %.0f ms until a prompt can be taken\n", r->ready_ms);
    printf("prompt      %.1f tokens/s (%u tokens)\n", r->prompt_tps,
           r->n_prompt);
    printf("decode      %.1f tokens/s (%u tokens)\n", r->decode_tps,
           r->n_decode);
    printf("            %.2f MB read for each: %.1f GB/s, %.0f %% of what "
           "memory gives\n", (double)r->token_bytes / 1e6, r->decode_gbs,
           r->decode_share * 100);
    if (r->draft.plain_tps > 0)
        printf("drafts      %.1f tokens/s, %.2f times the %.1f without; %u of "
               "%u kept\n", r->draft.draft_tps, r->draft.ratio,
               r->draft.plain_tps, r->draft.accepted, r->draft.drafted);
    if (r->draft.guess_ms > 0 && r->draft.two_ms > 0)
        printf("            %.3g ms for a token alone, %.3g for two together, %.3g "
               "for a guess\n", r->draft.one_ms, r->draft.two_ms, r->draft.guess_ms);
    if (r->depth.tokens > 0)
        printf("deep        %.1f tokens/s at %u tokens: %.0f %% of the time "
               "for the context\n", r->depth.decode_tps, r->depth.tokens,
               deep_share(r) * 100);
    printf("telemetry   %.0f us for each: %.2f %% of decoding it\n",
           r->telemetry_us, r->telemetry_share * 100);
    print_modified(b, &o->ui.turn.experts);
}

bool cmd_bench(struct options *o, struct err *err)
{
    struct bench b = {0};
    if (!options_want_args(o, 0, 0, "", err))
        return false;
    bool ok = open_all(&b, o, err);
    if (ok) {
        choose_tokens(&b);
        ok = measure_memory(&b, err) &&
             measure_model(&b, o, err) &&
             measure_drafts(&b, o, err) && measure_depth(&b, o, err) &&
             loaded_model_intact(&b.m, err);
    }
    if (ok && o->json)
        ok = print_json(&b, o, err);
    else if (ok)
        print_table(&b, o);
    close_all(&b);
    return ok;
}
