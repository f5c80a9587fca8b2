/* SPDX-License-Identifier: Apache-2.0 */
#include "train/recipe_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"

/* --- values --------------------------------------------------------------- */

/* 24M, 1.5k, 512. */
static bool read_number(const char *s, double least, double most, double *out,
                        struct err *err)
{
    char *end;
    double x = strtod(s, &end);
    if (end != s && (*end == 'k' || *end == 'M')) {
        x *= *end == 'k' ? 1e3 : 1e6;
        end++;
    }
    if (end == s || *end)
        return err_set(err, ERR_USAGE, "\"%s\" is not a number", s);
    if (!(x >= least && x <= most))
        return err_set(err, ERR_USAGE, "%s is not within %g to %g", s, least,
                       most);
    *out = x;
    return true;
}

/* "4096, 8192 from 0.3" */
static bool read_batches(struct stage_recipe *s, const char *value,
                         struct err *err)
{
    char text[256], *save = NULL;
    snprintf(text, sizeof text, "%s", value);
    s->n_batches = 0;
    for (char *item = strtok_r(text, ",", &save); item;
         item = strtok_r(NULL, ",", &save)) {
        struct batch_plan plan = {0};
        char from[8] = "";
        int n = sscanf(item, " %u %7s %lf", &plan.tokens, from, &plan.from);
        bool fits = n == (s->n_batches == 0 ? 1 : 3) &&
                    (n == 1 || strcmp(from, "from") == 0);
        if (!fits || s->n_batches == RECIPE_MAX_BATCHES || plan.tokens < 16 ||
            plan.tokens > 1u << 20 || !(plan.from >= 0 && plan.from <= 1))
            return err_set(err, ERR_USAGE,
                           "\"%s\" is not as \"4096, 8192 from 0.3\"", value);
        s->batch[s->n_batches++] = plan;
    }
    return s->n_batches > 0 ||
           err_set(err, ERR_USAGE, "there is no size of a batch");
}

/* "worked 40, text 38": all that is not named is 0. */
static bool read_shares(double *share, const char *value, struct err *err)
{
    char text[256], name[32], *save = NULL;
    double part;
    memset(share, 0, N_DOC_KINDS * sizeof *share);
    snprintf(text, sizeof text, "%s", value);
    for (char *item = strtok_r(text, ",", &save); item;
         item = strtok_r(NULL, ",", &save)) {
        int kind = 0;
        if (sscanf(item, " %31s %lf", name, &part) != 2 || !(part >= 0))
            return err_set(err, ERR_USAGE, "\"%s\" is not a kind and its share",
                           item);
        while (kind < N_DOC_KINDS && strcmp(name, doc_kind_name(kind)) != 0)
            kind++;
        if (kind == N_DOC_KINDS)
            return err_set(err, ERR_USAGE, "there is no kind of document \"%s\"",
                           name);
        share[kind] = part;
    }
    return true;
}

/* "countdown3 4, countdown4 2" */
static bool read_favours(struct stage_recipe *s, const char *value,
                         struct err *err)
{
    char text[256], *save = NULL;
    snprintf(text, sizeof text, "%s", value);
    s->n_favours = 0;
    for (char *item = strtok_r(text, ",", &save); item;
         item = strtok_r(NULL, ",", &save)) {
        char task[24];
        double times;
        if (s->n_favours == RECIPE_MAX_FAVOURS ||
            sscanf(item, " %23s %lf", task, &times) != 2 ||
            !(times >= 0 && times <= 1000))
            return err_set(err, ERR_USAGE, "\"%s\" is not as \"countdown3 4\"",
                           item);
        if (!task_find(task))
            return err_set(err, ERR_USAGE, "there is no task \"%s\"", task);
        snprintf(s->favour[s->n_favours].task,
                 sizeof s->favour[s->n_favours].task, "%s", task);
        s->favour[s->n_favours++].times = times;
    }
    return true;
}

/* --- stages --------------------------------------------------------------- */

enum key_kind { KEY_U64, KEY_U32, KEY_REAL, KEY_BOOL };

#define AT(field) offsetof(struct stage_recipe, field)

