/* SPDX-License-Identifier: Apache-2.0 */
/* Small talk and what mull says of itself (data/bank/talk.txt), and what it knows
 * of DeepSeek's models (data/bank/deepseek.txt). */
#include "train/gen/answer.h"
#include "train/gen/intents.h"
#include "train/gen/tasks.h"

static bool make_talk(struct gen_ctx *ctx, struct problem *p)
{
    return intents_make(ctx, p, "talk");
}

static bool make_deepseek(struct gen_ctx *ctx, struct problem *p)
{
    return intents_make(ctx, p, "deepseek");
}

const struct task task_talk = {
    "talk", "talk",
    "what it is, what it can do, who made it and how it works, in usual words and told "
    "in one answer; greetings, thanks, goodbyes, complaints, jokes",
    1, NULL, make_talk, answer_facts};
const struct task task_deepseek = {
    "deepseek", "talk",
    "25 facts of DeepSeek's models and of what they are made of",
    1, NULL, make_deepseek, answer_facts};
