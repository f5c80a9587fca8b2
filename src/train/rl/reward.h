/* reward.h - what an answer of the model is worth.
 *
 * Rules only, no model judges (2501.12948, 2.2.2): is the result right, has the
 * answer the form of a thought followed by a reply, is the thought in the user's
 * language. An answer that did not end by itself is worth nothing. */
#ifndef TRAIN_RL_REWARD_H
#define TRAIN_RL_REWARD_H

#include <stdbool.h>

#include "base/str.h"
#include "train/gen/gen.h"

/* How a reply is marked off. */
enum reward_form {
    REWARD_CHAT, /* opened by the prompt: thought </think> reply with **result** */
    REWARD_TAGS, /* <think> thought </think> <answer> result </answer>: the Zero
                    arm, where the model has to find the tags itself: each
                    once, in this order, nothing outside, else no result
                    is read */
};

struct reward {
    double accuracy;  /* the task's check, 0 .. 1 */
    bool formed;      /* all of the form is there */
    double format;    /* share of the form's parts that are there */
    bool language;    /* the thought is in the script of the problem's language */
    double total;     /* accuracy + 0.1 format + 0.1 language; tags: 0.05 for each that is
                         where it belongs, nothing for the language */
};

/* text: what the model wrote, tags as text, without the end token. */
struct reward reward_of(const struct problem *p, enum reward_form form,
                        struct str text, bool ended);

/* The two parts of an answer; empty where they are not there. */
struct str reward_thought(enum reward_form form, struct str text);

#endif