static const struct {
    const char *name;
    enum key_kind kind;
    size_t at;
    double least, most;
} stage_keys[] = {
    {"tokens", KEY_U64, AT(tokens), 1, 1e12},
    {"context", KEY_U32, AT(data.context), 16, 1 << 16},
    {"shards", KEY_U32, AT(shards), 1, 64},
    {"lr", KEY_REAL, AT(lr), 0, 1},
    {"lr-final", KEY_REAL, AT(lr_final), 0, 1},
    {"decay-part", KEY_REAL, AT(decay_part), 0, 1},
    {"warmup", KEY_U64, AT(warmup), 0, 1e12},
    {"weight-decay", KEY_REAL, AT(weight_decay), 0, 10},
    {"clip", KEY_REAL, AT(clip), 0, 1e6},
    {"mtp", KEY_REAL, AT(mtp), 0, 10},
    {"mtp-decay", KEY_REAL, AT(mtp_decay), 0, 10},
    {"mtp-from", KEY_REAL, AT(mtp_from), 0, 1},
    {"mtp-rows", KEY_REAL, AT(mtp_rows), 0, 1},
    {"bias-speed", KEY_REAL, AT(bias_speed), 0, 1},
    {"bias-until", KEY_REAL, AT(bias_until), 0, 1},
    {"balance", KEY_REAL, AT(balance), 0, 1},
    {"yarn", KEY_REAL, AT(yarn), 1, 64},
    {"no-think", KEY_REAL, AT(data.no_think), 0, 1},
    {"turns", KEY_REAL, AT(data.turns), 0, 1},
    {"system", KEY_REAL, AT(data.system), 0, 1},
    {"hidden", KEY_REAL, AT(data.hidden), 0, 1},
    {"steps", KEY_U32, AT(steps), 1, 1e6},
    {"prompts", KEY_U32, AT(prompts), 1, 1024},
    {"group", KEY_U32, AT(group), 2, 256},
    {"answer", KEY_U32, AT(answer), 8, 2048},
    {"measure-every", KEY_U32, AT(measure_every), 1, 1e6},
    {"measure-n", KEY_U32, AT(measure_n), 1, 1e4},
    {"temperature", KEY_REAL, AT(temperature), 0, 2},
    {"replay", KEY_REAL, AT(replay), 0, 1},
    {"tags", KEY_BOOL, AT(tags), 0, 1},
    {"prompt-counts", KEY_BOOL, AT(data.prompt_counts), 0, 1},
};

static bool store(void *to, enum key_kind kind, double x)
{
    switch (kind) {
    case KEY_U64: *(uint64_t *)to = (uint64_t)x; break;
    case KEY_U32: *(uint32_t *)to = (uint32_t)x; break;
    case KEY_REAL: *(double *)to = x; break;
    case KEY_BOOL: *(bool *)to = x != 0; break;
    }
    return true;
}

bool recipe_set_stage(struct stage_recipe *s, const char *name,
                      const char *value, struct err *err)
{
    if (strcmp(name, "batch") == 0)
        return read_batches(s, value, err);
    if (strcmp(name, "shares") == 0) {
        if (!read_shares(s->data.share[0], value, err))
            return false;
        memcpy(s->data.share[1], s->data.share[0], sizeof s->data.share[0]);
        return true;
    }
    if (strcmp(name, "favour") == 0)
        return read_favours(s, value, err);
    if (strcmp(name, "shares-decay") == 0)
        return read_shares(s->data.share[1], value, err);
    if (strcmp(name, "from") == 0) {
        size_t n = strlen(value);
        if (n >= sizeof s->from)
            return err_set(err, ERR_USAGE, "a name of at most %zu bytes",
                           sizeof s->from - 1);
        memcpy(s->from, value, n + 1);
        return true;
    }
    if (strcmp(name, "schedule") == 0)
        return schedule_kind_parse(str_of(value), &s->schedule) ||
               err_set(err, ERR_USAGE, "a schedule is wsd, cosine or constant");
    for (size_t i = 0; i < sizeof stage_keys / sizeof *stage_keys; i++) {
        double x;
        if (strcmp(name, stage_keys[i].name) == 0)
            return read_number(value, stage_keys[i].least, stage_keys[i].most,
                               &x, err) &&
                   store((char *)s + stage_keys[i].at, stage_keys[i].kind, x);
    }
    return err_set(err, ERR_USAGE, "a stage has no setting \"%s\"", name);
}

void recipe_stage_defaults(struct stage_recipe *s, enum stage_id id)
{
    bool chats = id != STAGE_PRETRAIN && id != STAGE_EXTEND;
    *s = (struct stage_recipe){
        .batch = {{8192, 0}}, .n_batches = 1, .shards = 4,
        .schedule = SCHEDULE_COSINE, .lr = 4e-4, .lr_final = 4e-5,
        .decay_part = 0.2, .weight_decay = 0.1, .clip = 1,
        .mtp = 0.1, .mtp_decay = 0.1, .mtp_rows = 1, .bias_until = 1,
        .data = {.context = 1024, .no_think = 0.05, .turns = 0.08,
                 .system = 0.05, .prompt_counts = !chats}};
    if (id == STAGE_PRETRAIN) {
        s->schedule = SCHEDULE_WSD;
        s->lr = 2e-3;
        s->lr_final = 2e-4;
        s->mtp = 0.3;
        s->mtp_from = 0.05;
        s->mtp_rows = 0.5;
        s->bias_speed = 1e-3;
        s->bias_until = 0.9;
        s->balance = 1e-4;
        s->data.context = 512;
    }
    if (id == STAGE_RL) {
        s->schedule = SCHEDULE_CONSTANT;
        s->tokens = 1; /* counted in updates, not in tokens */
        s->lr = 2e-5;
        s->weight_decay = 0;
        s->mtp = s->mtp_decay = 0;
        s->batch[0].tokens = 16384;
        s->steps = 250;
        s->prompts = 24;
        s->group = 16;
        s->answer = 384;
        s->measure_every = 25;
        s->measure_n = 8;
        s->replay = 0.1;
    }
    if (id == STAGE_MTP) {
        s->prompts = 96; /* answers to an update */
        s->answer = 384;
    }
    s->data.share[0][chats ? DOC_CHAT : DOC_WORKED] = 1;
    memcpy(s->data.share[1], s->data.share[0], sizeof s->data.share[0]);
}

