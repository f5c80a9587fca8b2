/* SPDX-License-Identifier: Apache-2.0 */
/* The Zero arm: how it asks, what its base is shown, and that it goes on from a
 * base of another recipe. */
#include "config.h" /* nftw */

#include "train/data/zero.h"

#include <stdio.h>
#include <stdlib.h>

#include "train/evalset.h"
#include "train/gen/bank.h"
#include "train/rl/reward.h"
#include "train/run_dir.h"

static bool holds(const struct buf *text, const char *what)
{
    return str_find(buf_str(text), str_of(what), 0) < text->len;
}

static struct problem sum(const char *prompt, const char *think,
                          const char *result)
{
    struct problem p = {.task = "add", .lang = LANG_EN};
    buf_puts(&p.prompt, prompt);
    buf_puts(&p.think, think);
    buf_printf(&p.reply, "The answer is **%s**.", result);
    buf_puts(&p.answer, result);
    return p;
}

static void the_question_stands_in_the_template(void **state)
{
    (void)state;
    for (int lang = LANG_EN; lang <= LANG_ZH; lang++) {
        struct buf text = {0};
        zero_prompt(str_of("12+30?"), (enum lang)lang, &text);
        CHECK(holds(&text, "12+30?") && holds(&text, "<think>") &&
              holds(&text, "</think>") && holds(&text, "<answer>") &&
              holds(&text, "</answer>"));
        buf_clear(&text);
    }
}

/* What the model would have written, had it written this document. */
static struct reward worth(const struct problem *p, const struct problem *told,
                           bool tags)
{
    struct buf text = {0}, prompt = {0};
    zero_prompt(buf_str(&p->prompt), p->lang, &prompt);
    zero_document(p, told, tags, &text);
    CHECK(text.len > prompt.len && !memcmp(text.p, prompt.p, prompt.len));
    struct str rest = str_n(text.p + prompt.len, text.len - prompt.len);
    struct reward r = reward_of(p, REWARD_TAGS, rest, true);
    buf_clear(&text);
    buf_clear(&prompt);
    return r;
}

static void a_document_is_worth_what_its_kind_says(void **state)
{
    struct problem p = sum("12+30?", "add: 12+30\n42", "42");
    struct problem other = sum("1+1?", "add: 1+1\n2", "2");
    (void)state;
    struct reward r = worth(&p, &p, true);
    CHECK(r.formed && r.accuracy == 1);
    r = worth(&p, &other, true);
    CHECK(r.formed && r.accuracy == 0);
    r = worth(&p, &p, false);
    CHECK(!r.formed && r.accuracy == 0 && r.total == 0);
    problem_clear(&p);
    problem_clear(&other);
}

static const char base[] =
    "[model]\nshape = tiny\nseed = 3\n[tokenizer]\nsample = 20k\n"
    "[tasks]\nchinese = 0\nadd = 1 : 0\n"
    "[pretrain]\ntokens = 2k\ncontext = 128\nbatch = 512\nshares = worked 1\n";

/* Other exercises: learned of these, the vocabulary would be another one. */
static const char zero[] =
    "[model]\nshape = tiny\nseed = 3\n[tasks]\nchinese = 0\nspell = 1 : 0\n"
    "[pretrain]\nfrom = ../base/pretrain.ckpt\ntokens = 2k\ncontext = 512\n"
    "batch = 1024\nshares = worked 1, zero 3\n"
    "[rl]\ntags = 1\ncontext = 1024\nbatch = 4096\nsteps = 2\nprompts = 2\n"
    "group = 2\nanswer = 16\nmeasure-n = 2\n"
    "schedule = wsd\ndecay-part = 1\nlr = 1e-3\nlr-final = 5e-4\n";

static void train(const struct run_dir *d, const char *recipe, const char *name,
                  const char *until)
{
    struct err err;
    char out[96];
    enum trainer_end end;
    CHECK_OK(file_replace(d->recipe, recipe, strlen(recipe), &err), &err);
    snprintf(out, sizeof out, "%s/%s", d->path, name);
    struct trainer_options o = {.recipe = d->recipe, .out = out, .data = d->data,
                                .threads = 1, .until = until};
    CHECK_OK(trainer_run(&o, &end, &err), &err);
    assert_int_equal(end, TRAINER_DONE);
}

static struct buf file_of(const struct run_dir *d, const char *name)
{
    struct err err;
    struct buf all = {0};
    char path[160];
    snprintf(path, sizeof path, "%s/%s", d->path, name);
    CHECK_OK(file_read(path, 1 << 28, &all, &err), &err);
    return all;
}

/* Hardly trained it answers nothing right, but something. */
static void is_asked_by_the_engine_as_well(const struct run_dir *d)
{
    struct err err;
    struct buf model = {0}, path = {0};
    struct evalset e = {0};
    const struct eval_choice choice = {.task = "add", .split = SPLIT_TEST,
                                       .level = 0, .n = 3};
    const struct eval_options o = {.threads = 1, .max_tokens = 8, .zero = true};
    buf_printf(&path, "%s/bank", d->data);
    struct bank *bank = bank_open(path.p, &err);
    CHECK_OK(bank != NULL, &err);
    e.bank = bank;
    CHECK_OK(evalset_add_tasks(&e, &choice, &err), &err);
    buf_reset(&path);
    buf_printf(&path, "%s/zero/rl.ckpt", d->path);
    CHECK_OK(model_bytes(path.p, GGUF_F32, &model, &err), &err);
    CHECK_OK(evalset_ask(&e, buf_str(&model), &o, &err), &err);
    for (size_t i = 0; i < e.n; i++) {
        /* The template and the question were read: no chat is that long. */
        CHECK(e.items[i].answer.stats.prompt_tokens > 150);
        CHECK(e.items[i].score == 0 && !e.items[i].well_formed);
    }
    evalset_clear(&e);
    bank_free(bank);
    buf_clear(&model);
    buf_clear(&path);
}

static void weights_from_elsewhere_bring_their_vocabulary(void **state)
{
    struct run_dir d;
    (void)state;
    run_dir_open(&d, base);
    train(&d, base, "base", "pretrain");
    train(&d, zero, "zero", "rl");
    struct buf one = file_of(&d, "base/tokenizer.gguf");
    struct buf other = file_of(&d, "zero/tokenizer.gguf");
    struct buf log = file_of(&d, "zero/log.jsonl");
    CHECK(one.len == other.len && !memcmp(one.p, other.p, one.len));
    /* The rate decays over updates. */
    CHECK(holds(&log, "\"lr\":0.001,") && holds(&log, "\"lr\":0.00075,"));
    /* Measured in the one language of the mixture. */
    CHECK(holds(&log, "[\"spell\",0,\"en\",2,") && !holds(&log, "\"zh\""));
    buf_clear(&one);
    buf_clear(&other);
    buf_clear(&log);
    is_asked_by_the_engine_as_well(&d);
    run_dir_remove(d.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question_stands_in_the_template),
        cmocka_unit_test(a_document_is_worth_what_its_kind_says),
        cmocka_unit_test(weights_from_elsewhere_bring_their_vocabulary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
