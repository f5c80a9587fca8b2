/* SPDX-License-Identifier: Apache-2.0 */
/* The two texts that people write for the trainer: a recipe, and a table of wild
 * prompts with replies checked against each row. */
#include "fuzz.h"

#include "base/err.h"
#include "train/recipe.h"
#include "train/wild.h"

static void try_recipe(struct str text)
{
    struct recipe r;
    struct err err = {0};
    if (!recipe_parse(&r, text, "fuzz", &err)) {
        FUZZ_CHECK(err.kind != ERR_NONE && err.msg[0]);
        return;
    }
    for (int i = 0; i < N_STAGES; i++) {
        struct shape s = recipe_shape(&r, (enum stage_id)i);
        FUZZ_CHECK(s.n_vocab >= 288);
        FUZZ_CHECK(stage_largest_batch(&r.stages[i]) >=
                   stage_batch(&r.stages[i], 5, 10));
    }
    recipe_clear(&r);
}

static void try_wild(struct str text)
{
    struct wild w;
    struct err err = {0};
    struct buf copy = {0};
    buf_add_str(&copy, text);
    if (!wild_parse(&w, &copy, &err)) {
        FUZZ_CHECK(err.kind == ERR_FORMAT && err.msg[0]);
        return;
    }
    for (size_t i = 0; i < w.n; i++) {
        bool talk = str_is(w.rows[i].kind, "talk") ||
                    str_is(w.rows[i].kind, "refusal");
        if (talk) /* asks the bank */
            continue;
        double score = wild_check(&w.rows[i], NULL, w.rows[i].prompt);
        FUZZ_CHECK(score >= 0 && score <= 1);
    }
    wild_close(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_n((const char *)data, size);
    try_recipe(text);
    try_wild(text);
    return 0;
}
