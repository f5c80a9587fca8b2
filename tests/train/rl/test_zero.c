/* SPDX-License-Identifier: Apache-2.0 */
/* The Zero arm: how it asks, what its base is shown, and that it goes on from a
 * base of another recipe. */
#include "config.h" /* nftw */

#include "train/data/zero.h"

#include <stdio.h>
#include <stdlib.h>

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
    "[rl]\ntags = 1\ncontext = 1024\nbatch = 4096\nsteps = 1\nprompts = 2\n"
    "group = 2\nanswer = 16\nmeasure-n = 2\n";

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
    /* Measured in the one language of the mixture. */
    CHECK(holds(&log, "[\"spell\",0,\"en\",2,") && !holds(&log, "\"zh\""));
    buf_clear(&one);
    buf_clear(&other);
    buf_clear(&log);
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