/* --- the rest ------------------------------------------------------------- */

static bool set_shape(struct recipe *r, const char *value, struct err *err)
{
    const struct shape *s = shape_recipe(value);
    if (!s)
        return err_set(err, ERR_USAGE, "there is no shape \"%s\"", value);
    r->shape = *s;
    snprintf(r->shape_name, sizeof r->shape_name, "%s", value);
    return true;
}

static bool set_optimizer(struct recipe *r, const char *value, struct err *err)
{
    if (strcasecmp(value, "muon") != 0 && strcasecmp(value, "adamw") != 0)
        return err_set(err, ERR_USAGE, "an optimizer is muon or adamw");
    r->optimizer = strcasecmp(value, "muon") == 0 ? OPTIM_MUON : OPTIM_ADAMW;
    return true;
}

static bool set_balancing(struct recipe *r, const char *value, struct err *err)
{
    static const char *const names[] = {"bias", "auxiliary", "none"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            r->balancing = (enum balancing)i;
            return true;
        }
    }
    return err_set(err, ERR_USAGE, "balance is by bias, auxiliary or none");
}

static bool set_products(struct recipe *r, const char *value, struct err *err)
{
    if (strcmp(value, "f32") != 0 && strcmp(value, "bf16") != 0)
        return err_set(err, ERR_USAGE, "products are f32 or bf16");
    r->products = value[0] == 'b' ? PRODUCTS_BF16 : PRODUCTS_F32;
    return true;
}

/* Sizes that a recipe may change, for trials. */
static const struct {
    const char *name;
    size_t at;
} shape_keys[] = {
    {"vocab", offsetof(struct shape, n_vocab)},
    {"embd", offsetof(struct shape, n_embd)},
    {"layers", offsetof(struct shape, n_layers)},
    {"experts", offsetof(struct shape, n_experts)},
    {"used", offsetof(struct shape, n_used)},
    {"groups", offsetof(struct shape, n_groups)},
    {"groups-used", offsetof(struct shape, n_groups_used)},
    {"expert-ff", offsetof(struct shape, expert_ff)},
    {"shared", offsetof(struct shape, n_shared)},
    {"mtp", offsetof(struct shape, n_mtp)},
};

static bool set_eval(struct eval_recipe *e, const char *name, const char *value,
                     struct err *err)
{
    static const struct {
        const char *name;
        enum key_kind kind;
        size_t at;
        double least, most;
    } keys[] = {
        {"n", KEY_U32, offsetof(struct eval_recipe, n), 1, 1e5},
        {"answer", KEY_U32, offsetof(struct eval_recipe, max_tokens), 8, 1 << 16},
        {"held-out", KEY_U64, offsetof(struct eval_recipe, held_out), 0, 1e9},
        {"recall", KEY_U32, offsetof(struct eval_recipe, recall), 0, 1e5},
        {"labels", KEY_U32, offsetof(struct eval_recipe, labels), 0, 1e4},
    };
    double x;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(name, keys[i].name) == 0)
            return read_number(value, keys[i].least, keys[i].most, &x, err) &&
                   store((char *)e + keys[i].at, keys[i].kind, x);
    }
    return err_set(err, ERR_USAGE, "[eval] has no setting \"%s\"", name);
}

bool recipe_set_general(struct recipe *r, const char *section, const char *name,
                        const char *value, struct err *err)
{
    double x;
    if (strcmp(section, "eval") == 0)
        return set_eval(&r->eval, name, value, err);
    if (strcmp(section, "tokenizer") == 0 && strcmp(name, "sample") == 0) {
        if (!read_number(value, 1e3, 1e9, &x, err))
            return false;
        r->sample = (uint64_t)x;
        return true;
    }
    if (strcmp(section, "model") == 0) {
        if (strcmp(name, "shape") == 0)
            return set_shape(r, value, err);
        if (strcmp(name, "balance") == 0)
            return set_balancing(r, value, err);
        if (strcmp(name, "optimizer") == 0)
            return set_optimizer(r, value, err);
        if (strcmp(name, "products") == 0)
            return set_products(r, value, err);
        if (strcmp(name, "seed") == 0) {
            if (!read_number(value, 0, 1e15, &x, err))
                return false;
            r->seed = (uint64_t)x;
            return true;
        }
        for (size_t i = 0; i < sizeof shape_keys / sizeof *shape_keys; i++) {
            if (strcmp(name, shape_keys[i].name) != 0)
                continue;
            if (!read_number(value, 0, 1 << 20, &x, err))
                return false;
            *(uint32_t *)((char *)&r->shape + shape_keys[i].at) = (uint32_t)x;
            return true;
        }
    }
    return err_set(err, ERR_USAGE, "[%s] has no setting \"%s\"", section, name);
}
