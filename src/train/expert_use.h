/* expert_use.h - what each expert of a model is for.
 *
 * The model answers exercises; every token that it reads of itself goes to a few
 * experts of each layer. Counted by the kind of token (a digit, a sign, a word)
 * and by the kind of exercise, an expert is named after what comes to it far
 * oftener than to the others: "digits; multiply". Names stand in the exported
 * file as mull.expert_labels, [layers with experts][experts], the MTP block left
 * out. */
#ifndef TRAIN_EXPERT_USE_H
#define TRAIN_EXPERT_USE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "train/evalset.h"

struct err;
struct mixture;

enum token_class {
    CLASS_DIGIT, CLASS_SIGN, CLASS_MARK, CLASS_LINE, CLASS_WORD, CLASS_LETTER,
    CLASS_CHINESE, CLASS_TAG,
    N_TOKEN_CLASSES,
};
const char *token_class_name(enum token_class c); /* "digits" */
enum token_class token_class_of(struct str text); /* raw bytes of a token */

enum { EXPERT_GROUPS = 16, EXPERT_LABEL = 48 };

struct expert_count {
    uint64_t all, by_class[N_TOKEN_CLASSES], by_group[EXPERT_GROUPS];
};

struct expert_use {
    uint32_t n_layers, n_experts;
    uint32_t first_layer;         /* the name of layer 0 here */
    uint64_t n_tokens;
    struct expert_count *experts; /* owned; [n_layers][n_experts] */
    struct expert_count sum;      /* over a layer: the same in each */
    const char *groups[EXPERT_GROUPS]; /* of tasks; borrowed */
    unsigned n_groups;
};

void expert_use_init(struct expert_use *u, uint32_t n_layers,
                     uint32_t first_layer, uint32_t n_experts);
void expert_use_clear(struct expert_use *u);
/* One token of an exercise. picks: of all its layers, as the event has them. */
void expert_use_add(struct expert_use *u, const char *task,
                    const struct token_info *t);

/* What an expert stands out by; 0 shares where it does not. */
struct expert_trait {
    char label[EXPERT_LABEL];
    const char *kind, *group;     /* "digits", "multiply", or NULL */
    double load;                  /* times an even share */
    double kind_share, kind_lift; /* of its tokens; times that of all tokens */
    double group_share, group_lift;
};
struct expert_trait expert_use_trait(const struct expert_use *u, uint32_t layer,
                                     uint32_t expert);

/* A model file asked n exercises of each task of the mixture, in `u`, which is
 * initialised. */
bool expert_use_measure(struct expert_use *u, struct str model,
                        const struct mixture *mixture, const struct bank *bank,
                        uint32_t n, const struct eval_options *o,
                        struct err *err);

/* A table of tabs, one expert a line, with a line of names. */
void expert_use_put(const struct expert_use *u, struct buf *out);

#endif
